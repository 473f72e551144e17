import assert from 'node:assert/strict';
import { test } from 'node:test';
import { frameAt, frameBox } from '../../components/metric-chart/drawing/frame.ts';
import { Stack } from '../../components/metric-chart/drawing/stack.ts';
import { Series } from '../../components/metric-chart/samples/series.ts';

const frame = frameAt(frameBox({ left: 0, top: 0, right: 100, bottom: 100 }, 1), 100_000, 99_999);

/** Stacks lines of `[seconds, value]` pairs over 100 s in 100 columns. */
function stacked(
  lines: readonly (readonly [number, number][])[],
  { shares = false, gapMs = 4_000 } = {},
): { at: (line: number, second: number) => number; min: number; max: number } {
  const all = lines.map((samples) => {
    const series = new Series();
    for (const [second, v] of samples) series.push(second * 1_000, v);
    series.setColumns(frame.columnMs, 101);
    return series;
  });
  const stack = new Stack();
  const extent = { min: Infinity, max: -Infinity };
  stack.fill(all, frame, { aggregate: 'mean', gapMs, shares }, extent);
  return { at: (line, second) => stack.edgeAt(line, second * 1_000, frame), ...extent };
}

test('positive values stack upwards and negative ones downwards, so that none hides another', () => {
  const { at, min, max } = stacked([[[50, 5]], [[50, -3]], [[50, 2]], [[50, -1]]]);
  assert.deepEqual(
    [0, 1, 2, 3].map((line) => at(line, 50)),
    [5, -3, 7, -4],
  );
  assert.deepEqual([min, max], [-4, 7]);
});

test('a positive value below a larger negative one extends above zero', () => {
  const { at, min, max } = stacked([[[50, -10]], [[50, 4]]]);
  assert.deepEqual([at(0, 50), at(1, 50), min, max], [-10, 4, -10, 4]);
});

test('lines whose publishers report at different times make no dip at the right edge', () => {
  const { at } = stacked([
    [90, 92, 94, 96, 98].map((second) => [second, 2]),
    [89, 91, 93, 95, 97, 99].map((second) => [second, 3]),
  ]);
  assert.deepEqual(
    [95, 96, 97, 98, 99].map((second) => at(1, second)),
    [5, 5, 5, 5, 5],
  );
});

test('a line without samples for longer than the gap is removed from the stack', () => {
  const { at } = stacked([
    [[10, 2]],
    [
      [10, 3],
      [12, 3],
      [14, 3],
      [16, 3],
    ],
  ]);
  assert.deepEqual(
    [14, 15].map((second) => at(0, second)),
    [2, Number.NaN],
  );
  assert.deepEqual(
    [14, 16].map((second) => at(1, second)),
    [5, 3],
  );
});

test('shares of 100 percent add up to one, and a column of zeros to zero', () => {
  const { at, min, max } = stacked([[[50, 1]], [[50, 3]], [[50, 0]]], { shares: true });
  assert.deepEqual([at(0, 50), at(1, 50), at(2, 50), min, max], [0.25, 1, 1, 0, 1]);
  assert.equal(stacked([[[50, 0]]], { shares: true }).at(0, 50), 0);
});
