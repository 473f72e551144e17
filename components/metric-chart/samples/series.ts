import { BROKEN, Columns, type Extent } from './columns.ts';

/** Options of `Series`. */
export interface SeriesOptions {
  /** Initial capacity in samples. */
  capacity?: number;
  /** Maximum number of samples: beyond it the oldest fifth is dropped. */
  maxCapacity?: number;
}

/** The buckets of a series whose items are buckets of samples; the arrays are parallel to `times`. */
export interface Spread {
  /** Length of a bucket in ms. */
  readonly stepMs: number;
  /** Weight of each bucket's samples (0: gaps alone), their sum, the smallest and the largest. */
  readonly counts: Float64Array;
  readonly sums: Float64Array;
  readonly mins: Float64Array;
  readonly maxs: Float64Array;
}

/** The whole range of `Date`. */
const MAX_TIME_MS = 8.64e15;

/**
 * Samples of one line in time order, in two sliding typed arrays, with their pixel columns. `null`, `undefined`, `NaN` and
 * infinities are explicit gaps, kept as `NaN`. It uses neither chart nor document. Adding a sample in order takes O(1), one that is k
 * places late O(k). A second sample with the same time replaces the first.
 */
export class Series {
  readonly columns: Columns = new Columns();
  /** The samples are `times[start…end)` and `values[start…end)`. Read only, and only until the next push. */
  times: Float64Array;
  values: Float64Array;
  start = 0;
  end = 0;
  /** Number of changes before the newest sample: late and corrected samples. */
  edits = 0;
  readonly #maxCapacity: number;
  #columnCount = 64;
  readonly #step = new UsualStep();

  constructor({ capacity = 256, maxCapacity = 1 << 20 }: SeriesOptions = {}) {
    this.#maxCapacity = Math.max(5, maxCapacity);
    const size = Math.max(1, Math.min(capacity, this.#maxCapacity));
    this.times = new Float64Array(size);
    this.values = new Float64Array(size);
    this.columns.reset(1000, this.#columnCount);
  }

  get length(): number {
    return this.end - this.start;
  }

  /** The buckets, if the items are buckets of samples; undefined if they are samples. */
  get spread(): Spread | undefined {
    return undefined;
  }

  /** ms; -Infinity while empty. */
  get lastTime(): number {
    return this.end > this.start ? (this.times[this.end - 1] as number) : -Infinity;
  }

  /**
   * Adds a sample: time in ms, value or gap. Returns false if it is refused: an invalid time, or older than all that fit.
   * `_weight` counts for buckets only.
   */
  push(t: number, value: number | null | undefined, _weight = 1): boolean {
    if (!(Math.abs(t) <= MAX_TIME_MS)) return false;
    this.#step.pushes++;
    const v = typeof value === 'number' && Number.isFinite(value) ? value : Number.NaN;
    if (!(t > this.lastTime)) return this.#pushLate(t, v);
    if (this.end === this.times.length) this.#makeRoom();
    this.times[this.end] = t;
    this.values[this.end++] = v;
    this.#fold(this.end - 1);
    return true;
  }

  /** Returns the index of the first sample at or after `t`; `end` where there is none. */
  indexAt(t: number): number {
    let low = this.start;
    let high = this.end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.times[middle] as number) < t) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Index of the value (not gap) nearest to `t` within `[fromT, toT]`, or -1. */
  nearest(t: number, fromT: number = -Infinity, toT: number = Infinity): number {
    let right = this.indexAt(t);
    let left = right - 1;
    while (right < this.end && Number.isNaN(this.values[right])) right++;
    while (left >= this.start && Number.isNaN(this.values[left])) left--;
    const leftT = left >= this.start ? (this.times[left] as number) : -Infinity;
    const rightT = right < this.end ? (this.times[right] as number) : Infinity;
    const leftFits = leftT >= fromT && leftT <= toT;
    const rightFits = rightT >= fromT && rightT <= toT;
    if (leftFits && (!rightFits || t - leftT <= rightT - t)) return left;
    return rightFits ? right : -1;
  }

  /** Drops samples older than `t`, except the last one, from which the line enters the view. */
  evict(t: number): void {
    const at = this.indexAt(t);
    if (at - 1 > this.start) this.start = at - 1;
  }

  clear(): void {
    this.#step.forget();
    this.start = 0;
    this.end = 0;
    this.edits++;
    this.columns.reset(this.columns.columnMs, this.#columnCount);
  }

  /** Sets `count` columns of `columnMs` each; the last one is that of `untilT` (default: the newest sample's). */
  setColumns(columnMs: number, count: number, untilT: number = Infinity): void {
    const { columns } = this;
    const untilId = Math.floor(untilT / columnMs);
    const same = columns.columnMs === columnMs && this.#columnCount === count;
    if (same && columns.untilId === untilId) return;
    this.#columnCount = count;
    columns.reset(columnMs, count, untilId);
    const newestId = Math.min(untilId, Math.floor(this.lastTime / columnMs));
    for (let i = this.indexAt((newestId - count - 2) * columnMs); i < this.end; i++) this.#fold(i);
    this.edits++;
  }

  /** Widens `into` by the values of `[fromT, toT]`, read sample by sample. `last`: only by this many newest ones. */
  extent(fromT: number, toT: number, into: Extent, last: number = Infinity): Extent {
    let from = this.indexAt(fromT);
    if (last < Infinity) {
      const at = this.indexAt(toT);
      from = Math.max(from, at - last);
    }
    for (let i = from; i < this.end && (this.times[i] as number) <= toT; i++) {
      const v = this.values[i] as number;
      if (v < into.min) into.min = v;
      if (v > into.max) into.max = v;
    }
    return into;
  }

  /**
   * Returns the usual distance between samples in ms (90th percentile among the last 32); NaN below three samples.
   * Measured again with every sample at first, then with every sixteenth.
   */
  usualStepMs(): number {
    return this.#step.ms(this.times, this.start, this.end);
  }

  #fold(i: number): void {
    const v = this.values[i] as number;
    if (!Number.isNaN(v)) this.columns.fold(this.times[i] as number, v, isBrokenBefore(this, i));
  }

  #pushLate(t: number, v: number): boolean {
    let at = this.indexAt(t);
    if (this.times[at] !== t || at === this.end) {
      if (this.end === this.times.length) {
        if (at === this.start && this.end >= this.#maxCapacity) return false;
        this.#makeRoom();
        at = this.indexAt(t);
      }
      this.times.copyWithin(at + 1, at, this.end);
      this.values.copyWithin(at + 1, at, this.end);
      this.times[at] = t;
      this.end++;
    }
    this.values[at] = v;
    this.edits++;
    this.#refold(this.columns.idOf(t));
    this.#mendBreakAfter(at);
    return true;
  }

  /** Computes a column again from its samples. */
  #refold(id: number): void {
    if (this.columns.passed(id)) return;
    this.columns.forget(id);
    let i = this.indexAt(id * this.columns.columnMs);
    // id * columnMs may round to either side of the column's edge
    while (i > this.start && this.columns.idOf(this.times[i - 1] as number) === id) i--;
    while (i < this.end && this.columns.idOf(this.times[i] as number) < id) i++;
    for (; i < this.end && this.columns.idOf(this.times[i] as number) === id; i++) this.#fold(i);
  }

  /** A gap added or removed at `at` changes whether the next value's column is joined to the one before. */
  #mendBreakAfter(at: number): void {
    let i = at + 1;
    while (i < this.end && Number.isNaN(this.values[i])) i++;
    if (i >= this.end) return;
    const o = this.columns.offset(this.columns.idOf(this.times[i] as number));
    if (o < 0) return;
    const isFirst = this.columns.cells[o + 1] === this.times[i];
    if (isFirst) this.columns.cells[o + BROKEN] = isBrokenBefore(this, i) ? 1 : 0;
  }

  /**
   * Makes room for one more sample: moves the samples down where a fifth is free, else grows, else drops the oldest fifth.
   */
  #makeRoom(): void {
    const size = this.times.length;
    const fifth = Math.ceil(size / 5);
    if (size >= this.#maxCapacity) this.start = Math.max(this.start, fifth);
    const grown = Math.min(this.#maxCapacity, Math.ceil(size * 1.5) + 1);
    const length = this.start >= fifth ? size : grown;
    this.times = moved(this.times, this.start, this.end, length);
    this.values = moved(this.values, this.start, this.end, length);
    this.end -= this.start;
    this.start = 0;
  }
}

/** Number of the newest samples whose distances are measured. */
const MEASURED = 33;

/** The usual distance between the newest samples, measured again only if it can have changed. */
class UsualStep {
  /** Number of samples pushed so far. */
  pushes = 0;
  #measuredAt = -1;
  #count = 0;
  #stepMs = Number.NaN;

  forget(): void {
    this.#measuredAt = -1;
  }

  /** Returns the distance in ms among the newest of `times[start…end)`. */
  ms(times: Float64Array, start: number, end: number): number {
    const every = this.#count < MEASURED ? 1 : 16;
    if (this.#measuredAt >= 0 && this.pushes - this.#measuredAt < every) return this.#stepMs;
    this.#measuredAt = this.pushes;
    this.#count = Math.min(MEASURED, end - start);
    this.#stepMs = usualStepOf(times, start, end);
    return this.#stepMs;
  }
}

/**
 * Returns the 90th percentile of the distances in ms between neighbours among the newest of `times[start…end)`. NaN for fewer
 * than three times.
 */
export function usualStepOf(times: Float64Array, start: number, end: number): number {
  const from = Math.max(start, end - MEASURED);
  if (end - from < 3) return Number.NaN;
  const steps = new Float64Array(end - from - 1);
  for (let i = 0; i < steps.length; i++)
    steps[i] = (times[from + i + 1] as number) - (times[from + i] as number);
  steps.sort();
  return steps[Math.floor((steps.length - 1) * 0.9)] as number;
}

/** Returns whether there is a gap directly before a sample. */
const isBrokenBefore = ({ start, values }: Series, i: number): boolean =>
  i > start && Number.isNaN(values[i - 1]);

function moved(from: Float64Array, start: number, end: number, length: number): Float64Array {
  if (length === from.length) return from.copyWithin(0, start, end);
  const to = new Float64Array(length);
  to.set(from.subarray(start, end));
  return to;
}
