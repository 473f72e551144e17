import { isBindable } from './safe-attribute.ts';

/** What an element of a template shows of the data. */
export type Binding =
  | { kind: 'text'; path: string; element: Element; choices: TextChoices }
  | { kind: 'attribute'; path: string; element: Element; name: string }
  | { kind: 'each'; path: string; pattern: Element; place: Comment };

/** How a text is written. */
export interface TextChoices {
  format: string | undefined;
  unit: string | undefined;
  digits: number | undefined;
}

const ATTRIBUTE = 'data-attr-';

/**
 * Returns the bindings of a copy of a template, which it changes: an element with `data-each` is replaced by a marker.
 * `refuse` is called with the names of attributes that data may not set.
 */
export function bindingsOf(root: ParentNode, refuse: (name: string) => void): Binding[] {
  return [...root.children].flatMap((element) => ofElement(element, refuse));
}

/** The bindings of a copy of an element with `data-each`, for one item. */
export function bindingsOfItem(item: Element, refuse: (name: string) => void): Binding[] {
  item.removeAttribute('data-each');
  item.removeAttribute('data-key');
  return ofElement(item, refuse);
}

/** Elements whose text is code: data in it would run, or style the page. */
const CODE = new Set(['script', 'style', 'iframe', 'object', 'embed', 'template', 'noscript']);

function ofElement(element: Element, refuse: (name: string) => void): Binding[] {
  if (CODE.has(element.localName)) {
    for (const { name } of element.attributes)
      if (name.startsWith('data-')) refuse(`<${element.localName} ${name}>`);
    return [];
  }
  const each = element.getAttribute('data-each');
  if (each !== null) {
    const place = element.ownerDocument.createComment('');
    element.replaceWith(place);
    return [{ kind: 'each', path: each, pattern: element, place }];
  }
  const text = element.getAttribute('data-text');
  const own = ofAttributes(element, refuse);
  if (text === null) return [...own, ...bindingsOf(element, refuse)];
  return [...own, { kind: 'text', path: text, element, choices: choicesOf(element) }];
}

function ofAttributes(element: Element, refuse: (name: string) => void): Binding[] {
  const bound = [...element.attributes].filter(({ name }) => name.startsWith(ATTRIBUTE));
  return bound.flatMap(({ name: full, value: path }) => {
    const name = full.slice(ATTRIBUTE.length);
    if (isBindable(name, element.localName))
      return [{ kind: 'attribute' as const, path, element, name }];
    refuse(`<${element.localName} ${full}>`);
    return [];
  });
}

function choicesOf(element: Element): TextChoices {
  const digits = element.getAttribute('data-digits');
  return {
    format: element.getAttribute('data-format') ?? undefined,
    unit: element.getAttribute('data-unit') ?? undefined,
    digits: digits === null ? undefined : Number(digits),
  };
}
