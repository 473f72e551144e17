import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Level } from '../../components/data/levels.ts';
import type { BucketOptions, Check } from '../../components/tracker/buckets.ts';
import { bucketsOf, checkLevel, tally } from '../../components/tracker/buckets.ts';

const MINUTE = 60_000;
const NOW = 1_800_000_000_000 + 9.5 * MINUTE;
const ago = (minutes: number, level: Level | undefined): Check => ({
  t: NOW - minutes * MINUTE,
  level,
});
const levels = (checks: Check[], options: Partial<BucketOptions> = {}): (Level | undefined)[] =>
  bucketsOf(checks, { windowMs: 10 * MINUTE, buckets: 10, nowMs: NOW, holdMs: 0, ...options }).map(
    ({ level }) => level,
  );
const none = (count: number): undefined[] => Array(count).fill(undefined) as undefined[];

test('the worst of a bucket wins, whatever the order', () => {
  const worst = [...none(9), 'danger'];
  assert.deepEqual(levels([ago(0.3, 'ok'), ago(0.2, 'danger'), ago(0.1, 'ok')]), worst);
  assert.deepEqual(levels([ago(0.1, 'ok'), ago(0.2, 'danger'), ago(0.3, 'warn')]), worst);
});

test('what is not known is not good', () => {
  assert.deepEqual(levels([]), none(10));
  assert.deepEqual(levels([ago(5, undefined)]), none(10));
});

test('a check says something of its time to live, and no longer', () => {
  const held = levels([ago(5, 'ok')], { holdMs: 2 * MINUTE });
  assert.deepEqual(held, [...none(4), 'ok', 'ok', 'ok', ...none(3)]);
});

test('without a time to live it holds until the next one, and until now', () => {
  const held = levels([ago(8, 'danger'), ago(5, 'ok')], { holdMs: Infinity });
  assert.deepEqual(held, [undefined, ...Array(4).fill('danger'), ...Array(5).fill('ok')]);
});

test('a missing value ends what was known before it', () => {
  const held = levels([ago(8, 'ok'), ago(5, undefined)], { holdMs: Infinity });
  assert.deepEqual(held.slice(5), none(5));
});

test('while the connection is lost nothing is known', () => {
  const lost = levels([ago(8, 'ok')], { holdMs: Infinity, knownUntilMs: NOW - 4 * MINUTE });
  assert.deepEqual(lost.slice(6), none(4));
  assert.equal(lost[5], 'ok');
});

test('what happened before the window counts where it still held', () => {
  assert.deepEqual(levels([ago(60, 'warn')], { holdMs: Infinity }), Array(10).fill('warn'));
  assert.deepEqual(levels([ago(60, 'warn')]), none(10));
});

test('buckets stand still while time goes on', () => {
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

test('the tally counts buckets by what is known of them', () => {
  const buckets = bucketsOf([ago(0.1, 'warn'), ago(2.2, 'ok')], {
    windowMs: 10 * MINUTE,
    buckets: 10,
    nowMs: NOW,
    holdMs: 0,
  });
  assert.deepEqual(tally(buckets), { ok: 1, warn: 1, danger: 0, none: 8 });
});

test('a level is stated, a word, a truth or a number against limits; null is none', () => {
  const level = (payload: unknown, value: unknown = payload): Level | undefined =>
    checkLevel(payload, value, { warn: 70, danger: 90 });
  assert.equal(level({ status: 'critical' }, null), 'danger');
  assert.equal(level('up'), 'ok');
  assert.equal(level('Down'), 'danger');
  assert.equal(level(false), 'danger');
  assert.equal(level(75), 'warn');
  assert.equal(level(null), undefined);
  assert.equal(level('constructor'), undefined);
  assert.equal(checkLevel(5, 5, {}), undefined);
});
