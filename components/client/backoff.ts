/** Calls `run` once after `ms`. Returns the function that cancels the call. Tests replace it. */
export type After = (ms: number, run: () => void) => () => void;

/** Longer delays overflow the platforms' timers, which then fire immediately. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The platform's timer. */
export const after: After = (ms, run) => {
  const timer = setTimeout(run, Math.min(ms, MAX_TIMER_MS));
  return () => clearTimeout(timer);
};

const BASE_MS = 500;
/** Base delay in ms for errors that are not likely to end soon. */
const SLOW_BASE_MS = 2_000;
const CAP_MS = 30_000;
/** Maximum wait in ms that a server may ask for. */
const MAX_FLOOR_MS = 3_600_000;

/** Options of `retryDelayMs`. */
export interface RetryDelayOptions {
  /** Number of consecutive failures, including this one: 1, 2, 3 … */
  attempt: number;
  /** Random number: 0 ≤ random() < 1. */
  random: () => number;
  /** Minimum wait in ms: `Retry-After`. Default 0. */
  floorMs?: number | undefined;
  /** Starts at 2 s instead of 0.5 s. Default false. */
  slow?: boolean;
}

/**
 * Returns the wait before the next attempt, ms: the floor plus random × min(30 s, base × 2^(attempt − 1)). Full jitter
 * spreads the clients of a restarted server, even if it sent the same `Retry-After` to all of them.
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function retryDelayMs({
  attempt,
  random,
  floorMs = 0,
  slow = false,
}: RetryDelayOptions): number {
  const baseMs = slow ? SLOW_BASE_MS : BASE_MS;
  const jitterMs = random() * Math.min(CAP_MS, baseMs * 2 ** (attempt - 1));
  return clampFloorMs(floorMs) + Math.round(jitterMs);
}

/** Returns a wait that a server asked for, in ms, limited to 0 … 1 h. */
export const clampFloorMs = (ms: number): number => Math.min(MAX_FLOOR_MS, Math.max(0, ms));

/** Returns `Retry-After` (RFC 9110 §10.2.3: whole seconds, or a date) in ms from `now`; undefined if it is neither. */
export function parseRetryAfter(value: string | null, now: number): number | undefined {
  const text = value?.trim() ?? '';
  if (/^\d+$/.test(text)) return clampFloorMs(Number(text) * 1000);
  const date = text ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : clampFloorMs(date - now);
}
