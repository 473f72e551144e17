import assert from 'node:assert/strict';
import { test } from 'node:test';
import { calendarStart } from '../../components/data/local-day.ts';
import {
  movedRange,
  parseRange,
  rangeText,
  spanOf,
  type StartOf,
} from '../../components/range/range-text.ts';

const clocks =
  (timeZone: string, language: string): StartOf =>
  (span, t) =>
    calendarStart(span, t, { timeZone, language });
const berlin = clocks('Europe/Berlin', 'de');

test('a range reads as it is written, in the notation of the URL', () => {
  for (const text of ['6h', '90s', 'today', 'week', 'month'])
    assert.equal(rangeText(parseRange(text) ?? { windowMs: Number.NaN }), text);
  const [from, to] = ['2026-05-01T08:00:00.000Z', '2026-05-01T12:00:00.000Z'];
  assert.deepEqual(parseRange(`${from}/${to}`), { fromT: Date.parse(from), toT: Date.parse(to) });
  for (const text of [
    '-271821-04-20/+275760-09-13',
    '0001-01-01/9999-12-31',
    '',
    'yesterday',
    '0s',
    `${to}/${from}`,
    'a/b',
  ])
    assert.equal(parseRange(text), undefined, text);
});

test('a day of a clock change has 23 or 25 hours, also as the day before', () => {
  for (const [now, hours] of [
    ['2026-03-30T10:00:00+02:00', 23],
    ['2026-10-26T10:00:00+01:00', 25],
  ] as const) {
    const at = Date.parse(now);
    const today = spanOf({ calendar: 'today' }, at, berlin);
    assert.deepEqual([at - today.fromT, today.toT], [10 * 3_600_000, at]);
    const before = movedRange({ calendar: 'today' }, -1, at, berlin);
    assert.equal((before.toT - before.fromT) / 3_600_000, hours);
    assert.equal(before.toT, today.fromT);
  }
});

test('a week begins on the first weekday of the language, and nothing moves beyond now', () => {
  const at = Date.parse('2026-05-06T12:00:00Z'); // a Wednesday
  const utc = (language: string): StartOf => clocks('UTC', language);
  const start = (language: string): string =>
    new Date(spanOf({ calendar: 'week' }, at, utc(language)).fromT).toISOString();
  assert.deepEqual(
    [start('de'), start('en-US')],
    ['2026-05-04T00:00:00.000Z', '2026-05-03T00:00:00.000Z'],
  );
  const span = { fromT: at - 1_000, toT: at + 5_000 };
  assert.equal(movedRange(span, 1, at, utc('de')).toT, at);
});
