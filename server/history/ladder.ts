const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Steps of responses by tier, in ms, ascending: multiples of the tier's step, below the step of the next tier. */
const STEPS: readonly (readonly number[])[] = [
  [1, 2, 5].map((n) => n * SECOND),
  [10, 20, 30].map((n) => n * SECOND),
  [1, 2].map((n) => n * MINUTE),
  [5, 10, 15].map((n) => n * MINUTE),
  [0.5, 1, 2, 3].map((n) => n * HOUR),
  [0.25, 0.5, 1, 2, 7, 14].map((n) => n * DAY),
];

/** Longer steps, for ranges of centuries, are multiples of four weeks. */
const MONTH = 28 * DAY;

/** The tier that answers a query, as an index into `TIERS`, and the step of the response in ms. */
export interface Choice {
  tier: number;
  step: number;
}

/**
 * Chooses the finest tier that is complete from `from` on and has a step with at most `points` buckets for the span; if none
 * reaches back that far, the coarsest one. `reach[i]` is the end of the youngest bucket that tier `i` has dropped, in ms;
 * undefined if it has dropped none. Tiers from `reach.length` on are not kept.
 */
export function chooseTier(
  { from, to, points }: { from: number; to: number; points: number },
  reach: readonly (number | undefined)[],
): Choice {
  const least = (to - from) / points;
  const last = reach.length - 1;
  for (let tier = 0; tier < last; tier++) {
    if ((reach[tier] ?? -Infinity) > from) continue;
    const step = STEPS[tier]?.find((each) => each >= least);
    if (step !== undefined) return { tier, step };
  }
  const step = STEPS.slice(last)
    .flat()
    .find((each) => each >= least);
  return { tier: last, step: step ?? Math.ceil(least / MONTH) * MONTH };
}
