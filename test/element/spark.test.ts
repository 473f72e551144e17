import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { DataEntry } from '../../components/data/held.ts';
import type { Sample } from '../../components/sparkline/samples.ts';
import { lastOf, samplesOf, usualGapMs, withPast } from '../../components/sparkline/samples.ts';
import { sparkPaths } from '../../components/sparkline/spark-path.ts';

const samples = (...values: (number | null)[]): Sample[] =>
  values.map((value, n) => ({ t: n * 1000, value }));
const entries = (...payloads: unknown[]): DataEntry[] =>
  payloads.map((d, n) => ({ v: n + 1, t: n * 1000, d: d as number }));
const read = (entry: DataEntry): unknown => entry.d;
const subpaths = (path: string): number => path.split('M').length - 1;

test('a line runs from the left edge to the right, with the highest value at the top', () => {
  assert.equal(sparkPaths(samples(0, 10, 5)).line, 'M0 100L50 0L100 50');
});

test('a null interrupts the line, and nothing is drawn across it', () => {
  const { line } = sparkPaths(samples(1, 2, null, 3, 4));
  assert.equal(subpaths(line), 2);
});

test('a time without samples longer than the gap interrupts the line', () => {
  const silent = [...samples(1, 2), { t: 60_000, value: 3 }];
  assert.equal(subpaths(sparkPaths(silent, { gapMs: 2000 }).line), 2);
  assert.equal(subpaths(sparkPaths(silent).line), 1);
});

test('a single value is a dot, and null has no dot', () => {
  assert.equal(sparkPaths(samples(null, 4, null)).line, 'M50 50h0');
  assert.equal(sparkPaths(samples(3, null)).dot, '');
});

test('a constant is drawn in the middle, and bounds cut what is beyond them', () => {
  assert.equal(sparkPaths(samples(5, 5)).line, 'M0 50L100 50');
  assert.equal(sparkPaths(samples(-50, 150), { min: 0, max: 100 }).line, 'M0 100L100 0');
});

test('no samples give empty paths', () => {
  assert.deepEqual(sparkPaths([]), { line: '', area: '', dot: '' });
  assert.equal(sparkPaths(samples(null, null)).line, '');
});

test('of many samples few are drawn, among them the lowest and the highest', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 999 }), { minLength: 1000, maxLength: 2000 }),
      fc.nat(999),
      (values, at) => {
        values[at] = 100_000;
        values[(at + 500) % 1000] = -100_000;
        const { line } = sparkPaths(samples(...values));
        const heights = [...line.matchAll(/[ML][\d.]+ ([\d.]+)/g)].map(([, y]) => Number(y));
        assert.ok(heights.length < 500, `${heights.length} points`);
        assert.ok(heights.includes(0) && heights.includes(100));
      },
    ),
    { numRuns: 50 },
  );
});

test('no path ever contains NaN', () => {
  const value = fc.option(fc.double({ noDefaultInfinity: true, noNaN: true }), { nil: null });
  fc.assert(
    fc.property(fc.array(value), (values) => {
      const { line, area, dot } = sparkPaths(samples(...values));
      assert.doesNotMatch(line + area + dot, /NaN|Infinity|e/);
    }),
    { examples: [[[-8.98128139290624e292, Number.MAX_VALUE]], [[0, Number.MIN_VALUE]]] },
  );
});

test('samples are numbers, texts that are numbers, and null for everything else', () => {
  const values = samplesOf(entries(1, '2.5', 'down', null, true, ''), read).map((s) => s.value);
  assert.deepEqual(values, [1, 2.5, null, null, 1, null]);
});

test('samples are in the order of time, whatever the order in which they were published', () => {
  const late = [...entries(1, 2), { v: 3, t: 500, d: 3 }];
  assert.deepEqual(
    samplesOf(late, read).map((s) => s.value),
    [1, 3, 2],
  );
});

test('a payload that is a list is the whole history: numbers, or points with x and y', () => {
  assert.deepEqual(
    samplesOf(entries([4, 5]), read).map((s) => s.value),
    [4, 5],
  );
  assert.deepEqual(samplesOf(entries([{ x: 7, y: 1 }]), read), [{ t: 7, value: 1 }]);
});

test('a window ends now, by the clock, and includes the sample before it', () => {
  const seen = lastOf(samples(1, 2, 3, 4), 2000, 3500);
  assert.deepEqual(
    seen.samples.map((s) => s.value),
    [2, 3, 4],
  );
  assert.deepEqual([seen.fromT, seen.toT, seen.sinceT], [1500, 3500, undefined]);
});

test('a window that the history does not cover shows since when there are data', () => {
  assert.equal(lastOf(samples(1, 2), 60_000, 2000).sinceT, 0);
  assert.equal(lastOf(samples(1, 2), 2000, 2000).sinceT, undefined);
  assert.equal(lastOf([], 2000, 2000).sinceT, undefined);
});

test('samples are drawn at their times: a publisher that stopped leaves the right side empty', () => {
  const window = { fromT: 0, toT: 4000 };
  assert.equal(sparkPaths(samples(0, 10, 5), window).line, 'M0 100L25 0L50 50');
  assert.equal(sparkPaths(samples(0, 10, 5), { fromT: 10_000, toT: 14_000 }).line, '');
});

test('a line that begins before the window starts at its edge', () => {
  const entering = sparkPaths(samples(0, 10), { fromT: 500, toT: 1500, min: 0, max: 10 });
  assert.equal(entering.line, 'M0 50L50 0');
  assert.equal(sparkPaths(samples(0, 10), { fromT: 500, toT: 1500, gapMs: 100 }).line, 'M50 50h0');
});

test('without a ttl, four usual steps without samples interrupt the line', () => {
  assert.equal(usualGapMs(samples(1, 2, 3, 4)), 4000);
  assert.equal(usualGapMs(samples(1, 2)), Number.POSITIVE_INFINITY);
});

test('the means of a history end before the newest sample, and before now', () => {
  const past = [1, 2, 3, 60].map((t) => ({ t, value: t * 10 }));
  const own = [
    { t: 2, value: 20 },
    { t: 3, value: 33 },
  ];
  const joined = (now: number, ...samples: typeof own): number[] =>
    withPast(past, samples, now).map(({ value }) => value ?? Number.NaN);
  assert.deepEqual(joined(4, ...own), [10, 20, 33]);
  assert.deepEqual(joined(4), [10, 20, 30], 'a mean ahead of now is not drawn');
});
