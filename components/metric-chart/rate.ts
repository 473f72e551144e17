/** The last reading of a counter. */
export interface Reading {
  t: number;
  v: number;
}

/**
 * A counter's growth per second between two readings. A reading below the one before means that the counter began
 * again at zero, so it is the growth itself (as Prometheus counts). NaN where there is nothing to compare.
 */
export function ratePerSecond(before: Reading | undefined, now: Reading): number {
  if (!before || !(now.t > before.t)) return Number.NaN;
  const growth = now.v < before.v ? now.v : now.v - before.v;
  return growth / ((now.t - before.t) / 1_000);
}
