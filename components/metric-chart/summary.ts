import type { DataLine } from './samples/chart-data.ts';

/** Figures of a line over a span. */
export interface Summary {
  last: number;
  min: number;
  max: number;
  mean: number;
}

/** What the samples of `[fromT, toT]` come to; undefined without a value. */
export function summaryOf({ series }: DataLine, fromT: number, toT: number): Summary | undefined {
  const summary = { last: Number.NaN, min: Infinity, max: -Infinity, mean: 0 };
  let count = 0;
  for (let i = series.indexAt(fromT); i < series.end && (series.times[i] as number) <= toT; i++) {
    const v = series.values[i] as number;
    if (Number.isNaN(v)) continue;
    summary.last = v;
    summary.min = Math.min(summary.min, v);
    summary.max = Math.max(summary.max, v);
    count++;
    summary.mean += (v - summary.mean) / count;
  }
  return count > 0 ? summary : undefined;
}
