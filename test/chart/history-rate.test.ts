import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { HistoryAnswer } from '../../components/client/index.ts';
import { LoadedHistory } from '../../components/metric-chart/history/lane-history.ts';
import { BucketSeries } from '../../components/metric-chart/samples/bucket-series.ts';
import {
  ChartData,
  isSameLane,
  laneOf,
  rateOf,
} from '../../components/metric-chart/samples/chart-data.ts';
import { RecentEntries } from '../../components/metric-chart/samples/recent-entries.ts';
import { Fold } from '../../server/history/fold.ts';
import { seriesOf } from '../../server/history/history-text.ts';

const STEP = 30_000;
const T0 = 1_000 * STEP;
const OWN = { channel: '', offsetMs: 0 };

interface Entry {
  v: number;
  t: number;
  d: { value: number | null };
}

/** The response of a server to a request of these entries, for which `kind` may be counter. */
function answerOf(entries: readonly Entry[], kind: 'counter' | 'gauge'): HistoryAnswer {
  const fold = new Fold({ step: STEP, meta: { kind } });
  for (const entry of entries) fold.add(JSON.stringify(entry));
  const counter = kind === 'counter';
  return {
    now: Math.max(T0, ...entries.map(({ t }) => t)) + 1_000,
    channel: 'net',
    cursor: `${entries.at(-1)?.v ?? 0}.a`,
    from: T0 - 10_000,
    to: T0 + 1_000 * STEP,
    step: STEP,
    since: Math.min(...entries.map(({ t }) => t)),
    series: [...fold.columns.fields].map(([field, cells]) =>
      seriesOf({ key: undefined, field, cells, counter, times: true }, STEP),
    ),
  };
}

interface Split {
  /** Number of entries that the history contains. */
  after: number;
  /** Number of entries that the page received before the history. */
  received: number;
  /** Index of the first entry that the page received. */
  from: number;
  kind?: 'counter' | 'gauge';
  isOpen?: boolean;
}

/** The buckets that a chart of the growth draws, of a history and the entries that the page received before and after it. */
function drawn(entries: readonly Entry[], split: Split) {
  const { after, received, from, kind = 'counter', isOpen = true } = split;
  const data = new ChartData();
  data.setSpecs([{ field: 'value', rate: true }]);
  const recent = new RecentEntries();
  const early = entries.slice(Math.min(from, after), Math.max(received, from));
  recent.reset(early, undefined, 500);
  data.take('', early);
  const tools = {
    newBuckets: (stepMs: number, buckets: ConstructorParameters<typeof BucketSeries>[1]) =>
      new BucketSeries(stepMs, buckets),
    rateOf,
    isOfLane: ({ spec }: { spec: Parameters<typeof laneOf>[0] }, lane: typeof OWN) =>
      isSameLane(laneOf(spec), lane),
  };
  const answer = answerOf(entries.slice(0, after), kind);
  const history = new LoadedHistory(OWN, answer, { points: 800, isOpen }, tools);
  history.fill(data, recent, () => true);
  const [line] = data.lines;
  if (!line) return [];
  line.layers = [history.layerOf(line, recent)];
  const late = entries.slice(Math.max(received, from));
  recent.add(late);
  data.take('', late);
  const { times, spread, start, end } = (line.layers[0] as { series: unknown })
    .series as BucketSeries;
  return Array.from({ length: end - start }, (_, i) => ({
    t: times[start + i] as number,
    seconds: spread.counts[start + i] as number,
    growth: spread.sums[start + i] as number,
    max: spread.maxs[start + i] as number,
  })).filter(({ seconds }) => seconds > 0);
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

/** Readings of a counter with this growth per second, at these distances in ms. */
const readings = (distances: readonly number[], perSecond: number): Entry[] => {
  let t = T0;
  return distances.map((ms, i) => {
    t += ms;
    return { v: i + 1, t, d: { value: ((t - T0) / 1_000) * perSecond } };
  });
};

const splits = fc.record({
  after: fc.integer({ min: 1, max: 60 }),
  received: fc.integer({ min: 1, max: 60 }),
  from: fc.integer({ min: 0, max: 60 }),
});

const fit = ({ after, received, from }: Split, length: number): Split => {
  const held = Math.min(after, length);
  // The page requests a history that is at least as new as the first entry that it received.
  return { after: held, received: Math.min(received, length), from: Math.min(from, held) };
};

test('the newest bucket of a rate is no higher than the others, whenever the history is requested', () => {
  for (let until = 1; until <= 30; until++) {
    const entries = readings([2_000 + until * 900, ...Array.from({ length: 20 }, () => STEP)], 100);
    for (const { max } of drawn(entries, { after: 21, received: 21, from: 10 }))
      assert.ok(Math.abs(max - 100) < 1e-6, `${max} at ${until}`);
  }
});

test('a counter that grows evenly has an even rate, whatever the distances of its readings and the part in the history', () => {
  const distances = fc.array(fc.integer({ min: 500, max: 200_000 }), {
    minLength: 3,
    maxLength: 60,
  });
  fc.assert(
    fc.property(distances, splits, fc.constantFrom('counter', 'gauge'), (all, split, kind) => {
      const entries = readings(all, 50);
      const buckets = drawn(entries, { ...fit(split, all.length), kind });
      const [first] = entries.map(({ t }) => Math.floor(t / STEP) * STEP);
      for (const { t, growth, seconds, max } of buckets) {
        if (t === first) continue; // The time before its first reading is unknown.
        assert.ok(Math.abs(growth / seconds - 50) < 1e-6, `${growth / seconds} at ${t - T0}`);
        assert.ok(Math.abs(max - 50) < 1e-6);
      }
    }),
  );
});

test('the growth in all buckets is that of the counter, with restarts, late readings and gaps, wherever history and live meet', () => {
  const steps = fc.array(
    fc.record({
      ms: fc.integer({ min: 100, max: 90_000 }),
      grown: fc.integer({ min: 0, max: 1_000 }),
      kind: fc.constantFrom('usual', 'usual', 'usual', 'usual', 'restart', 'late', 'gap'),
    }),
    { minLength: 1, maxLength: 60 },
  );
  fc.assert(
    fc.property(steps, splits, (all, split) => {
      let [t, readT, value, growth] = [T0, T0, 5_000, 0];
      const entries = all.map(({ ms, grown, kind }, i): Entry => {
        if (kind === 'late') return { v: i + 1, t: readT - ms, d: { value: value - 1 } };
        t += ms;
        if (kind === 'gap') return { v: i + 1, t, d: { value: null } };
        readT = t;
        const isRestart = kind === 'restart' && grown < value / 2;
        if (i > 0) growth += grown;
        value = isRestart ? grown : value + grown;
        return { v: i + 1, t, d: { value } };
      });
      fc.pre(all[0]?.kind === 'usual' || all[0]?.kind === 'restart');
      const buckets = drawn(entries, fit(split, all.length));
      assert.ok(Math.abs(sum(buckets.map((each) => each.growth)) - growth) < 1e-6);
    }),
  );
});
