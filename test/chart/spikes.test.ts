import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Piece, spikesOf } from '../../components/metric-chart/drawing/trace-buckets.ts';

/** Buckets of one column each, from these upper and lower ends in px. */
const run = (...ends: [top: number, bottom: number][]): Piece[] =>
  ends.map(([top, bottom], i) => ({ left: i, right: i + 1, top, bottom, mean: bottom }));

const flat = (count: number, top: number, bottom: number): [number, number][] =>
  Array.from({ length: count }, () => [top, bottom]);

test('a bucket that reaches far beyond those on both sides is a spike, up or down, up to three buckets wide', () => {
  for (const width of [1, 2, 3]) {
    const buckets = run(...flat(5, 90, 100), ...flat(width, 10, 100), ...flat(5, 90, 100));
    const expected = Array.from({ length: width }, (_, i) => ({
      left: 5 + i,
      right: 6 + i,
      from: 10,
      to: 90,
    }));
    assert.deepEqual(spikesOf(buckets, 6), expected);
  }
  const newest = run(...flat(3, 90, 100), [10, 100]);
  assert.deepEqual(spikesOf(newest, 6), [{ left: 3, right: 4, from: 10, to: 90 }]);
  const down = run(...flat(2, 50, 52), [50, 150], ...flat(2, 50, 52));
  assert.deepEqual(spikesOf(down, 6), [{ left: 2, right: 3, from: 52, to: 150 }]);
});

test('steps, plateaus, noise and small bumps are no spikes', () => {
  const none = [
    run(...flat(5, 90, 100), ...flat(5, 10, 100)),
    run(...flat(5, 90, 100), ...flat(4, 10, 100), ...flat(5, 90, 100)),
    run(...flat(3, 90, 100), [85, 100], ...flat(3, 90, 100)),
    run(...Array.from({ length: 200 }, (_, i): [number, number] => [40 + 9 * Math.sin(i * i), 90])),
    run([10, 100]),
    run([10, 100], ...flat(5, 90, 100)),
    [],
  ];
  for (const buckets of none) assert.deepEqual(spikesOf(buckets, 6), []);
});
