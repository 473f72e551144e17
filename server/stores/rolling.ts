import { META } from './log-entry.ts';
import type { KeyChain, RetainedEntry } from './retained-entries.ts';
import type { ReadLimit } from './store.ts';
import { blockHead, type HistoryKept } from './tiers.ts';

/** A tier is rolled into the next when it would make so many of its buckets. */
const TIER_DUE = 48;
/** A channel is rolled when it has so many entries of a key, or such a share of what it retains where that is more. */
const LEAST_DUE = 100;
const DUE_SHARE = 0.6;
/** The number is raised by up to this share, by key: keys that fill at the same pace are due one after the other. */
const SPREAD = 1 / 3;

/** A writer waits when the roller is behind by so many entries, as a share of what is retained. */
const BEHIND_SHARE = 1.5;
const LEAST_BEHIND = 500;
/** Where a tier cannot be written, entries past so many times what is retained are lost. */
const HELD_SHARE = 4;
const LEAST_HELD = 2_000;

/** Options of `Rolling`. */
export interface RollingOptions {
  /** Name of the channel, or of the tier's channel. */
  name: string;
  isTier: boolean;
  /** Asks for a roll of a chain into the next tier. */
  onDue: (chain: KeyChain) => void;
  /** Counts an entry that is lost. */
  onLost: () => void;
}

/**
 * How far a channel, or a tier of it, is rolled into the next tier, and which of its entries may therefore be dropped: an
 * entry goes only when it is rolled.
 */
export class Rolling {
  /** The history that the channel keeps; undefined for a tier, which keeps what its channel does. */
  kept: HistoryKept | undefined;
  /** The next tier cannot be written: entries may be lost. */
  failing = false;
  /** Keys of which so much is not rolled that writers wait. */
  readonly behind: Set<string> = new Set();
  readonly #options: RollingOptions;

  constructor(options: RollingOptions) {
    this.#options = options;
  }

  /** Counts a new entry of a chain. `retain`: entries kept per key. */
  added(chain: KeyChain, entry: RetainedEntry, retain: number): void {
    if (chain.key === META) return;
    chain.unrolled += this.#weightOf(entry);
    this.#check(chain, retain);
  }

  /** The chain is rolled up to version `v`, or further. */
  rolledTo(chain: KeyChain, v: number, retain: number): void {
    chain.rolled = Math.max(chain.rolled, v);
    chain.unrolled = 0;
    for (let entry = chain.first; entry; entry = entry.next)
      if (entry.v > chain.rolled) chain.unrolled += this.#weightOf(entry);
    this.behind.delete(chain.key);
    this.retry(chain, retain);
  }

  /** Asks again for a roll that has ended, where one is due. */
  retry(chain: KeyChain, retain: number): void {
    chain.due = false;
    this.#check(chain, retain);
  }

  /** Asks for a roll of what the chain has, however little it is. */
  ask(chain: KeyChain): void {
    if (chain.due || chain.unrolled === 0) return;
    chain.due = true;
    this.#options.onDue(chain);
  }

  /** The limit of a reset: it delivers what is retained, without what only waits to be rolled. */
  shown(limit: ReadLimit, retain: number): ReadLimit {
    return { ...limit, tail: Math.min(limit.tail ?? Infinity, retain) };
  }

  /** True where retention may drop the entry, the oldest of its chain. Counts it where it is lost. */
  mayDrop({ v, chain }: RetainedEntry, retain: number): boolean {
    if (v <= chain.rolled || chain.key === META) return true;
    if (!this.failing || chain.count <= Math.max(HELD_SHARE * retain, LEAST_HELD)) return false;
    this.#options.onLost();
    return true;
  }

  #check(chain: KeyChain, retain: number): void {
    const { key, unrolled } = chain;
    const isBehind = unrolled >= BEHIND_SHARE * Math.max(retain, LEAST_BEHIND);
    if (isBehind && !this.#options.isTier) this.behind.add(key);
    if (!chain.due && this.#isDue(chain, retain)) this.ask(chain);
  }

  #isDue({ key, unrolled }: KeyChain, retain: number): boolean {
    const { name, isTier } = this.#options;
    if (isTier) return unrolled >= TIER_DUE;
    const least = Math.max(LEAST_DUE, DUE_SHARE * retain);
    return unrolled >= least && unrolled >= least * (1 + SPREAD * shareOf(name + key));
  }

  #weightOf({ text }: RetainedEntry): number {
    return this.#options.isTier ? (blockHead(text)?.weight ?? 0) : 1;
  }
}

/** A number from 0 to 1, always the same for a text (FNV-1a). */
function shareOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0) / 2 ** 32;
}
