import assert from 'node:assert/strict';
import type { HistoryAnswer, HistorySeries } from '../../protocol/history.ts';

/** One number that was published and acknowledged. */
export interface Sample {
  k: string | undefined;
  field: string;
  t: number;
  /** NaN for an explicit gap. */
  value: number;
}

/** Everything that a history must contain, as a plain list. Samples are in version order. */
export class HistoryTruth {
  samples: Sample[] = [];

  /**
   * Compares a history response for one key, bucket by bucket, from where the history begins.
   * `end`: samples from there on (ms) are not in it. Returns the number of samples that were
   * compared.
   */
  compare(answer: HistoryAnswer, key: string | undefined, end: number = Infinity): number {
    const { step, series, since = Infinity } = answer;
    const start = Math.max(answer.from, since);
    const buckets = new Map<string, Sample[]>();
    for (const sample of this.samples) {
      const bucket = Math.floor(sample.t / step) * step;
      if (sample.k !== key || bucket < start || bucket >= end) continue;
      const name = `${sample.field} ${bucket}`;
      const list = buckets.get(name);
      if (list) list.push(sample);
      else buckets.set(name, [sample]);
    }
    let count = 0;
    const told = new Set<string>();
    for (const one of series) {
      assert.equal(one.key, key);
      one.t.forEach((t, i) => {
        if (t < start) return;
        const name = `${one.field} ${t}`;
        told.add(name);
        const expected = buckets.get(name) ?? [];
        assert.deepEqual(bucketOf(one, i), summary(expected), `${name} of ${key}, step ${step}`);
        count += expected.length;
      });
    }
    for (const name of buckets.keys())
      assert.ok(told.has(name), `${name} of ${key} is missing, step ${step}`);
    return count;
  }
}

function bucketOf({ n, min, max, sum, last, g }: HistorySeries, i: number): object {
  return { n: n[i], min: min?.[i], max: max?.[i], sum: sum?.[i], last: last?.[i], g: g?.[i] ?? 0 };
}

function summary(samples: Sample[]): object {
  const numbers = samples.filter(({ value }) => !Number.isNaN(value));
  const values = numbers.map(({ value }) => value);
  let last: Sample | undefined;
  for (const sample of numbers) if (!last || sample.t >= last.t) last = sample;
  const some = <T>(value: T): T | null => (values.length === 0 ? null : value);
  return {
    n: values.length,
    min: some(Math.min(...values)),
    max: some(Math.max(...values)),
    sum: some(values.reduce((a, b) => a + b, 0)),
    last: last?.value ?? null,
    g: samples.length - values.length,
  };
}
