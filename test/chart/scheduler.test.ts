import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Drawable, scheduler } from '../../components/metric-chart/schedule/scheduler.ts';

/** A page whose frames and clock the test advances. */
function page(budgetMs = 8) {
  let nowMs = 0;
  let frames: (() => void)[] = [];
  let waits: { run: () => void; atMs: number }[] = [];
  const drawn: string[] = [];
  const schedule = scheduler({
    budgetMs,
    now: () => nowMs,
    requestFrame: (run) => frames.push(run),
    wait: (run, ms) => waits.push({ run, atMs: nowMs + ms }),
  });
  const chart = (name: string, { fps = 10, costMs = 1 } = {}): Drawable => ({
    fps,
    draw() {
      drawn.push(name);
      nowMs += costMs;
    },
  });
  return {
    ...schedule,
    chart,
    drawn,
    get framesAsked() {
      return frames.length;
    },
    pass(ms: number) {
      nowMs += ms;
      const due = waits.filter((each) => each.atMs <= nowMs);
      waits = waits.filter((each) => each.atMs > nowMs);
      for (const { run } of due) run();
    },
    frame() {
      const runs = frames;
      frames = [];
      for (const run of runs) run();
    },
  };
}

test('a thousand requests before the frame are one redraw, and all charts share one frame', () => {
  const p = page();
  const [a, b] = [p.chart('a'), p.chart('b')];
  for (let i = 0; i < 1_000; i++) p.ask(i % 2 ? a : b);
  assert.equal(p.framesAsked, 1);
  p.frame();
  assert.deepEqual(p.drawn, ['b', 'a']);
  assert.equal(p.framesAsked, 0);
});

test('past the budget of a frame the other charts are drawn first in the next, and none is left out', () => {
  const p = page(8);
  const charts = Array.from({ length: 5 }, (_, i) => p.chart(String(i), { costMs: 5 }));
  for (const chart of charts) p.ask(chart);
  p.frame();
  assert.deepEqual(p.drawn, ['0', '1']);
  p.frame();
  p.frame();
  assert.deepEqual(p.drawn, ['0', '1', '2', '3', '4']);
});

test('a chart is drawn at most fps times a second, and its last request is not lost', () => {
  const p = page();
  const a = p.chart('a', { fps: 10, costMs: 0 });
  for (let ms = 0; ms < 1_000; ms += 4) {
    p.ask(a);
    p.frame();
    p.pass(4);
  }
  assert.ok(p.drawn.length >= 9 && p.drawn.length <= 11, String(p.drawn.length));
  const before = p.drawn.length;
  p.pass(100);
  p.frame();
  assert.equal(p.drawn.length, before + 1);
  assert.equal(p.framesAsked, 0);
});

test('a chart that waits for its turn does not delay another', () => {
  const p = page();
  const slow = p.chart('slow', { fps: 1 });
  p.ask(slow);
  p.frame();
  p.ask(slow);
  p.ask(p.chart('new'));
  p.frame();
  assert.deepEqual(p.drawn, ['slow', 'new']);
});

test('nothing is drawn for a chart that was removed', () => {
  const p = page();
  const a = p.chart('a');
  p.ask(a);
  p.forget(a);
  p.frame();
  assert.deepEqual(p.drawn, []);
});

test('a chart that throws is reported and does not stop the others', () => {
  const reported: unknown[] = [];
  const before = globalThis.reportError;
  globalThis.reportError = (error: unknown) => void reported.push(error);
  try {
    const p = page();
    p.ask({
      fps: 10,
      draw() {
        throw new Error('broken');
      },
    });
    p.ask(p.chart('b'));
    p.frame();
    assert.deepEqual(p.drawn, ['b']);
    assert.equal(reported.length, 1);
  } finally {
    globalThis.reportError = before;
  }
});
