import { monitorEventLoopDelay } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';

/** How hard the process has it, as shares of what it can bear: at 1 and above, no more work is taken on. */
export interface ProcessLoad {
  /** The event loop's mean delay over a second, of `maxLagMs`. One long turn among short ones hardly counts. */
  readonly lag: number;
  /** The heap in use, of what V8 will bear. */
  readonly heap: number;
  stop(): void;
}

export interface ProcessLoadOptions {
  /** Mean delay of the event loop that is too much. */
  maxLagMs: number;
}

const WINDOW_MS = 1_000;
const STEP_MS = 20;
/** V8 ends the process at its limit, and collects all the time shortly before it. */
const HEAP_SHARE = 0.9;

/** Measures every second, so that it also falls again by itself. */
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
