import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HistorySeries } from '../../components/client/index.ts';
import type { DataEntry } from '../../components/data/held.ts';
import { parseStates } from '../../components/data/states.ts';
import { TrackerPast } from '../../components/tracker/tracker-past.ts';
import type { LaneOptions } from '../../components/tracker/lanes.ts';
import { lanesOf } from '../../components/tracker/lanes.ts';
import type { PastRunOptions } from '../../components/tracker/past-runs.ts';
import { pastRunsOf } from '../../components/tracker/past-runs.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 9, 30, 12);
const TODAY = Date.UTC(2026, 9, 30);
const ago = (days: number): number => TODAY - days * DAY;

const words = (field: string, ...points: [t: number, n: number][]): HistorySeries => ({
  field,
  t: points.map(([t]) => t),
  n: points.map(([, n]) => n),
});

interface Case {
  series: HistorySeries[];
  entries?: DataEntry[];
  options?: Partial<LaneOptions>;
  past?: Partial<PastRunOptions>;
  after?: number;
  step?: number;
}

/** The lane of a tracker over ten days, one bar a day. */
function laneOf({ series, entries = [], options = {}, past = {}, after = 0, step = DAY }: Case) {
  const lanes = lanesOf(
    { keys: [''], of: () => entries },
    {
      windowMs: 10 * DAY,
      buckets: 10,
      nowMs: NOW,
      isTimeline: false,
      limits: {},
      staleAfterMs: Infinity,
      ttl: undefined,
      read: ({ d }) => ({ payload: d, value: d }),
      past: ({ limits, holdMs }) =>
        pastRunsOf({ step, cursor: `${after}.x` }, series, {
          field: undefined,
          limits,
          holdMs: Math.min(holdMs, 0),
          fromMs: NOW - 10 * DAY,
          entries,
          ...past,
        }),
      ...options,
    },
  );
  assert.ok(lanes[0]);
  return lanes[0];
}

const up = (t: number, v: number): DataEntry => ({ v, t, d: { status: 'up' } });

test('a day of the history shows its worst state, and the share of good checks', () => {
  const series = [
    words('status=up', [ago(3), 90], [ago(2), 100], [ago(1), 99]),
    words('status=down', [ago(3), 10]),
    words('status=degraded', [ago(1), 1]),
  ];
  const { spans, course } = laneOf({ series, entries: [up(TODAY, 400)] });
  assert.deepEqual(
    spans.slice(-4).map(({ level }) => level),
    ['danger', 'ok', 'warn', 'ok'],
  );
  assert.deepEqual(
    spans.slice(-4).map((bar) => ('share' in bar ? bar.share : 0)),
    [0.9, 1, 0.99, 1],
  );
  assert.deepEqual(
    spans.slice(0, 6).map(({ level }) => level),
    Array(6).fill(undefined),
    'without checks: hollow',
  );
  // 2.89 of three days, and today's twelve hours.
  assert.ok(Math.abs((course.share ?? 0) - (2.89 + 0.5) / 3.5) < 1e-9);
  assert.equal(course.goodWord, 'up');
});

test('states of every form are read as in an entry: words of state and value, bare words and booleans', () => {
  for (const field of ['state', 'value', 'text']) {
    const series = [words(`${field}=up`, [ago(2), 9]), words(`${field}=down`, [ago(1), 1])];
    const { spans } = laneOf({ series, entries: [{ v: 400, t: TODAY, d: 'up' }] });
    assert.deepEqual(
      spans.slice(-3).map(({ level }) => level),
      ['ok', 'danger', 'ok'],
    );
  }
  for (const [field, d] of [
    ['value', true],
    ['status', { status: true }],
  ] as const) {
    const column = [1, 0];
    const days = { t: [ago(2), ago(1)], n: [1, 1], sum: column, min: column, max: column };
    const limits = { states: parseStates('true:ok, false:danger') };
    const { spans } = laneOf({
      series: [{ field, ...days }],
      entries: [{ v: 400, t: TODAY, d }],
      options: { limits, read: () => ({ payload: d, value: true }) },
    });
    assert.deepEqual(
      spans.slice(-3).map(({ level }) => level),
      ['ok', 'danger', 'ok'],
    );
  }
});

test('a number without limits is a state in its own words, quoted or not', () => {
  for (const value of [3, '3', ' 3 ']) {
    const { course } = laneOf({
      series: [],
      entries: [{ v: 400, t: TODAY, d: { value } }],
      options: { read: ({ d }) => ({ payload: d, value }), staleAfterMs: undefined, ttl: DAY },
    });
    assert.equal(course.runs.at(-1)?.word, '3');
  }
});

test('an entry that is in the history and on the page counts once', () => {
  const series = [words('status=up', [ago(0), 5])];
  const entries = [up(TODAY + 2 * HOUR, 7), up(TODAY + 3 * HOUR, 8), up(TODAY + 4 * HOUR, 9)];
  // The history holds versions up to 8: three of its five entries are no longer on the page; version 9 is newer.
  assert.equal(laneOf({ series, entries, after: 8 }).spans.at(-1)?.count, 6);
});

test('since when a state lasts is known beyond the entries of the page', () => {
  const down = words('status=down', [ago(4), 3]);
  const series = [words('status=up', [ago(3), 100], [ago(2), 100], [ago(1), 100]), down];
  const { current } = laneOf({ series, entries: [up(TODAY, 400)] }).course;
  assert.deepEqual(current && [current.sinceMs, current.isOldest], [ago(3), false]);
  const whole = laneOf({ series: series.slice(0, 1), entries: [up(TODAY, 400)] }).course.current;
  assert.deepEqual(whole && [whole.sinceMs, whole.isOldest], [ago(3), true]);
});

test('a timeline joins equal days, and leaves days without checks empty', () => {
  const series = [words('status=up', [ago(6), 9], [ago(5), 9], [ago(2), 9], [ago(1), 9])];
  const { spans } = laneOf({
    series,
    entries: [up(TODAY, 99)],
    options: { isTimeline: true },
  });
  assert.deepEqual(
    spans.map(({ fromMs, toMs }) => [fromMs, toMs]),
    [
      [ago(6), ago(4)],
      [ago(2), NOW],
    ],
  );
});

test('the page’s own words for states apply to the history too', () => {
  const states = parseStates('closed:ok:shut, open:warn:ajar');
  const series: HistorySeries[] = [
    { field: 'value', t: [ago(1)], n: [10], sum: [4], min: [0], max: [1], last: [0] },
  ];
  const entries: DataEntry[] = [{ v: 50, t: TODAY, d: 'closed' }];
  const { spans, course } = laneOf({ series, entries, options: { limits: { states } } });
  const bar = spans.at(-2);
  assert.deepEqual([bar?.level, bar?.text], ['warn', 'ajar']);
  assert.ok(Math.abs((course.share ?? 0) - (0.6 + 0.5) / 1.5) < 1e-9);
});

test('numbers have levels by limits; a bucket with any over the limit counts as not good', () => {
  const series: HistorySeries[] = [
    {
      field: 'value',
      t: [ago(2), ago(1)],
      n: [9, 9],
      sum: [9, 50],
      min: [1, 1],
      max: [1, 40],
      last: [1, 1],
    },
  ];
  const entries: DataEntry[] = [{ v: 50, t: TODAY, d: 2 }];
  const { spans } = laneOf({ series, entries, options: { limits: { warn: 30, danger: 90 } } });
  assert.deepEqual(
    spans.slice(-3).map((bar) => [bar.level, 'share' in bar && bar.share]),
    [
      ['ok', 1],
      ['warn', 0],
      ['ok', 1],
    ],
  );
});

test('a check that is valid for longer than a bucket fills the buckets until the next one', () => {
  const series = [words('status=up', [ago(5), 1], [ago(2), 1])];
  const { spans } = laneOf({ series, entries: [up(TODAY, 9)], past: { holdMs: 2 * DAY } });
  assert.deepEqual(
    spans.slice(-6).map(({ level }) => level),
    ['ok', 'ok', 'ok', 'ok', 'ok', 'ok'],
  );
  const short = laneOf({ series, entries: [up(TODAY, 9)], past: { holdMs: HOUR } });
  assert.equal(short.spans.at(-4)?.level, undefined);
});

test('bars of a day are days of the viewer’s time zone, even on days of a clock change', () => {
  const past = new TrackerPast(
    { channel: '', field: undefined, requestUpdate: () => {} },
    // Only the time zone is needed for bucket edges.
    { live: undefined as never, timeZone: () => 'Europe/Berlin', retryDelayMs: () => 0 },
  );
  past.begin({ windowMs: 10 * DAY, buckets: 10, nowMs: NOW, isTimeline: false });
  const { edges } = past;
  assert.equal(edges?.length, 11);
  assert.equal(edges?.at(-1), Date.UTC(2026, 9, 30, 23));
  const lengths = edges?.slice(1).map((edge, n) => (edge - (edges[n] as number)) / HOUR);
  assert.deepEqual(lengths, [24, 24, 24, 24, 25, 24, 24, 24, 24, 24]);
  past.begin({ windowMs: 10 * DAY, buckets: 20, nowMs: NOW, isTimeline: false });
  assert.equal(past.edges, undefined);
});
