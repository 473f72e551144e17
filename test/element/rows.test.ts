import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DataEntry } from '../../components/data/held.ts';
import type { Arrangement } from '../../components/list/rows.ts';
import type { Row } from '../../components/list/rows.ts';
import { arranged, rowsByKey, rowsOf as read, sharesOf } from '../../components/list/rows.ts';

const rowsOf = (payload: unknown): Row[] => read(payload, 'cpu');
const pairs = (payload: unknown): [string, unknown][] =>
  rowsOf(payload).map(({ label, value }) => [label, value]);
const order = (payload: unknown, arrangement: Partial<Arrangement>): string[] =>
  arranged(rowsOf(payload), {
    sort: undefined,
    order: undefined,
    limit: undefined,
    language: 'en',
    ...arrangement,
  }).rows.map(({ label }) => label);

test('rows are read from Smashing’s items, a list, pairs or an object', () => {
  const wanted = [
    ['a', 1],
    ['b', 2],
  ];
  const items = [
    { label: 'a', value: 1 },
    { label: 'b', value: 2 },
  ];
  assert.deepEqual(pairs({ items }), wanted);
  assert.deepEqual(pairs(items), wanted);
  assert.deepEqual(pairs(wanted), wanted);
  assert.deepEqual(pairs({ a: 1, b: 2 }), wanted);
});

test('a bare word is a label without a value, and null a missing value', () => {
  assert.deepEqual(pairs(['a', 3]), [
    ['a', undefined],
    ['3', undefined],
  ]);
  assert.deepEqual(pairs({ a: null }), [['a', null]]);
});

test('a single value is one row, named like its channel or by its label', () => {
  for (const payload of [42, 'word', true, { value: 42 }, { text: 'word' }])
    assert.deepEqual(pairs(payload), [
      ['cpu', typeof payload === 'object' ? (payload.value ?? payload.text) : payload],
    ]);
  assert.deepEqual(pairs({ value: 95, status: 'warn', label: 'Disk' }), [['Disk', 95]]);
  for (const value of [null, '', 'NaN'])
    assert.deepEqual(pairs({ value, status: 'down' }), [['cpu', null]]);
  assert.deepEqual(rowsOf({ value: 95, status: 'warn' })[0]?.payload, {
    value: 95,
    status: 'warn',
  });
  for (const payload of [null, undefined, '', [], {}, { value: [] }])
    assert.deepEqual(rowsOf(payload), []);
});

test('a row is identified by its id, otherwise by its label, and no two share a key', () => {
  assert.equal(rowsOf([{ id: 7, label: 'a', value: 1 }])[0]?.key, '7');
  const keys = rowsOf([
    ['a', 1],
    ['a', 2],
    ['a', 3],
  ]).map(({ key }) => key);
  assert.equal(new Set(keys).size, 3);
});

test('a row named like a property of Object.prototype is a row like any other', () => {
  assert.deepEqual(pairs(JSON.parse('{"constructor": 1, "__proto__": 2}')), [
    ['constructor', 1],
    ['__proto__', 2],
  ]);
});

test('values sort largest first, labels in natural order, and both can be reversed', () => {
  const payload = { 'disk 10': 5, 'disk 2': 9, 'disk 1': 7 };
  assert.deepEqual(order(payload, { sort: 'value' }), ['disk 2', 'disk 1', 'disk 10']);
  assert.deepEqual(order(payload, { sort: 'value', order: 'asc' }), [
    'disk 10',
    'disk 1',
    'disk 2',
  ]);
  assert.deepEqual(order(payload, { sort: 'label' }), ['disk 1', 'disk 2', 'disk 10']);
  assert.deepEqual(order(payload, {}), ['disk 10', 'disk 2', 'disk 1']);
});

test('rows without a value are last, in either order', () => {
  const payload = { a: null, b: 3, c: 'word', d: 5 };
  assert.deepEqual(order(payload, { sort: 'value' }), ['d', 'b', 'a', 'c']);
  assert.deepEqual(order(payload, { sort: 'value', order: 'asc' }), ['b', 'd', 'a', 'c']);
});

test('a limit cuts the list and counts the rest', () => {
  const all = { sort: undefined, order: undefined, language: 'en' } as const;
  assert.equal(arranged(rowsOf({ a: 1, b: 2, c: 3 }), { ...all, limit: 1 }).more, 2);
  assert.equal(arranged(rowsOf({ a: 1 }), { ...all, limit: Number.NaN }).more, 0);
});

test('a share is relative to the largest amount, whatever its sign', () => {
  assert.deepEqual(sharesOf(rowsOf({ a: 5, b: -10, c: 'x', d: null })), [0.5, 1, 0, 0]);
  assert.deepEqual(sharesOf(rowsOf({ a: 0 })), [0]);
  assert.deepEqual(sharesOf(rowsOf({ a: 5, b: 30 }), 20), [0.25, 1]);
  assert.deepEqual(sharesOf(rowsOf({ a: 5, b: 10 }), 0), [0.5, 1]);
});

test('each key of a channel is a row, named by the labels that differ or by its own label', () => {
  const entry = (k: string, d: unknown): DataEntry => ({ v: 1, t: 5, k, d: d as number });
  const current = [
    entry('floor="1",room="kitchen"', 10),
    entry('floor="1",room="garden"', { value: 20, label: 'Out', link: '/g' }),
  ];
  const rows = rowsByKey(current, ({ d }) => (typeof d === 'object' ? 20 : d));
  assert.deepEqual(
    rows.map(({ label, value, href, t }) => [label, value, href, t]),
    [
      ['kitchen', 10, undefined, 5],
      ['Out', 20, '/g', 5],
    ],
  );
});
