import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Update } from '../../components/client/index.ts';
import type { DataEntry } from '../../components/data/held.ts';
import { Held } from '../../components/data/held.ts';
import { MOST_KEYS } from '../../components/data/keyed-history.ts';

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

test('a first response replaces the data, and later ones append to them', () => {
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

test('a server that lost its history does not remove the value; its next data replace it', () => {
  for (const reset of ['unknown', 'initial', 'trimmed'] as const) {
    const held = new Held(10);
    held.take(update({ reset: 'initial', entries: [entry(7, 42)] }), NOW);
    assert.equal(held.take(update({ reset }), NOW).kind, 'none', reset);
    assert.equal(held.newest?.d, 42);
    assert.ok(held.historyLost);
    const news = held.take(update({ entries: [entry(1, 5)] }), NOW);
    assert.equal(news.kind, 'reset');
    assert.ok(!held.historyLost);
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

test('a change of only the meta changes no data', () => {
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

test('a reset without meta removes the previous meta', () => {
  const held = new Held(10);
  held.take(update({ reset: 'initial', entries: [entry(1, 1)], meta: { unit: 'percent' } }), NOW);
  held.take(update({ reset: 'unknown', entries: [entry(1, 1)] }), NOW);
  assert.deepEqual(held.meta, {});
});

const times = (held: Held): number[] => held.history.map(({ t }) => t);

test('the current value is the latest by time, and of equal times the one with the higher version', () => {
  const held = new Held(10);
  held.take(update({ reset: 'initial', entries: [entry(1, 50, NOW)] }), NOW);
  const late = held.take(update({ entries: [entry(2, 99, NOW - 600_000)] }), NOW);
  assert.deepEqual([late.kind, late.entries.length, held.newest?.d], ['append', 1, 50]);
  assert.deepEqual(times(held), [NOW - 600_000, NOW]);
  held.take(update({ entries: [entry(3, 51, NOW)] }), NOW);
  assert.equal(held.newest?.d, 51);
});

test('up to five seconds in the future count as now; later times wait until they have come', () => {
  const held = new Held(10);
  held.take(update({ reset: 'initial', entries: [entry(1, 1, NOW + 5000)] }), NOW);
  assert.deepEqual([held.newest?.d, held.newest?.t, held.updatedAt], [1, NOW, NOW]);
  const ahead = held.take(update({ entries: [entry(2, 2, NOW + 360_000)] }), NOW);
  assert.deepEqual([ahead.kind, ahead.entries, held.newest?.d], ['none', [], 1]);
  assert.deepEqual([...held.ahead.lead], [['', 360_000]]);
  held.take(update({ entries: [entry(3, 3, NOW + 1000)] }), NOW + 1000);
  assert.equal(held.newest?.d, 3);
  assert.equal(held.ahead.dueAt, NOW + 360_000);
  assert.equal(held.advance(NOW + 359_999), undefined);
  const due = held.advance(NOW + 360_000);
  assert.deepEqual([due?.kind, due?.entries.map(({ d }) => d), held.newest?.d], ['append', [2], 2]);
  assert.equal(held.ahead.dueAt, undefined);
});

test('a channel with only future times is answered, and has no current value yet', () => {
  const held = new Held(10);
  held.take(update({ reset: 'initial', entries: [entry(1, 1, NOW + 3_600_000)] }), NOW);
  assert.deepEqual(
    [held.newest, held.updatedAt, held.ahead.dueAt],
    [undefined, undefined, NOW + 3_600_000],
  );
});

test('without waiting, an entry with a future time is delivered at once', () => {
  const held = new Held(10);
  held.ahead.passAll();
  held.take(update({ reset: 'initial', entries: [entry(1, 'fire', NOW + 360_000)] }), NOW);
  assert.deepEqual([held.newest?.d, held.ahead.lead.size], ['fire', 1]);
});

const keyed = (v: number, k: string, d: unknown, t: number = NOW - 20_000 + v): DataEntry =>
  ({ v, t, k, d }) as DataEntry;

test('each key has its own history and limit: a busy one does not displace others', () => {
  const held = new Held(3);
  const busy = Array.from({ length: 50 }, (_, n) => keyed(n + 2, 'busy', n));
  held.take(update({ reset: 'initial', entries: [keyed(1, 'quiet', 7), ...busy] }), NOW);
  assert.deepEqual(held.series.keys, ['quiet', 'busy']);
  assert.deepEqual(
    held.series.current.map(({ d }) => d),
    [7, 49],
  );
  assert.equal(held.series.of('busy').length, 3);
  assert.equal(held.history.length, 4);
});

test('thousands of keys are all held', () => {
  const held = new Held(500);
  const entries = Array.from({ length: 2500 }, (_, n) => keyed(n + 1, `host${n}`, n));
  held.take(update({ reset: 'initial', entries }), NOW);
  assert.equal(held.series.keys.length, 2500);
  assert.equal(held.series.dropped, 0);
});

test('above the limit of keys the longest idle ones are dropped, and counted', () => {
  const held = new Held(1);
  const entries = Array.from({ length: MOST_KEYS + 1 }, (_, n) => keyed(n + 1, `host${n}`, n));
  held.take(update({ reset: 'initial', entries }), NOW);
  assert.equal(held.series.keys.length + held.series.dropped, MOST_KEYS + 1);
  assert.equal(held.newest?.k, `host${MOST_KEYS}`);
  assert.ok(!held.series.keys.includes('host0'));
});

test('a filter keeps one series, and remembers the names of the others', () => {
  const held = new Held(10);
  held.filter = ({ k }) => k === 'b';
  held.take(update({ reset: 'initial', entries: [keyed(1, 'a', 1), keyed(2, 'b', 2)] }), NOW);
  held.take(update({ entries: [keyed(3, 'a', 3)] }), NOW);
  assert.deepEqual([held.newest?.d, held.series.keys, [...held.otherKeys]], [2, ['b'], ['a']]);
});

test('an idle key is removed, but an idle channel keeps all its keys', () => {
  const held = new Held(10);
  const entries = [keyed(1, 'gone', 1, NOW - 60_000), keyed(2, 'there', 2, NOW - 1000)];
  held.take(update({ reset: 'initial', entries }), NOW);
  assert.deepEqual(held.series.dropSilent(60_000, NOW), []);
  assert.deepEqual(held.series.dropSilent(50_000, NOW), ['gone']);
  assert.deepEqual(held.series.keys, ['there']);
  assert.deepEqual(held.series.dropSilent(50_000, NOW + 3_600_000), []);
  assert.deepEqual(
    held.history.map(({ k }) => k),
    ['there'],
  );
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
