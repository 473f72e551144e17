import type { HistoryAnswer } from '../client/index.ts';
import type { Reading, ratePerSecond } from './counter.ts';

/** An aggregate of the samples of a span. `increase`: the growth of a counter. */
export type PastFigure = 'sum' | 'mean' | 'min' | 'max' | 'last' | 'count' | 'increase';

interface Bucket {
  count: number;
  sum: number;
  min: number;
  max: number;
  last: number;
  /** Time of `last`. */
  lastT: number;
  increase: number;
}

/** The history of one number in buckets, together with later live samples; each sample is counted once. Times in ms. */
export class PastBuckets {
  readonly stepMs: number;
  readonly fromT: number;
  /** Start of the first bucket of the history, which may be before `fromT`. */
  readonly #firstT: number;
  /** Entries up to this version are in the history. */
  readonly #after: number;
  readonly #buckets = new Map<number, Bucket>();
  readonly #rate: typeof ratePerSecond;
  /** Last reading of the counter, by key ('' = entries without one). */
  readonly #readings = new Map<string, Reading>();

  /**
   * `answer`: of one field, without an end, so that it also has entries with later times; the samples of several keys are merged. `rate`: the rule for counters, passed in because this code
   * is loaded later.
   */
  constructor(answer: HistoryAnswer, rate: typeof ratePerSecond) {
    this.#rate = rate;
    const { step, from, cursor, series } = answer;
    this.stepMs = step;
    this.fromT = from;
    this.#firstT = Math.floor(from / step) * step;
    this.#after = Number.parseInt(cursor, 10) || 0;
    for (const one of series) {
      const { key = '', t, n, sum, min, max, last, at, inc } = one;
      if (!sum) continue;
      t.forEach((start, i) => {
        const value = last?.[i] ?? null;
        const count = value === null ? 0 : (n[i] ?? 0);
        if (value === null || count === 0) return;
        const lastT = start + (at?.[i] ?? 0);
        const grown = this.#growth(key, lastT, value); // notes the reading, from which live samples continue
        const increase = inc?.[i] ?? grown;
        this.#merge(start, {
          count,
          sum: sum[i] ?? 0,
          min: min?.[i] ?? value,
          max: max?.[i] ?? value,
          last: value,
          lastT,
          increase,
        });
      });
    }
  }

  /** Adds a live sample, unless it is in the history. `v`: its version; `k`: its key. */
  add({ t, v, k = '', value }: { t: number; v: number; k?: string; value: number }): void {
    const increase = this.#growth(k, t, value);
    const isNew = v > this.#after || t < this.#firstT;
    if (!isNew) return;
    const start = Math.floor(t / this.stepMs) * this.stepMs;
    const one = { count: 1, sum: value, min: value, max: value, last: value, lastT: t, increase };
    this.#merge(start, one);
  }

  /** Drops buckets that end before `t`. */
  drop(t: number): void {
    for (const start of this.#buckets.keys())
      if (start + this.stepMs <= t) this.#buckets.delete(start);
  }

  /** Means of the buckets, in time order. */
  get course(): { t: number; value: number }[] {
    return [...this.#buckets]
      .map(([t, { sum, count }]) => ({ t, value: sum / count }))
      .sort((a, b) => a.t - b.t);
  }

  /** Returns an aggregate of the buckets that begin in [fromT, toT); undefined without a sample (0 for `count`). */
  figure(kind: PastFigure, fromT: number, toT: number): number | undefined {
    const all: Bucket = { ...EMPTY };
    for (const [start, bucket] of this.#buckets)
      if (start >= fromT && start < toT) merge(all, bucket);
    if (kind === 'count') return all.count;
    if (all.count === 0) return undefined;
    return kind === 'mean' ? all.sum / all.count : all[kind];
  }

  #merge(start: number, one: Bucket): void {
    const bucket = this.#buckets.get(start) ?? { ...EMPTY };
    merge(bucket, one);
    this.#buckets.set(start, bucket);
  }

  /** Returns the growth of a counter since the last reading; 0 for a late reading. */
  #growth(key: string, t: number, value: number): number {
    const before = this.#readings.get(key);
    if (before && t <= before.t) return 0;
    const rate = this.#rate(before, { t, v: value });
    this.#readings.set(key, { t, v: value, rate: rate >= 0 ? rate : (before?.rate ?? 0) });
    return before && rate >= 0 ? (rate * (t - before.t)) / 1_000 : 0;
  }
}

const EMPTY: Bucket = {
  count: 0,
  sum: 0,
  min: Infinity,
  max: -Infinity,
  last: Number.NaN,
  lastT: -Infinity,
  increase: 0,
};

function merge(into: Bucket, one: Bucket): void {
  into.count += one.count;
  into.sum += one.sum;
  into.min = Math.min(into.min, one.min);
  into.max = Math.max(into.max, one.max);
  into.increase += one.increase;
  if (one.lastT < into.lastT) return;
  into.last = one.last;
  into.lastT = one.lastT;
}
