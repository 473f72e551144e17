import { type Cursor, formatCursor, type ResetReason } from '../../protocol/lp1.ts';
import { type Dropped, type LogEntry, META } from './log-entry.ts';
import {
  type KeyChain,
  RetainedEntries,
  type RetainedEntry,
  type Usage,
} from './retained-entries.ts';
import type { Rolling } from './rolling.ts';
import { deltaSlice, resetSlice } from './slices.ts';
import type { ReadLimit, Slice } from './store.ts';
import { TrimFloor } from './trim-floor.ts';

/** How many entries a channel retains, and for how long. */
export interface Retention {
  /** Maximum number of entries per key. */
  entries: number;
  /** Age limit in ms; undefined = none. */
  maxAgeMs: number | undefined;
}

/** If the clock is set back by more than this, in ms, the log lowers the times from which its entries age. */
export const CLOCK_TOLERANCE_MS = 1_000;

/**
 * One channel in memory: its entries in version order, its retention per key, its trim floor and its meta (the
 * description of the channel, stored as entries under a key of its own). The caller passes the time and writes to disk.
 *
 * Retention drops the oldest entries of each key. The trim floor is the newest version that was dropped so, or deleted.
 * Every entry above it is retained, except meta that newer meta replaced (`floor.gaps`): so a client whose cursor is at
 * or above the floor can be sent what follows. Entries below the floor belong to keys that are written rarely; only a
 * reset delivers them.
 */
export class ChannelLog {
  /** The newest version; 0 = no history. */
  head = 0;
  /** Tag of the newest version. */
  headTag = '';
  /** Time of the newest entry, or of the deletion, ms. */
  updated = 0;
  /** The channel's meta as JSON text. */
  meta: string | undefined;
  retention: Retention;
  /**
   * How far the entries are rolled: summarized into the coarser buckets of the history's next tier. Undefined where the
   * channel keeps no history.
   */
  rolling: Rolling | undefined;
  /** The version from which on cursors can be continued. */
  readonly floor: TrimFloor = new TrimFloor();
  readonly entries: RetainedEntries;
  readonly #onDrop: ((entry: Dropped) => void) | undefined;
  /** Time of the last append, ms. */
  #appendedAt = 0;

  /** `onDrop` is called with every entry that the log drops; `usage` counts its bytes among those of other logs. */
  constructor(
    retention: Retention,
    onDrop?: (entry: Dropped) => void,
    usage: Usage = { bytes: 0 },
  ) {
    this.retention = retention;
    this.#onDrop = onDrop;
    this.entries = new RetainedEntries(usage);
  }

  /** Cursor of the newest version. */
  get cursor(): string {
    return formatCursor(this.head, this.headTag);
  }

  /** Number of data entries retained, without meta and without entries that are kept only until they are rolled. */
  get size(): number {
    if (!this.rolling) return this.entries.count - (this.entries.chain(META)?.count ?? 0);
    let size = 0;
    for (const { key, count } of this.entries.chains())
      if (key !== META) size += Math.min(count, this.retention.entries);
    return size;
  }

  /** Whether the log holds nothing: never written, or deleted. */
  get empty(): boolean {
    return this.entries.count === 0;
  }

  /** Drops the entries of these keys; with `before`, only those with a lower version. */
  evict(keys: readonly string[], before: number = Infinity): void {
    for (const key of keys) {
      const chain = this.entries.chain(key);
      while (chain?.first && chain.first.v < before) this.#drop(chain.first);
      this.rolling?.behind.delete(key);
    }
  }

  /** Appends the entries of one write, and drops what retention no longer keeps. `now` is in ms. */
  append(entries: LogEntry[], now: number): void {
    if (now < this.#appendedAt - CLOCK_TOLERANCE_MS) this.limitAges(now); // the clock was ahead, and was set back
    this.#appendedAt = now;
    for (const entry of entries) this.restore(entry, now);
    this.expire(now);
  }

  /**
   * Adds an entry at the end and trims its key. A durable store calls it at its start for each entry that it reads,
   * then without `now` (ms).
   */
  restore(entry: LogEntry, now: number = Infinity): void {
    const { v, t, tag, key, text, age = Math.min(t, now) } = entry;
    const chain = this.entries.add(entry, age);
    chain.lastEntryAt = now === Infinity ? t : now;
    this.head = v;
    this.headTag = tag;
    this.updated = t;
    if (key === META) this.meta = text.slice(text.indexOf('"m":') + 4, -1);
    if (this.rolling && chain.last) this.rolling.added(chain, chain.last, this.retention.entries);
    this.#trim(chain);
  }

  /** Sets the retention and drops the entries that it no longer keeps. `now` is in ms. */
  retain(retention: Retention, now: number): void {
    this.retention = retention;
    for (const chain of this.entries.chains()) this.#trim(chain);
    this.limitAges(now);
    this.expire(now);
  }

  /**
   * Lowers the times from which entries age (`age`) to `now` (ms), where they are later: the clock was ahead and was
   * set back. With `upTo`, only entries up to that version are changed.
   */
  limitAges(now: number, upTo: number = Infinity): void {
    if (this.retention.maxAgeMs === undefined) return;
    for (const entry of this.entries) {
      if (entry.v <= upTo) entry.age = Math.min(entry.age, now);
    }
  }

  /**
   * Drops the entries that are older than `maxAgeMs` at `now` (ms). The age counts from the entry's own time, or from
   * its arrival where its own time is later. An entry that is not rolled yet is rolled first.
   */
  expire(now: number): void {
    const { maxAgeMs } = this.retention;
    if (maxAgeMs === undefined) return;
    for (const entry of this.entries) {
      if (entry.chain.key === META) continue;
      if (entry.age >= now - maxAgeMs) return;
      if (!this.rolling || entry.v <= entry.chain.rolled) this.#drop(entry);
      else this.rolling.ask(entry.chain);
    }
  }

  /** Notes that the entries of a key are rolled up to version `v`: retention may drop them now. */
  rolledTo(key: string, v: number): void {
    const chain = this.entries.chain(key);
    if (!chain || !this.rolling) return;
    this.rolling.rolledTo(chain, v, this.retention.entries);
    this.#trim(chain);
  }

  /**
   * Drops all entries and the meta. The deletion gets a version of its own: the head moves, so held polls are answered.
   */
  clear(tag: string, now: number): void {
    if (this.#onDrop) for (const entry of this.entries) this.#onDrop(entry);
    this.entries.clear();
    this.rolling?.behind.clear();
    this.meta = undefined;
    this.head++;
    this.headTag = tag;
    this.updated = now;
    this.floor.raise(this.head, tag);
    this.floor.clearedAt = this.head;
  }

  /**
   * Returns the entries that follow a cursor, up to the limit. Without a cursor, or with one that cannot be continued,
   * it returns a reset: the retained entries from the start, with the reason.
   */
  read(since: Cursor | undefined, limit: ReadLimit): Slice {
    const reset = resetReason(this, since);
    if (!reset && since && since.at === undefined) return deltaSlice(this, since.v, limit);
    const shown = this.rolling?.shown(limit, this.retention.entries) ?? limit;
    if (reset || !since) return resetSlice(this, shown, { reset: reset ?? 'initial' });
    return resetSlice(this, shown, { position: since.at ?? 0 });
  }

  /** Returns the tag of a version at or above the trim floor. */
  tagAt(v: number): string {
    if (v === this.floor.v) return this.floor.tag;
    return this.entries.at(v)?.tag ?? this.floor.gaps.at(v)?.[2] ?? this.headTag;
  }

  /** Drops the oldest entries of a key beyond the retained number. */
  #trim(chain: KeyChain): void {
    const keep = chain.key === META ? 1 : this.retention.entries;
    while (chain.first && chain.count > keep) {
      if (this.rolling && !this.rolling.mayDrop(chain.first, keep)) return;
      this.#drop(chain.first);
    }
  }

  /** Drops the oldest entry of a key. A data entry raises the trim floor; meta leaves a gap above it. */
  #drop(entry: RetainedEntry): void {
    const { v, tag, chain, last } = entry;
    this.entries.remove(entry);
    this.#onDrop?.(entry);
    if (chain.key !== META) return this.floor.raise(v, tag);
    if (v <= this.floor.v) return;
    const before = this.entries.at(v - 1);
    if (last && before) before.last = true; // `last` marks where one write ends: it ends one version earlier now
    this.floor.addGap(v, tag, last);
  }
}

/**
 * Returns why a cursor cannot be continued; undefined if it can. A cursor without a tag is compared by version only.
 */
function resetReason(log: ChannelLog, since: Cursor | undefined): ResetReason | undefined {
  if (!since) return 'initial';
  const { v, tag } = since;
  const { head, floor } = log;
  if (v > head) return 'unknown';
  if (v < floor.v) return v < floor.clearedAt ? 'cleared' : 'trimmed';
  return tag === '' && v > 0 ? undefined : tag === log.tagAt(v) ? undefined : 'unknown';
}
