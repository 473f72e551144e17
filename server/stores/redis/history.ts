import type { Meta } from '../../../protocol/lp1.ts';
import { moved } from '../channel-table.ts';
import { newTag } from '../log-entry.ts';
import { RollWaits } from '../roll-waits.ts';
import { shareOf } from '../rolling.ts';
import type {
  AppendOptions,
  AppendResult,
  HistorySlice,
  HistoryStore,
  HistoryWish,
  Item,
  RollMark,
  RollSource,
  Slice,
} from '../store.ts';
import { blockHead, historyKept, tierName, tierOf } from '../tiers.ts';
import type { ByteCount } from './byte-count.ts';
import { HistoryReads, type HistoryReadsOptions } from './history-reads.ts';
import { APPEND_BLOCKS, SKIP_ENTRIES } from './history-scripts.ts';
import { packedKey, packItems, unpackedKey } from './records.ts';

/** Options of `RedisHistory`. */
export interface RedisHistoryOptions extends HistoryReadsOptions {
  bytes: ByteCount;
  /** The engine's clock, ms. */
  now: () => number;
  random: () => number;
}

/**
 * After a roll of a certain duration, the channel's next one waits for this many times as long, so
 * that the engine can do other work.
 */
const REST = 10;
const LEAST_REST_MS = 200;
/** State of a channel's history that the append scripts need. */
interface HistoryTerms {
  /** 'D' if channels keep history by default, else 'd'. */
  usual: string;
  /** See `historyLetter`; '' without meta. */
  letter: string;
  /** Share of `retain` from which on a key is rolled. */
  share: string;
  /** True while entries may be lost, because tiers cannot be written. */
  lossy: boolean;
}

/** The history of channels in the engine. All state is there; this instance only knows which rolls it has requested. */
export class RedisHistory implements HistoryStore {
  lost = 0;
  readonly rollKeys = 256;
  readonly #options: RedisHistoryOptions;
  readonly #reads: HistoryReads;
  #onDue: ((channel: string, tier: number, key: string) => void) | undefined;
  /** Chains whose roll was requested and has not ended, by channel or tier; true if it was requested again since. */
  readonly #requested = new Map<string, Map<string, boolean>>();
  /** Channels whose first tier cannot be written. */
  readonly #failing = new Set<string>();
  /** Channels and tiers whose roll was refused because another instance was faster, or for a similar reason. */
  readonly #refused = new Set<string>();
  /** Channels that are full: all that can be rolled is rolled. */
  readonly #full = new Set<string>();
  /** Channels after a roll that took long: when the next one may begin, by `performance.now()`. */
  readonly #resting = new Map<string, number>();
  readonly #waits = new RollWaits();
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(options: RedisHistoryOptions) {
    this.#options = options;
    this.#reads = new HistoryReads(options);
  }

  start(onDue: (channel: string, tier: number, key: string) => void): void {
    this.#onDue = onDue;
    for (const [name, keys] of this.#requested) {
      const { channel, tier } = tierOf(name);
      this.#request(channel, tier, [...keys.keys()]);
    }
  }

  stop(): void {
    this.#onDue = undefined;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#waits.release();
  }

  /** `meta`: new meta of an append. */
  terms(channel: string, meta: Meta | undefined): HistoryTerms {
    const { usualMs } = this.#options;
    return {
      usual: usualMs ? 'D' : 'd',
      letter: meta === undefined ? '' : historyLetter(meta, usualMs),
      share: (0.6 * (1 + shareOf(channel) / 3)).toFixed(4),
      lossy: this.#failing.has(channel),
    };
  }

  /**
   * Requests rolls of keys, in the form of the engine. `urgency`: writers wait for it, or the channel is full, so that all of
   * these keys are rolled.
   */
  due(channel: string, tier: number, packed: readonly string[], urgency?: 'behind' | 'full'): void {
    if (this.#options.usualMs === undefined || packed.length === 0) return;
    if (urgency === 'full') this.#full.add(channel);
    const name = tierName(channel, tier);
    const requested = this.#requested.get(name) ?? new Map<string, boolean>();
    this.#requested.set(name, requested);
    const all = new Set(packed.map(unpackedKey));
    const keys = [...all].filter((key) => !requested.has(key));
    for (const key of all) requested.set(key, requested.has(key));
    const wait = (this.#resting.get(name) ?? 0) - performance.now();
    if (wait < 0 || urgency) this.#resting.delete(name);
    if (urgency) this.#request(channel, tier, [...requested.keys()]);
    else if (wait > 0) this.#later(wait, () => this.#request(channel, tier, keys));
    else this.#request(channel, tier, keys);
  }

  /** Returns a promise that a writer awaits whose key is behind. */
  waits(channel: string): Promise<void> | undefined {
    if (!this.#onDue || this.#failing.has(channel)) return undefined;
    return this.#waits.of(channel);
  }

  ended(channel: string, tier: number, keys: readonly string[], failed: boolean): void {
    const name = tierName(channel, tier);
    if (!failed) {
      const requested = this.#requested.get(name);
      const isRefused = this.#refused.delete(name);
      // Entries that arrived during the roll may be due already; the engine reports whether they are.
      const again = keys.filter((key) => requested?.get(key) || isRefused).map(packed);
      for (const key of keys) requested?.delete(key);
      if (requested?.size === 0) this.#requested.delete(name);
      if (isRefused)
        this.#later(20 + 80 * this.#options.random(), () => this.due(channel, tier, again));
      else this.due(channel, tier, again);
    }
    if (tier >= 0) return;
    this.#full.delete(channel);
    if (failed) this.#failing.add(channel);
    else this.#failing.delete(channel);
    this.#waits.release(channel);
  }

  /** Returns all blocks of a tier, in the order in which they were appended. */
  blocks(name: string): Promise<Slice> {
    return this.#reads.blocks(name);
  }

  read(channel: string, wish: HistoryWish): Promise<HistorySlice> {
    return this.#reads.read(channel, wish);
  }

  async roll(
    channel: string,
    tier: number,
    keys: readonly string[],
  ): Promise<RollSource | undefined> {
    const begun = performance.now();
    const asked = keys.map(packed);
    const source = await (tier < 0
      ? this.#reads.entriesToRoll(channel, asked, this.#full.has(channel))
      : this.#reads.blocksToRoll(channel, tier, asked));
    const rest = (performance.now() - begun) * REST;
    if (tier < 0 && rest > LEAST_REST_MS) this.#resting.set(channel, performance.now() + rest);
    return source;
  }

  async skip({ channel, shared }: RollMark, tier: number, key: string): Promise<void> {
    if (tier >= 0 || !shared) return;
    const { bytes, now } = this.#options;
    const args = [shared.cursor, String(now()), packed(key)];
    const growth = await this.#reads.run(SKIP_ENTRIES, channel, args);
    bytes.note(channel, growth as number);
  }

  /** Appends blocks to a tier. @throws ProtocolError `moved` */
  async append(
    name: string,
    items: Item[],
    { expect = '', source }: AppendOptions = {},
  ): Promise<AppendResult> {
    const { bytes, now, random } = this.#options;
    const { channel, tier } = tierOf(name);
    const { shared } = source ?? {};
    const checks = [expect, shared?.id ?? '', shared?.cursor ?? ''];
    const args = [String(tier), newTag(random), String(now()), ...checks];
    const blocks = packItems(items, 0);
    items.forEach((item, i) => {
      const [key = '', fragment = ''] = blocks.slice(2 * i);
      args.push(key, shared?.begins.get(unpackedKey(key)) ?? '', fragment, ...headOf(fragment));
    });
    const reply = await this.#reads.run(APPEND_BLOCKS, channel, args);
    const [what, cursor, ...rest] = reply as [string, string, ...(string | number)[]];
    if (what === 'moved') {
      this.#refused.add(tierName(channel, tier - 1));
      throw moved(name, expect, cursor);
    }
    const [growth, growthOfEntries, ...keys] = rest;
    bytes.note(channel, Number(growth) + Number(growthOfEntries));
    this.due(channel, tier, keys as string[]);
    const first = parseInt(cursor) - items.length + 1;
    return { cursor, first, count: items.length, replayed: false };
  }

  #request(channel: string, tier: number, keys: readonly string[]): void {
    for (const key of keys) this.#onDue?.(channel, tier, key);
  }

  #later(ms: number, what: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      what();
    }, ms).unref();
    this.#timers.add(timer);
  }
}

/** Returns a chain's key in the form of the engine. */
const packed = (key: string): string => packedKey(key === '' ? {} : { k: key.slice(1) });

/** Returns the values in the index of a block: `u`, `a`, `x`, number of buckets, end, weight. */
function headOf(fragment: string): string[] {
  const head = blockHead(`{"v":0,${fragment}`);
  if (!head) throw new Error('a tier holds only blocks');
  const { rolled, reach, keepFrom, count, end, weight } = head;
  return [rolled, reach, keepFrom, count, end, weight].map((each) => String(each ?? ''));
}

/** Returns the letter by which the engine knows whether a channel with this meta keeps history: see `read_state`. */
export function historyLetter(meta: Meta, usualMs: number | undefined): string {
  const isFixed = !historyKept(meta, 0) === !historyKept(meta, 1);
  const letter = isFixed ? 'n' : 'm';
  const keeps = usualMs !== undefined && historyKept(meta, usualMs);
  return keeps ? letter.toUpperCase() : letter;
}
