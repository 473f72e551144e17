import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BarLevel, Check } from '../../components/tracker/buckets.ts';
import { courseOf, isRest } from '../../components/tracker/runs.ts';

const MINUTE = 60_000;
const NOW = 100 * MINUTE;
const check = (minute: number, word: string, level: BarLevel): Check => ({
  t: minute * MINUTE,
  word,
  level,
});
const course = (checks: Check[], more = {}) =>
  courseOf(checks, { windowMs: 60 * MINUTE, nowMs: NOW, holdMs: Infinity, ...more });
const minutes = (checks: Check[], more = {}) =>
  course(checks, more).runs.map(({ word, fromMs, toMs }) => [word, fromMs / MINUTE, toMs / MINUTE]);

test('equal checks are one stretch, which a check of another state ends', () => {
  const checks = [check(50, 'on', 'none'), check(60, 'on', 'none'), check(70, 'off', 'none')];
  assert.deepEqual(minutes(checks), [
    ['on', 50, 70],
    ['off', 70, 100],
  ]);
});

test('a stretch that began before the window is cut, and its state keeps its beginning', () => {
  const { runs, current } = course([check(10, 'down', 'danger'), check(20, 'up', 'ok')]);
  assert.deepEqual(
    runs.map(({ word, fromMs }) => [word, fromMs / MINUTE]),
    [['up', 40]],
  );
  assert.deepEqual(current, {
    level: 'ok',
    word: 'up',
    sinceMs: 20 * MINUTE,
    isOldest: false,
  });
});

test('time for which no check is valid is unknown, and counts for no share', () => {
  const checks = [check(50, 'up', 'ok'), check(70, 'up', 'ok'), check(80, 'down', 'danger')];
  const options = { holdMs: 5 * MINUTE };
  assert.deepEqual(minutes(checks, options), [
    ['up', 50, 55],
    ['up', 70, 75],
    ['down', 80, 85],
  ]);
  const { current, share } = course(checks, options);
  assert.equal(current, undefined);
  assert.equal(share, 10 / 15);
});

test('while the connection is lost, the state since then is unknown', () => {
  const { runs, current } = course([check(50, 'up', 'ok')], { knownUntilMs: 90 * MINUTE });
  assert.equal(runs.at(-1)?.toMs, 90 * MINUTE);
  assert.equal(current, undefined);
});

test('states that are neither good nor bad have totals, and no share', () => {
  const { share, totals } = course([
    check(40, 'on', 'none'),
    check(50, 'off', 'none'),
    check(90, 'on', 'none'),
  ]);
  assert.equal(share, undefined);
  assert.deepEqual(
    [...totals],
    [
      ['on', 20 * MINUTE],
      ['off', 40 * MINUTE],
    ],
  );
});

test('the oldest stretch in memory may have begun earlier than shown', () => {
  assert.equal(course([check(50, 'up', 'ok')]).current?.isOldest, true);
});

test('the share is relative to the time with a good or bad state', () => {
  const { share, goodWord } = course([
    check(40, 'up', 'ok'),
    check(85, 'slow', 'warn'),
    check(88, 'up', 'ok'),
  ]);
  assert.equal(share, 57 / 60);
  assert.equal(goodWord, 'up');
});

test('off, closed and idle are inactive states, and on and open are not', () => {
  assert.deepEqual(['off', 'Closed', 'idle', 'on', 'open', 'washing'].map(isRest), [
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
});

test('for states that are neither good nor bad, the time is shown, not a share', () => {
  const { share, totals } = course([check(40, 'on', 'ok'), check(70, 'off', 'none')]);
  assert.equal(share, undefined);
  assert.deepEqual(totals.get('on'), 30 * MINUTE);
});
