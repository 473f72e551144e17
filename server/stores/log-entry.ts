import type { Item } from './store.ts';

/** A retained entry: `text` is what is sent, made once for all clients. */
export interface LogEntry {
  v: number;
  t: number;
  tag: string;
  /** What retention counts by: see `chainKey`. */
  key: string;
  text: string;
  /** The last entry of its append: answers are cut only here. */
  last: boolean;
  /** Time that `maxAge` counts from, ms, where a store knows it better than from `t`. */
  age?: number | undefined;
  /** Its size in memory, where that is known: see `entryBytes`. */
  bytes?: number;
  /** Checksum of the entry's own row, where a durable store made one: needed to delete the row. */
  crc?: number | undefined;
}

/** What `onDrop` gets of an entry. */
export type Dropped = Readonly<{ v: number; text: string; crc: number | undefined }>;

/** The chain of meta entries. */
export const META = 'm';

/** Meta entries are a chain of their own; so are entries without a key. */
export const chainKey = ({ k, meta }: Pick<Item, 'k' | 'meta'>): string =>
  meta ? META : k === undefined ? '' : `=${k}`;

/** A new tag: 6 random base-36 characters. */
export const newTag = (random: () => number = Math.random): string =>
  Math.floor(random() * 36 ** 6)
    .toString(36)
    .padStart(6, '0');

/** An entry as it travels. `json` is its `d` (or, with `meta`, its `m`). */
export function entryText(v: number, t: number, { json, k, meta }: Item): string {
  const key = k === undefined ? '' : `,"k":${JSON.stringify(k)}`;
  return `{"v":${v},"t":${t}${key},"${meta ? 'm' : 'd'}":${json}}`;
}

/** Items that become entries, and what their versions continue from. */
export interface NewEntries {
  items: Item[];
  /** Version before the first of them. */
  head: number;
  tag: string;
  /** Time of those that bring none, ms. */
  now: number;
}

/** The entries that an append of `items` makes. */
export const newEntries = ({ items, head, tag, now }: NewEntries): LogEntry[] =>
  items.map((item, i) => {
    const v = head + 1 + i;
    const t = item.t ?? now;
    const last = i === items.length - 1;
    return { v, t, tag, key: chainKey(item), text: entryText(v, t, item), last };
  });
