import type { After } from './backoff.ts';

/** Options of `deadline`. */
export interface DeadlineOptions {
  ms: number;
  now: () => number;
  after: After;
  /** Called when the time is over. */
  onOver: () => void;
  /** Called when the machine slept in between, which breaks every connection. */
  onSlept: () => void;
}

/** Length of a tick in ms. The deadline is counted in ticks: a clock can be set, and jumps when the machine sleeps. */
const TICK_MS = 5_000;
/** Delay of a tick, in ms, that counts as sleep. Throttled timers of a hidden page look the same. */
const SLEPT_MS = 10_000;

/** Calls either `onOver` or `onSlept`, once. Returns the function that cancels it. */
export function deadline({ ms, now, after, onOver, onSlept }: DeadlineOptions): () => void {
  let cancel = (): void => {};
  const tick = (leftMs: number): void => {
    const tickMs = Math.min(leftMs, TICK_MS);
    const setAt = now();
    cancel = after(tickMs, () => {
      if (now() - setAt > tickMs + SLEPT_MS) onSlept();
      else if (leftMs > tickMs) tick(leftMs - tickMs);
      else onOver();
    });
  };
  tick(ms);
  return () => cancel();
}
