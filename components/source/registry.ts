import { pageWide } from '../shared/page-wide.ts';
import type { Address, Connection } from './connection.ts';

/** An element that names a server: `lp-source`, or `lp-dashboard` with `src`. */
export interface SourceElement extends Element {
  /** The server's address; undefined while the element has none, or one that cannot be parsed. */
  readonly address: Address | undefined;
}

/** The state that all copies of the kit on a page share. The name carries the version of its shape. */
interface Registry {
  /** Connections by `keyOf` their address. */
  connections: Map<string, Connection>;
  sources: Set<SourceElement>;
  /** Called when the sources change. */
  listeners: Set<() => void>;
}

const registry = (): Registry =>
  pageWide('lp.registry.v1', () => ({
    connections: new Map(),
    sources: new Set(),
    listeners: new Set(),
  }));

/** Returns the key of an address. Sources with the same URL and the same `credentials` share one connection. */
export const keyOf = ({ credentials, url }: Address): string => `${credentials} ${url}`;

/** Returns the page's connections by `keyOf` their address; the caller adds and removes them. */
export const connections = (): Map<string, Connection> => registry().connections;

/** Returns the page's connections: those in use, and those that are kept open for a short time after their last use. */
export const openConnections = (): Connection[] => [...registry().connections.values()];

/** Returns the sources of the page, in the order in which they were added. */
export const pageSources = (): SourceElement[] => [...registry().sources];

/** Adds a source to the page's sources and calls the listeners. Returns the function that removes it again. */
export function addSource(source: SourceElement): () => void {
  registry().sources.add(source);
  notifySources();
  return () => {
    registry().sources.delete(source);
    notifySources();
  };
}

/**
 * Calls all listeners: every element of the page then looks up its source again. Call it when a source's address
 * changes.
 */
export function notifySources(): void {
  for (const listener of registry().listeners) listener();
}

/**
 * Adds a listener for changes: a source is added, removed, or gets another address. Returns the function that removes
 * it.
 */
export function onSourcesChange(listener: () => void): () => void {
  const { listeners } = registry();
  listeners.add(listener);
  return () => listeners.delete(listener);
}
