import type { DataLine } from '../samples/chart-data.ts';

/** Values of a chart at a time: the nearest raw sample of each line in reach. */
export interface Reading {
  /** Time in ms of the sample nearest to the requested time. */
  t: number;
  points: ReadingPoint[];
}

/** A value of a line at a time (ms). */
export interface ReadingPoint {
  line: DataLine;
  t: number;
  v: number;
  /** The smallest and the largest sample, if the point is a bucket of several samples. */
  low?: number;
  high?: number;
}

/**
 * Returns the raw samples nearest to `t` within `[fromT, toT]`: the closest one of all lines, and those of the other lines
 * within `reachMs` of it. Returns undefined if there are none.
 */
export function readingAt(
  lines: readonly DataLine[],
  t: number,
  { fromT, toT, reachMs }: { fromT: number; toT: number; reachMs: number },
): Reading | undefined {
  const shown = lines.filter((line) => !line.hidden);
  const nearest = shown.flatMap((line) => pointAt(line, line.series.nearest(t, fromT, toT)));
  const [first] = nearest.sort((a, b) => Math.abs(a.t - t) - Math.abs(b.t - t));
  if (!first) return undefined;
  const points = shown
    .flatMap((line) => pointAt(line, line.series.nearest(first.t, fromT, toT)))
    .filter((point) => Math.abs(point.t - first.t) <= reachMs);
  return { t: first.t, points };
}

/** Returns the time of the next sample after `t` (before it if `direction` is −1) among the samples of all visible lines. */
export function stepFrom(
  lines: readonly DataLine[],
  t: number,
  direction: 1 | -1,
  { fromT, toT }: { fromT: number; toT: number },
): number {
  let best = direction * Infinity;
  for (const { series, hidden } of lines) {
    if (hidden) continue;
    const start = direction > 0 ? series.indexAt(t + 0.001) : series.indexAt(t) - 1;
    for (let i = start; i >= series.start && i < series.end; i += direction) {
      if (Number.isNaN(series.values[i])) continue;
      const at = series.times[i] as number;
      if (at >= fromT && at <= toT && direction * at < direction * best) best = at;
      break;
    }
  }
  return Number.isFinite(best) ? best : t;
}

function pointAt(line: DataLine, i: number): ReadingPoint[] {
  if (i < 0) return [];
  const { times, values, spread } = line.series;
  const point = { line, t: times[i] as number, v: values[i] as number };
  const [low, high] = [spread?.mins[i], spread?.maxs[i]];
  if (low === undefined || high === undefined || !(low < high)) return [point];
  return [{ ...point, low, high }];
}
