import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import {
  ClientError,
  type HistoryAnswer,
  type LiveClient,
  liveClient,
  type Update,
} from '../../components/client/index.ts';
import { ChartHistory } from '../../components/metric-chart/history/chart-history.ts';
import { BucketSeries } from '../../components/metric-chart/samples/bucket-series.ts';
import {
  ChartData,
  isSameLane,
  type Lane,
  laneOf,
  rateOf,
} from '../../components/metric-chart/samples/chart-data.ts';
import {
  RecentEntries,
  type VersionedSample,
} from '../../components/metric-chart/samples/recent-entries.ts';
import { startLive } from '../support/live-server.ts';

const OWN: Lane = { channel: '', offsetMs: 0 };
const HOUR = 3_600_000;

/**
 * What a chart does with a channel, without its element: entries come from a real client, histories
 * from `ask`.
 */
class PlainChart {
  readonly data = new ChartData();
  readonly recent = new RecentEntries();
  readonly history: ChartHistory;
  view = { fromT: Date.now() - HOUR, toT: Date.now(), held: false, widthPx: 400 };

  constructor(ask: (options: object) => Promise<HistoryAnswer>) {
    after(() => this.history.stop());
    this.history = new ChartHistory({
      data: this.data,
      tools: {
        newBuckets: (stepMs, buckets) => new BucketSeries(stepMs, buckets),
        rateOf,
        isOfLane: ({ spec }, lane) => isSameLane(laneOf(spec), lane),
      },
      recent: () => this.recent,
      ask: (_lane, options) => ask(options),
      takes: () => true,
      onChange: () => {},
      onDue: () => this.look(),
      now: () => Date.now(),
      random: Math.random,
    });
  }

  follow(client: LiveClient, channel: string): () => void {
    return client.subscribe(channel, (update) => this.take(update), { tail: 20 });
  }

  take({ reset, entries }: Update): void {
    const samples = entries.filter(({ d }) => d !== undefined) as VersionedSample[];
    const fresh = reset === 'initial' ? this.recent.continuation(samples, 20) : undefined;
    if (fresh) this.recent.add(fresh);
    else if (reset) {
      this.data.clear('');
      this.recent.reset(samples, 20, 500);
      this.history.reset('', { isEmpty: samples.length === 0 });
    } else this.recent.add(samples);
    this.data.take('', fresh ?? samples);
    this.look();
  }

  look(): void {
    if (this.data.lines.length > 0) this.history.look([OWN], this.view);
  }

  get totals(): { count: number; sum: number } {
    const { spread, start, end } = this.data.lines[0]?.series ?? {};
    if (!spread) return { count: Number.NaN, sum: Number.NaN };
    const add = (column: Float64Array): number =>
      column.subarray(start, end).reduce((a, b) => a + b, 0);
    return { count: add(spread.counts), sum: add(spread.sums) };
  }
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** Batches of values with times of the last hour: most of them now, some of them late. */
function batches(count: number): { value: number; time: number }[][] {
  return Array.from({ length: count }, (_, n) =>
    Array.from({ length: 7 }, (_each, i) => ({
      value: n * 7 + i,
      time: Date.now() - ((n * 7 + i) % 5 === 0 ? (n * 37_000) % (HOUR / 2) : 0),
    })),
  );
}

test('history and live entries add up: each is counted once, even a late one, whenever the history was requested', async () => {
  await using server = await startLive({ retain: 50_000 });
  const client = liveClient(server.url, { minIntervalMs: 1 });
  const charts: PlainChart[] = [];
  const all = batches(120);
  for (const [n, values] of all.entries()) {
    const stored = server.live.publish('cpu', values);
    if (n > 10 && n % 10 === 0) {
      const chart = new PlainChart((options) => client.history('cpu', options));
      chart.follow(client, 'cpu');
      charts.push(chart);
    }
    await (n % 3 === 0 ? stored : new Promise(setImmediate));
  }
  const sums = all.flat().map(({ value }) => value);
  const wanted = { count: sums.length, sum: sums.reduce((a, b) => a + b) };
  const isDone = (chart: PlainChart): boolean => chart.totals.count >= wanted.count;
  await until(() => charts.every(isDone));

  for (const chart of charts) assert.deepEqual(chart.totals, wanted);
  client.close();
});

const answerAt = (cursor: string, n: number): HistoryAnswer => {
  const now = Date.now();
  const t = Math.floor(now / 10_000) * 10_000 - 600_000;
  const column = [n];
  const series = [
    { field: 'value', t: [t], n: column, min: column, max: column, sum: column, last: column },
  ];
  return {
    now,
    channel: 'cpu',
    cursor,
    from: now - 2 * HOUR,
    to: now + HOUR,
    step: 10_000,
    since: t,
    series,
  };
};

const entry = (v: number, ago = 0): VersionedSample => ({
  v,
  t: Date.now() - ago,
  d: { value: 1 },
});
const entries = (from: number, to: number): VersionedSample[] =>
  Array.from({ length: to - from + 1 }, (_, i) => entry(from + i, (to - from - i) * 1_000));
const update = (samples: VersionedSample[], reset?: Update['reset']): Update =>
  ({ channel: 'cpu', entries: samples, cursor: '', ...(reset && { reset }) }) as Update;

test('a history older than the received entries is requested again', async () => {
  const answers = [answerAt('70.a', 70), answerAt('95.a', 95)];
  const chart = new PlainChart(async () => answers.shift() as HistoryAnswer);
  chart.take(update(entries(81, 100), 'initial')); // 71 to 80 are in neither.
  await until(() => answers.length === 1);
  await new Promise(setImmediate);
  assert.ok(Number.isNaN(chart.totals.count));
  await until(() => chart.totals.count > 0);
  assert.deepEqual(chart.totals, { count: 100, sum: 100 });
});

test('after a reset the old drawing stays until the history has arrived again, and no samples are added to it', async () => {
  let answer = answerAt('100.a', 100);
  const chart = new PlainChart(async () => answer);
  chart.take(update(entries(81, 100), 'initial'));
  await until(() => chart.totals.count > 0);
  answer = answerAt('150.b', 150);
  chart.take(update(entries(131, 150), 'trimmed'));
  chart.take(update([entry(151)]));
  assert.deepEqual(chart.totals, { count: 100, sum: 100 });
  await until(() => chart.totals.count !== 100);
  assert.deepEqual(chart.totals, { count: 151, sum: 151 });
  chart.take(update([], 'cleared'));
  assert.equal(chart.data.lines[0]?.series.length, 0);
});

test('samples that reach back far enough are drawn, and no history is requested', async () => {
  let asked = 0;
  const chart = new PlainChart(async () => {
    asked++;
    return answerAt('20.a', 20);
  });
  chart.view = { ...chart.view, fromT: Date.now() - 15_000 };
  chart.take(update(entries(1, 20), 'initial'));
  assert.equal(asked, 0);
  assert.equal(chart.data.lines[0]?.series.spread, undefined);
  chart.view = { ...chart.view, fromT: Date.now() - 30_000 };
  chart.look();
  assert.equal(asked, 1);
});

test('if the history has no more samples than were received, those are drawn, and later ones too', async () => {
  let answer = answerAt('300.a', 300);
  const chart = new PlainChart(async () => answer);
  const all = entries(1, 300);
  chart.data.take('', all);
  chart.recent.reset(all, undefined, 500);
  chart.look();
  await until(() => chart.recent.wholeFrom === -Infinity);
  chart.take(update([entry(301)]));
  assert.equal(chart.data.lines[0]?.series, chart.data.lines[0]?.raw);
  assert.equal(chart.data.lines[0]?.raw.length, 301);

  answer = answerAt('300.a', 301); // one more than the page has
  chart.data.clear('');
  chart.data.take('', all);
  chart.recent.reset(all, undefined, 500);
  chart.history.reset('', { isEmpty: false });
  chart.look();
  await until(() => chart.recent.reachFrom === -Infinity);
  assert.ok(chart.recent.wholeFrom > 0);
  assert.notEqual(chart.data.lines[0]?.series, chart.data.lines[0]?.raw);
});

test('a server without history is requested once, and a failing one again after a pause', async () => {
  const errors = [
    new ClientError('http-error', 'busy', { status: 503 }),
    new ClientError('not-found', 'no such route', { status: 404 }),
  ];
  let asked = 0;
  const chart = new PlainChart(async () => {
    throw errors[asked++] ?? new Error('asked too often');
  });
  chart.take(update(entries(81, 100), 'initial'));
  await new Promise(setImmediate);
  assert.equal(chart.history.isNone(''), false);
  await until(() => chart.history.isNone(''));
  chart.look();
  assert.equal(asked, 2);
  assert.equal(chart.data.lines[0]?.series, chart.data.lines[0]?.raw);
});

test('for counters the increase of each bucket is drawn over its time', async () => {
  const answer = answerAt('300.a', 300); // more samples than the page has
  const [series] = answer.series;
  Object.assign(series as object, { inc: [50], last: [1_000] });
  const chart = new PlainChart(async () => answer);
  chart.data.setSpecs([{ field: 'value', rate: true }]);
  const samples = entries(281, 300).map((each, i) => ({ ...each, d: { value: 1_000 + i } }));
  chart.take(update(samples, 'initial'));
  await until(() => chart.totals.count > 0);
  const { values, start, end } = chart.data.lines[0]?.series ?? {};
  assert.deepEqual([...(values ?? [])].slice(start, end).slice(0, 1), [5]);
  chart.take(update([{ ...entry(301, -1_000), d: { value: 1_022 } }]));
  assert.equal(chart.data.lines[0]?.series.length, 2);
});
