import { type Cursor, formatCursor, type ResetReason } from '../../protocol/lp1.ts';
import { type Dropped, type LogEntry, META } from './log-entry.ts';
import type { ReadLimit, Slice } from './store.ts';

interface Node {
  v: number;
  t: number;
  tag: string;
  text: string;
  last: boolean;
  crc: number | undefined;
  chain: Chain;
  /** The next younger entry of the same key. */
  next: Node | undefined;
}

/** All entries of one key, oldest first. */
interface Chain {
  key: string;
  first: Node | undefined;
  last: Node | undefined;
  count: number;
}

export interface Retention {
  /** Entries per key. */
  entries: number;
  /** Age limit in ms; undefined = none. */
  maxAgeMs: number | undefined;
}

/**
 * One channel in memory: entries in version order, retention per key, trim floor, meta. Pure but for what it is told.
 *
 * All entries younger than the floor are retained, so a cursor at or past the floor can be continued without a hole;
 * entries older than it are the survivors of quiet keys, and only a full read tells them.
 */
export class ChannelLog {
  head = 0;
  headTag = '';
  /** The youngest entry that was trimmed, or the deletion: cursors before it cannot be continued. */
  floor = 0;
  floorTag = '';
  /** Version of the last deletion; 0 = never deleted. */
  clearedAt = 0;
  updated = 0;
  /** The channel's meta as JSON text. */
  meta: string | undefined;
  retention: Retention;
  readonly #entries = new Map<number, Node>();
  readonly #chains = new Map<string, Chain>();
  readonly #onDrop: ((entry: Dropped) => void) | undefined;

  /** `onDrop` is told of every entry that the log lets go of. */
  constructor(retention: Retention, onDrop?: (entry: Dropped) => void) {
    this.retention = retention;
    this.#onDrop = onDrop;
  }

  get cursor(): string {
    return formatCursor(this.head, this.headTag);
  }

  /** Data entries retained; meta does not count. */
  get size(): number {
    return this.#entries.size - (this.#chains.get(META)?.count ?? 0);
  }

  /** True where the log holds nothing: never written, or deleted. */
  get empty(): boolean {
    return this.#entries.size === 0;
  }

  /** The entry of a version, while it is retained. */
  at(v: number): Omit<LogEntry, 'key'> | undefined {
    return this.#entries.get(v);
  }

  hasKey(key: string): boolean {
    return this.#chains.has(key);
  }

  /** Keys retained; entries without a key, and meta, do not count. */
  get keys(): number {
    const { size } = this.#chains;
    return size - (this.#chains.has(META) ? 1 : 0) - (this.#chains.has('') ? 1 : 0);
  }

  /**
   * At most `count` keys whose newest entry is of `before` (ms) or older, the longest idle first. A full channel gives
   * their places to new keys, so that names of pods and containers, which churn, do not fill it for good.
   */
  idleKeys(count: number, before: number, except?: ReadonlySet<string>): string[] {
    const idle: Chain[] = [];
    for (const chain of this.#chains.values()) {
      if (chain.key === META || chain.key === '' || except?.has(chain.key)) continue;
      if (newest(chain) <= before) idle.push(chain);
    }
    idle.sort((a, b) => newest(a) - newest(b));
    return idle.slice(0, count).map(({ key }) => key);
  }

  /** Drops all entries of these keys. */
  evict(keys: readonly string[]): void {
    for (const key of keys) {
      const chain = this.#chains.get(key);
      while (chain?.first) this.#drop(chain.first);
    }
  }

  /** Appends one record and trims. `now` is in ms. */
  append(entries: LogEntry[], now: number): void {
    for (const entry of entries) this.restore(entry);
    this.expire(now);
  }

  /** Puts an entry at the end, as a durable store does at its start, and trims its key. */
  restore({ v, t, tag, key, text, last, crc }: LogEntry): void {
    const chain = this.#chain(key);
    const node: Node = { v, t, tag, text, last, crc, chain, next: undefined };
    if (chain.last) chain.last.next = node;
    chain.first ??= node;
    chain.last = node;
    chain.count++;
    this.#entries.set(v, node);
    this.head = v;
    this.headTag = tag;
    this.updated = t;
    if (key === META) this.meta = text.slice(text.indexOf('"m":') + 4, -1);
    this.#trim(chain);
  }

  /** Lets go of what a changed retention no longer keeps. */
  retain(retention: Retention, now: number): void {
    this.retention = retention;
    for (const chain of this.#chains.values()) this.#trim(chain);
    this.expire(now);
  }

  /** Lets go of what is too old at `now` (ms). */
  expire(now: number): void {
    const { maxAgeMs } = this.retention;
    if (maxAgeMs === undefined) return;
    for (const node of this.#entries.values()) {
      if (node.chain.key === META) continue;
      if (node.t >= now - maxAgeMs) return;
      this.#drop(node);
    }
  }

  /** Forgets entries and meta. The deletion is a version of its own, so that held readers learn of it. */
  clear(tag: string, now: number): void {
    if (this.#onDrop) for (const node of this.#entries.values()) this.#onDrop(node);
    this.#entries.clear();
    this.#chains.clear();
    this.meta = undefined;
    this.head++;
    this.headTag = tag;
    this.updated = now;
    this.floor = this.head;
    this.floorTag = tag;
    this.clearedAt = this.head;
  }

  read(since: Cursor | undefined, limit: ReadLimit): Slice {
    const reason = this.#resetReason(since);
    return reason ? this.#full(reason, limit) : this.#delta((since as Cursor).v, limit);
  }

  #resetReason(since: Cursor | undefined): ResetReason | undefined {
    if (!since) return 'initial';
    const { v, tag } = since;
    if (v > this.head) return 'unknown';
    if (v < this.floor) return v < this.clearedAt ? 'cleared' : 'trimmed';
    return tag === '' && v > 0 ? undefined : tag === this.#tagAt(v) ? undefined : 'unknown';
  }

  #tagAt(v: number): string {
    if (v === this.floor) return this.floorTag;
    return this.#entries.get(v)?.tag ?? this.headTag;
  }

  #delta(since: number, limit: ReadLimit): Slice {
    const entries: string[] = [];
    let bytes = 0;
    let v = since;
    while (v < this.head) {
      const node = this.#entries.get(++v) as Node; // contiguous above the floor
      entries.push(node.text);
      bytes += node.text.length;
      if (node.last && (entries.length >= limit.entries || bytes >= limit.bytes)) break;
    }
    return { to: formatCursor(v, this.#tagAt(v)), entries, more: v < this.head };
  }

  /**
   * The retained entries, oldest first. The survivors below the floor all go into the first slice, since no cursor
   * could continue among them (fewer per key where they alone pass the limit); above the floor, cursors page.
   */
  #full(reset: ResetReason, limit: ReadLimit): Slice {
    const survivors = this.#survivors();
    const crowded = survivors > limit.entries;
    const room = crowded ? Math.max(1, Math.floor(limit.entries / this.#chains.size)) : Infinity;
    const tail = limit.tail ?? Infinity;
    const seen = new Map<Chain, number>();
    const entries: string[] = [];
    let bytes = 0;
    let to = this.floor;
    let atEdge = true;
    for (const node of this.#entries.values()) {
      const { v, chain } = node;
      if (v > this.floor) {
        const over = entries.length >= limit.entries || bytes >= limit.bytes;
        if (over && atEdge) break;
        to = v;
        atEdge = node.last;
      }
      if (chain.key === META) continue;
      const nth = (seen.get(chain) ?? 0) + 1;
      seen.set(chain, nth);
      if (nth <= chain.count - (v > this.floor ? tail : Math.min(tail, room))) continue;
      entries.push(node.text);
      bytes += node.text.length;
    }
    return {
      to: formatCursor(to, this.#tagAt(to)),
      reset,
      ...(this.meta !== undefined && { meta: this.meta }),
      entries,
      more: to < this.head,
    };
  }

  #survivors(): number {
    let count = 0;
    for (const v of this.#entries.keys()) {
      if (v > this.floor) break;
      count++;
    }
    return count;
  }

  #chain(key: string): Chain {
    let chain = this.#chains.get(key);
    if (!chain) {
      chain = { key, first: undefined, last: undefined, count: 0 };
      this.#chains.set(key, chain);
    }
    return chain;
  }

  #trim(chain: Chain): void {
    const keep = chain.key === META ? 1 : this.retention.entries;
    while (chain.first && chain.count > keep) this.#drop(chain.first);
  }

  /** Takes out the oldest entry of a chain. */
  #drop(node: Node): void {
    const { v, tag, chain, next } = node;
    this.#entries.delete(v);
    chain.count--;
    chain.first = next;
    if (!next) this.#chains.delete(chain.key);
    this.#onDrop?.(node);
    if (v <= this.floor) return;
    this.floor = v;
    this.floorTag = tag;
  }
}

/** Time of a key's newest entry, ms. */
const newest = (chain: Chain): number => chain.last?.t ?? 0;
