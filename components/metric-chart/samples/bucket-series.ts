import { Series, type Spread, usualStepOf } from './series.ts';

/** One bucket: the samples of `stepMs`. `count` 0: it holds only explicit gaps. */
export interface Bucket {
  /** Start in ms. */
  t: number;
  /** Weight of the samples: their number, or for rates the seconds that they cover. */
  count: number;
  /** Sum of the samples, each times its weight. */
  sum: number;
  min: number;
  max: number;
}

/**
 * A line of buckets instead of samples: `times` are their starts, `values` their means. Live samples are added to the bucket
 * of their time, however late they are, also to buckets that came with the history.
 */
export class BucketSeries extends Series implements Spread {
  readonly stepMs: number;
  counts: Float64Array;
  sums: Float64Array;
  mins: Float64Array;
  maxs: Float64Array;
  #newestTime = -Infinity;
  #stale = true;
  #untilId = Infinity;
  #columnCount = 0;

  /** `buckets` are in ascending time order. */
  constructor(stepMs: number, buckets: readonly Bucket[] = []) {
    const capacity = Math.max(64, Math.ceil(buckets.length * 1.25));
    super({ capacity });
    this.stepMs = stepMs;
    this.counts = new Float64Array(capacity);
    this.sums = new Float64Array(capacity);
    this.mins = new Float64Array(capacity);
    this.maxs = new Float64Array(capacity);
    for (const bucket of buckets) this.#set(this.end++, bucket);
    this.#newestTime = buckets.at(-1)?.t ?? -Infinity;
  }

  override get spread(): Spread {
    return this;
  }

  override get lastTime(): number {
    return this.#newestTime;
  }

  /** Adds a sample to its bucket. `weight`: for a rate, the seconds that it covers. */
  override push(t: number, value: number | null | undefined, weight = 1): boolean {
    const start = Math.floor(t / this.stepMs) * this.stepMs;
    if (!Number.isFinite(start)) return false;
    const i = this.#bucketAt(start);
    this.#newestTime = Math.max(this.#newestTime, t);
    this.#stale = true;
    if (i < this.end - 1) this.edits++; // a change of the newest bucket shows in its figures
    if (typeof value === 'number' && Number.isFinite(value)) this.#add(i, value, weight);
    return true;
  }

  override clear(): void {
    super.clear();
    this.#newestTime = -Infinity;
    this.#stale = true;
  }

  override setColumns(columnMs: number, count: number, untilT: number = Infinity): void {
    const untilId = Math.floor(untilT / columnMs);
    const isSame =
      this.columns.columnMs === columnMs &&
      this.#columnCount === count &&
      this.#untilId === untilId;
    if (isSame && !this.#stale) return;
    this.#stale = false;
    this.#columnCount = count;
    this.#untilId = untilId;
    this.columns.reset(columnMs, count, untilId);
    const newestId = Math.min(untilId, this.columns.idOf(this.#newestTime));
    for (let i = this.indexAt((newestId - count - 2) * columnMs); i < this.end; i++) {
      const isBroken = i > this.start && this.counts[i - 1] === 0;
      if (this.counts[i] !== 0) this.columns.foldBucket(this, i, isBroken);
    }
  }

  override extent(
    fromT: number,
    toT: number,
    into: { min: number; max: number },
    last: number = Infinity,
  ): { min: number; max: number } {
    const first = this.indexAt(fromT - this.stepMs + 1);
    for (let i = Math.max(first, this.indexAt(toT) - last); i < this.end; i++) {
      if ((this.times[i] as number) > toT) break;
      if (this.counts[i] === 0) continue;
      into.min = Math.min(into.min, this.mins[i] as number);
      into.max = Math.max(into.max, this.maxs[i] as number);
    }
    return into;
  }

  /** Returns the usual distance of neighbouring buckets: the 90th percentile of the last 32. */
  override usualStepMs(): number {
    const step = usualStepOf(this.times, this.start, this.end);
    return Number.isNaN(step) ? this.stepMs : step;
  }

  #add(i: number, value: number, weight: number): void {
    const isFirst = this.counts[i] === 0;
    const count = (isFirst ? 0 : (this.counts[i] as number)) + weight;
    const sum = (isFirst ? 0 : (this.sums[i] as number)) + value * weight;
    this.counts[i] = count;
    this.sums[i] = sum;
    this.mins[i] = isFirst ? value : Math.min(this.mins[i] as number, value);
    this.maxs[i] = isFirst ? value : Math.max(this.maxs[i] as number, value);
    this.values[i] = count > 0 ? sum / count : value;
  }

  /** Returns the index of the bucket that starts at `start`; creates it if there is none. */
  #bucketAt(start: number): number {
    const at = this.indexAt(start);
    if (at < this.end && this.times[at] === start) return at;
    if (this.end === this.times.length) return this.#makeRoom(start);
    for (const column of this.#all()) column.copyWithin(at + 1, at, this.end);
    this.end++;
    this.#set(at, { t: start, count: 0, sum: 0, min: Number.NaN, max: Number.NaN });
    return at;
  }

  /** Drops what is evicted, and makes room for half as much again. */
  #makeRoom(start: number): number {
    const length = Math.ceil(this.length * 1.5) + 16;
    const moved = (from: Float64Array): Float64Array => {
      const to = new Float64Array(length);
      to.set(from.subarray(this.start, this.end));
      return to;
    };
    const [times, values, counts, sums, mins, maxs] = this.#all().map(moved) as Six;
    Object.assign(this, { times, values, counts, sums, mins, maxs });
    this.end -= this.start;
    this.start = 0;
    return this.#bucketAt(start);
  }

  #set(i: number, { t, count, sum, min, max }: Bucket): void {
    this.times[i] = t;
    this.values[i] = count > 0 ? sum / count : Number.NaN;
    this.counts[i] = count;
    this.sums[i] = sum;
    this.mins[i] = min;
    this.maxs[i] = max;
  }

  #all(): Six {
    return [this.times, this.values, this.counts, this.sums, this.mins, this.maxs];
  }
}

type Six = [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
