import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyFilter, labelsOfKey, parseLabels, seriesNames } from '../../components/data/keys.ts';

test('series are named by the labels that differ, not by their whole key', () => {
  const names = (...keys: string[]): string[] => [...seriesNames(keys).values()];
  assert.deepEqual(names('room="kitchen"', 'room="garden"'), ['kitchen', 'garden']);
  assert.deepEqual(names('floor="1",room="kitchen"', 'floor="1",room="garden"'), [
    'kitchen',
    'garden',
  ]);
  assert.deepEqual(names('floor="1",room="bath"', 'floor="2",room="bath"', 'floor="1",room="wc"'), [
    '1 · bath',
    '2 · bath',
    '1 · wc',
  ]);
  assert.deepEqual(names('room="kitchen"'), ['kitchen']);
  assert.deepEqual(names('a', 'b'), ['a', 'b']);
  assert.deepEqual(names('room="x"', 'floor="1",room="x"'), ['x', '1']);
  assert.deepEqual(names('room="say \\"hi\\", you"'), ['say "hi", you']);
  assert.deepEqual(names('', 'eth0'), ['', 'eth0']);
});

test('a key that only looks like labels is its own name', () => {
  for (const key of ['room=kitchen', 'a="1"b', '=', '"', 'x="1",y']) {
    assert.equal(labelsOfKey(key), undefined, key);
    assert.equal(seriesNames([key]).get(key), key);
  }
});

test('labels are parsed as people write them, and an invalid part is named', () => {
  assert.deepEqual(parseLabels('room=kitchen, floor=1'), [
    ['room', 'kitchen'],
    ['floor', '1'],
  ]);
  assert.deepEqual(parseLabels(' room = "living room, back" '), [['room', 'living room, back']]);
  assert.deepEqual(parseLabels('room=living room'), [['room', 'living room']]);
  for (const text of ['kitchen', 'room=kitchen, floor', '=x'])
    assert.throws(() => parseLabels(text), /name=value/, text);
});

test('a key is exact; labels choose the series that has all of them', () => {
  const entry = { k: 'floor="1",room="kitchen"', d: { value: 1 } };
  assert.ok(keyFilter({ key: entry.k })?.(entry));
  assert.ok(!keyFilter({ key: 'kitchen' })?.(entry));
  assert.ok(keyFilter({ labels: 'room=kitchen' })?.(entry));
  assert.ok(keyFilter({ labels: 'room=kitchen, floor=1' })?.(entry));
  assert.ok(!keyFilter({ labels: 'room=kitchen, floor=2' })?.(entry));
  assert.ok(!keyFilter({ labels: 'room=kitchen' })?.({ k: 'other', d: 5 }));
  assert.ok(
    keyFilter({ labels: 'room=kitchen' })?.({ k: 'k1', d: { labels: { room: 'kitchen' } } }),
  );
  assert.equal(keyFilter({}), undefined);
  assert.equal(keyFilter({ key: '', labels: null }), undefined);
});
