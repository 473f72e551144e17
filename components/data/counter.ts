/** One reading of a counter. */
export interface Reading {
  /** Time in ms since 1970. */
  t: number;
  /** Value of the counter. */
  v: number;
  /** Growth per second up to this reading, where it is known. */
  rate?: number;
}

/** A 32-bit counter starts again at zero after this many. */
const WRAP = 2 ** 32;
/** A restarted counter is at or below this share of its last reading. */
const RESTART_SHARE = 0.5;
/** A growth across a wrap is plausible up to this multiple of the last growth. */
const PLAUSIBLE = 10;

/**
 * Returns the growth of a counter per second between two readings; NaN if it is unknown.
 *
 * There are three reasons why a counter falls:
 * - It fell by less than half: a part of a summed counter was removed, or the readings jitter. The growth is unknown.
 * - It passed 2^32 and started again at zero (network cards). Assumed where the growth across that point is similar to the
 * growth before.
 * - It restarted at zero. The reading itself is the growth, as in Prometheus' `rate()`.
 */
export function ratePerSecond(before: Reading | undefined, now: Reading): number {
  if (!before || !(now.t > before.t)) return Number.NaN;
  const seconds = (now.t - before.t) / 1_000;
  if (now.v >= before.v) return (now.v - before.v) / seconds;
  if (now.v > before.v * RESTART_SHARE) return Number.NaN;
  const wrapped = (now.v + WRAP - before.v) / seconds;
  const usual = before.rate ?? 0;
  const isWrap = before.v < WRAP && now.v >= 0 && wrapped <= usual * PLAUSIBLE;
  return isWrap ? wrapped : now.v / seconds;
}
