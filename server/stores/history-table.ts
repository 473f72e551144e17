import type { Meta } from '../../protocol/lp1.ts';
import type { ChannelLog } from './channel-log.ts';
import { type LogEntry, META } from './log-entry.ts';
import type { KeyChain } from './retained-entries.ts';
import { RollWaits } from './roll-waits.ts';
import { Rolling } from './rolling.ts';
import type {
  HistorySlice,
  HistoryStore,
  HistoryWish,
  KeyHistory,
  RollChain,
  RollMark,
  RollSource,
} from './store.ts';
import { blockHead, historyKept, isTier, tierName, tierNames, tierOf, TIERS } from './tiers.ts';

type OnDue = (channel: string, tier: number, key: string) => void;

/** The history of the channels of one process: their tiers, in memory. */
export class HistoryTable implements HistoryStore {
  lost = 0;
  readonly #logs: ReadonlyMap<string, ChannelLog>;
  readonly #usualMs: number;
  #onDue: OnDue | undefined;
  readonly #waits = new RollWaits();

  /** `usualMs`: age in ms for which history is kept unless a channel's meta sets another; 0 = none. */
  constructor(logs: ReadonlyMap<string, ChannelLog>, usualMs: number) {
    this.#logs = logs;
    this.#usualMs = usualMs;
  }

  start(onDue: OnDue): void {
    this.#onDue = onDue;
    for (const [name, log] of this.#logs) {
      for (const chain of log.entries.chains()) {
        if (chain.due) this.#requestRoll(name, chain);
      }
    }
  }

  stop(): void {
    this.#onDue = undefined;
    this.#waits.release();
  }

  /** Returns whether a channel with this meta keeps history. */
  keeps(meta: Meta): boolean {
    return historyKept(meta, this.#usualMs) !== undefined;
  }

  /** Sets which history a log keeps, by its channel's meta. */
  attach(name: string, log: ChannelLog, meta: Meta | undefined): void {
    const asTier = isTier(name);
    const kept = asTier ? undefined : historyKept(meta, this.#usualMs);
    if (!asTier && !kept) {
      log.rolling = undefined;
      return;
    }
    const isNew = !log.rolling;
    log.rolling ??= new Rolling({
      name,
      isTier: asTier,
      onDue: (chain) => this.#requestRoll(name, chain),
      onLost: () => void this.lost++,
    });
    log.rolling.kept = kept;
    if (isNew) for (const { key } of log.entries.chains()) log.rolledTo(key, 0);
    if (kept) this.#retryTiers(name);
  }

  /** Called when entries of a tier have become visible: marks their sources as rolled, and releases older blocks. */
  applied(name: string, entries: Iterable<LogEntry>): void {
    const { channel, tier } = tierOf(name);
    const log = this.#logs.get(name);
    const source = this.#logs.get(tierName(channel, tier - 1));
    for (const { key, text } of entries) {
      const head = blockHead(text);
      if (head?.keepFrom !== undefined) log?.evict([key], head.keepFrom);
      if (head?.rolled !== undefined) source?.rolledTo(key, head.rolled);
    }
  }

  /** Called when all channels are restored: reads from their tiers what is rolled; retention may trim from now on. */
  restored(): void {
    for (const [name, log] of this.#logs) {
      if (!isTier(name)) continue;
      const newest: LogEntry[] = [];
      for (const { key, last } of log.entries.chains())
        if (last) newest.push({ ...last, key, t: 0 });
      this.applied(name, newest);
    }
  }

  /** Drops the history of keys that are replaced by new ones. */
  evict(channel: string, keys: readonly string[]): void {
    for (const { log } of this.tiersOf(channel)) log.evict(keys);
  }

  /** Returns the non-empty tiers of a channel. */
  tiersOf(channel: string): { name: string; log: ChannelLog }[] {
    return tierNames(channel).flatMap((name) => {
      const log = this.#logs.get(name);
      return log && !log.empty ? [{ name, log }] : [];
    });
  }

  /** Returns a promise that the channel's writers have to await because the roller is behind; undefined if it is not. */
  waits(channel: string): Promise<void> | undefined {
    const rolling = this.#logs.get(channel)?.rolling;
    if (!rolling || rolling.behind.size === 0 || rolling.failing || !this.#onDue) return undefined;
    return this.#waits.of(channel);
  }

  read(channel: string, wish: HistoryWish): HistorySlice {
    const log = this.#logs.get(channel);
    if (!log) {
      wish.choose([]);
      return { cursor: '0', count: 0, keys: [] };
    }
    const { cursor, meta, rolling } = log;
    const keys = this.#keysOf(log, channel, wish);
    const slice = { cursor, meta, count: keys.length, keptMs: rolling?.kept?.ms };
    if (keys.length > wish.maxKeys) return { ...slice, keys: [] };
    const tiers = rolling?.kept?.tiers ?? 0;
    const reach = TIERS.slice(0, tiers).map((_, tier) =>
      most(keys.map((key) => this.#reachOf(channel, tier, key))),
    );
    const tier = wish.choose(reach);
    return {
      ...slice,
      keys: keys.map((key) => this.#keyHistory(channel, key, tiers === 0 ? undefined : tier)),
    };
  }

  roll(channel: string, tier: number, keys: readonly string[]): RollSource | undefined {
    const log = this.#logs.get(channel);
    const source = this.#logs.get(tierName(channel, tier));
    const kept = log?.rolling?.kept;
    if (!log || !source || !kept || tier + 1 >= kept.tiers) return undefined;
    const into = tierName(channel, tier + 1);
    const target = this.#logs.get(into);
    return {
      into,
      expect: target?.cursor ?? '0',
      source: { channel, clearedAt: log.floor.clearedAt },
      meta: log.meta,
      keptMs: kept.ms,
      isLast: tier + 2 >= kept.tiers,
      chains: keys.flatMap((key) => {
        const chain = source.entries.chain(key);
        return chain ? [rollChain(chain, target?.entries.chain(key))] : [];
      }),
    };
  }

  skip({ channel }: RollMark, tier: number, key: string, v: number): void {
    this.#logs.get(tierName(channel, tier))?.rolledTo(key, v);
  }

  ended(channel: string, tier: number, keys: readonly string[], failed: boolean): void {
    const log = this.#logs.get(tierName(channel, tier));
    if (log?.rolling) {
      log.rolling.failing = failed;
      for (const key of keys) {
        const chain = log.entries.chain(key);
        if (chain && !failed) log.rolling.retry(chain, log.retention.entries);
        else if (chain) chain.due = true; // the roller tries again by itself
      }
    }
    if (tier < 0) this.#waits.release(channel);
  }

  #requestRoll(name: string, { key }: KeyChain): void {
    const { channel, tier } = tierOf(name);
    const tiers = this.#logs.get(channel)?.rolling?.kept?.tiers ?? 0;
    if (tier + 1 < tiers) this.#onDue?.(channel, tier, key);
  }

  /** Called when the number of tiers may have changed: requests the rolls that are due. */
  #retryTiers(channel: string): void {
    for (const { log } of this.tiersOf(channel))
      for (const chain of log.entries.chains()) log.rolling?.retry(chain, Infinity);
  }

  /** Returns the wanted chain keys of a channel and its tiers. */
  #keysOf(log: ChannelLog, channel: string, { keys }: HistoryWish): string[] {
    const found = new Set<string>();
    for (const each of [log, ...this.tiersOf(channel).map((tier) => tier.log)])
      for (const { key } of each.entries.chains())
        if (key !== META && (!keys || keys.has(key.slice(1)))) found.add(key);
    return [...found];
  }

  #reachOf(channel: string, tier: number, key: string): number | undefined {
    const newest = this.#logs.get(tierName(channel, tier))?.entries.chain(key)?.last;
    return newest && blockHead(newest.text)?.reach;
  }

  /** Returns the history of one key. `tier` is undefined if the channel keeps no history. */
  #keyHistory(channel: string, key: string, tier: number | undefined): KeyHistory {
    const k = key === '' ? undefined : key.slice(1);
    const chain = this.#logs.get(channel)?.entries.chain(key);
    if (tier === undefined) return { k, blocks: [], raw: collect(chain, 0, []) };
    const blocks: string[] = [];
    for (let each = tier; each >= 0; each--) {
      const finer = this.#logs.get(tierName(channel, each))?.entries.chain(key);
      collect(finer, each === tier ? 0 : undefined, blocks);
    }
    const raw = collect(chain, undefined, []);
    const reach = this.#reachOf(channel, tier, key);
    const newest = this.#logs.get(tierName(channel, 0))?.entries.chain(key)?.last?.text;
    return { k, blocks, raw, newest, reach };
  }
}

/** Adds the texts of a chain after version `after`; by default those that are not rolled. */
function collect(chain: KeyChain | undefined, after: number | undefined, into: string[]): string[] {
  const from = after ?? chain?.rolled ?? 0;
  for (let entry = chain?.first; entry; entry = entry.next)
    if (entry.v > from) into.push(entry.text);
  return into;
}

function rollChain(chain: KeyChain, target: KeyChain | undefined): RollChain {
  const blocks: RollChain['blocks'] = [];
  for (let entry = target?.first; entry; entry = entry.next) {
    const head = blockHead(entry.text);
    if (head) blocks.push({ v: entry.v, count: head.count, end: head.end });
  }
  const { key, last } = chain;
  return {
    key,
    upTo: last ? { v: last.v, tag: last.tag } : undefined,
    texts: collect(chain, undefined, []),
    newest: target?.last?.text,
    blocks,
    rolled: target?.rolled ?? 0,
  };
}

const most = (numbers: (number | undefined)[]): number | undefined =>
  numbers.reduce((a, b) => (a === undefined || (b !== undefined && b > a) ? b : a), undefined);
