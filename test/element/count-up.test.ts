import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CountUp } from '../../components/number/count-up.ts';

function counting(): {
  count: CountUp;
  frame: (ms: number) => void;
  steps: () => number;
  frames: Set<() => void>;
} {
  let nowMs = 0;
  let steps = 0;
  const frames = new Set<() => void>();
  const count = new CountUp({
    onStep: () => steps++,
    now: () => nowMs,
    nextFrame: (callback) => {
      frames.add(callback);
      return () => frames.delete(callback);
    },
  });
  const frame = (ms: number): void => {
    nowMs += ms;
    const due = Array.from(frames);
    frames.clear();
    for (const callback of due) callback();
  };
  return { count, frame, steps: () => steps, frames };
}

test('without animation the value is shown at once, and no frame is requested', () => {
  const { count, frames } = counting();
  count.aim(1, false);
  count.aim(9, false);
  assert.equal(count.shown, 9);
  assert.equal(frames.size, 0);
});

test('an animated value passes intermediate values and ends at the target, then requests no frames', () => {
  const { count, frame, frames, steps } = counting();
  count.aim(0, true);
  assert.equal(count.shown, 0);
  count.aim(100, true);
  frame(50);
  assert.ok((count.shown ?? 0) > 0 && (count.shown ?? 0) < 100);
  frame(200);
  assert.equal(count.shown, 100);
  assert.equal(frames.size, 0);
  assert.equal(steps(), 2);
});

test('a new target continues from the shown value, and no value waits for an animation', () => {
  const { count, frame } = counting();
  count.aim(0, true);
  count.aim(100, true);
  frame(100);
  const between = count.shown;
  count.aim(50, true);
  assert.equal(count.shown, between);
  frame(250);
  assert.equal(count.shown, 50);
});

test('an intermediate value has no more fraction digits than the target', () => {
  const { count, frame } = counting();
  count.aim(0, true);
  count.aim(10, true);
  frame(33);
  assert.ok(Number.isInteger(count.shown));
});

test('a missing value stops the animation', () => {
  const { count, frames } = counting();
  count.aim(0, true);
  count.aim(10, true);
  count.aim(undefined, true);
  assert.equal(count.shown, undefined);
  assert.equal(frames.size, 0);
});
