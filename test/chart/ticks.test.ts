import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  tickLabel,
  timeLabel,
  timeStep,
  timeTicks,
} from '../../components/metric-chart/drawing/time-ticks.ts';
import {
  isTimeZone,
  offsetAt,
  usableZone,
} from '../../components/metric-chart/drawing/time-zone.ts';
import { valueRange, valueTicks } from '../../components/metric-chart/drawing/value-range.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const clock = (t: number, zone: string): string =>
  new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' }).format(
    t,
  );

test('where clocks go forward, hourly ticks skip the missing hour and stay an hour apart', () => {
  const from = Date.UTC(2026, 2, 28, 23); // Berlin changes from 02:00 to 03:00 at 01:00 UTC.
  const ticks = timeTicks(from, from + 4 * HOUR, HOUR, 'Europe/Berlin');
  assert.deepEqual(
    ticks.map((t) => clock(t, 'Europe/Berlin')),
    ['00:00', '01:00', '03:00', '04:00', '05:00'],
  );
  for (let i = 1; i < ticks.length; i++)
    assert.equal((ticks[i] as number) - (ticks[i - 1] as number), HOUR);
});

test('where clocks go back, the repeated hour has both ticks, and wider steps have no crowded pair', () => {
  const from = Date.UTC(2026, 9, 24, 22);
  const hourly = timeTicks(from, from + 5 * HOUR, HOUR, 'Europe/Berlin');
  assert.deepEqual(
    hourly.map((t) => clock(t, 'Europe/Berlin')),
    ['00:00', '01:00', '02:00', '02:00', '03:00', '04:00'],
  );
  const wide = timeTicks(from, from + 7 * HOUR, 2 * HOUR, 'Europe/Berlin');
  assert.deepEqual(
    wide.map((t) => clock(t, 'Europe/Berlin')),
    ['00:00', '02:00', '04:00', '06:00'],
  );
});

test('with a change of half an hour, and in zones off the hour, ticks are at the full local hours', () => {
  for (const [zone, from] of [
    ['Australia/Lord_Howe', Date.UTC(2026, 3, 4, 12)],
    ['Asia/Kathmandu', Date.UTC(2026, 5, 1)],
    ['Asia/Kolkata', Date.UTC(2026, 5, 1)],
  ] as const) {
    const ticks = timeTicks(from, from + 8 * HOUR, HOUR, zone);
    assert.ok(ticks.length >= 8, zone);
    for (const t of ticks) assert.match(clock(t, zone), /:00$/);
  }
});

test('a day whose midnight does not exist has its tick at its first instant', () => {
  const from = Date.UTC(2026, 3, 22); // Cairo changes from 00:00 to 01:00 on 24 April.
  const ticks = timeTicks(from, from + 4 * DAY, DAY, 'Africa/Cairo');
  assert.deepEqual(
    ticks.map((t) => clock(t, 'Africa/Cairo')),
    ['00:00', '01:00', '00:00', '00:00'],
  );
});

test('ticks ascend, stay within the span, are multiples of the step and at most as many as requested', () => {
  const zone = fc.constantFrom(
    'UTC',
    'Europe/Berlin',
    'America/New_York',
    'Australia/Lord_Howe',
    'Asia/Kathmandu',
  );
  fc.assert(
    fc.property(
      fc.integer({ min: Date.UTC(2025, 0), max: Date.UTC(2028, 0) }),
      fc.integer({ min: 5_000, max: 3 * DAY }),
      fc.integer({ min: 2, max: 12 }),
      zone,
      (from, span, most, timeZone) => {
        const step = timeStep(span, most);
        const ticks = timeTicks(from, from + span, step, timeZone);
        assert.ok(ticks.length <= most + 2);
        for (const [i, t] of ticks.entries()) {
          assert.ok(t >= from && t <= from + span);
          if (i > 0) assert.ok(t - (ticks[i - 1] as number) > step / 2);
          assert.equal((t + offsetAt(t, timeZone)) % step, 0);
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('offsets equal those of the platform at any time of the century', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2040, 0) }),
      fc.constantFrom('Europe/Berlin', 'America/St_Johns', 'Africa/Casablanca', 'Pacific/Apia'),
      (t, zone) => {
        const local = new Date(t + offsetAt(t, zone)).toISOString().slice(11, 16);
        assert.equal(local, clock(t, zone));
      },
    ),
  );
});

test('midnight is labelled with its date, and other ticks with their time', () => {
  const midnight = Date.UTC(2026, 10, 20);
  assert.match(tickLabel(midnight, HOUR, 'UTC', 'en-GB'), /20 Nov/);
  assert.match(tickLabel(midnight + HOUR, HOUR, 'UTC', 'en-GB'), /^0?1:00$/);
  assert.match(timeLabel(midnight, 'second', 'UTC', 'de'), /0:00:00/);
});

test('a day that begins at one o’clock is labelled with its date too', () => {
  // The clocks of Cairo change from 23:59:59 on 23 April 2026 to 01:00 on 24 April.
  const first = Date.UTC(2026, 3, 23, 22);
  assert.equal(tickLabel(first, HOUR, 'Africa/Cairo', 'en'), 'Apr 24');
  assert.equal(
    tickLabel(first + HOUR, HOUR, 'Africa/Cairo', 'en').replace('\u202f', ' '),
    '2:00 AM',
  );
});

test('a time zone that the browser reports but does not accept is replaced by UTC, with one warning', (t) => {
  const warn = t.mock.method(console, 'warn', () => {});
  assert.equal(usableZone('Etc/Unknown'), 'UTC');
  assert.equal(usableZone('Etc/Unknown'), 'UTC');
  assert.equal(usableZone('Europe/Berlin'), 'Europe/Berlin');
  assert.equal(warn.mock.callCount(), 1);
});

test('an unknown time zone is distinguished from a known one', () => {
  assert.equal(isTimeZone('Europe/Berlin'), true);
  assert.equal(isTimeZone('Mars/Olympus'), false);
});

const anyValue = fc.double({ noNaN: true, min: -1e300, max: 1e300 });

test('a value range contains its data, has finite ticks within it, and is kept while the data stay within it', () => {
  fc.assert(
    fc.property(anyValue, anyValue, fc.integer({ min: 2, max: 10 }), (a, b, steps) => {
      const extent = { min: Math.min(a, b), max: Math.max(a, b) };
      const range = valueRange(extent, { steps });
      assert.ok(
        range.min <= extent.min + range.step * 1e-6 && range.max >= extent.max - range.step * 1e-6,
      );
      assert.ok(range.max > range.min && Number.isFinite(range.max - range.min));
      const ticks = valueTicks(range);
      assert.ok(ticks.length <= 50);
      for (const t of ticks) assert.ok(t >= range.min - range.step && t <= range.max + range.step);
      assert.equal(valueRange(extent, { steps, previous: range }), range);
    }),
  );
});

test('very large, very small, equal and missing values give an axis that can be drawn', () => {
  const cases = [
    [Number.MAX_VALUE, -Number.MAX_VALUE],
    [5e-324, 0],
    [1e15, 1e15 + 1],
    [7, 7],
    [0, 0],
    [-3, -3],
    [Infinity, -Infinity],
    [0.1 + 0.2, 0.3],
  ] as const;
  for (const [a, b] of cases) {
    const none = a === Infinity;
    const extent = none ? { min: a, max: b } : { min: Math.min(a, b), max: Math.max(a, b) };
    const range = valueRange(extent, { steps: 5 });
    assert.ok(range.max > range.min, `${a} ${b}`);
    assert.ok(Number.isFinite(range.max - range.min), `${a} ${b}`);
    assert.ok(range.step > 0);
  }
});

test('an axis shrinks once the data fill little of it, and not before', () => {
  const wide = valueRange({ min: 0, max: 100 }, { steps: 5 });
  assert.equal(valueRange({ min: 10, max: 70 }, { steps: 5, previous: wide }), wide);
  const narrow = valueRange({ min: 10, max: 14 }, { steps: 5, previous: wide });
  assert.ok(narrow.max - narrow.min < 20);
});

test('a low chart of two steps shrinks too, from the range that it had without data', () => {
  const empty = valueRange({ min: Infinity, max: -Infinity }, { steps: 2, min: 0 });
  assert.deepEqual(empty, { min: 0, max: 1, step: 0.5 });
  const filled = valueRange({ min: 0.01, max: 0.03 }, { steps: 2, min: 0, previous: empty });
  assert.ok(filled.max < 0.05, `up to ${filled.max}`);
});

test('fixed ends, a minimum span and a zero line are kept', () => {
  assert.deepEqual(valueRange({ min: 3, max: 900 }, { steps: 5, min: 0, max: 100 }), {
    min: 0,
    max: 100,
    step: 20,
  });
  const quiet = valueRange({ min: 50, max: 50.1 }, { steps: 5, minSpan: 10 });
  assert.ok(quiet.max - quiet.min >= 10);
  assert.equal(valueRange({ min: 50, max: 60 }, { steps: 5, zero: true }).min, 0);
  assert.equal(valueRange({ min: -60, max: -50 }, { steps: 5, zero: true }).max, 0);
});
