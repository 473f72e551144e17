import type { After } from './backoff.ts';

/** Options of `deadline`. */
export interface DeadlineOptions {
  ms: number;
  now: () => number;
  after: After;
  /** The time is over. */
  onOver: () => void;
  /** Called when the machine slept in between, which breaks every connection. */
  onSlept: () => void;
}

/** The deadline is counted in ticks, not read off a clock that people and sleep can set. */
const TICK_MS = 5_000;
/** A tick this much too late means sleep; throttled timers of a hidden page look the same. */
const SLEPT_MS = 10_000;

/** Calls one of `onOver` and `onSlept`, once; the function returned calls it off. */
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
