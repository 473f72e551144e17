import { META } from './log-entry.ts';
import type { KeyChain, RetainedEntry } from './retained-entries.ts';
import type { ReadLimit } from './store.ts';
import { blockHead, type HistoryKept } from './tiers.ts';

/** Number of buckets of the next tier that a tier must fill before it is rolled. */
const TIER_DUE = 48;
/** A channel is rolled when a key has this many entries that are not rolled, or this share of `retain` if that is more. */
const LEAST_DUE = 100;
const DUE_SHARE = 0.6;
/** The number is raised by up to this share, depending on the key, so that keys with the same rate are not due at the same time. */
const SPREAD = 1 / 3;

/** Writers wait if the roller is behind by this many entries, as a share of `retain`. */
const BEHIND_SHARE = 1.5;
const LEAST_BEHIND = 500;
/** If a tier cannot be written, entries beyond this multiple of `retain` are lost. */
const HELD_SHARE = 4;
const LEAST_HELD = 2_000;

/** Options of `Rolling`. */
export interface RollingOptions {
  /** Name of the channel, or of the tier's channel. */
  name: string;
  isTier: boolean;
  /** Requests a roll of a chain into the next tier. */
  onDue: (chain: KeyChain) => void;
  /** Counts an entry that is lost. */
  onLost: () => void;
}

/**
 * Tracks up to which version a channel, or one of its tiers, is rolled into the next tier. Retention may drop an entry only
 * after it is rolled.
 */
export class Rolling {
  /** The history that the channel keeps; undefined for a tier. */
  kept: HistoryKept | undefined;
  /** True while the next tier cannot be written: entries may be lost. */
  failing = false;
  /** Keys with so many unrolled entries that writers have to wait. */
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

  /** Notes that the chain is rolled up to at least version `v`. */
  rolledTo(chain: KeyChain, v: number, retain: number): void {
    chain.rolled = Math.max(chain.rolled, v);
    chain.unrolled = 0;
    for (let entry = chain.first; entry; entry = entry.next)
      if (entry.v > chain.rolled) chain.unrolled += this.#weightOf(entry);
    this.behind.delete(chain.key);
    this.retry(chain, retain);
  }

  /** Called when a roll has ended: requests another if one is due. */
  retry(chain: KeyChain, retain: number): void {
    chain.due = false;
    this.#check(chain, retain);
  }

  /** Requests a roll of the chain even if it is not due. */
  ask(chain: KeyChain): void {
    if (chain.due || chain.unrolled === 0) return;
    chain.due = true;
    this.#options.onDue(chain);
  }

  /** Returns the limit of a reset, which leaves out entries that are kept only until they are rolled. */
  shown(limit: ReadLimit, retain: number): ReadLimit {
    return { ...limit, tail: Math.min(limit.tail ?? Infinity, retain) };
  }

  /** Returns whether retention may drop the entry, the oldest of its chain. Counts the entry if it is lost. */
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

/** Returns a number from 0 to 1 that depends only on the text (FNV-1a hash). */
export function shareOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0) / 2 ** 32;
}
