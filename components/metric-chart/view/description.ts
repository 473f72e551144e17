import { formatValue } from '../../format/format.ts';
import type { Words } from '../../locale/messages.ts';
import type { Span } from '../drawing/frame.ts';
import { timeLabel } from '../drawing/time-ticks.ts';
import type { DataLine } from '../samples/chart-data.ts';
import type { Spread } from '../samples/series.ts';

/** Data for the description of a chart for screen readers. */
export interface DescriptionFacts {
  name: string;
  lines: readonly DataLine[];
  /** The visible span. */
  span: Span;
  /** True if the view is fixed to a span that the viewer chose. */
  held: boolean;
  words: Words;
  language: string;
  timeZone: string;
  label: (line: DataLine) => string;
  text: (v: number, line: DataLine) => string;
}

/** Maximum number of described lines: a longer list of figures is hard to follow. */
const MOST_TOLD = 4;

/** Returns the chart in words: "CPU, last 5m: now 42 %, lowest 12 %, highest 88 %, average 40 %". */
export function describe(facts: DescriptionFacts): string {
  const { name, lines, span, words, label, text } = facts;
  const shown = lines.filter((line) => !line.hidden).slice(0, MOST_TOLD);
  const told = shown.flatMap((line) => {
    const summary = summaryOf(line, span.fromT, span.toT);
    if (!summary) return [];
    const figures = words.chartFigures({
      now: text(summary.last, line),
      low: text(summary.min, line),
      high: text(summary.max, line),
      mean: text(summary.mean, line),
    });
    return [lines.length > 1 ? `${label(line)} ${figures}` : figures];
  });
  return [titleOf(facts, name), ...told].join(lines.length > 1 ? '; ' : ': ');
}

function titleOf(
  { span, held, words, language, timeZone }: DescriptionFacts,
  name: string,
): string {
  if (held) {
    const time = (t: number): string => timeLabel(t, 'second', timeZone, language);
    return words.chartHeld(name, time(span.fromT), time(span.toT));
  }
  const seconds = Math.round((span.toT - span.fromT) / 1_000);
  return words.chartSpan(name, formatValue(seconds, { format: 'duration', language }));
}

/** Figures of a line over a span. */
export interface Summary {
  last: number;
  min: number;
  max: number;
  /** Time of the largest value, the first of equal ones. */
  maxT: number;
  mean: number;
  sum: number;
}

/** Computes the figures of the samples of `[fromT, toT]`; undefined without a value. */
export function summaryOf(line: DataLine, fromT: number, toT: number): Summary | undefined {
  const { series } = line;
  if (series.spread) return bucketSummary(line, series.spread, fromT, toT);
  const summary = { last: Number.NaN, min: Infinity, max: -Infinity, maxT: 0, mean: 0, sum: 0 };
  let count = 0;
  for (let i = series.indexAt(fromT); i < series.end && (series.times[i] as number) <= toT; i++) {
    const v = series.values[i] as number;
    if (Number.isNaN(v)) continue;
    summary.last = v;
    summary.sum += v;
    summary.min = Math.min(summary.min, v);
    if (v > summary.max) {
      summary.max = v;
      summary.maxT = series.times[i] as number;
    }
    count++;
    summary.mean += (v - summary.mean) / count;
  }
  return count > 0 ? summary : undefined;
}

/** Computes the figures of buckets. The mean is that of the samples, not of the buckets; the last is the newest sample, if it is in the span. */
function bucketSummary(
  { series, raw }: DataLine,
  { counts, sums, mins, maxs }: Spread,
  fromT: number,
  toT: number,
): Summary | undefined {
  const summary = { last: Number.NaN, min: Infinity, max: -Infinity, maxT: 0, mean: 0, sum: 0 };
  let count = 0;
  for (let i = series.indexAt(fromT); i < series.end && (series.times[i] as number) <= toT; i++) {
    if (counts[i] === 0) continue;
    summary.last = series.values[i] as number;
    summary.sum += sums[i] as number;
    summary.min = Math.min(summary.min, mins[i] as number);
    if ((maxs[i] as number) > summary.max) {
      summary.max = maxs[i] as number;
      summary.maxT = series.times[i] as number;
    }
    count += counts[i] as number;
  }
  if (count === 0) return undefined;
  const newest = raw.values[raw.end - 1];
  const isRecent = raw.lastTime >= fromT && raw.lastTime <= toT;
  const last = isRecent && newest !== undefined ? newest : summary.last;
  return { ...summary, last, mean: summary.sum / count };
}
