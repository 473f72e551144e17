import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BucketSeries } from '../../components/metric-chart/samples/bucket-series.ts';
import { COUNT, MAX, MIN, SUM } from '../../components/metric-chart/samples/columns.ts';

const STEP = 10;

/** The expected buckets: computed from all samples at once. */
function expected(samples: readonly (readonly [number, number])[]): number[][] {
  const buckets = new Map<number, number[]>();
  for (const [t, v] of samples) {
    const start = Math.floor(t / STEP) * STEP;
    buckets.set(start, [...(buckets.get(start) ?? []), v]);
  }
  return [...buckets]
    .sort(([a], [b]) => a - b)
    .map(([t, own]) => {
      const sum = own.reduce((a, b) => a + b, 0);
      return [t, own.length, sum, Math.min(...own), Math.max(...own), sum / own.length];
    });
}

const held = (series: BucketSeries): number[][] =>
  Array.from({ length: series.length }, (_, n) => {
    const i = series.start + n;
    const { times, counts, sums, mins, maxs, values } = series;
    return [times, counts, sums, mins, maxs, values].map((column) => column[i] as number);
  });

const sample = fc.tuple(fc.integer({ min: 0, max: 2_000 }), fc.integer({ min: -50, max: 50 }));

test('a bucket has each sample of its time once, in any order of arrival', () => {
  fc.assert(
    fc.property(fc.array(sample, { maxLength: 300 }), fc.nat(300), (samples, split) => {
      const told = expected(samples.slice(0, split)).map(([t, count, sum, min, max]) => ({
        t: t as number,
        count: count as number,
        sum: sum as number,
        min: min as number,
        max: max as number,
      }));
      const series = new BucketSeries(STEP, told);
      for (const [t, v] of samples.slice(split)) series.push(t, v);
      assert.deepEqual(held(series), expected(samples));
    }),
  );
});

test('columns contain the buckets that fit their width, and their extremes', () => {
  const series = new BucketSeries(STEP);
  for (let t = 0; t < 1_000; t++) series.push(t, t === 555 ? 900 : t % 7);
  series.setColumns(50, 20);
  const { columns } = series;
  const o = columns.offset(11);
  assert.deepEqual(
    [MIN, MAX, COUNT].map((figure) => columns.cells[o + figure]),
    [0, 900, 50],
  );
  const all = Array.from({ length: 20 }, (_, id) => columns.cells[columns.offset(id) + SUM] ?? 0);
  const sum = Array.from({ length: 1_000 }, (_, t) => (t === 555 ? 900 : t % 7));
  assert.equal(
    all.reduce((a, b) => a + b),
    sum.reduce((a, b) => a + b),
  );
  series.push(120, 5_000);
  series.setColumns(50, 20);
  assert.equal(columns.cells[columns.offset(2) + MAX], 5_000);
  assert.deepEqual(series.extent(0, 1_000, { min: Infinity, max: -Infinity }), {
    min: 0,
    max: 5_000,
  });
});

test('more columns of the same width reach back as far as the buckets do', () => {
  const series = new BucketSeries(STEP);
  for (let t = 0; t < 5_000; t += STEP) series.push(t, 1);
  series.setColumns(50, 10);
  series.setColumns(50, 100);
  const { columns } = series;
  const counts = Array.from({ length: 100 }, (_, id) => columns.cells[columns.offset(id) + COUNT]);
  assert.deepEqual(counts, Array(100).fill(5));
});

test('a gap makes a bucket without a value, until a sample of its time arrives', () => {
  const series = new BucketSeries(STEP);
  series.push(5, 1);
  series.push(15, null);
  assert.deepEqual(held(series)[1]?.slice(0, 2), [10, 0]);
  assert.ok(Number.isNaN(series.values[1]));
  series.push(16, 4);
  assert.deepEqual(held(series)[1], [10, 1, 4, 4, 4, 4]);
});

test('evicted samples free their space, and the other samples stay', () => {
  const series = new BucketSeries(STEP);
  for (let t = 0; t < 20_000; t += STEP) {
    series.push(t, t);
    series.evict(t - 500);
  }
  assert.ok(series.times.length < 200, `${series.times.length}`);
  assert.equal(series.values[series.end - 1], 19_990);
  assert.equal(series.times[series.start], 19_480);
});
