import type { DataEntry } from '../data/held.ts';
import type { FeedItem } from './feed-item.ts';
import { feedItem, listOf } from './feed-item.ts';

/** A held item. */
export interface FeedRecord {
  /** An item with the same key keeps its DOM node. */
  key: string;
  item: FeedItem;
}

/** Options of `FeedLog`. */
export interface FeedLogOptions {
  /** Returns an entry's payload. May throw. */
  read: (entry: DataEntry) => unknown;
  /** Base URL for relative URLs. */
  base?: () => string | undefined;
}

/** Result of a step. */
export interface FeedStep {
  /** New items, oldest first. */
  fresh: FeedItem[];
  /** True if no item of the former history is left. */
  replaced: boolean;
  /** The first entry that could not be read; the others were added. */
  error?: unknown;
}

/** Number of items that are kept although a filter hides them, for a change of the filter. */
const KEPT = 500;

/**
 * The items of a feed in the order of time; items of the same time in the order of arrival. A payload that is a whole list
 * (Smashing's comments) replaces all of them.
 */
export class FeedLog {
  #records: FeedRecord[] = [];
  #read: FeedLogOptions['read'];
  #base: () => string | undefined;

  constructor({ read, base = (): undefined => undefined }: FeedLogOptions) {
    this.#read = read;
    this.#base = base;
  }

  get size(): number {
    return this.#records.length;
  }

  /** Replaces all items by a history. */
  reset(entries: readonly DataEntry[]): FeedStep {
    const before = this.#records;
    this.#records = [];
    return this.#take(entries, before);
  }

  /** Adds new items. */
  append(entries: readonly DataEntry[]): FeedStep {
    return this.#take(entries, this.#records);
  }

  /** Returns the newest `limit` items that pass the filter, oldest first. */
  shown(passes: (item: FeedItem) => boolean, limit: number): FeedRecord[] {
    return this.#records.filter(({ item }) => passes(item)).slice(-limit);
  }

  /**
   * Drops items that are neither among the newest `limit` that pass the filters nor among the newest 500, so that items that
   * are filtered out cannot displace an error.
   */
  trim(passes: (item: FeedItem) => boolean, limit: number): void {
    const old = this.#records.length - Math.max(limit, KEPT);
    if (old <= 0) return;
    let room = limit;
    for (const { item } of this.#records.slice(old)) if (passes(item)) room--;
    const keep = new Set<FeedRecord>();
    for (let i = old - 1; i >= 0 && room > 0; i--) {
      const record = this.#records[i] as FeedRecord; // within its bounds
      if (!passes(record.item)) continue;
      keep.add(record);
      room--;
    }
    this.#records = this.#records.filter((record, i) => i >= old || keep.has(record));
  }

  #take(entries: readonly DataEntry[], before: FeedRecord[]): FeedStep {
    const known = new Map(before.map((record) => [record.key, record]));
    let error: unknown;
    for (const entry of entries) {
      try {
        this.#add(entry, known);
      } catch (thrown) {
        error ??= thrown; // one bad entry must not cost the others
      }
    }
    const fresh = this.#records.filter(({ key }) => !known.has(key)).map(({ item }) => item);
    const replaced = fresh.length === this.#records.length;
    return { fresh, replaced, ...(error !== undefined && { error }) };
  }

  #add(entry: DataEntry, known: Map<string, FeedRecord>): void {
    const payload = this.#read(entry);
    const list = listOf(payload);
    if (list) {
      this.#records = this.#listed(list, entry, known);
      return;
    }
    // Not by the payload's id: a chat user could replace the messages of others with it.
    const key = `${entry.v}.${entry.t}`;
    const defaults = { id: String(entry.v), ts: entry.t, base: this.#base() };
    this.#insert(sameOr(known.get(key), { key, item: feedItem(payload, defaults) }));
  }

  // Late items are rare and not very late, so the place is searched from the end.
  #insert(record: FeedRecord): void {
    const records = this.#records;
    let at = records.length;
    while (at > 0 && (records[at - 1] as FeedRecord).item.ts > record.item.ts) at--;
    if (at === records.length) records.push(record);
    else records.splice(at, 0, record);
  }

  /**
   * A list is sent whole each time: an item is recognised by its id or its content, and keeps the time at which it was first
   * seen.
   */
  #listed(list: unknown[], { t }: DataEntry, known: Map<string, FeedRecord>): FeedRecord[] {
    const times = new Map<string, number>();
    return list.map((payload) => {
      const { id } = feedItem(payload, { id: '', ts: t });
      const name = id ? `#${id}` : JSON.stringify(payload);
      const nth = times.get(name) ?? 0;
      times.set(name, nth + 1);
      const key = `${name} ${nth}`;
      const held = known.get(key);
      const defaults = { id: key, ts: held?.item.ts ?? t, base: this.#base() };
      return sameOr(held, { key, item: feedItem(payload, defaults) });
    });
  }
}

// An unchanged record keeps its identity, which the result of the page's `renderItem` depends on.
function sameOr(held: FeedRecord | undefined, record: FeedRecord): FeedRecord {
  return held && JSON.stringify(held) === JSON.stringify(record) ? held : record;
}
