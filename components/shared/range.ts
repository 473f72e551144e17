/**
 * The time range of a page, or of a part of it: the newest window, the current day, week or month until now, or a fixed span. Times
 * in ms.
 */
export type TimeRange =
  | { readonly windowMs: number }
  | { readonly calendar: 'today' | 'week' | 'month' }
  | { readonly fromT: number; readonly toT: number };

/** A part of a page, and the range of what is within it; undefined: each element has its own. */
interface Scope {
  root: Node;
  range: TimeRange | undefined;
}

const scopes = new Map<object, Scope>();
const listeners = new Set<() => void>();

/** Sets the range of all elements within `root`. `owner` sets it, and is replaced by its own next call. */
export function setRange(owner: object, root: Node, range: TimeRange | undefined): void {
  scopes.set(owner, { root, range });
  for (const listener of Array.from(listeners)) listener();
}

/** Removes the range that `owner` set. */
export function dropRange(owner: object): void {
  if (!scopes.delete(owner)) return;
  for (const listener of Array.from(listeners)) listener();
}

/** Returns the range of an element: that of the innermost part of the page that has one; undefined without one. */
export function rangeFor(element: Node): TimeRange | undefined {
  if (scopes.size === 0) return undefined;
  for (let node: Node | null = element; node; node = parentOf(node)) {
    for (const { root, range } of scopes.values()) if (root === node && range) return range;
  }
  return undefined;
}

/** Calls the listener when any range changes. Returns its end. */
export function onRange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Returns the parent, across shadow roots, up to the document. */
const parentOf = (node: Node): Node | null =>
  node.parentNode ?? (node instanceof ShadowRoot ? node.host : null);
