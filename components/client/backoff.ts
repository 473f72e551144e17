/** Runs `run` once in `ms`; the function returned calls it off. The seam for tests. */
export type After = (ms: number, run: () => void) => () => void;

/** Longer delays overflow the platforms' timers, which then fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The platform's timer. */
export const after: After = (ms, run) => {
  const timer = setTimeout(run, Math.min(ms, MAX_TIMER_MS));
  return () => clearTimeout(timer);
};

const BASE_MS = 500;
const CAP_MS = 30_000;
/** No server may silence a wall for longer. */
const MAX_FLOOR_MS = 3_600_000;

export interface RetryDelayOptions {
  /** Failures in a row, this one included: 1, 2, 3 … */
  attempt: number;
  /** 0 ≤ random() < 1. */
  random: () => number;
  /** `Retry-After`, ms. */
  floorMs?: number | undefined;
}

/**
 * The floor, and on top of it random × min(30 s, 0.5 s × 2^k): full jitter, so that a thousand clients of a restarted
 * server come back spread out, also when it told all of them the same `Retry-After`.
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function retryDelayMs({ attempt, random, floorMs = 0 }: RetryDelayOptions): number {
  const jitterMs = random() * Math.min(CAP_MS, BASE_MS * 2 ** (attempt - 1));
  return clampFloorMs(floorMs) + Math.round(jitterMs);
}

/** A wait that a server asked for, within 0 … 1 h. */
export const clampFloorMs = (ms: number): number => Math.min(MAX_FLOOR_MS, Math.max(0, ms));

/** `Retry-After` (RFC 9110 §10.2.3) in ms from `now`: whole seconds, or a date. undefined where it is neither. */
export function parseRetryAfter(value: string | null, now: number): number | undefined {
  const text = value?.trim() ?? '';
  if (/^\d+$/.test(text)) return clampFloorMs(Number(text) * 1000);
  const date = text ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : clampFloorMs(date - now);
}
