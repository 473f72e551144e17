import { safeLink, safePicture } from '../shared/safe-url.ts';

/** Attributes that data may set on any element. All else is refused: `on…`, `style`, `srcdoc`, `class`, `id`, `name`, `role`, … */
const PLAIN = new Set(
  'alt title lang dir hidden open datetime value min max low high optimum width height colspan rowspan'.split(
    ' ',
  ),
);

/** Elements whose URL is a link that a person follows; that of others is a picture or sound that the page loads. */
const LINKS = new Set(['a', 'area']);
const PICTURES = new Set(['img', 'source', 'audio', 'video', 'track']);

/** Whether a template may bind the attribute at all, on an element of this name. */
export function isBindable(name: string, element: string): boolean {
  if (PLAIN.has(name) || /^(aria|data)-[a-z-]+$/.test(name)) return true;
  if (name === 'href') return LINKS.has(element);
  return name === 'src' && PICTURES.has(element);
}

/**
 * What an attribute becomes: text, or null to remove it (null, false, an object, an address that is not safe). Call it for
 * bindable attributes only.
 */
export function attributeValue(name: string, value: unknown, base: string): string | null {
  if (value === null || value === undefined || value === false) return null;
  if (name === 'href') return safeLink(value, base) ?? null;
  if (name === 'src') return safePicture(value, base) ?? null;
  if (value === true) return '';
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}
