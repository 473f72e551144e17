import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { BarLevel, BucketOptions, Check } from '../../components/tracker/buckets.ts';
import type { RowSpec } from '../../components/row/row-spec.ts';
import { laneOfRow, usualHoldMs } from '../../components/tracker/lanes.ts';
import { bucketsOf } from '../../components/tracker/buckets.ts';

const MINUTE = 60_000;
const NOW = 1_800_000_000_000 + 9.5 * MINUTE;
const ago = (minutes: number, level: BarLevel): Check => ({
  t: NOW - minutes * MINUTE,
  level,
});
const levels = (checks: Check[], options: Partial<BucketOptions> = {}): BarLevel[] =>
  bucketsOf(checks, { windowMs: 10 * MINUTE, buckets: 10, nowMs: NOW, holdMs: 0, ...options }).map(
    ({ level }) => level,
  );
const none = (count: number): undefined[] => Array(count).fill(undefined) as undefined[];

test('the worst check of a bucket counts, in any order', () => {
  const worst = [...none(9), 'danger'];
  assert.deepEqual(levels([ago(0.3, 'ok'), ago(0.2, 'danger'), ago(0.1, 'ok')]), worst);
  assert.deepEqual(levels([ago(0.1, 'ok'), ago(0.2, 'danger'), ago(0.3, 'warn')]), worst);
});

test('an unknown state is not good', () => {
  assert.deepEqual(levels([]), none(10));
  assert.deepEqual(levels([ago(5, undefined)]), none(10));
});

test('a check is valid for its ttl, and no longer', () => {
  const held = levels([ago(5, 'ok')], { holdMs: 2 * MINUTE });
  assert.deepEqual(held, [...none(4), 'ok', 'ok', 'ok', ...none(3)]);
});

test('without a ttl a check is valid until the next one, and until now', () => {
  const held = levels([ago(8, 'danger'), ago(5, 'ok')], { holdMs: Infinity });
  assert.deepEqual(held, [undefined, ...Array(4).fill('danger'), ...Array(5).fill('ok')]);
});

test('a missing value ends the state before it', () => {
  const held = levels([ago(8, 'ok'), ago(5, undefined)], { holdMs: Infinity });
  assert.deepEqual(held.slice(5), none(5));
});

test('while the connection is lost, states are unknown', () => {
  const lost = levels([ago(8, 'ok')], { holdMs: Infinity, knownUntilMs: NOW - 4 * MINUTE });
  assert.deepEqual(lost.slice(6), none(4));
  assert.equal(lost[5], 'ok');
});

test('a check before the window counts while it is valid', () => {
  assert.deepEqual(levels([ago(60, 'warn')], { holdMs: Infinity }), Array(10).fill('warn'));
  assert.deepEqual(levels([ago(60, 'warn')]), none(10));
});

test('buckets do not shift while time passes', () => {
  const at = (nowMs: number): number[] =>
    bucketsOf([], { windowMs: 10 * MINUTE, buckets: 10, nowMs, holdMs: 0 }).map((b) => b.fromMs);
  assert.deepEqual(at(NOW), at(NOW + MINUTE / 3));
  assert.equal(at(NOW + MINUTE)[0], (at(NOW)[0] ?? 0) + MINUTE);
});

test('every check in the window is counted once', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 9 * MINUTE })),
      fc.integer({ min: 1, max: 60 }),
      (ages, buckets) => {
        const checks = ages.map((age): Check => ({ t: NOW - age, level: 'ok' }));
        const all = bucketsOf(checks, {
          windowMs: 10 * MINUTE,
          buckets,
          nowMs: NOW,
          holdMs: Infinity,
        });
        const windowed = checks.filter(({ t }) => t >= (all[0]?.fromMs ?? 0));
        assert.equal(
          all.reduce((sum, { count }) => sum + count, 0),
          windowed.length,
        );
        assert.equal(all.length, buckets);
      },
    ),
  );
});

test('a state that is neither good nor bad is known: its bar is not hollow, and any level has precedence', () => {
  const checks = [ago(5, 'none'), ago(3.2, 'none'), ago(3.1, 'ok')];
  assert.deepEqual(levels(checks).slice(4, 7), ['none', undefined, 'ok']);
});

test('a bar shows the unreadable part of its checks as hollow', () => {
  const checks: Check[] = [{ ...ago(0.2, undefined), unread: '{foo}' }, ago(1.2, 'ok')];
  const bars = bucketsOf(checks, { windowMs: 10 * MINUTE, buckets: 10, nowMs: NOW, holdMs: 0 });
  assert.deepEqual([bars.at(-1)?.level, bars.at(-1)?.unread], [undefined, '{foo}']);
  assert.equal(bars.at(-2)?.level, 'ok');
});

test('without a ttl a check is valid for four usual steps, or ten minutes while their step is unknown', () => {
  const every = (stepMs: number, count: number): number[] =>
    Array.from({ length: count }, (_, n) => n * stepMs);
  assert.equal(usualHoldMs(every(MINUTE, 60)), 4 * MINUTE);
  assert.equal(usualHoldMs([...every(MINUTE, 30), 90 * MINUTE]), 4 * MINUTE);
  for (const times of [[], [0], [0, MINUTE]]) assert.equal(usualHoldMs(times), 10 * MINUTE);
  assert.equal(usualHoldMs([5, 5, 5]), 10 * MINUTE);
  assert.equal(
    usualHoldMs([...every(1000, 100), ...every(MINUTE, 25).map((t) => t + 1e6)]),
    4 * MINUTE,
  );
});

test('a row has its own limits, otherwise those of the element, otherwise those of its channel', () => {
  const none = { warn: undefined, danger: undefined, states: undefined };
  const lane = (row: Partial<RowSpec>, around: number | undefined): BarLevel =>
    laneOfRow(
      {
        spec: { ...none, ...row } as RowSpec,
        meta: { warn: 10, danger: 90 },
        entries: [{ v: 1, t: NOW, d: { value: 30 } }],
      },
      0,
      {
        windowMs: 10 * MINUTE,
        buckets: 10,
        nowMs: NOW,
        isTimeline: false,
        staleAfterMs: undefined,
        around: { ...none, warn: around },
      },
    ).level;
  assert.equal(lane({}, undefined), 'warn');
  assert.equal(lane({}, 50), 'ok');
  assert.equal(lane({ warn: 20 }, 50), 'warn');
  assert.equal(lane({ danger: 25 }, 20), 'danger');
});
