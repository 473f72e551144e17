import { pageWide } from '../shared/page-wide.ts';
import type { Address } from './connection.ts';
import { Connection } from './connection.ts';

/** A source on the page (`lp-source`, `lp-dashboard` with `src`). */
export interface SourceElement extends Element {
  /** Where it points; undefined while it points nowhere. */
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

/** The page's one connection to an address: hold it at once, or nobody ends it. */
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

/** The page's sources, in the order they came. */
export const pageSources = (): SourceElement[] => [...registry().sources];

/** Tells that a source came or points elsewhere. Returns what to call when it leaves. */
export function addSource(source: SourceElement): () => void {
  registry().sources.add(source);
  tellSources();
  return () => {
    registry().sources.delete(source);
    tellSources();
  };
}

/** Lets all elements of the page look for their source once more. */
export function tellSources(): void {
  for (const listener of registry().listeners) listener();
}

/** Calls the listener when sources come, go or point elsewhere. Returns its end. */
export function onSources(listener: () => void): () => void {
  const { listeners } = registry();
  listeners.add(listener);
  return () => listeners.delete(listener);
}
