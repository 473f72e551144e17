import type { PropertyDeclaration, ReactiveElement } from 'lit';
import type { AttributeCheck } from './attribute-check.ts';
import { parseDurationMs } from './duration.ts';

/** Names of attributes with durations, in all elements. */
const DURATIONS = new Set(
  'window stale-after drop-after gap-after level-for wait min-interval suspend-after reload-every rotate over offset'.split(
    ' ',
  ),
);
const DURATION_CURE = 'write a duration such as 500ms, 30s, 5m, 2h or 1d; a bare number is seconds';

/** The texts of an element's attributes that were checked. */
const looked = new WeakMap<Element, Map<string, string>>();
const told = new Set<string>();

/**
 * Checks the attributes of an element that changed since the last check. An invalid value counts as absent and causes one
 * console error with the cure; `="false"` on a boolean attribute counts as false and causes one warning, because in HTML it
 * would mean true. Call it before an update computes.
 */
export function checkAttributes(host: ReactiveElement): void {
  const { elementProperties } = host.constructor as typeof ReactiveElement;
  const texts = looked.get(host) ?? new Map<string, string>();
  looked.set(host, texts);
  for (const [property, options] of elementProperties) {
    const name = attributeOf(property, options);
    const text = host.getAttribute(name);
    if (text === null) texts.delete(name);
    if (text === null || texts.get(name) === text) continue;
    texts.set(name, text);
    judge(host, { property: String(property), name, text, options });
  }
}

interface Given {
  property: string;
  name: string;
  text: string;
  options: AttributeCheck;
}

const attributeOf = (property: PropertyKey, { attribute }: PropertyDeclaration): string =>
  typeof attribute === 'string' ? attribute : String(property).toLowerCase();

function judge(host: ReactiveElement, given: Given): void {
  const { property, name, text, options } = given;
  const values = host as unknown as Record<string, unknown>;
  if (options.type === Boolean && text.toLowerCase() === 'false') {
    values[property] = false;
    report('warn', host, name, text, `counts as false; in HTML leave the attribute out instead`);
    return;
  }
  const cure = cureOf(given);
  if (cure === undefined) return;
  if (options.attribute !== false) values[property] = options.fallback;
  report('error', host, name, text, `cannot be read: ${cure}`);
}

/** Returns what to write instead; undefined if the text is valid. */
function cureOf({ property, name, text, options }: Given): string | undefined {
  if (options.attribute === false)
    return `set the property .${property} by script, once the element is defined (customElements.whenDefined)`;
  if (text.trim() === '') return undefined;
  if (options.cure) return options.cure(text);
  if (options.type === Number) return Number.isNaN(Number(text)) ? 'write a number' : undefined;
  if (DURATIONS.has(name)) return parseDurationMs(text) === undefined ? DURATION_CURE : undefined;
  if (name === 'currency')
    return /^[a-z]{3}$/i.test(text) ? undefined : 'write an ISO 4217 code such as EUR';
  if (name === 'time-zone')
    return isTimeZone(text) ? undefined : 'write an IANA name such as Europe/Berlin';
  return undefined;
}

function isTimeZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return true;
  } catch {
    return false;
  }
}

function report(
  kind: 'warn' | 'error',
  host: Element,
  name: string,
  text: string,
  what: string,
): void {
  const channel = host.getAttribute('channel');
  const message = `lp-kit: <${host.localName}${channel ? ` channel="${channel}"` : ''}>: ${name}="${text}" ${what}`;
  if (told.has(message)) return;
  if (told.size > 1000) told.clear();
  told.add(message);
  console[kind](message);
}
