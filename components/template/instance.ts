import { valueAt } from '../data/payload.ts';
import type { Binding, TextChoices } from './bindings.ts';
import { bindingsOf, bindingsOfItem } from './bindings.ts';
import { attributeValue } from './safe-attribute.ts';

/** Options of `Instance`. */
export interface InstanceOptions {
  /** A value as the viewer reads it. */
  text: (value: unknown, choices: TextChoices) => string;
  /** What relative addresses in data are relative to. */
  base: string;
  /** Called with attributes that data may not set. */
  refuse: (name: string) => void;
}

/** Items drawn of one list. */
const MOST_ITEMS = 500;

/** A copy of a template with data in it. Updates in place: what did not change is not written. */
export class Instance {
  readonly nodes: DocumentFragment;
  #parts: Part[];

  constructor(template: HTMLTemplateElement, options: InstanceOptions) {
    this.nodes = document.importNode(template.content, true);
    this.#parts = partsOf(bindingsOf(this.nodes, options.refuse), options);
  }

  /** Writes data into the copy. Returns false if the template names values, and the data have none of them. */
  update(data: unknown): boolean {
    const found = this.#parts.map((part) => part(data));
    return found.length === 0 || found.includes(true);
  }
}

/** Writes one binding's share of the data. Returns whether the data have it. */
type Part = (data: unknown) => boolean;

const partsOf = (bindings: Binding[], options: InstanceOptions): Part[] =>
  bindings.map((binding) => {
    if (binding.kind === 'text') return textPart(binding, options);
    return binding.kind === 'each' ? eachPart(binding, options) : attributePart(binding, options);
  });

// `.` is the item itself.
const at = (data: unknown, path: string): unknown =>
  path === '' || path === '.' ? data : valueAt(data, path);

function textPart(
  { element, path, choices }: Extract<Binding, { kind: 'text' }>,
  { text }: InstanceOptions,
): Part {
  return (data) => {
    const value = at(data, path);
    const written = text(value, choices);
    if (element.textContent !== written) element.textContent = written;
    return value !== undefined;
  };
}

function attributePart(
  { element, path, name }: Extract<Binding, { kind: 'attribute' }>,
  { base }: InstanceOptions,
): Part {
  // The linked page gets no referrer and no access to this page.
  if (name === 'href' && !element.hasAttribute('rel'))
    element.setAttribute('rel', 'noopener noreferrer nofollow ugc');
  if (name === 'src' && !element.hasAttribute('referrerpolicy'))
    element.setAttribute('referrerpolicy', 'no-referrer');
  return (data) => {
    const given = at(data, path);
    const value = attributeValue(name, given, base);
    if (value === null) element.removeAttribute(name);
    else if (value !== element.getAttribute(name)) element.setAttribute(name, value);
    return given !== undefined;
  };
}

interface Item {
  element: Element;
  parts: Part[];
}

function eachPart(
  { pattern, path, place }: Extract<Binding, { kind: 'each' }>,
  options: InstanceOptions,
): Part {
  const keyPath = pattern.getAttribute('data-key');
  let items = new Map<unknown, Item>();
  return (data) => {
    const list = at(data, path);
    const values: unknown[] = Array.isArray(list) ? list.slice(0, MOST_ITEMS) : [];
    const next = new Map<unknown, Item>();
    for (const [n, value] of values.entries()) {
      const wanted = keyPath === null ? n : keyOf(at(value, keyPath));
      const key = next.has(wanted) ? `\n${n}` : wanted;
      const item = items.get(key) ?? itemOf(pattern, options);
      next.set(key, item);
      for (const part of item.parts) part(value);
    }
    for (const [key, item] of items) if (next.get(key) !== item) item.element.remove();
    inOrder(place, [...next.values()]);
    items = next;
    return list !== undefined;
  };
}

function itemOf(pattern: Element, options: InstanceOptions): Item {
  const element = document.importNode(pattern, true);
  return { element, parts: partsOf(bindingsOfItem(element, options.refuse), options) };
}

// The marker is behind its items. From the last to the first, so that only misplaced items are moved.
function inOrder(place: Comment, items: Item[]): void {
  let next: Node = place;
  for (const { element } of items.toReversed()) {
    if (element.nextSibling !== next) place.parentNode?.insertBefore(element, next);
    next = element;
  }
}

const keyOf = (value: unknown): unknown =>
  typeof value === 'object' ? JSON.stringify(value) : value;
