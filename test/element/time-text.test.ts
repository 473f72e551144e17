import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ageText, parseMomentMs } from '../../components/format/format-moment.ts';
import type { TimeView } from '../../components/time/time-text.ts';
import { timeText } from '../../components/time/time-text.ts';

const NOON = Date.UTC(2030, 4, 1, 12, 0, 0);

const text = (view: Partial<TimeView>): string | undefined =>
  timeText({
    format: 'relative',
    momentMs: NOON,
    nowMs: NOON,
    precision: undefined,
    hourCycle: undefined,
    language: 'en',
    timeZone: 'UTC',
    ...view,
  })?.text.replaceAll('\u202f', ' ');

test('there is no text without a time, except for the clock', () => {
  assert.equal(text({ momentMs: undefined }), undefined);
  assert.equal(text({ momentMs: undefined, format: 'clock' }), '12:00:00 PM');
});

test('a relative time is given in its largest unit, past and future', () => {
  assert.equal(text({ nowMs: NOON + 3_700_000 }), '1 hr. ago');
  assert.equal(text({ nowMs: NOON - 120_000 }), 'in 2 min.');
});

test('precision is the smallest unit of a relative time, never larger than what fits', () => {
  assert.equal(text({ nowMs: NOON + 7000 }), '5 sec. ago');
  assert.equal(text({ nowMs: NOON + 7000, precision: 'second' }), '7 sec. ago');
  assert.equal(text({ nowMs: NOON + 7000, precision: 'minute' }), 'this minute');
  assert.equal(text({ nowMs: NOON + 3 * 86_400_000, precision: 'minute' }), '3 days ago');
});

test('a duration counts whole units of its precision, even if it is zero', () => {
  assert.equal(text({ format: 'duration', nowMs: NOON + 3_725_900 }), '1h 2m');
  assert.equal(text({ format: 'duration', nowMs: NOON + 12_900 }), '12s');
  assert.equal(text({ format: 'duration', nowMs: NOON + 12_900, precision: 'minute' }), '0m');
  assert.equal(text({ format: 'duration', nowMs: NOON - 90_000 }), '−1m 30s');
});

test('date and time follow precision, hour cycle and zone', () => {
  assert.equal(text({ format: 'time' }), '12:00 PM');
  assert.equal(text({ format: 'time', precision: 'second', hourCycle: 'h23' }), '12:00:00');
  assert.equal(text({ format: 'datetime', precision: 'day' }), 'May 1, 2030');
  assert.equal(
    text({ format: 'datetime', timeZone: 'Asia/Tokyo', language: 'de' }),
    '01.05.2030, 21:00',
  );
});

test('a clock of minutes gives the same text and the same datetime value for the whole minute', () => {
  const view = { format: 'clock', momentMs: undefined, precision: 'minute' } as const;
  const whole = { hourCycle: undefined, language: 'en', timeZone: 'UTC' } as const;
  assert.deepEqual(
    timeText({ ...view, ...whole, nowMs: NOON + 59_999 }),
    timeText({ ...view, ...whole, nowMs: NOON }),
  );
});

test('an invalid day is no time, and old times are given in months and years', () => {
  assert.equal(parseMomentMs('2026-02-30'), undefined);
  assert.equal(parseMomentMs('2028-02-29T10:00Z'), Date.UTC(2028, 1, 29, 10));
  const ago = (days: number): string => ageText(-days * 86_400_000, 'en');
  assert.deepEqual([59, 61, 200, 400, 800].map(ago), [
    '59 days ago',
    '2 mo. ago',
    '6 mo. ago',
    'last yr.',
    '2 yr. ago',
  ]);
});
