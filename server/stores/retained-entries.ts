import type { LogEntry } from './log-entry.ts';
import { META } from './log-entry.ts';

/** An entry in memory: an element of the linked list of its key. */
export interface RetainedEntry {
  v: number;
  /** Time that `maxAge` counts from, ms: the entry's own time, but never later than its arrival. */
  age: number;
  tag: string;
  text: string;
  /** True for the last entry of its append. */
  last: boolean;
  /** Checksum of the entry's own row, if a durable store has written one. */
  crc: number | undefined;
  /** Its size in memory: see `entryBytes`. */
  bytes: number;
  chain: KeyChain;
  /** The next younger entry of the same key. */
  next: RetainedEntry | undefined;
}

/** All entries of one key, oldest first. */
export interface KeyChain {
  key: string;
  first: RetainedEntry | undefined;
  last: RetainedEntry | undefined;
  count: number;
  /** When its last entry arrived, ms; not the entry's own time. */
  lastEntryAt: number;
  /** True while entries have arrived in the order of their times. */
  inOrder: boolean;
  /** Version up to which the chain is rolled into the next tier; 0 = not at all, or there is no history. */
  rolled: number;
  /** Number of entries (for a tier: of buckets in the next tier) that are not rolled. Not counted without history. */
  unrolled: number;
  /** True while a requested roll of the chain has not ended. */
  due: boolean;
}

/** Number of bytes retained by all logs that share this object. */
export interface Usage {
  bytes: number;
}

/** Bytes per entry in addition to its text: record, two index entries, string header. Measured. */
export const ENTRY_OVERHEAD = 250;

/** Bytes per key in addition to its text. Measured. */
const KEY_BYTES = 180;

/** Returns the size of an entry in memory, in bytes. V8 stores text with characters beyond Latin-1 in two bytes per character. */
export function entryBytes(text: string): number {
  const { length } = text;
  return ENTRY_OVERHEAD + (Buffer.byteLength(text) === length ? length : 2 * length);
}

/** The entries of a channel, in version order and by key. Does not apply retention. */
export class RetainedEntries {
  bytes = 0;
  readonly #entries = new Map<number, RetainedEntry>();
  readonly #chains = new Map<string, KeyChain>();
  readonly #usage: Usage;

  constructor(usage: Usage) {
    this.#usage = usage;
  }

  /** Number of entries, including meta. */
  get count(): number {
    return this.#entries.size;
  }

  /** Number of keys; entries without a key, and meta, do not count. */
  get keys(): number {
    const { size } = this.#chains;
    return size - (this.#chains.has(META) ? 1 : 0) - (this.#chains.has('') ? 1 : 0);
  }

  at(v: number): RetainedEntry | undefined {
    return this.#entries.get(v);
  }

  chain(key: string): KeyChain | undefined {
    return this.#chains.get(key);
  }

  chains(): IterableIterator<KeyChain> {
    return this.#chains.values();
  }

  /**
   * Returns at most `count` keys whose last entry arrived at `before` (ms) or earlier, the longest idle first. A full
   * channel replaces them by new keys, so that it is not blocked by short-lived keys such as names of pods and
   * containers.
   */
  idleKeys(count: number, before: number, except?: ReadonlySet<string>): string[] {
    const idle: KeyChain[] = [];
    for (const chain of this.#chains.values()) {
      if (chain.key === META || chain.key === '' || except?.has(chain.key)) continue;
      if (chain.lastEntryAt <= before) idle.push(chain);
    }
    idle.sort((a, b) => a.lastEntryAt - b.lastEntryAt);
    return idle.slice(0, count).map(({ key }) => key);
  }

  /** Iterates in version order. Entries may be removed during the iteration. */
  [Symbol.iterator](): IterableIterator<RetainedEntry> {
    return this.#entries.values();
  }

  /** Appends an entry. Returns the chain of its key. */
  add({ v, tag, key, text, last, crc, bytes = entryBytes(text) }: LogEntry, age: number): KeyChain {
    let chain = this.#chains.get(key);
    if (!chain) {
      chain = {
        key,
        first: undefined,
        last: undefined,
        count: 0,
        lastEntryAt: 0,
        inOrder: true,
        rolled: 0,
        unrolled: 0,
        due: false,
      };
      this.#chains.set(key, chain);
      this.#count(KEY_BYTES + key.length);
    }
    const entry = { v, age, tag, text, last, crc, bytes, chain, next: undefined };
    if (chain.last) {
      chain.last.next = entry;
      chain.inOrder &&= chain.last.age <= age;
    }
    chain.first ??= entry;
    chain.last = entry;
    chain.count++;
    this.#entries.set(v, entry);
    this.#count(bytes);
    return chain;
  }

  /** Removes the oldest entry of a chain. */
  remove({ v, bytes, chain, next }: RetainedEntry): void {
    this.#entries.delete(v);
    chain.count--;
    chain.first = next;
    if (!next) {
      this.#chains.delete(chain.key);
      this.#count(-KEY_BYTES - chain.key.length);
    }
    this.#count(-bytes);
  }

  clear(): void {
    this.#entries.clear();
    this.#chains.clear();
    this.#count(-this.bytes);
  }

  #count(bytes: number): void {
    this.bytes += bytes;
    this.#usage.bytes += bytes;
  }
}
