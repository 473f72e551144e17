import type { Entry, Json } from '../../protocol/lp1.ts';

/** One entry with data (not a change of meta). */
export interface DataEntry extends Entry {
  d: Json;
}

/** Maximum number of keys, more than a page can show as a list. Beyond it, the keys with the oldest last entry are dropped. */
export const MOST_KEYS = 10_000;

/** Compares entries by time, and by version for equal times. */
export const byTime = (a: Entry, b: Entry): number => a.t - b.t || a.v - b.v;

/**
 * Entries by key, for each key in time order, independent of their order of arrival. A busy key does not displace the entries
 * of another.
 */
export class KeyedHistory {
  /** The latest entry of all. */
  newest: DataEntry | undefined;
  /** Keys that were dropped because there were more than `MOST_KEYS`. */
  dropped = 0;
  #mostPerKey: number;
  #series = new Map<string, DataEntry[]>();
  #all: DataEntry[] | undefined;

  /** `mostPerKey`: entries kept of each key, at least one. */
  constructor(mostPerKey: number) {
    this.#mostPerKey = Math.max(1, mostPerKey);
  }

  /** Entries of all keys, in the order of time. */
  get all(): readonly DataEntry[] {
    this.#all ??= [...this.#series.values()].flat().sort(byTime);
    return this.#all;
  }

  /** Number of keys. */
  get size(): number {
    return this.#series.size;
  }

  /** The keys, in the order in which they first arrived; `''` is the key of entries without one. */
  get keys(): string[] {
    return [...this.#series.keys()];
  }

  /** The latest entry of each key, in the order in which the keys first arrived. */
  get current(): DataEntry[] {
    return [...this.#series.values()].flatMap((entries) => entries.at(-1) ?? []);
  }

  /** Entries of one key, in the order of time. */
  of(key: string): readonly DataEntry[] {
    return this.#series.get(key) ?? [];
  }

  /** Inserts entries at their places in time order. */
  add(entries: readonly DataEntry[]): void {
    for (const entry of entries) this.#put(entry);
    this.#all = undefined;
    for (const each of this.#series.values())
      if (each.length > this.#mostPerKey) each.splice(0, each.length - this.#mostPerKey);
    if (this.#series.size > MOST_KEYS) this.#dropOldest();
  }

  /**
   * Drops keys without entries for `afterMs` while others had some, and returns them. If no key has any, all stay: then
   * the publisher is gone.
   */
  dropSilent(afterMs: number, nowMs: number): string[] {
    const lastMs = Math.min(this.newest?.t ?? 0, nowMs) - afterMs;
    const gone = this.keys.filter((key) => (this.of(key).at(-1)?.t ?? 0) < lastMs);
    for (const key of gone) this.#remove(key);
    return gone;
  }

  clear(): void {
    this.newest = undefined;
    this.#series.clear();
    this.#all = undefined;
  }

  #put(entry: DataEntry): void {
    const key = entry.k ?? '';
    let entries = this.#series.get(key);
    if (!entries) this.#series.set(key, (entries = []));
    const latest = entries.at(-1);
    const isLate = latest !== undefined && byTime(latest, entry) > 0;
    if (isLate) entries.splice(placeOf(entries, entry), 0, entry);
    else entries.push(entry);
    if (!this.newest || byTime(this.newest, entry) <= 0) this.newest = entry;
  }

  /** Drops a tenth of the keys at once: otherwise each of many new keys would sort all of them. */
  #dropOldest(): void {
    const oldest = this.current.sort(byTime).slice(0, this.#series.size - MOST_KEYS * 0.9);
    for (const { k } of oldest) this.#remove(k ?? '');
    this.dropped += oldest.length;
  }

  #remove(key: string): void {
    this.#series.delete(key);
    this.#all = undefined;
  }
}

/** Returns the index at which an entry belongs among entries in time order. */
function placeOf(entries: readonly DataEntry[], entry: DataEntry): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (byTime(entries[middle] as DataEntry, entry) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
