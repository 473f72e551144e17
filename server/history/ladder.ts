/** A tier: what of the samples is kept in buckets of one length. */
export interface Tier {
  /** What follows the channel's name, and a tilde, in the name of the tier's channel: `1m`. */
  readonly name: string;
  /** Length of a bucket in ms. */
  readonly step: number;
  /** Buckets kept per key. */
  readonly keep: number;
  /**
   * Steps of answers that are computed from this tier, in ms, ascending: multiples of its step, below the step of the next
   * tier.
   */
  readonly steps: readonly number[];
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * The tiers, finest first. At one sample per second they hold 20 minutes, 2 hours, 24 hours, 3 days, 32 days and a year; at
 * one per hour, the finest holds 50 days. They are limited by buckets, not by age: a bucket without samples takes no room.
 */
export const LADDER: readonly Tier[] = [
  { name: '1s', step: SECOND, keep: 1_200, steps: [1, 2, 5].map((n) => n * SECOND) },
  { name: '10s', step: 10 * SECOND, keep: 720, steps: [10, 20, 30].map((n) => n * SECOND) },
  { name: '1m', step: MINUTE, keep: 1_440, steps: [1, 2].map((n) => n * MINUTE) },
  { name: '5m', step: 5 * MINUTE, keep: 864, steps: [5, 10, 15].map((n) => n * MINUTE) },
  { name: '30m', step: 30 * MINUTE, keep: 1_536, steps: [30, 60, 120, 180].map((n) => n * MINUTE) },
  {
    name: '6h',
    step: 6 * HOUR,
    keep: 1_464,
    steps: [6, 12, 24, 48, 168, 336].map((n) => n * HOUR),
  },
];

/** The longest steps, for ranges of centuries: multiples of four weeks. */
const MONTH = 28 * DAY;

/** The tier that answers a question, as an index into `LADDER`, and the step of the answer in ms. */
export interface Choice {
  tier: number;
  step: number;
}

/**
 * Chooses the finest tier that is complete from `from` on and has a step with at most `points` buckets for the span; if none
 * reaches back that far, the coarsest one. `reach[i]` is the end of the youngest bucket that tier `i` has dropped, in ms;
 * undefined where it has dropped none. Tiers from `reach.length` on are not kept.
 */
export function chooseTier(
  { from, to, points }: { from: number; to: number; points: number },
  reach: readonly (number | undefined)[],
): Choice {
  const least = (to - from) / points;
  const last = reach.length - 1;
  for (let tier = 0; tier < last; tier++) {
    if ((reach[tier] ?? -Infinity) > from) continue;
    const step = stepOf(tier, least);
    if (step !== undefined) return { tier, step };
  }
  return {
    tier: last,
    step:
      LADDER.slice(last).reduce<number | undefined>(
        (found, _, i) => found ?? stepOf(last + i, least),
        undefined,
      ) ?? longStep(least),
  };
}

/** The shortest step of a tier that is at least `least` ms. */
const stepOf = (tier: number, least: number): number | undefined =>
  LADDER[tier]?.steps.find((step) => step >= least);

const longStep = (least: number): number => Math.ceil(least / MONTH) * MONTH;
