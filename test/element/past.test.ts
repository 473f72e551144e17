import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { retryDelayMs } from '../../components/client/backoff.ts';
import { ClientError, type HistoryAnswer } from '../../components/client/index.ts';
import { ratePerSecond } from '../../components/data/counter.ts';
import { calendarStart } from '../../components/data/local-day.ts';
import { PastBuckets } from '../../components/data/past-buckets.ts';
import { Past, type PastHost, type PastParts } from '../../components/element/past.ts';
import { settled } from '../support/manual-time.ts';

const STEP = 60_000;
const FROM = 1_000 * STEP;

interface One {
  v: number;
  t: number;
  value: number;
}

/** The history that a server returns for these samples. */
function answerOf(samples: readonly One[], after: number): HistoryAnswer {
  const starts = [...new Set(samples.map(({ t }) => Math.floor(t / STEP) * STEP))].sort(
    (a, b) => a - b,
  );
  const own = (start: number): number[] =>
    samples
      .filter(({ t }) => Math.floor(t / STEP) * STEP === start)
      .sort((a, b) => a.t - b.t)
      .map(({ value }) => value);
  const column = (of: (values: number[]) => number): number[] =>
    starts.map((start) => of(own(start)));
  return {
    now: FROM + 100 * STEP,
    channel: 'a',
    cursor: `${after}.x`,
    from: FROM,
    to: FROM + 200 * STEP,
    step: STEP,
    series: [
      {
        field: 'value',
        t: starts,
        n: column((values) => values.length),
        min: column((values) => Math.min(...values)),
        max: column((values) => Math.max(...values)),
        sum: column((values) => values.reduce((a, b) => a + b, 0)),
        last: column((values) => values.at(-1) ?? 0),
      },
    ],
  };
}

const samples = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 99 }), fc.integer({ min: -9, max: 99 })), {
    minLength: 1,
    maxLength: 60,
  })
  .map((all) =>
    all.map(([minute, value], i): One => ({ v: i + 1, t: FROM + minute * STEP + i, value })),
  );

test('whatever part of the samples the history holds, the results are those of all samples, each counted once', () => {
  fc.assert(
    fc.property(samples, fc.nat(60), fc.nat(60), (all, split, overlap) => {
      const after = Math.min(split, all.length);
      const past = new PastBuckets(answerOf(all.slice(0, after), after), ratePerSecond);
      for (const one of all.slice(Math.max(0, after - overlap))) past.add(one);
      const values = all.map(({ value }) => value);
      const newest = all.toSorted((a, b) => a.t - b.t).at(-1) as One;
      const figure = (kind: Parameters<PastBuckets['figure']>[0]): number | undefined =>
        past.figure(kind, FROM, Infinity);
      assert.equal(figure('count'), all.length);
      assert.equal(
        figure('sum'),
        values.reduce((a, b) => a + b, 0),
      );
      assert.equal(figure('min'), Math.min(...values));
      assert.equal(figure('max'), Math.max(...values));
      assert.ok(Math.abs((figure('mean') ?? 0) * all.length - (figure('sum') ?? 0)) < 1e-9);
      const isLive = newest.v > after;
      if (isLive) assert.equal(figure('last'), newest.value);
    }),
  );
});

test('a span without samples has no result but the count, and samples that left the span do not count', () => {
  const past = new PastBuckets(answerOf([{ v: 1, t: FROM, value: 5 }], 1), ratePerSecond);
  assert.equal(past.figure('count', FROM + STEP, Infinity), 0);
  assert.equal(past.figure('sum', FROM + STEP, Infinity), undefined);
  past.drop(FROM + STEP);
  assert.equal(past.figure('count', FROM, Infinity), 0);
});

test('the increase of a counter continues from the history, over a restart, and a late reading adds nothing', () => {
  const history = answerOf(
    [
      { v: 1, t: FROM, value: 100 },
      { v: 2, t: FROM + STEP, value: 150 },
    ],
    2,
  );
  const past = new PastBuckets(history, ratePerSecond);
  assert.equal(past.figure('increase', FROM, Infinity), 50);
  past.add({ v: 3, t: FROM + 2 * STEP, value: 170 });
  past.add({ v: 4, t: FROM + 2 * STEP - 1, value: 999 });
  past.add({ v: 5, t: FROM + 3 * STEP, value: 4 });
  assert.equal(past.figure('increase', FROM, Infinity), 74);
});

test('a counter that the server knows goes on from its last reading in the history, each key by itself', () => {
  const history = answerOf(
    [
      { v: 1, t: FROM + 5, value: 100 },
      { v: 3, t: FROM + STEP, value: 150 },
    ],
    4,
  );
  const [a] = history.series;
  const series = [
    { ...a, key: 'a', inc: [0, 50] },
    { ...a, key: 'b', inc: [7, 50] },
  ] as HistoryAnswer['series'];
  const past = new PastBuckets({ ...history, series }, ratePerSecond);
  past.add({ v: 5, t: FROM + 2 * STEP, k: 'a', value: 170 });
  past.add({ v: 6, t: FROM + 2 * STEP + 1, k: 'b', value: 151 });
  past.add({ v: 7, t: FROM + 2 * STEP + 2, k: 'a', value: 175 });
  assert.equal(past.figure('increase', FROM, Infinity), 107 + 20 + 1 + 5);
});

test('a day begins by local clocks, even on days of a clock change, and in zones with half hours', () => {
  const start = (
    span: 'today' | 'week' | 'month',
    at: string,
    timeZone: string,
    language = 'de',
  ): string => new Date(calendarStart(span, Date.parse(at), { timeZone, language })).toISOString();
  assert.equal(start('today', '2026-05-01T10:00Z', 'Europe/Berlin'), '2026-04-30T22:00:00.000Z');
  assert.equal(start('today', '2026-03-29T12:00Z', 'Europe/Berlin'), '2026-03-28T23:00:00.000Z');
  assert.equal(start('today', '2026-10-25T12:00Z', 'Europe/Berlin'), '2026-10-24T22:00:00.000Z');
  assert.equal(start('today', '2026-05-01T10:00Z', 'Asia/Kathmandu'), '2026-04-30T18:15:00.000Z');
  assert.equal(start('month', '2026-04-15T10:00Z', 'Europe/Berlin'), '2026-03-31T22:00:00.000Z');
  assert.equal(start('week', '2026-05-03T10:00Z', 'UTC'), '2026-04-27T00:00:00.000Z');
  assert.equal(start('week', '2026-05-03T10:00Z', 'UTC', 'en-US'), '2026-05-03T00:00:00.000Z');
});

test('a history that the server refused is requested again after the time that it named', async (t) => {
  t.mock.timers.enable({ apis: ['Date'] });
  t.mock.method(Math, 'random', () => 0);
  const busy = new ClientError('overloaded', 'busy', { status: 503, retryAfterMs: 120_000 });
  const history = t.mock.fn(() => Promise.reject(busy));
  const live = { connection: { client: { history } }, serverNow: () => Date.now() };
  const parts = { live, held: { answered: true }, locale: {}, rate: ratePerSecond, retryDelayMs };
  const host = { channel: 'a', aggregate: 'mean', over: '1h', requestUpdate: () => {} };
  const past = new Past(host as unknown as PastHost, parts as unknown as PastParts);
  const requestsAfter = async (ms: number): Promise<number> => {
    t.mock.timers.tick(ms);
    past.look();
    await settled();
    return history.mock.callCount();
  };
  assert.equal(await requestsAfter(0), 1);
  assert.equal(await requestsAfter(119_999), 1);
  assert.equal(await requestsAfter(1), 2);
});
