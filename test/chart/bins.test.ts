import assert from 'node:assert/strict';
import { test } from 'node:test';
import { binsOf } from '../../components/metric-chart/samples/bins.ts';

const one = (values: number[]): ReturnType<typeof binsOf> => binsOf([{ values }]);

test('bins have a width of 1, 2 or 5 times a power of ten, and hold every value once', () => {
  const values = Array.from({ length: 1000 }, (_, n) => 20 + 5 * Math.sin(n) + Math.sin(n * 7));
  const bins = one(values);
  assert.equal(bins?.step, 1);
  const counts = bins?.counts[0] ?? [];
  assert.ok(counts.length >= 5 && counts.length <= 42, `${counts.length} bins`);
  assert.equal(
    counts.reduce((a, b) => a + b),
    1000,
  );
  const inSecond = values.filter((value) => {
    const from = (bins?.from ?? 0) + 1;
    return value >= from && value < from + 1;
  });
  assert.equal(counts[1], inSecond.length);
});

test('a value on an edge is in the bin that begins there, whatever the rounding of fractions', () => {
  const bins = one([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]);
  assert.deepEqual([bins?.from, bins?.step, bins?.counts[0]], [0, 0.2, [1, 2, 2, 2, 1]]);
});

test('whole numbers have bins of at least 1; equal values and outliers have few', () => {
  assert.deepEqual(one([1, 2, 2, 3]), { from: 1, step: 1, counts: [[1, 2, 1]] });
  assert.deepEqual(one([7, 7, 7]), { from: 7, step: 1, counts: [[3]] });
  assert.equal(one([2.5, 2.5])?.counts[0]?.length, 1);
  const far = one([...Array.from({ length: 500 }, (_, n) => n / 1000), 1e9]);
  assert.ok((far?.counts[0]?.length ?? 0) <= 42);
  assert.deepEqual(one([-3, -1]), { from: -3, step: 1, counts: [[1, 0, 1]] });
});

test('several lines share their bins; a weight counts as so many samples; without values there are none', () => {
  const bins = binsOf([{ values: [1, 2] }, { values: [3], weights: [5] }]);
  assert.deepEqual(bins?.counts, [
    [1, 1, 0],
    [0, 0, 5],
  ]);
  assert.equal(binsOf([{ values: [] }]), undefined);
});
