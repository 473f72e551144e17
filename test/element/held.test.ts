import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Update } from '../../components/client/index.ts';
import { Held } from '../../components/data/held.ts';

const NOW = 1_795_000_000_000;
const entry = (v: number, d: unknown, t: number = NOW - 1000): Update['entries'][number] => ({
  v,
  t,
  d: d as number,
});
const update = (rest: Partial<Update>): Update => ({
  channel: 'cpu',
  cursor: '1',
  entries: [],
  ...rest,
});

test('a first answer replaces, later ones append', () => {
  const held = new Held(10);
  const first = held.take(update({ reset: 'initial', entries: [entry(1, 10)] }), NOW);
  assert.equal(first.kind, 'reset');
  const second = held.take(update({ entries: [entry(2, 20), entry(3, 30)] }), NOW);
  assert.deepEqual([second.kind, second.entries.map((each) => each.d)], ['append', [20, 30]]);
  assert.deepEqual(
    held.history.map((each) => each.d),
    [10, 20, 30],
  );
  assert.equal(held.newest?.v, 3);
});

test('a channel without data is answered, and holds nothing', () => {
  const held = new Held(10);
  assert.equal(held.take(update({ reset: 'initial' }), NOW).kind, 'reset');
  assert.ok(held.answered);
  assert.equal(held.newest, undefined);
  assert.equal(held.updatedAt, undefined);
});

test('a server that lost its history does not blank the value; its next data replace it', () => {
  for (const reset of ['unknown', 'initial', 'trimmed'] as const) {
    const held = new Held(10);
    held.take(update({ reset: 'initial', entries: [entry(7, 42)] }), NOW);
    assert.equal(held.take(update({ reset }), NOW).kind, 'none', reset);
    assert.equal(held.newest?.d, 42);
    assert.ok(held.forgotten);
    const news = held.take(update({ entries: [entry(1, 5)] }), NOW);
    assert.equal(news.kind, 'reset');
    assert.ok(!held.forgotten);
    assert.deepEqual(
      held.history.map((each) => each.d),
      [5],
    );
  }
});

test('a channel that its publisher cleared is empty', () => {
  const held = new Held(10);
  held.take(update({ reset: 'initial', entries: [entry(7, 42)] }), NOW);
  assert.equal(held.take(update({ reset: 'cleared' }), NOW).kind, 'reset');
  assert.equal(held.newest, undefined);
  assert.equal(held.updatedAt, undefined);
});

test('a change of meta alone moves no data', () => {
  const held = new Held(10);
  held.take(update({ reset: 'initial', entries: [entry(1, 42)], meta: { label: 'A' } }), NOW);
  const step = held.take(
    update({ entries: [{ v: 2, t: NOW, m: { label: 'B' } }], meta: { label: 'B' } }),
    NOW,
  );
  assert.deepEqual([step.kind, step.meta], ['none', { label: 'B' }]);
  assert.equal(held.newest?.v, 1);
  assert.equal(held.updatedAt, NOW - 1000);
});

test('a reset without meta takes the former meta away', () => {
  const held = new Held(10);
  held.take(update({ reset: 'initial', entries: [entry(1, 1)], meta: { unit: 'percent' } }), NOW);
  held.take(update({ reset: 'unknown', entries: [entry(1, 1)] }), NOW);
  assert.deepEqual(held.meta, {});
});

test('a publisher with a fast clock does not hide its silence', () => {
  const held = new Held(10);
  held.take(update({ reset: 'initial', entries: [entry(1, 1, NOW + 86_400_000)] }), NOW);
  assert.equal(held.updatedAt, NOW);
});

test('late entries do not make the data older', () => {
  const held = new Held(10);
  held.take(update({ reset: 'initial', entries: [entry(1, 1, NOW - 10)] }), NOW);
  held.take(update({ entries: [entry(2, 2, NOW - 5000)] }), NOW);
  assert.equal(held.updatedAt, NOW - 10);
});

test('null is data; the history is capped, and off at 0', () => {
  const held = new Held(2);
  held.take(update({ reset: 'initial', entries: [entry(1, 1), entry(2, 2), entry(3, null)] }), NOW);
  assert.deepEqual(
    held.history.map((each) => each.d),
    [2, null],
  );
  const none = new Held(0);
  none.take(update({ reset: 'initial', entries: [entry(1, 1)] }), NOW);
  none.take(update({ entries: [entry(2, 2)] }), NOW);
  assert.deepEqual(none.history, []);
  assert.equal(none.newest?.d, 2);
});
