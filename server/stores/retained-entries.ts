import type { LogEntry } from './log-entry.ts';
import { META } from './log-entry.ts';

/** An entry as it is held in memory: a link in the chain of its key. */
export interface RetainedEntry {
  v: number;
  /** Time that `maxAge` counts from, ms: the entry's own time, but never later than its arrival. */
  age: number;
  tag: string;
  text: string;
  /** The last entry of its append. */
  last: boolean;
  /** Checksum of the entry's own row, where a durable store made one. */
  crc: number | undefined;
  /** What it costs in memory: see `entryBytes`. */
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
  /** Entries have come in the order of their times. */
  inOrder: boolean;
  /** Up to this version the chain is rolled into the next tier; 0 = nothing is, or there is no history. */
  rolled: number;
  /** What is not rolled: number of entries, or for a tier, of the next tier's buckets. Not counted without history. */
  unrolled: number;
  /** A roll of the chain was asked for, and has not ended. */
  due: boolean;
}

/** Bytes retained, counted over all logs that share it. */
export interface Usage {
  bytes: number;
}

/** What an entry costs beside its text: its record, its place in two indexes, the header of the string. Measured. */
export const ENTRY_OVERHEAD = 250;

/** What a key costs beside its text. Measured. */
const KEY_BYTES = 180;

/** What an entry costs in memory, in bytes: V8 keeps text that is not all ASCII in two bytes a character. */
export function entryBytes(text: string): number {
  const { length } = text;
  return ENTRY_OVERHEAD + (Buffer.byteLength(text) === length ? length : 2 * length);
}

/** The entries of a channel, in version order and by key. Knows nothing of retention. */
export class RetainedEntries {
  bytes = 0;
  readonly #entries = new Map<number, RetainedEntry>();
  readonly #chains = new Map<string, KeyChain>();
  readonly #usage: Usage;

  constructor(usage: Usage) {
    this.#usage = usage;
  }

  /** Entries, meta among them. */
  get count(): number {
    return this.#entries.size;
  }

  /** Keys; entries without a key, and meta, do not count. */
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
   * channel gives their places to new keys, so that it is not blocked by keys that change often, such as names of pods and
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

  /** In version order. An entry may be taken out while they are gone through. */
  [Symbol.iterator](): IterableIterator<RetainedEntry> {
    return this.#entries.values();
  }

  /** Puts an entry at the end. Returns the chain of its key. */
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

  /** Takes out the oldest entry of a chain. */
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
