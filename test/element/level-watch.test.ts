import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LevelWatch } from '../../components/data/level-watch.ts';
import type { Level } from '../../components/data/levels.ts';

function watching(forMs = 0) {
  let now = 0;
  const watch = new LevelWatch({ forMs: () => forMs, now: () => now });
  return {
    watch,
    pass: (ms: number) => (now += ms),
    take: (level: Level | undefined, eased: Level | undefined = level) => {
      const crossing = watch.take({ level, eased, value: level });
      return crossing && [crossing.previous, crossing.level];
    },
  };
}

test('entering a level is one crossing', () => {
  const { watch, take } = watching();
  watch.set({ level: 'ok', value: 1 });
  assert.equal(take('ok'), undefined);
  assert.deepEqual(take('danger'), ['ok', 'danger']);
  assert.equal(take('danger'), undefined);
  assert.deepEqual(take('ok'), ['danger', 'ok']);
  assert.deepEqual(take(undefined), ['ok', undefined]);
});

test('with a duration, a level counts once it has lasted that long', () => {
  const { watch, take, pass } = watching(30_000);
  watch.set({ level: 'ok', value: 1 });
  assert.equal(take('danger'), undefined);
  pass(20_000);
  assert.equal(take('ok'), undefined); // Left before it counted.
  assert.equal(take('danger'), undefined);
  pass(29_999);
  assert.equal(watch.settle(), undefined);
  pass(1);
  assert.equal(watch.settle()?.level, 'danger');
  assert.equal(watch.settle(), undefined);
  assert.equal(watch.level, 'danger');
});

test('a bad level ends only beyond the hysteresis of its thresholds', () => {
  const { take, watch } = watching();
  assert.deepEqual(take('warn', 'danger'), [undefined, 'warn']);
  assert.deepEqual(take('danger', 'danger'), ['warn', 'danger']);
  assert.equal(take('warn', 'danger'), undefined); // Below danger, within the hysteresis.
  assert.deepEqual(take('warn', 'warn'), ['danger', 'warn']);
  assert.deepEqual(take('ok', 'ok'), ['warn', 'ok']);
  assert.equal(watch.level, 'ok');
});
