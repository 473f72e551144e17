import { type Reading, ratePerSecond } from '../../components/data/counter.ts';

/**
 * Statistics of the samples of one field, by bucket, as columns: objects per bucket would cost several times as much. Buckets
 * are in the order in which they were added, and ascending after `sort`.
 */
export class Cells {
  /** Number of the bucket: its start divided by the step. */
  buckets: number[] = [];
  /** Number of samples. */
  n: number[] = [];
  sum: number[] = [];
  min: number[] = [];
  max: number[] = [];
  /** The latest sample, by time and then by version, and its time in ms since 1970. Meaningless if `n` is 0. */
  last: number[] = [];
  lastAt: number[] = [];
  /** Number of explicit gaps. */
  gaps: number[] = [];
  /** Increase of a counter. */
  increase: number[] = [];
  /** Places of the buckets; made when one is not added in ascending order. */
  #places: Map<number, number> | undefined;

  /** Returns the place of a bucket, added if it is missing. */
  place(bucket: number): number {
    const { buckets } = this;
    const newest = buckets.length - 1;
    if (bucket === buckets[newest]) return newest;
    if (!this.#places) {
      if (newest < 0 || bucket > (buckets[newest] as number)) return this.#add(bucket);
      this.#places = new Map(buckets.map((each, place) => [each, place]));
    }
    return this.#places.get(bucket) ?? this.#add(bucket);
  }

  #add(bucket: number): number {
    const place = this.buckets.push(bucket) - 1;
    this.n.push(0);
    this.sum.push(0);
    this.min.push(Infinity);
    this.max.push(-Infinity);
    this.last.push(0);
    this.lastAt.push(-Infinity);
    this.gaps.push(0);
    this.increase.push(0);
    this.#places?.set(bucket, place);
    return place;
  }

  /** Adds one sample, whose version is later than those of the cell. */
  addSample(place: number, value: number, t: number): void {
    add(this.n, place, 1);
    add(this.sum, place, value);
    if (value < (this.min[place] as number)) this.min[place] = value;
    if (value > (this.max[place] as number)) this.max[place] = value;
    this.addLast(place, value, t);
  }

  /** Adds a cell whose samples have later versions. */
  addCell(place: number, later: Cells, from: number): void {
    const n = later.n[from] as number;
    add(this.n, place, n);
    add(this.gaps, place, later.gaps[from] as number);
    add(this.increase, place, later.increase[from] as number);
    if (n === 0) return;
    add(this.sum, place, later.sum[from] as number);
    this.addRange(place, later.min[from] as number, later.max[from] as number);
    this.addLast(place, later.last[from] as number, later.lastAt[from] as number);
  }

  /** Widens the range of a cell. */
  addRange(place: number, min: number, max: number): void {
    if (min < (this.min[place] as number)) this.min[place] = min;
    if (max > (this.max[place] as number)) this.max[place] = max;
  }

  /** Notes a sample with a later version, which is the latest one unless its time is earlier. */
  addLast(place: number, value: number, t: number): void {
    if (t < (this.lastAt[place] as number)) return;
    this.last[place] = value;
    this.lastAt[place] = t;
  }

  /** Sorts by bucket. */
  sort(): void {
    if (!this.#places) return;
    this.#places = undefined;
    const order = this.buckets.map((_, place) => place);
    order.sort((a, b) => (this.buckets[a] as number) - (this.buckets[b] as number));
    const sorted = (column: number[]): number[] => order.map((place) => column[place] as number);
    this.buckets = sorted(this.buckets);
    this.n = sorted(this.n);
    this.sum = sorted(this.sum);
    this.min = sorted(this.min);
    this.max = sorted(this.max);
    this.last = sorted(this.last);
    this.lastAt = sorted(this.lastAt);
    this.gaps = sorted(this.gaps);
    this.increase = sorted(this.increase);
  }
}

/** Adds to one value of a column. */
export const add = (column: number[], place: number, by: number): void => {
  column[place] = (column[place] as number) + by;
};

/** Cells of the fields of one key, with one step for all of them. */
export class Columns {
  readonly step: number;
  readonly fields: Map<string, Cells> = new Map();

  /** `step` in ms. */
  constructor(step: number) {
    this.step = step;
  }

  /** Returns the cells of a field. */
  cells(field: string): Cells {
    let cells = this.fields.get(field);
    if (!cells) this.fields.set(field, (cells = new Cells()));
    return cells;
  }

  /** Returns the bucket of a time (ms since 1970). */
  bucket(t: number): number {
    return Math.floor(t / this.step);
  }

  /**
   * Adds the cells of other columns whose samples have later versions. This step is a multiple of theirs. Buckets (of their
   * step) that start before `within.from`, or at `within.to` or later, are left out.
   */
  add(later: Columns, within?: { from: number; to: number }): void {
    for (const [field, cells] of later.fields) {
      const own = this.cells(field);
      for (let from = 0; from < cells.buckets.length; from++) {
        const start = (cells.buckets[from] as number) * later.step;
        if (within && (start + later.step <= within.from || start >= within.to)) continue;
        own.addCell(own.place(this.bucket(start)), cells, from);
      }
    }
  }

  /** Sorts all cells by bucket. Returns the numbers of all non-empty buckets, ascending. */
  sorted(): number[] {
    for (const cells of this.fields.values()) cells.sort();
    const [first, ...others] = this.fields.values();
    if (!first) return [];
    if (others.every(({ buckets }) => isSame(buckets, first.buckets))) return first.buckets;
    const union = new Set<number>();
    for (const { buckets } of this.fields.values()) for (const bucket of buckets) union.add(bucket);
    return [...union].sort((a, b) => a - b);
  }
}

/** Returns whether two columns are equal. */
export const isSame = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((n, i) => n === b[i]);

/** Rounds to the 15 significant digits that a double can represent, so that 0.1 + 0.2 is 0.3. */
export function digits15(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(15));
}

/** Last reading of each counter, with which the next reading is compared. */
export type Carry = Map<string, Reading>;

/**
 * Returns the increase since the last reading of a counter, by the same rule as the chart, and stores the new reading in `carry`.
 * A reading that is not later adds nothing.
 */
export function increaseOf(carry: Carry, field: string, now: Reading): number {
  const before = carry.get(field);
  if (before && now.t <= before.t) return 0;
  const rate = ratePerSecond(before, now);
  carry.set(field, Number.isNaN(rate) ? now : { ...now, rate });
  return before && !Number.isNaN(rate) ? (rate * (now.t - before.t)) / 1_000 : 0;
}
