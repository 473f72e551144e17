import { pageWide } from '../shared/page-wide.ts';
import type { Address, Connection } from './connection.ts';

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

/** Key of an address among the page's connections. */
export const keyOf = ({ credentials, url }: Address): string => `${credentials} ${url}`;

/** The page's connections, by `keyOf` their address. */
export const connections = (): Map<string, Connection> => registry().connections;

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
