import assert from 'node:assert/strict';
import { test } from 'node:test';
import { columnsOf, headingOf, parseColumns } from '../../components/table/table-columns.ts';
import { cellValue, rowsOf, sortedRows } from '../../components/table/table-rows.ts';
import type { Entry } from '../../protocol/lp1.ts';

const entry = (v: number, d: unknown, k?: string): Entry =>
  ({ v, t: v * 1_000, d, ...(k !== undefined && { k }) }) as Entry;

test('columns are fields with format, option and heading', () => {
  assert.deepEqual(parseColumns(' time , customer=Who,total:currency:EUR, load:number:1 ,'), [
    { field: 'time', label: 'Time', kind: undefined, options: {} },
    { field: 'customer', label: 'Who', kind: undefined, options: {} },
    { field: 'total', label: 'Total', kind: 'currency', options: { currency: 'EUR' } },
    { field: 'load', label: 'Load', kind: 'number', options: { digits: 1 } },
  ]);
  assert.throws(() => parseColumns('total:money'), /"money" in "total:money" is not a format/);
});

test('a heading is the last step of the path, in words', () => {
  assert.deepEqual(['labels.room', 'unitPrice', 'http_status', 'CPU'].map(headingOf), [
    'Room',
    'Unit price',
    'Http status',
    'Cpu',
  ]);
});

test('without columns: time, key where there are keys, and the plain fields of the payload', () => {
  const names = (payload: unknown, keyed: boolean): string[] =>
    columnsOf(payload, keyed).map(({ field }) => field);
  assert.deepEqual(names({ a: 1, b: 'x', labels: {} }, true), ['time', 'key', 'a', 'b']);
  assert.deepEqual(names(42, false), ['time', '']);
});

test('rows are entries, newest first, or the current entry of each key with its course', () => {
  const entries = [entry(1, 1, 'a'), entry(2, 2, 'b'), entry(3, 3, 'a')];
  assert.deepEqual(
    rowsOf(entries, 'entries', false).map((row) => row.entry.v),
    [3, 2, 1],
  );
  const keys = rowsOf(entries, 'keys', true);
  assert.deepEqual(
    keys.map((row) => [row.entry.v, row.course.length]),
    [
      [3, 2],
      [2, 1],
    ],
  );
});

test('a sort puts numbers by value, text by language, and what is missing last in both directions', () => {
  const rows = rowsOf(
    [{ n: 10 }, { n: 9 }, {}, { n: '11' }, { n: null }].map((d, i) => entry(i, d)),
    'entries',
    false,
  );
  const columns = parseColumns('n');
  const sorted = (descending: boolean): unknown[] =>
    sortedRows(rows, columns, { column: 0, descending }, 'en').map((row) =>
      cellValue({ field: 'n' }, row.entry),
    );
  assert.deepEqual(sorted(false).slice(0, 3), [9, 10, '11']);
  assert.deepEqual(
    sorted(false)
      .slice(3)
      .map((value) => value ?? 'missing'),
    ['missing', 'missing'],
  );
  assert.deepEqual(sorted(true).slice(0, 3), ['11', 10, 9]);
  assert.equal(
    sortedRows(rows, columns, undefined, 'en')[0]?.entry.v,
    4,
    'without an order: as they come',
  );
});

test('a field named like a method of objects finds nothing', () => {
  assert.equal(cellValue({ field: 'constructor' }, entry(1, { a: 1 })), undefined);
});
