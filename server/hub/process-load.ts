import { monitorEventLoopDelay } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';

/** Load of the process, as fractions of its limits: at 1 and above it is overloaded and refuses polls. */
export interface ProcessLoad {
  /**
   * Mean delay of the event loop over a second, as a fraction of `maxLagMs`. A single long turn hardly changes the
   * mean.
   */
  readonly lag: number;
  /** Heap in use, as a fraction of 90 % of V8's limit. */
  readonly heap: number;
  /** Ends the measuring. */
  stop(): void;
}

/** Options of `processLoad`. */
export interface ProcessLoadOptions {
  /** Mean delay of the event loop, in ms, that counts as overload. */
  maxLagMs: number;
}

const WINDOW_MS = 1_000;
const STEP_MS = 20;
/** Fraction of V8's heap limit that counts as full: close to the limit V8 collects garbage all the time. */
const HEAP_SHARE = 0.9;

/** Starts to measure the load, once a second, so that it also falls again by itself. */
export function processLoad({ maxLagMs }: ProcessLoadOptions): ProcessLoad {
  const delay = monitorEventLoopDelay({ resolution: STEP_MS });
  delay.enable();
  let [lag, heap] = [0, 0];
  const timer = setInterval(() => {
    lag = delay.count > 0 ? Math.max(0, delay.mean / 1e6 - STEP_MS) / maxLagMs : 0;
    delay.reset();
    const { used_heap_size, heap_size_limit } = getHeapStatistics();
    heap = used_heap_size / (heap_size_limit * HEAP_SHARE);
  }, WINDOW_MS).unref();
  return {
    get lag() {
      return lag;
    },
    get heap() {
      return heap;
    },
    stop() {
      clearInterval(timer);
      delay.disable();
    },
  };
}
