import type { ReactiveElement } from 'lit';

/** What React or Vue rendered an element with, by property name. */
type Props = Readonly<Record<string, unknown>>;

/** The part of a virtual node of Vue 3 that leads to the props of an element. */
interface VirtualNode {
  el?: unknown;
  props?: Props | null;
  children?: unknown;
  component?: { subTree?: unknown } | null;
}

/**
 * Sets the properties of an element that React or Vue rendered before the element was defined. Both set attributes then:
 * objects become `[object Object]` and functions are lost, for as long as they do not change. The values are read from
 * where the frameworks keep them: `__reactProps$…` at the element (React 17 to 19), and `_vnode` at the container of an
 * app (Vue 3). These are internals: where they are missing nothing is set, and the check of attributes reports the values
 * that cannot be read. Call it after the element was defined and before its first update.
 */
export function takeRenderedProps(element: Element): void {
  const props = propsOfReact(element) ?? propsOfVue(element);
  const { elementProperties } = element.constructor as Partial<typeof ReactiveElement>;
  if (!props || !elementProperties) return;
  const values = element as unknown as Record<string, unknown>;
  for (const [name, value] of Object.entries(props)) {
    const options = elementProperties.get(name);
    if (!options) continue;
    const isText = typeof value !== 'object' && typeof value !== 'function';
    if (options.attribute === false || !isText) element.removeAttribute(name);
    values[name] = value;
  }
}

function propsOfReact(element: Element): Props | undefined {
  const key = Object.keys(element).find((name) => name.startsWith('__reactProps$'));
  return key === undefined ? undefined : (element as unknown as Record<string, Props>)[key];
}

function propsOfVue(element: Element): Props | undefined {
  for (let parent = element.parentElement; parent; parent = parent.parentElement)
    if ('_vnode' in parent) return virtualNodeOf(element, parent._vnode)?.props ?? undefined;
  return undefined;
}

/** Finds the virtual node of an element at or below another one, through components. */
function virtualNodeOf(element: Element, node: unknown): VirtualNode | undefined {
  if (typeof node !== 'object' || node === null) return undefined;
  const { el, component, children }: VirtualNode = node;
  if (component) return virtualNodeOf(element, component.subTree);
  if (el === element) return node;
  for (const child of Array.isArray(children) ? children : []) {
    const found = virtualNodeOf(element, child);
    if (found) return found;
  }
  return undefined;
}
