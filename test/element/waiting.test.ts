import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Update } from '../../components/client/index.ts';
import { UpdateQueue, Waiting } from '../../components/source/waiting.ts';

let v = 0;
const update = (count: number, rest: Partial<Update> = {}): Update => ({
  channel: 'cpu',
  cursor: `${v}`,
  entries: Array.from({ length: count }, () => ({ v: ++v, t: 0, d: v })),
  ...rest,
});

test('queued updates are released as one update, in order, and counted', () => {
  const waiting = new Waiting();
  const [a, b] = [update(2), update(3)];
  waiting.add(a);
  waiting.add(b);
  assert.equal(waiting.count, 5);
  assert.deepEqual(waiting.take()?.entries, [...a.entries, ...b.entries]);
  assert.equal(waiting.count, 0);
  assert.equal(waiting.take(), undefined);
});

test('a reset replaces the queued updates before it, and stays a reset after later ones', () => {
  const waiting = new Waiting();
  waiting.add(update(2));
  const reset = update(1, { reset: 'unknown', meta: { label: 'A' } });
  const news = update(1);
  waiting.add(reset);
  waiting.add(news);
  const joined = waiting.take();
  assert.equal(joined?.reset, 'unknown');
  assert.deepEqual(joined?.meta, { label: 'A' });
  assert.deepEqual(joined?.entries, [...reset.entries, ...news.entries]);
  assert.equal(joined?.cursor, news.cursor);
});

test('the newest meta wins', () => {
  const waiting = new Waiting();
  waiting.add(update(1, { meta: { label: 'A' } }));
  waiting.add(update(1, { meta: { label: 'B' } }));
  waiting.add(update(1));
  assert.deepEqual(waiting.take()?.meta, { label: 'B' });
});

test('a pause of any length queues a bounded number of updates, and reports the limit', () => {
  const waiting = new Waiting();
  for (let n = 0; n < 30; n++) waiting.add(update(100));
  assert.equal(waiting.count, 3000);
  assert.ok(waiting.overflowed);
  const joined = waiting.take();
  assert.equal(joined?.entries.length, 1000);
  assert.equal(joined?.entries.at(-1)?.v, v);
  assert.ok(!waiting.overflowed);
});

test('changes of meta are not counted as updates', () => {
  const waiting = new Waiting();
  waiting.add({ channel: 'cpu', cursor: '1', entries: [{ v: 1, t: 0, m: {} }], meta: {} });
  assert.equal(waiting.count, 0);
  assert.ok(waiting.take());
});

test('a history in several responses is one update, even if it ends with an empty one', () => {
  const steps: Update[] = [];
  const queue = new UpdateQueue((step) => void steps.push(step));
  const parts = [update(700, { reset: 'initial', more: true }), update(700, { more: true })];
  for (const part of parts) queue.receive(part, false);
  assert.equal(steps.length, 0);
  queue.receive(update(0), false);
  assert.equal(steps.length, 1);
  assert.equal(steps[0]?.reset, 'initial');
  assert.equal(steps[0]?.more, undefined);
  assert.deepEqual(
    steps[0]?.entries,
    parts.flatMap(({ entries }) => entries),
  );
  queue.receive(update(1), false);
  assert.equal(steps.length, 2);
});

test('a pause queues from the second update on, and its end delivers all at once', () => {
  const steps: Update[] = [];
  const queue = new UpdateQueue((step) => steps.push(step));
  queue.receive(update(1), true);
  assert.equal(steps.length, 1); // The current state.
  queue.receive(update(1), true);
  queue.receive(update(1), true);
  assert.equal(queue.count, 2);
  queue.release();
  assert.equal(steps[1]?.entries.length, 2);
});
