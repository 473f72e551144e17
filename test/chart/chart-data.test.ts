import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  ChartData,
  type DataLine,
  smashingPoints,
} from '../../components/metric-chart/samples/chart-data.ts';
import { ratePerSecond } from '../../components/data/counter.ts';
import { rowsCsv, rowsOf } from '../../components/metric-chart/samples/rows.ts';
import { summaryOf } from '../../components/metric-chart/view/description.ts';
import { readingAt, stepFrom } from '../../components/metric-chart/view/reading.ts';

const valuesOf = ({ series }: DataLine): number[] => [
  ...series.values.subarray(series.start, series.end),
];
const fieldsOf = (data: ChartData): string[] =>
  data.lines.map(({ spec, key }) => (key ? `${spec.field}/${key}` : spec.field));

test('by default, each numeric field and each key is a separate line', () => {
  const data = new ChartData();
  data.take('', [
    { t: 1, d: { value: 4, name: 'x' } },
    { t: 2, d: { value: 5, p99: 9 }, k: 'web-1' },
    { t: 3, d: 7 },
  ]);
  assert.deepEqual(fieldsOf(data), ['value', 'value/web-1', 'p99/web-1', '']);
});

test('null and words are gaps, a missing field is no sample, and a number in quotes is a number', () => {
  const data = new ChartData();
  data.setSpecs([{ field: 'a' }]);
  data.take(
    '',
    [1, null, undefined, 'n/a', '2.5'].map((a, t) => ({ t, d: { a } })),
  );
  assert.deepEqual(valuesOf(data.lines[0] as DataLine), [1, Number.NaN, Number.NaN, 2.5]);
});

test('lines that stay selected keep their samples when the selection changes', () => {
  const data = new ChartData();
  data.setSpecs([{ field: 'a' }, { field: 'b' }]);
  data.take('', [{ t: 1, d: { a: 1, b: 2 } }]);
  data.setSpecs([{ field: 'c' }, { field: 'b', label: 'B' }]);
  assert.deepEqual(fieldsOf(data), ['b']);
  data.take('', [{ t: 2, d: { b: 3, c: 4 } }]);
  assert.deepEqual(fieldsOf(data), ['c', 'b']);
  assert.deepEqual(valuesOf(data.lines[1] as DataLine), [2, 3]);
});

test('a payload with an unlimited number of fields makes a limited number of lines', () => {
  const data = new ChartData();
  for (let i = 0; i < 1_000; i++) data.take('', [{ t: i, d: { [`f${i}`]: i } }]);
  assert.deepEqual([data.lines.length, data.overflowed], [500, true]);
});

test('lines past the limit keep samples, but are hidden until the limit allows them', () => {
  const data = new ChartData();
  data.showAtMost(2);
  for (const k of ['a', 'b', 'c', 'd']) data.take('', [{ t: 1, k, d: 1 }]);
  const shown = (): string[] => data.lines.flatMap(({ key = '', hidden }) => (hidden ? [] : [key]));
  assert.deepEqual(shown(), ['a', 'b']);
  (data.lines[3] as DataLine).hidden = false; // The viewer selects it.
  data.showAtMost(3);
  assert.deepEqual(shown(), ['a', 'b', 'c', 'd']);
});

test('numbers in quotes, and booleans without other numbers, are lines; booleans beside measurements and times are not', () => {
  const fieldsOfPayload = (d: unknown): string[] => {
    const data = new ChartData();
    data.take('', [{ t: 1, d }]);
    return fieldsOf(data);
  };
  assert.deepEqual(fieldsOfPayload({ temp: '21.5', hum: 50 }), ['temp', 'hum']);
  assert.deepEqual(fieldsOfPayload({ open: true }), ['open']);
  assert.deepEqual(fieldsOfPayload({ ms: 12, up: true, ts: 1_790_000_000 }), ['ms']);
});

test('payloads without a number are reported, and make no line', () => {
  const data = new ChartData();
  data.take('', [
    { t: 1, d: 'started' },
    { t: 2, d: { text: 'stopped' } },
  ]);
  assert.deepEqual([data.lines.length, data.unread], [0, { text: 'stopped' }]);
  data.take('', [{ t: 3, d: 5 }]);
  assert.equal(data.unread, undefined);
  data.clear('');
  data.setSpecs([{ field: 'state' }]);
  data.take('', [{ t: 4, d: { state: 'up and running' } }]);
  assert.deepEqual(data.unread, { state: 'up and running' });
});

test('lines of idle keys are removed, and lines that the page names stay', () => {
  const data = new ChartData();
  data.take('', [
    { t: 1_000, k: 'gone', d: 1 },
    { t: 9_000, k: 'here', d: 2 },
  ]);
  assert.equal(data.dropSilent(10_000, 20_000), false); // The publisher is idle, not one key.
  assert.equal(data.dropSilent(5_000, 20_000), true);
  assert.deepEqual(
    data.lines.map(({ key }) => key),
    ['here'],
  );
  data.setSpecs([{ field: '', key: 'named' }]);
  data.take('', [{ t: 1_000, k: 'named', d: 1 }]);
  assert.equal(data.dropSilent(5_000, 20_000), false);
});

test('samples of another channel are added only to the lines that name it', () => {
  const data = new ChartData();
  data.setSpecs([{ field: 'v' }, { field: 'v', channel: 'other' }]);
  data.take('other', [{ t: 1, d: { v: 8 } }]);
  data.take('', [{ t: 1, d: { v: 3 } }]);
  assert.deepEqual(data.lines.map(valuesOf), [[3], [8]]);
  data.clear('other');
  assert.deepEqual(data.lines.map(valuesOf), [[3], []]);
});

test('another channel adds no lines that were not selected', () => {
  const data = new ChartData();
  data.take('deploys', [{ t: 1, d: { ts: 1_781_524_740_000, text: 'deployed' } }]);
  assert.equal(data.lines.length, 0);
});

test('a counter is shown as growth per second, and its restart counts from zero', () => {
  const data = new ChartData();
  data.setSpecs([{ field: 'n', rate: true }]);
  data.take(
    '',
    [100, 160, 160, 30, null, 90].map((n, i) => ({ t: i * 2_000, d: { n } })),
  );
  assert.deepEqual(valuesOf(data.lines[0] as DataLine), [30, 0, 15, Number.NaN, 15]);
});

test('without a selection, each numeric field of counters is a line of growth per second', () => {
  const data = new ChartData();
  const readings = [
    { rx: 100, tx: 10, host: 'a' },
    { rx: 160, tx: 30, host: 'a' },
  ].map((d, i) => ({ t: i * 2_000, d }));
  data.setSpecs(undefined, true);
  data.take('', readings);
  assert.deepEqual(fieldsOf(data), ['rx', 'tx']);
  assert.deepEqual(data.lines.map(valuesOf), [[30], [10]]);
  data.setSpecs(undefined, true);
  assert.deepEqual(data.lines.map(valuesOf), [[30], [10]], 'the same selection keeps the samples');
  data.setSpecs(undefined);
  assert.equal(data.lines.length, 0, 'readings are not growth');
  data.take('', readings);
  assert.deepEqual(data.lines.map(valuesOf), [
    [100, 160],
    [10, 30],
  ]);
});

/** The growth that results from a counter's readings, two seconds apart. */
function ratesOf(readings: readonly number[]): number[] {
  const data = new ChartData();
  data.setSpecs([{ field: '', rate: true }]);
  data.take(
    '',
    readings.map((d, i) => ({ t: i * 2_000, d })),
  );
  return valuesOf(data.lines[0] as DataLine);
}

test('a counter that falls to more than half of its reading makes no peak', () => {
  // A summed counter loses one of its parts.
  assert.deepEqual(ratesOf([10e9, 10e9 + 200, 9e9, 9e9 + 200]), [100, 100]);
  // Readings that jitter.
  assert.deepEqual(
    ratesOf([1_000_000_000, 1_000_000_200, 1_000_000_185, 1_000_000_385]),
    [100, 100],
  );
});

test('a 32-bit counter that overflows keeps its rate, and a restart far below the limit is a reset', () => {
  const wrap = 2 ** 32;
  assert.deepEqual(
    ratesOf([wrap - 30_000, wrap - 10_000, 10_000, 30_000]),
    [10_000, 10_000, 10_000],
  );
  assert.deepEqual(ratesOf([3e9, 3e9 + 20_000, 200, 20_200]), [10_000, 100, 10_000]);
});

test('the total growth of a counter equals that of its readings, even with late or repeated readings', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1_000), { minLength: 2, maxLength: 40 }), fc.nat(), (steps, at) => {
      const readings = steps.reduce<number[]>(
        (sums, step) => [...sums, (sums.at(-1) ?? 0) + step],
        [],
      );
      const samples = readings.map((n, i) => ({ t: i * 1_000, d: n }));
      const late = samples[at % samples.length] as (typeof samples)[number];
      const data = new ChartData();
      data.setSpecs([{ field: '', rate: true }]);
      data.take('', [...samples, late]);
      const sum = valuesOf(data.lines[0] as DataLine).reduce((a, b) => a + b, 0);
      assert.ok(Math.abs(sum - ((readings.at(-1) ?? 0) - (readings[0] ?? 0))) < 1e-6);
    }),
  );
  assert.equal(ratePerSecond(undefined, { t: 1, v: 1 }), Number.NaN);
});

test("Smashing's points replace the history, their x in seconds", () => {
  assert.deepEqual(smashingPoints({ points: [{ x: 1_790_000_000, y: 3 }] }), [
    { t: 1_790_000_000_000, d: 3 },
  ]);
  assert.equal(smashingPoints({ value: 3 }), undefined);
});

function twoLines(): ChartData {
  const data = new ChartData();
  data.setSpecs([{ field: 'a' }, { field: 'b' }]);
  data.take('', [
    { t: 1_000, d: { a: 1, b: 10 } },
    { t: 2_000, d: { a: 2 } },
    { t: 3_000, d: { a: null, b: 30 } },
    { t: 4_000, d: { a: 4, b: 40 } },
  ]);
  return data;
}

test('a reading is the raw sample nearest to the pointer, and lines without one near it are left out', () => {
  const { lines } = twoLines();
  const view = { fromT: 0, toT: 5_000, reachMs: 100 };
  const reading = readingAt(lines, 1_900, view);
  assert.deepEqual([reading?.t, reading?.points.map(({ v }) => v)], [2_000, [2]]);
  assert.deepEqual(
    readingAt(lines, 3_400, view)?.points.map(({ v }) => v),
    [30],
  );
  assert.deepEqual(
    readingAt(lines, 9_000, view)?.points.map(({ v }) => v),
    [4, 40],
  );
  assert.equal(readingAt(lines, 9_000, { ...view, fromT: 6_000, toT: 9_000 }), undefined);
});

test('arrow keys step through the samples of all shown lines, over gaps, and stop at the ends', () => {
  const { lines } = twoLines();
  const view = { fromT: 0, toT: 5_000 };
  const walk = [1, 1, 1, 1, -1, -1, -1, -1] as const;
  let t = 1_000;
  const seen = walk.map((direction) => (t = stepFrom(lines, t, direction, view)));
  assert.deepEqual(seen, [2_000, 3_000, 4_000, 4_000, 3_000, 2_000, 1_000, 1_000]);
});

test('rows are joined by time, and their CSV leaves gaps empty and formulas harmless', () => {
  const { lines } = twoLines();
  assert.equal(
    rowsCsv(
      [
        { label: 'a', isBuckets: false },
        { label: '=b', isBuckets: false },
      ],
      rowsOf(lines, 2_000, 3_000),
    ),
    "time,a,'=b\r\n1970-01-01T00:00:02.000Z,2,\r\n1970-01-01T00:00:03.000Z,,30\r\n",
  );
  assert.equal(
    rowsCsv(
      [
        { label: 'a;=1+1', isBuckets: false },
        { label: '\n=1+1', isBuckets: false },
      ],
      [],
    ),
    `time,"a;'=1+1","\n'=1+1"\r\n`,
  );
  const named = ['cpu', 'time', 'cpu', 'cpu'].map((label) => ({ label, isBuckets: false }));
  assert.equal(rowsCsv(named, []), 'time,cpu,time (2),cpu (2),cpu (3)\r\n');
  assert.deepEqual(
    rowsOf(lines, 0, 9_000, 2).map(({ t }) => t),
    [3_000, 4_000],
  );
});

test('a summary has the last, lowest, highest and mean value in view', () => {
  const [, b] = twoLines().lines;
  assert.deepEqual(summaryOf(b as DataLine, 2_000, 9_000), {
    last: 40,
    min: 30,
    max: 40,
    maxT: 4_000,
    mean: 35,
    sum: 70,
  });
  assert.equal(summaryOf(b as DataLine, 8_000, 9_000), undefined);
});

test('the CSV of buckets has the mean, the smallest and the largest of each line', () => {
  const row = { t: 0, values: [200 / 3, 5], lows: [1], highs: [99] };
  const lines = [
    { label: 'a', isBuckets: true },
    { label: 'b', isBuckets: false },
  ];
  assert.equal(
    rowsCsv(lines, [row]),
    'time,a mean,a min,a max,b\r\n1970-01-01T00:00:00.000Z,66.6666666667,1,99,5\r\n',
  );
});
