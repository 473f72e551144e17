/*
 * What stores must know of tiers. A tier is a channel of the store, named after its source and the length of its buckets:
 * `room~1m`. No request can name it, since `~` is in no channel's name. Its entries are blocks, which `server/history` makes
 * and reads; a store reads only their heads.
 */
import { historyMs } from '../../protocol/history.ts';
import type { Meta } from '../../protocol/lp1.ts';

/** One tier. */
export interface TierSize {
  readonly name: string;
  /** Length of a bucket in ms. */
  readonly step: number;
  /** Buckets kept per key. */
  readonly keep: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/**
 * The tiers, finest first. At one sample a second they hold 20 minutes, 2 hours, 24 hours, 3 days, 32 days and a year; at
 * one an hour, the finest holds 50 days. They count buckets, not age: a bucket without samples takes no room.
 */
export const TIERS: readonly TierSize[] = [
  { name: '1s', step: SECOND, keep: 1_200 },
  { name: '10s', step: 10 * SECOND, keep: 720 },
  { name: '1m', step: MINUTE, keep: 1_440 },
  { name: '5m', step: 5 * MINUTE, keep: 864 },
  { name: '30m', step: 30 * MINUTE, keep: 1_536 },
  { name: '6h', step: 6 * HOUR, keep: 1_464 },
];

/** Name of the channel that holds tier `tier` of a channel; the channel itself for -1. */
export const tierName = (channel: string, tier: number): string =>
  tier < 0 ? channel : `${channel}~${TIERS[tier]?.name ?? ''}`;

/** Names of the channels of all tiers of a channel, finest first. */
export const tierNames = (channel: string): string[] =>
  TIERS.map((_, tier) => tierName(channel, tier));

/** True for the name of a tier's channel. */
export const isTier = (name: string): boolean => name.includes('~');

/** The channel whose history a tier is, and which tier: an index into `TIERS`. Gives -1 for a channel itself. */
export function tierOf(name: string): { channel: string; tier: number } {
  const mark = name.indexOf('~');
  if (mark < 0) return { channel: name, tier: -1 };
  const rung = name.slice(mark + 1);
  return { channel: name.slice(0, mark), tier: TIERS.findIndex((tier) => tier.name === rung) };
}

/** What a store reads from the head of a block. */
export interface BlockHead {
  /** Start of its first bucket, ms since 1970. */
  start: number;
  /** Number of its buckets. */
  count: number;
  /** End of its last bucket, ms since 1970. */
  end: number;
  /** Number of buckets that it fills in the next tier. */
  weight: number;
  /** The source is rolled up to this version, for the key of the block. */
  rolled: number | undefined;
  /** Blocks of the key before this version are released. */
  keepFrom: number | undefined;
  /** End of the youngest bucket that was ever released, ms since 1970. */
  reach: number | undefined;
}

const HEAD =
  /^\{"v":\d+,"t":(-?\d+)(?:,"k":"(?:[^"\\]|\\.)*")?,"d":\{"s":\d+,"c":(\d+),"h":(-?\d+),"w":(\d+)(?:,"u":"(\d+)\.\w+")?(?:,"x":(\d+))?(?:,"a":(-?\d+))?[,}]/;

/** Reads the head of a block; undefined for meta. */
export function blockHead(text: string): BlockHead | undefined {
  const [all, start, count, end, weight, rolled, keepFrom, reach] = HEAD.exec(text) ?? [];
  if (all === undefined) return undefined;
  return {
    start: Number(start),
    count: Number(count),
    end: Number(end),
    weight: Number(weight),
    rolled: numberOr(rolled),
    keepFrom: numberOr(keepFrom),
    reach: numberOr(reach),
  };
}

const numberOr = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Number(text);

/** The history that a channel keeps beyond its entries. */
export interface HistoryKept {
  /** Age in ms above which buckets may be dropped. */
  ms: number;
  /** Number of tiers, from the finest on. */
  tiers: number;
}

/**
 * A channel that retains fewer entries per key than this, and whose meta does not set `history`,
 * keeps none: the small limit is taken as intended.
 */
const LEAST_RETAIN = 100;

/**
 * Returns the history of a channel with this meta; undefined if it keeps none. `usualMs` applies to
 * channels whose meta does not set `history`; 0 = none.
 */
export function historyKept(meta: Meta | undefined, usualMs: number): HistoryKept | undefined {
  const said = meta?.history === undefined ? undefined : historyMs(meta.history);
  const isLimited = meta?.maxAge !== undefined || (meta?.retain ?? LEAST_RETAIN) < LEAST_RETAIN;
  const ms = said ?? (isLimited ? 0 : usualMs);
  if (ms === 0) return undefined;
  const enough = TIERS.findIndex(({ step, keep }) => step * keep >= ms);
  return { ms, tiers: enough < 0 ? TIERS.length : enough + 1 };
}
