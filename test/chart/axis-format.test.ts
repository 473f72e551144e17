import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tickText } from '../../components/metric-chart/drawing/axis-format.ts';

const labels = (values: number[], step: number, options = {}): string[] =>
  values.map((value) => tickText(value, step, { language: 'en', ...options }));

test('labels of one axis have the digits that tell them apart, and no more', () => {
  assert.deepEqual(labels([0, 0.25, 0.5], 0.25), ['0', '0.25', '0.5']);
  assert.deepEqual(labels([0, 20, 40], 20), ['0', '20', '40']);
  assert.deepEqual(labels([0.001, 0.002], 0.001), ['0.001', '0.002']);
  assert.deepEqual(labels([12_100, 12_200], 100), ['12,100', '12,200']);
});

test('thousands are written short on a whole axis or not at all', () => {
  assert.deepEqual(labels([0, 5_000, 10_000, 15_000], 5_000), ['0', '5K', '10K', '15K']);
  assert.deepEqual(labels([750_000, 1_000_000, 1_250_000], 250_000), ['750K', '1M', '1.25M']);
});

test('per cents have the digits of their step', () => {
  assert.deepEqual(labels([0, 0.25, 0.5], 0.25, { format: 'percent' }), ['0%', '25%', '50%']);
  assert.deepEqual(labels([0.001, 0.002], 0.001, { format: 'percent' }), ['0.1%', '0.2%']);
});

test('the smallest and the largest numbers have short labels', () => {
  for (const [value, step] of [
    [2e-280, 1e-280],
    [4e307, 1e307],
  ] as const) {
    assert.ok(tickText(value, step, { language: 'en' }).length <= 10, tickText(value, step, {}));
  }
});
