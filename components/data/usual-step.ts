/** Steps of so many of the newest entries decide what is usual. */
const LOOKED_AT = 20;
/** Silence of so many usual steps is a gap. */
const STEPS = 4;
/** Before there are three entries nobody knows their step: so long an entry holds. */
const UNTIL_KNOWN_MS = 600_000;

/**
 * Returns for how long an entry says how things are, where nobody gave the channel a `ttl`: four usual steps, the median of the
 * last 20; ten minutes while there are fewer than three entries. `times` in ms, ascending. Unknown is never green.
 */
export function usualHoldMs(times: readonly number[]): number {
  if (times.length < 3) return UNTIL_KNOWN_MS;
  const newest = times.slice(-LOOKED_AT - 1);
  const steps = newest.slice(1).map((t, n) => t - (newest[n] as number));
  const median = steps.toSorted((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
  return median > 0 ? median * STEPS : UNTIL_KNOWN_MS;
}
