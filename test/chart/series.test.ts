import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import * as cell from '../../components/metric-chart/samples/columns.ts';
import { Series } from '../../components/metric-chart/samples/series.ts';

interface Sample {
  t: number;
  v: number;
}

/** The slow, simple series that the fast one must equal. */
class NaiveSeries {
  samples: Sample[] = [];

  push(t: number, v: number): void {
    const value = Number.isFinite(v) ? v : Number.NaN;
    const held = this.samples.find((s) => s.t === t);
    if (held) held.v = value;
    else this.samples.push({ t, v: value });
    this.samples.sort((a, b) => a.t - b.t);
  }

  evict(t: number): void {
    while ((this.samples[1]?.t ?? Infinity) < t) this.samples.shift();
  }

  column(id: number, columnMs: number): number[] | undefined {
    const values = this.samples.filter((s) => !Number.isNaN(s.v));
    const own = values.filter((s) => Math.floor(s.t / columnMs) === id);
    const [first] = own;
    const last = own.at(-1);
    if (!first || !last) return undefined;
    const before = this.samples[this.samples.indexOf(first) - 1];
    const figures = own.map((s) => s.v);
    return [
      first.t,
      first.v,
      Math.min(...figures),
      Math.max(...figures),
      last.t,
      last.v,
      before && Number.isNaN(before.v) ? 1 : 0,
      own.length,
    ];
  }
}

const samplesOf = (series: Series): Sample[] =>
  Array.from(series.times.subarray(series.start, series.end), (t, i) => ({
    t,
    v: series.values[series.start + i] as number,
  }));

const columnOf = (series: Series, id: number): number[] | undefined => {
  const o = series.columns.offset(id);
  if (o < 0) return undefined;
  const places = [cell.T_FIRST, cell.FIRST, cell.MIN, cell.MAX];
  const rest = [cell.T_LAST, cell.LAST, cell.BROKEN, cell.COUNT];
  return [...places, ...rest].map((place) => series.columns.cells[o + place] as number);
};

const value = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -50, max: 50 }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Infinity, -Infinity) },
);
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ push: fc.integer({ min: -40, max: 90 }), value }) },
  { weight: 1, arbitrary: fc.record({ columnMs: fc.constantFrom(7, 33.3, 100, 404.31) }) },
  { weight: 1, arbitrary: fc.record({ evictMs: fc.integer({ min: 0, max: 2_000 }) }) },
);

test('the series equals the naive one after any mix of late, equal and gap samples, evictions and column widths', () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 120 }),
      fc.integer({ min: 1, max: 16 }),
      (steps, capacity) => {
        const series = new Series({ capacity });
        const naive = new NaiveSeries();
        let now = 1_790_000_000_000;
        let columnMs = 1_000;
        let evicted = -Infinity;
        for (const s of steps) {
          if ('push' in s) {
            const t = now + s.push;
            now = Math.max(now, t);
            if (t < evicted) continue; // Removed samples stay removed.
            assert.equal(series.push(t, s.value), true);
            naive.push(t, s.value);
          } else if ('columnMs' in s) {
            columnMs = s.columnMs;
            series.setColumns(columnMs, 60);
          } else {
            evicted = Math.max(evicted, now - s.evictMs);
            series.evict(evicted);
            naive.evict(evicted);
          }
          assert.deepEqual(samplesOf(series), naive.samples);
          if (series.length === 0) continue;
          const newest = Math.floor(series.lastTime / columnMs);
          const oldest = Math.max(newest - 59, Math.floor(evicted / columnMs) + 1);
          for (let id = oldest; id <= newest; id++) {
            assert.deepEqual(columnOf(series, id), naive.column(id, columnMs), `column ${id}`);
          }
        }
      },
    ),
    { numRuns: 400 },
  );
});

test('a full series drops its oldest fifth and keeps the others in order', () => {
  fc.assert(
    fc.property(fc.integer({ min: 5, max: 60 }), fc.integer({ min: 0, max: 300 }), (max, count) => {
      const series = new Series({ capacity: 1, maxCapacity: max });
      for (let i = 0; i < count; i++) series.push(i, i * 2);
      const kept = samplesOf(series);
      assert.ok(kept.length <= max);
      assert.ok(kept.length >= Math.min(count, Math.floor(max * 0.8) - 1));
      assert.deepEqual(
        kept,
        Array.from({ length: kept.length }, (_, i) => ({
          t: count - kept.length + i,
          v: (count - kept.length + i) * 2,
        })),
      );
    }),
  );
});

test('a late sample that is older than all a full series can hold is refused', () => {
  const series = new Series({ capacity: 5, maxCapacity: 5 });
  for (let i = 1; i <= 5; i++) series.push(i * 10, i);
  assert.equal(series.push(5, 0), false);
  assert.equal(series.push(25, 0), true);
  assert.deepEqual(
    samplesOf(series).map((s) => s.t),
    [20, 25, 30, 40, 50],
  );
});

test('invalid times are refused, and null and undefined are gaps', () => {
  const series = new Series();
  for (const t of [Number.NaN, Infinity, -Infinity, 9e15]) assert.equal(series.push(t, 1), false);
  assert.equal(series.push(1, null), true);
  assert.equal(series.push(2, undefined), true);
  assert.deepEqual(samplesOf(series), [
    { t: 1, v: Number.NaN },
    { t: 2, v: Number.NaN },
  ]);
});

test('a late gap interrupts the line at the next value, and its correction joins the line again', () => {
  const series = new Series();
  series.setColumns(10, 100);
  series.push(1_005, 1);
  series.push(1_025, 2);
  const broken = () => series.columns.cells[series.columns.offset(102) + cell.BROKEN];
  assert.equal(broken(), 0);
  series.push(1_015, null);
  assert.equal(broken(), 1);
  series.push(1_015, 5);
  assert.equal(broken(), 0);
});

test('the columns of a paused view do not take newer samples', () => {
  const series = new Series();
  for (let i = 0; i < 100; i++) series.push(i * 10, i);
  series.setColumns(10, 50, 495);
  for (let i = 100; i < 10_000; i++) series.push(i * 10, i);
  for (let id = 0; id <= 49; id++) assert.equal(columnOf(series, id)?.[1], id);
  assert.equal(series.columns.lastId, 49);
});

test('a million samples stay in order, and their columns contain their extremes', () => {
  const series = new Series({ maxCapacity: 1 << 20 });
  series.setColumns(86_400, 1_000);
  const peak = 765_432;
  for (let i = 0; i < 1_000_000; i++) series.push(i * 86.4, i === peak ? 1_000 : Math.sin(i / 500));
  assert.equal(series.length, 1_000_000);
  const id = Math.floor((peak * 86.4) / 86_400);
  assert.equal(columnOf(series, id)?.[3], 1_000);
  assert.deepEqual(series.columns.extent(0, 1_000, { min: Infinity, max: -Infinity }).max, 1_000);
  assert.equal(series.nearest(peak * 86.4 + 40), series.start + peak);
});

test('the nearest value skips gaps and stays within its bounds', () => {
  const series = new Series();
  series.push(10, 1);
  series.push(20, null);
  series.push(40, 2);
  assert.equal(series.times[series.nearest(21)], 10);
  assert.equal(series.times[series.nearest(26)], 40);
  assert.equal(series.times[series.nearest(12, 15, 50)], 40);
  assert.equal(series.nearest(12, 50, 60), -1);
  assert.equal(new Series().nearest(0), -1);
});

test('an extent over samples or columns ignores gaps', () => {
  const series = new Series();
  series.setColumns(10, 20);
  for (const [t, v] of [
    [0, 3],
    [10, Number.NaN],
    [20, -4],
  ] as const)
    series.push(t, v);
  const empty = () => ({ min: Infinity, max: -Infinity });
  assert.deepEqual(series.extent(0, 20, empty()), { min: -4, max: 3 });
  assert.deepEqual(series.columns.extent(0, 2, empty()), { min: -4, max: 3 });
  assert.deepEqual(series.columns.extent(1, 1, empty()), empty());
});
