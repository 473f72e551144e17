import type { Item } from './store.ts';

/** A retained entry. `text` is the JSON that is sent, made once for all clients. */
export interface LogEntry {
  v: number;
  t: number;
  tag: string;
  /** The key of its chain, by which retention counts: see `chainKey`. */
  key: string;
  text: string;
  /** True for the last entry of its append. Responses are cut only after such an entry. */
  last: boolean;
  /** Time from which `maxAge` counts, ms, if it differs from `t`. */
  age?: number | undefined;
  /** Its size in memory, if known: see `entryBytes`. */
  bytes?: number;
  /** Checksum of the entry's own row, if a durable store has written one: needed to delete the row. */
  crc?: number | undefined;
}

/** The part of an entry that is passed to `onDrop`. */
export type Dropped = Readonly<{ v: number; text: string; crc: number | undefined }>;

/** The chain of meta entries. */
export const META = 'm';

/** Returns the key of an item's chain. Meta entries have a chain of their own, and so have entries without a key. */
export const chainKey = ({ k, meta }: Pick<Item, 'k' | 'meta'>): string =>
  meta ? META : k === undefined ? '' : `=${k}`;

/** Returns a new tag: 6 random base-36 characters. */
export const newTag = (random: () => number = Math.random): string =>
  Math.floor(random() * 36 ** 6)
    .toString(36)
    .padStart(6, '0');

/** Returns an entry as JSON text. `json` is its `d` (or, with `meta`, its `m`). */
export function entryText(v: number, t: number, { json, k, meta }: Item): string {
  const key = k === undefined ? '' : `,"k":${JSON.stringify(k)}`;
  const text = `{"v":${v},"t":${t}${key},"${meta ? 'm' : 'd'}":${json}}`;
  text.charCodeAt(text.length - 1); // V8 keeps a tree of the parts until it is read: 120 bytes more, for each entry
  return text;
}

/** Items to be made into entries, and the version after which they are numbered. */
export interface NewEntries {
  items: Item[];
  /** Version before the first of them. */
  head: number;
  tag: string;
  /** Time of items that have none, ms. */
  now: number;
}

/** Returns the entries for an append of `items`. */
export const newEntries = ({ items, head, tag, now }: NewEntries): LogEntry[] =>
  items.map((item, i) => {
    const v = head + 1 + i;
    const t = item.t ?? now;
    const last = i === items.length - 1;
    return { v, t, tag, key: chainKey(item), text: entryText(v, t, item), last };
  });
