import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FormatOptions } from '../../components/format/format-options.ts';
import { words } from '../../components/locale/messages.ts';
import { NUMBER } from '../../components/locale/words/en/number.ts';
import type { BaselineFacts, DeltaFacts } from '../../components/number/delta.ts';
import { baselineOf, deltaOf } from '../../components/number/delta.ts';

const at = (t: number, value: number | null): { t: number; value: number | null } => ({ t, value });

const baseline = (facts: Partial<BaselineFacts>): number | undefined =>
  baselineOf({
    compare: 'previous',
    samples: [],
    stated: null,
    start: null,
    nowMs: 360_000,
    ...facts,
  })?.value;

const delta = (
  baselineValue: number,
  value: number,
  options: FormatOptions = {},
  more: Partial<DeltaFacts> = {},
): ReturnType<typeof deltaOf> =>
  deltaOf({
    baseline: baselineValue,
    value,
    compare: 'previous',
    deltaFormat: undefined,
    options: { language: 'en', ...options },
    words: { ...words('en'), ...NUMBER },
    ...more,
  });

test('previous is the sample before, unless the publisher states its own', () => {
  const samples = [at(0, 1), at(1, 2), at(2, 3)];
  assert.equal(baseline({ samples }), 2);
  assert.equal(baseline({ samples, stated: 9 }), 9);
  assert.equal(baseline({ samples: [at(0, 1)] }), undefined);
});

test('a duration selects the value of that time ago by the clock, not relative to the last sample', () => {
  const samples = [at(0, 1), at(60_000, 2), at(290_000, 3), at(360_000, 4)];
  assert.equal(baseline({ compare: '5m', samples }), 2);
  assert.equal(baseline({ compare: '5m', samples, stated: 9 }), 2);
  assert.equal(baseline({ compare: '5m', samples, nowMs: 3_600_000 }), 4);
});

test('if the history is too short, the oldest value is named with its time', () => {
  const samples = [at(0, null), at(60_000, 2), at(360_000, 4)];
  const facts = { compare: '1h', samples, stated: null, start: null, nowMs: 360_000 };
  assert.deepEqual(baselineOf(facts), { value: 2, sinceMs: 60_000 });
  assert.equal(baselineOf({ ...facts, samples: [at(360_000, 4)] }), undefined);
  const since = { compare: '1h', sinceMs: Date.UTC(2026, 0, 31, 14, 2) };
  const options = { timeZone: 'UTC', nowMs: Date.UTC(2026, 0, 31, 15) };
  assert.match(delta(2, 4, options, since)?.since ?? '', /^since 2:02.PM$/);
  const later = { ...options, nowMs: Date.UTC(2026, 1, 2) };
  assert.match(delta(2, 4, later, since)?.since ?? '', /^since Jan 31, 2:02.PM$/);
});

test('a null at that time is no value to compare with', () => {
  assert.equal(
    baseline({ compare: '5m', samples: [at(0, null), at(60_000, null), at(360_000, 2)] }),
    undefined,
  );
});

test('start compares with the first value, and a single value shows no change', () => {
  const samples = [at(0, 1), at(1, 2)];
  assert.equal(baseline({ compare: 'start', samples, start: 5 }), 5);
  assert.equal(baseline({ compare: 'none', samples, start: 5 }), undefined);
});

test('a change is shown in percent, and that of ratios in percentage points', () => {
  assert.equal(delta(100, 112)?.text, '12%');
  assert.equal(delta(0.39, 0.42, { format: 'percent' })?.text, '3 pp');
  assert.equal(
    delta(0.41, 0.42, { format: 'percent' })?.spoken,
    'up 1 percentage point since the previous value',
  );
});

test('a change can be shown as amount, or as both', () => {
  assert.equal(delta(100, 112, { unit: 'celsius' }, { deltaFormat: 'absolute' })?.text, '12°C');
  assert.equal(delta(100, 50, {}, { deltaFormat: 'both' })?.text, '50 (50%)');
});

test('a change from zero has no percentage: the amount is shown', () => {
  assert.equal(delta(0, 5)?.text, '5');
  assert.equal(delta(0, 0)?.direction, 'none');
});

test('for negative values the direction is that of the value, not that of its absolute value', () => {
  assert.equal(delta(-10, -5)?.direction, 'up');
  assert.equal(delta(-10, -5)?.text, '50%');
});

test('a change that is visible in the values is shown, however small its percentage', () => {
  assert.equal(delta(100_000, 100_001)?.text, '0.001%');
  assert.equal(delta(22, 23)?.direction, 'up');
});

test('values with the same text have not changed: no arrow is shown beside a zero', () => {
  for (const [from, to, options] of [
    [42, 42, {}],
    [0.42, 0.42001, { format: 'percent' }],
    [42.001, 42.002, { digits: 1 }],
  ] as const) {
    const told = delta(from, to, options);
    assert.equal(told?.direction, 'none', `${from} → ${to}`);
    assert.equal(told?.text, 'no change');
  }
});

test('a change since a time names that time', () => {
  const told = delta(0.39, 0.42, { format: 'percent' }, { compare: '5m' });
  assert.equal(told?.spoken, 'up 3 percentage points since 5 minutes ago');
  assert.equal(delta(1, 2, {}, { compare: 'start' })?.since, 'since the start');
});

test('dates and text have no difference', () => {
  for (const format of ['date', 'time', 'relative', 'text'] as const)
    assert.equal(delta(1, 2, { format }), undefined);
});
