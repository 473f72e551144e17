import type { HistoryAnswer, HistoryOptions, HistorySeries } from '../../client/index.ts';
import { numberAt } from '../../data/number.ts';
import type { Bucket, BucketSeries } from '../samples/bucket-series.ts';
import type { Reading } from '../../data/counter.ts';
import type { ChartData, DataLine, Lane, Layer, rateOf } from '../samples/chart-data.ts';
import type { RecentEntries, VersionedSample } from '../samples/recent-entries.ts';

/**
 * Functions of the chart that this code uses. They are passed in because this code is loaded later: a module that both import
 * would be one more file for every page with a chart.
 */
export interface LineTools {
  newBuckets: (stepMs: number, buckets: readonly Bucket[]) => BucketSeries;
  rateOf: typeof rateOf;
  isOfLane: (line: DataLine, lane: Lane) => boolean;
}

/** The visible span. Times in ms. */
export interface HistoryView {
  fromT: number;
  toT: number;
  /** True if the view is fixed, rather than following the newest samples. */
  held: boolean;
  /** Width of the plot in CSS pixels. */
  widthPx: number;
}

/** A range that ends at most this many ms before the time of the response counts as ending now. */
const JUST_NOW_MS = 5_000;

/** A loaded history of a lane. Its times are those of the chart, shifted by the lane's offset. */
export class LoadedHistory {
  readonly fromT: number;
  /** End in ms; Infinity if live samples are added at the end. */
  readonly toT: number;
  readonly stepMs: number;
  /** Time in ms from which on there is history. */
  readonly since: number | undefined;
  /** Distance between the requested points, in ms. */
  readonly askedMs: number;
  readonly #answer: HistoryAnswer;
  readonly #lane: Lane;
  readonly #layers = new Map<DataLine, Layer>();
  readonly #tools: LineTools;
  readonly #isOpen: boolean;

  constructor(lane: Lane, answer: HistoryAnswer, { points, isOpen }: Asked, tools: LineTools) {
    this.#tools = tools;
    this.#isOpen = isOpen;
    const { from, to, step, since, now } = answer;
    this.#lane = lane;
    this.#answer = answer;
    this.fromT = from + lane.offsetMs;
    // Later entries were received by the page, so their version need not be compared.
    const isLive = lane.offsetMs === 0 && to >= now - JUST_NOW_MS;
    this.toT = isLive ? Infinity : to + lane.offsetMs;
    this.stepMs = step;
    this.since = since === undefined ? undefined : since + lane.offsetMs;
    this.askedMs = (to - from) / points;
  }

  /** Returns whether a view can be drawn from it at the view's resolution. */
  covers({ fromT, toT, widthPx }: HistoryView): boolean {
    const { stepMs, askedMs } = this;
    const isFine = stepMs <= 1_000 || askedMs <= (1.6 * (toT - fromT)) / widthPx;
    return isFine && this.fromT <= fromT + stepMs && this.toT >= toT - stepMs;
  }

  /** Returns whether it contains a part of a view, at any resolution. */
  touches({ fromT, toT }: HistoryView): boolean {
    return this.fromT < toT && this.toT > fromT;
  }

  /** Creates the layers of the lines in the history. Returns false if it contains no line that is drawn. */
  fill(
    data: ChartData,
    recent: RecentEntries,
    takes: (key: string | undefined) => boolean,
  ): boolean {
    for (const series of this.#answer.series) {
      if (!series.sum || !takes(series.key)) continue;
      for (const line of data.linesFor(this.#lane, series)) {
        const layer = this.#layer(line, series, recent);
        this.#layers.set(line, layer);
      }
    }
    return this.#layers.size > 0;
  }

  /** Returns the layer of a line. A line that was added later has only the newest entries. */
  layerOf(line: DataLine, recent: RecentEntries): Layer {
    let layer = this.#layers.get(line);
    if (!layer) this.#layers.set(line, (layer = this.#layer(line, undefined, recent)));
    return layer;
  }

  #layer(line: DataLine, history: HistorySeries | undefined, recent: RecentEntries): Layer {
    const { offsetMs } = this.#lane;
    const { step, cursor, from, to } = this.#answer;
    const buckets = history ? bucketsOf(history, line, this.#answer, this.#tools) : [];
    const shifted = buckets.map((bucket) => ({ ...bucket, t: bucket.t + offsetMs }));
    const series = this.#tools.newBuckets(step, shifted);
    // The response has whole buckets: the first one may begin before `from`, and the last one end after `to`.
    const fromT = Math.floor(from / step) * step;
    const toT = this.#isOpen ? Infinity : Math.ceil(to / step) * step;
    const layer = { series, after: versionOf(cursor), fromT, toT };
    if (offsetMs !== 0) return layer;
    const reading = history && line.spec.rate ? lastReading(history) : undefined;
    if (this.#isOpen) line.reading ??= reading; // the growth up to the line's first live reading is known too
    replay(line, layer, { entries: recent.entries, reading, tools: this.#tools });
    return layer;
  }
}

/** The request of a history: the number of points, and whether it has no end, so that entries with later times are included. */
interface Asked {
  points: number;
  isOpen: boolean;
}

/** Notes at the entries whether they are all that the channel ever had, if the history has its beginning. */
export function noteBeginning(answer: HistoryAnswer, recent: RecentEntries): void {
  const { from, since, series, cursor } = answer;
  if (since === undefined || since < from) return;
  const numeric = series.filter(({ sum }) => sum);
  const total = (counts: readonly number[] = []): number => counts.reduce((a, b) => a + b, 0);
  const counts = numeric.map(({ field, key, n, g }) => ({
    field: field === 'value' ? undefined : field,
    key,
    count: total(n) + total(g),
  }));
  recent.compare(counts, versionOf(cursor));
}

/** Returns the version in a cursor. */
export const versionOf = (cursor: string): number => Number.parseInt(cursor, 10) || 0;

/** The entries to add to a history, and the last reading of a counter in it. */
interface Replayed {
  entries: readonly VersionedSample[];
  reading: Reading | undefined;
  tools: LineTools;
}

/** Adds the entries that the history does not contain. Earlier ones are read only for the growth of counters. */
function replay(
  { spec, key }: DataLine,
  { series, after, fromT, toT }: Layer,
  { entries, reading, tools }: Replayed,
): void {
  const counter: Pick<DataLine, 'reading'> = { reading };
  for (const { t, k, d, v } of entries) {
    if ((spec.key ?? key) !== k) continue;
    const value = numberAt(d, spec.field || undefined);
    if (value === undefined) continue;
    const drawn = spec.rate ? tools.rateOf(counter, t, value) : { value, weight: 1 };
    const isNew = v > after || t < fromT || t >= toT;
    if (drawn && isNew && t >= fromT) series.push(t, drawn.value, drawn.weight);
  }
}

/** Returns the buckets of one series; for a counter, those of its growth per second. */
function bucketsOf(
  series: HistorySeries,
  { spec }: DataLine,
  answer: HistoryAnswer,
  tools: LineTools,
): Bucket[] {
  if (spec.rate) return series.inc ? increases(series, series.inc, answer) : growths(series, tools);
  const { t, n, sum, min, max } = series;
  return t.map((start, i) => {
    const total = sum?.[i] ?? null;
    const count = total === null ? 0 : (n[i] ?? 0);
    return {
      t: start,
      count,
      sum: total ?? 0,
      min: min?.[i] ?? Number.NaN,
      max: max?.[i] ?? Number.NaN,
    };
  });
}

/**
 * Returns the increase of each bucket divided by the time that it covers: from the last reading before the bucket to its own
 * last reading. That may be more than a bucket (slow readings) or less (the newest bucket).
 */
function increases(series: HistorySeries, inc: number[], { since, step }: HistoryAnswer): Bucket[] {
  const { t, n, last = [] } = series;
  let beforeT = timeBefore(series, since, step);
  let before: number | null = null;
  return t.flatMap((start, i) => {
    const value = last[i] ?? null;
    if (value === null) return { t: start, count: 0, sum: 0, min: Number.NaN, max: Number.NaN };
    const sum = inc[i] ?? 0;
    // Without growth, a higher reading is a late one; a lower one is a fall, whose growth is unknown.
    if (sum === 0 && before !== null && value > before) return [];
    const isFall = sum === 0 && before !== null && value < before;
    const isFirst = sum === 0 && before === null && n[i] === 1;
    const at = readAt(series, i, step);
    const seconds = (at - beforeT) / 1_000;
    [before, beforeT] = [value, at];
    if (isFall || isFirst || seconds <= 0) return [];
    return { t: start, count: seconds, sum, min: sum / seconds, max: sum / seconds };
  });
}

/** Returns the time of the last reading of a bucket, in ms since 1970: its end, if the server does not say. */
const readAt = ({ t, at }: HistorySeries, i: number, step: number): number =>
  (t[i] ?? 0) + (at?.[i] ?? step);

/** Returns the approximate time, in ms, of the reading before the first bucket: by the usual distance of the readings. */
function timeBefore(series: HistorySeries, since: number | undefined, step: number): number {
  const [count = 1, ...counts] = series.n;
  const [start = 0] = series.t;
  const others = counts.reduce((a, b) => a + b, 0);
  const firstT = readAt(series, 0, step);
  const lastT = readAt(series, counts.length, step);
  const usualMs = others > 0 ? (lastT - firstT) / others : step / count;
  return firstT - (since !== undefined && since > start ? count - 1 : count) * usualMs;
}

/** Returns the last reading of a counter in a history; undefined if it has none. */
function lastReading({ t, at, last = [] }: HistorySeries): Reading | undefined {
  const i = last.findLastIndex((value) => value !== null);
  return i < 0 ? undefined : { t: (t[i] ?? 0) + (at?.[i] ?? 0), v: last[i] ?? 0 };
}

/** Returns the growth from one bucket's last reading to the next one's, for counters that the server does not know as such. */
function growths({ t, at, last = [] }: HistorySeries, tools: LineTools): Bucket[] {
  const counter: Pick<DataLine, 'reading'> = { reading: undefined };
  return t.flatMap((start, i) => {
    const value = last[i] ?? null;
    if (value === null) return { t: start, count: 0, sum: 0, min: Number.NaN, max: Number.NaN };
    const grown = tools.rateOf(counter, start + (at?.[i] ?? 0), value);
    if (!grown) return [];
    const { value: rate, weight } = grown;
    return { t: start, count: weight, sum: rate * weight, min: rate, max: rate };
  });
}

/** The number of requested points is a multiple of this, so that charts of similar size share a response. */
const POINTS_STEP = 50;
const MOST_POINTS = 5_000;
/** Share of a chosen span that is loaded in addition at each side, for small movements. */
const MARGIN = 0.25;

/** Returns the request for a view, with the options for the client. */
export function questionFor(
  { fromT, toT, held, widthPx }: HistoryView,
  { offsetMs }: Lane,
): Asked & { options: HistoryOptions } {
  const spanMs = toT - fromT;
  const isOpen = !held && offsetMs === 0;
  const margin = isOpen ? 0.02 : MARGIN;
  const wanted = widthPx * (isOpen ? 1 : 1 + 2 * MARGIN);
  const points = Math.min(
    MOST_POINTS,
    Math.max(POINTS_STEP, Math.ceil(wanted / POINTS_STEP) * POINTS_STEP),
  );
  const from = Math.floor(fromT - offsetMs - spanMs * margin);
  const to = Math.ceil(toT - offsetMs + spanMs * margin);
  // Without absolute times, charts of one window share a response.
  const age = `-${Math.ceil((spanMs * (1 + margin)) / 1_000)}s`;
  return { points, isOpen, options: isOpen ? { from: age, points } : { from, to, points } };
}
