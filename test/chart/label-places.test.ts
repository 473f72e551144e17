import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Frame } from '../../components/metric-chart/drawing/frame.ts';
import { freeBox, type PassingLine } from '../../components/metric-chart/drawing/label-places.ts';
import { Series } from '../../components/metric-chart/samples/series.ts';

/** 100 × 100 pixels; a column of one pixel is one ms, and values from 0 to 100 go up. */
const frame = {
  left: 0,
  top: 0,
  width: 100,
  height: 100,
  ratio: 1,
  columnPx: 1,
  columnMs: 1,
  firstId: 0,
  lastId: 99,
  fromT: 0,
  toT: 100,
  min: 0,
  max: 100,
  log: false,
} satisfies Frame;
const box = (
  left: number,
  top: number,
): { left: number; right: number; top: number; bottom: number } => ({
  left,
  right: left + 20,
  top,
  bottom: top + 10,
});
const [low, high] = [box(0, 80), box(0, 10)];

function line(valueAt: (t: number) => number, more: Partial<PassingLine> = {}): PassingLine {
  const series = new Series();
  for (let t = 0; t < 100; t++) series.push(t, valueAt(t));
  return { series, hidden: false, axis: 'left', ...more };
}

test('a text is at the first place that no line crosses', () => {
  assert.equal(freeBox({}, [low, high], [line(() => 50)], frame), low);
  assert.equal(freeBox({}, [low, high], [line(() => 15)], frame), high);
  assert.equal(
    freeBox({}, [low, high], [line((t) => (t === 10 ? 0 : 50))], frame),
    high,
    'a spike',
  );
  assert.equal(
    freeBox({}, [low, high], [line(() => 15), line(() => 85)], frame),
    low,
    'no place is free',
  );
  assert.equal(freeBox({}, [low, high], [line(() => 15, { hidden: true })], frame), low);
});

test('a spike between many samples is detected', () => {
  const series = new Series();
  for (let n = 0; n <= 10_000; n++) series.push(n / 100, n === 1_001 ? 15 : 50);
  const spiked = { series, hidden: false, axis: 'left' } as const;
  assert.equal(freeBox({}, [low, high], [spiked], frame), high);
});

test('a text stays at its place while no line crosses it', () => {
  const mark = {};
  assert.equal(freeBox(mark, [low, high], [line(() => 15)], frame), high);
  assert.equal(freeBox(mark, [low, high], [line(() => 50)], frame), high);
  assert.equal(freeBox(mark, [low, high], [line(() => 85)], frame), low);
});
