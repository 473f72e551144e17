import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ScaleFacts } from '../../components/meter/scale.ts';
import { fractionOf, scaleOf } from '../../components/meter/scale.ts';

const scale = (value: unknown, facts: Partial<ScaleFacts> = {}): ReturnType<typeof scaleOf> =>
  scaleOf({ value, min: [], max: [], isRatio: false, ...facts });

test('a scale is from 0 to 100, or 0 to 1 for ratios, unless attribute or meta (in this order) set it', () => {
  assert.deepEqual([scale(1).min, scale(1).max], [0, 100]);
  assert.equal(scale(0.5, { isRatio: true }).max, 1);
  assert.equal(scale(5, { max: [undefined, 8] }).max, 8);
  assert.equal(scale(5, { max: [10, 8] }).max, 10);
  assert.equal(scale(5, { max: [Number.NaN, null, 8], isRatio: true }).max, 8);
  assert.equal(scale(5, { min: [0, -10] }).min, 0);
});

test('a value beyond an end is clamped, and is marked as beyond', () => {
  assert.deepEqual(scale(120), { min: 0, max: 100, now: 100, fraction: 1, beyond: 'above' });
  assert.deepEqual(scale(-5), { min: 0, max: 100, now: 0, fraction: 0, beyond: 'below' });
  assert.equal(scale(100).beyond, undefined);
});

test('a missing value has no position on the scale, and zero has one', () => {
  for (const nothing of [null, undefined, Number.NaN, '', 'word'])
    assert.equal(scale(nothing).now, undefined);
  assert.equal(scale(0).now, 0);
});

test('a scale whose end is not above its start has no positions, instead of dividing by zero', () => {
  assert.equal(scale(5, { min: [10], max: [10] }).fraction, 0);
  assert.equal(scale(5, { min: [10], max: [1] }).now, undefined);
});

test('a fraction is the relative position of a number between the ends', () => {
  assert.equal(fractionOf(-5, { min: -10, max: 10 }), 0.25);
  assert.equal(fractionOf(1 / 3, { min: 0, max: 1 }), 0.3333);
});
