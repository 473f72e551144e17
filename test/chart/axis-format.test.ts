import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatValue } from '../../components/format/format.ts';
import type { FormatOptions } from '../../components/format/format-options.ts';
import {
  tickText,
  unitSecondsOf,
  valueResolution,
} from '../../components/metric-chart/drawing/axis-format.ts';
import { valueRange, valueTicks } from '../../components/metric-chart/drawing/value-range.ts';

const labels = (values: number[], step: number, options = {}): string[] =>
  values.map((value) => tickText(value, step, { language: 'en', ...options }));

test('labels of one axis have as many digits as distinguish them, and no more', () => {
  assert.deepEqual(labels([0, 0.25, 0.5], 0.25), ['0', '0.25', '0.5']);
  assert.deepEqual(labels([0, 20, 40], 20), ['0', '20', '40']);
  assert.deepEqual(labels([0.001, 0.002], 0.001), ['0.001', '0.002']);
  assert.deepEqual(labels([12_100, 12_200], 100), ['12,100', '12,200']);
});

test('either all labels of an axis abbreviate thousands, or none', () => {
  assert.deepEqual(labels([0, 5_000, 10_000, 15_000], 5_000), ['0', '5K', '10K', '15K']);
  assert.deepEqual(labels([750_000, 1_000_000, 1_250_000], 250_000), ['750K', '1M', '1.25M']);
});

test('percentages have the digits of their step', () => {
  assert.deepEqual(labels([0, 0.25, 0.5], 0.25, { format: 'percent' }), ['0%', '25%', '50%']);
  assert.deepEqual(labels([0.001, 0.002], 0.001, { format: 'percent' }), ['0.1%', '0.2%']);
});

/** The ticks of an axis from `min` to `max`, in the format. */
function ticksOf(min: number, max: number, options: FormatOptions): string[] {
  const range = valueRange({ min, max }, { steps: 5 });
  return valueTicks(range).map((value) =>
    tickText(value, range.step, { language: 'en', ...options }),
  );
}

test('ticks and tooltips differ where values differ, in every format', () => {
  for (const [min, max, options] of [
    [90_061, 90_361, { format: 'duration' }],
    [15.851e9, 15.853e9, { format: 'bytes' }],
    [15.851e9, 15.853e9, { format: 'bits' }],
    [1.0801, 1.0809, { format: 'currency' }],
    [151.2, 151.9, { format: 'currency', currency: 'JPY' }],
    [1_790_000_000_000, 1_790_000_300_000, { format: 'date' }],
    [1_790_000_000_000, 1_790_000_300_000, { format: 'relative', nowMs: 1_790_086_400_000 }],
    [0.99995, 0.99999, { format: 'percent' }],
    [1_000_001, 1_000_009, { notation: 'compact' }],
    [0.000_001, 0.000_009, {}],
  ] as const) {
    const texts = ticksOf(min, max, options);
    assert.ok(texts.length >= 3, texts.join());
    assert.equal(new Set(texts).size, texts.length, texts.join());
    const { step } = valueRange({ min, max }, { steps: 5 });
    const tip = (v: number): string =>
      formatValue(v, { language: 'en', ...options, resolution: valueResolution(step) });
    assert.notEqual(tip(min), tip(min + step / 4), `${tip(min)} of ${JSON.stringify(options)}`);
  }
});

test('no tick is minus zero', () => {
  assert.deepEqual(labels([-0.4, -0, 0.4], 0.4), ['-0.4', '0', '0.4']);
  assert.equal(tickText(-0.0001, 1, { format: 'percent' }), '0%');
});

test('the smallest and the largest numbers have short labels', () => {
  for (const [value, step] of [
    [2e-280, 1e-280],
    [4e307, 1e307],
  ] as const) {
    assert.ok(tickText(value, step, { language: 'en' }).length <= 10, tickText(value, step, {}));
  }
});

test('an axis of durations or times has whole minutes, hours and days', () => {
  const ticks = (min: number, max: number, options: FormatOptions): string[] => {
    const unitSeconds = unitSecondsOf(options);
    const range = valueRange({ min, max }, { steps: 4, unitSeconds });
    return valueTicks(range).map((value) =>
      tickText(value, range.step, { language: 'en', timeZone: 'UTC', ...options }),
    );
  };
  const duration = { format: 'duration' } as const;
  assert.deepEqual(ticks(0, 300, duration), ['0s', '2m', '4m', '6m']);
  assert.deepEqual(ticks(0, 90_000, duration), ['0s', '12h', '1d', '1d 12h']);
  assert.deepEqual(ticks(0, 40 * 86_400, duration), ['0s', '10d', '20d', '30d', '40d']);
  assert.deepEqual(ticks(0, 2, duration), ['0s', '500ms', '1s', '1.5s', '2s']);
  assert.deepEqual(ticks(0, 90, { ...duration, unit: 'minute' }), ['0s', '30m', '1h', '1h 30m']);
  const t = Date.UTC(2030, 4, 1, 12, 3);
  const hours = ['12:00', '12:15', '12:30', '12:45', '1:00', '1:15'];
  assert.deepEqual(
    ticks(t, t + 3_600_000, { format: 'time' }).map((text) => text.replace(/\s/, ' ')),
    hours.map((hour) => `${hour}:00 PM`),
  );
});

test('digits that would make two ticks equal are ignored', () => {
  assert.equal(new Set(labels([15.851e9, 15.852e9], 1e6, { format: 'bytes', digits: 0 })).size, 2);
  assert.deepEqual(labels([1e9, 2e9], 1e9, { format: 'bytes', digits: 1 }), ['1.0 GB', '2.0 GB']);
});
