import { pageWide } from '../shared/page-wide.ts';
import type { Address } from './connection.ts';
import { Connection } from './connection.ts';

/** A source on the page (`lp-source`, `lp-dashboard` with `src`). */
export interface SourceElement extends Element {
  /** Its address; undefined while it has none. */
  readonly address: Address | undefined;
}

interface Registry {
  connections: Map<string, Connection>;
  sources: Set<SourceElement>;
  listeners: Set<() => void>;
}

const registry = (): Registry =>
  pageWide('lp.registry.v1', () => ({
    connections: new Map(),
    sources: new Set(),
    listeners: new Set(),
  }));

/** Returns the page's one connection to an address. Call `hold` at once: otherwise it never ends. */
export function connectionTo(address: Address): Connection {
  const { connections } = registry();
  const key = `${address.credentials} ${address.url}`;
  const present = connections.get(key);
  if (present) return present;
  const connection = new Connection(address, () => connections.delete(key));
  connections.set(key, connection);
  return connection;
}

/** All connections of the page that are open, or linger. */
export const openConnections = (): Connection[] => [...registry().connections.values()];

/** The sources of the page, in the order in which they were added. */
export const pageSources = (): SourceElement[] => [...registry().sources];

/** Adds a source, or notes that its address changed. Returns the function that removes it. */
export function addSource(source: SourceElement): () => void {
  registry().sources.add(source);
  tellSources();
  return () => {
    registry().sources.delete(source);
    tellSources();
  };
}

/** Makes all elements of the page resolve their source again. */
export function tellSources(): void {
  for (const listener of registry().listeners) listener();
}

/** Calls the listener when sources come, go or point elsewhere. Returns its end. */
export function onSources(listener: () => void): () => void {
  const { listeners } = registry();
  listeners.add(listener);
  return () => listeners.delete(listener);
}
