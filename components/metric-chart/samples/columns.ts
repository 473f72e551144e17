// Offsets of a column's figures within its cell; the first one is the column's number.
/** Time of the first sample, ms. */
export const T_FIRST = 1;
/** Value of the first sample. */
export const FIRST = 2;
/** Lowest value. */
export const MIN = 3;
/** Highest value. */
export const MAX = 4;
/** Time of the last sample, ms. */
export const T_LAST = 5;
/** Value of the last sample. */
export const LAST = 6;
/** 1 where there is a gap sample between the column's first value and the value before it. */
export const BROKEN = 7;
/** Sum of the values. */
export const SUM = 8;
/** Number of values. */
export const COUNT = 9;
/** Figures per cell. */
export const CELL = 10;

/** Figure of a column where a single one is drawn (bars, stacks). */
export type Aggregate = 'mean' | 'max' | 'min' | 'last';

/** A span of values; empty while `min > max`. */
export interface Extent {
  min: number;
  max: number;
}

/** Buckets of samples, by column of figures. */
interface BucketsToFold {
  readonly times: Float64Array;
  readonly counts: Float64Array;
  readonly sums: Float64Array;
  readonly mins: Float64Array;
  readonly maxs: Float64Array;
}

/**
 * The pixel columns of one series: per column the first, lowest, highest and last value (M4, Jugel et al., VLDB 2014),
 * their times, and the sum for means. A ring over column ids, `id = floor(t / columnMs)`: the newest `count` are kept.
 * Cost of a sample O(1), of a drawing O(columns), whatever the number of samples.
 */
export class Columns {
  columnMs = 1000;
  /** Samples right of this column are not folded: the view stays there. */
  untilId: number = Infinity;
  /** The highest column that holds a value, -Infinity without any. */
  lastId: number = -Infinity;
  /** Cells of `CELL` figures; a cell belongs to the column of its `ID`, or to none (NaN). */
  cells: Float64Array = new Float64Array(0);
  #mask = 0;

  /** Drops everything and takes another column width. `count` columns stay readable. */
  reset(columnMs: number, count: number, untilId: number = Infinity): void {
    const size = 2 ** Math.ceil(Math.log2(count + 4));
    if (this.cells.length !== size * CELL) this.cells = new Float64Array(size * CELL);
    this.cells.fill(Number.NaN);
    this.#mask = size - 1;
    this.columnMs = columnMs;
    this.untilId = untilId;
    this.lastId = -Infinity;
  }

  /** The column of a time in ms. */
  idOf(t: number): number {
    return Math.floor(t / this.columnMs);
  }

  /** Returns where the column's cell starts, or -1 where the column is empty. */
  offset(id: number): number {
    const o = this.#slot(id);
    return this.cells[o] === id ? o : -1;
  }

  /** Whether the slot of this column belongs to a newer one by now. */
  passed(id: number): boolean {
    return (this.cells[this.#slot(id)] ?? Number.NaN) > id;
  }

  /** Drops a column. */
  forget(id: number): void {
    const o = this.offset(id);
    if (o >= 0) this.cells[o] = Number.NaN;
  }

  /** Folds a finite value that is newer than all of its column. `broken`: there is a gap right before it. */
  fold(t: number, v: number, broken: boolean): void {
    const id = this.idOf(t);
    if (id > this.untilId) return;
    const c = this.cells;
    const o = this.#slot(id);
    if (c[o] !== id) {
      this.#open(o, id, t, v, broken);
      return;
    }
    // bounds: o is a cell start, so o..o+CELL-1 exist
    if (v < (c[o + MIN] as number)) c[o + MIN] = v;
    else if (v > (c[o + MAX] as number)) c[o + MAX] = v;
    c[o + T_LAST] = t;
    c[o + LAST] = v;
    c[o + SUM] = (c[o + SUM] as number) + v;
    c[o + COUNT] = (c[o + COUNT] as number) + 1;
  }

  /** Adds bucket `i`, which is newer than all of its column and holds samples. `broken`: a gap stands right before it. */
  foldBucket(series: BucketsToFold, i: number, broken: boolean): void {
    const t = series.times[i] as number;
    const id = this.idOf(t);
    if (id > this.untilId) return;
    const [sum, count] = [series.sums[i] as number, series.counts[i] as number];
    const o = this.#slot(id);
    const c = this.cells;
    const isFirst = c[o] !== id;
    if (isFirst) this.#open(o, id, t, sum / count, broken);
    c[o + MIN] = Math.min(c[o + MIN] as number, series.mins[i] as number);
    c[o + MAX] = Math.max(c[o + MAX] as number, series.maxs[i] as number);
    c[o + T_LAST] = t;
    c[o + LAST] = sum / count;
    c[o + SUM] = (isFirst ? 0 : (c[o + SUM] as number)) + sum;
    c[o + COUNT] = (isFirst ? 0 : (c[o + COUNT] as number)) + count;
  }

  /** Returns one figure of the cell at `o`. */
  figure(o: number, aggregate: Aggregate): number {
    const c = this.cells;
    if (aggregate === 'mean') return (c[o + SUM] as number) / (c[o + COUNT] as number);
    return c[o + PLACE[aggregate]] as number;
  }

  /** Widens `into` by the columns `fromId` … `toId`. */
  extent(fromId: number, toId: number, into: Extent): Extent {
    const c = this.cells;
    const last = Math.min(toId, this.lastId);
    for (let id = fromId; id <= last; id++) {
      const o = this.offset(id);
      if (o < 0) continue;
      if ((c[o + MIN] as number) < into.min) into.min = c[o + MIN] as number;
      if ((c[o + MAX] as number) > into.max) into.max = c[o + MAX] as number;
    }
    return into;
  }

  #slot(id: number): number {
    // not `id & mask`: ids of narrow columns pass 2^31
    return (id - Math.floor(id / (this.#mask + 1)) * (this.#mask + 1)) * CELL;
  }

  #open(o: number, id: number, t: number, v: number, broken: boolean): void {
    const c = this.cells;
    c[o] = id;
    c[o + T_FIRST] = c[o + T_LAST] = t;
    c[o + FIRST] = c[o + MIN] = c[o + MAX] = c[o + LAST] = c[o + SUM] = v;
    c[o + BROKEN] = broken ? 1 : 0;
    c[o + COUNT] = 1;
    if (id > this.lastId) this.lastId = id;
  }
}

const PLACE = { max: MAX, min: MIN, last: LAST } as const;
