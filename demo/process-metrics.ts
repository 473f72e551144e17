import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { Meta } from 'lp-kit/server';
import type { Sample } from './host-metrics.ts';

const EACH_SECOND: Meta = { ttl: 5, retain: 360, min: 0 };

export const processChannels: Record<string, Meta> = {
  loop: { ...EACH_SECOND, label: 'Event loop delay', unit: 'millisecond' },
  'process.busy': { ...EACH_SECOND, label: 'Event loop busy', max: 1 },
  'process.memory': { ...EACH_SECOND, label: 'Process memory' },
};

export interface ProcessMetrics {
  /** Values since the last call. */
  read(): Sample;
  close(): void;
}

const RESOLUTION_MS = 10;

/** Measures this process. */
export function processMetrics(): ProcessMetrics {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  let busy = performance.eventLoopUtilization();
  return {
    read() {
      const { utilization } = performance.eventLoopUtilization(busy);
      busy = performance.eventLoopUtilization();
      const { rss, heapUsed, heapTotal } = process.memoryUsage();
      const loop =
        delays.count > 0
          ? { p50: delayMs(delays.percentile(50)), p99: delayMs(delays.percentile(99)) }
          : undefined;
      delays.reset();
      return {
        loop,
        'process.busy': { value: Math.round(utilization * 10_000) / 10_000 },
        'process.memory': { rss, heapUsed, heapTotal },
      };
    },
    close: () => delays.disable(),
  };
}

/** Node measures the time between two of its own ticks: the delay is the excess. */
const delayMs = (nanoseconds: number): number =>
  Math.max(0, Math.round((nanoseconds / 1e6 - RESOLUTION_MS) * 100) / 100);
