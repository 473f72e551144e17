import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KeyedHistory } from '../../components/data/keyed-history.ts';
import type { DataEntry } from '../../components/data/keyed-history.ts';
import { rowSpecs } from '../../components/row/row-spec.ts';
import {
  columnsOfSpecs,
  joinedRows,
  specFault,
  withNames,
} from '../../components/table/joined-table.ts';
import { columnsOf, headingOf, parseColumns } from '../../components/table/table-columns.ts';
import { cellValue, rowsOf, sortedRows, valueOf } from '../../components/table/table-rows.ts';
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

test('without columns, a table has time, key if there are keys, and the plain fields of the payload', () => {
  const names = (payload: unknown, keyed: boolean): string[] =>
    columnsOf(payload, keyed).map(({ field }) => field);
  assert.deepEqual(names({ a: 1, b: 'x', labels: {} }, true), ['time', 'key', 'a', 'b']);
  assert.deepEqual(names(42, false), ['time', '']);
});

test('rows are entries, newest first, or the current entry of each key with its sparkline', () => {
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

test('a sort orders numbers by value, text by language, and missing values last in both directions', () => {
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
    'without an order: as they arrive',
  );
});

test('a field named like a method of objects finds nothing', () => {
  assert.equal(cellValue({ field: 'constructor' }, entry(1, { a: 1 })), undefined);
});

const seriesOf = (entries: Entry[]): KeyedHistory => {
  const series = new KeyedHistory(10);
  series.add(entries as DataEntry[]);
  return series;
};
/** The specs of `<lp-column>` children with these attributes. */
const specsOf = (...all: Record<string, string>[]): ReturnType<typeof rowSpecs> =>
  rowSpecs(
    all.map(
      (attributes) =>
        ({
          localName: 'lp-column',
          getAttribute: (name: string) => attributes[name] ?? null,
        }) as unknown as Element,
    ),
    'lp-column',
  );

test('columns of several channels are joined by key, in the order of the names', () => {
  const columns = columnsOfSpecs(
    specsOf({ channel: 'cpu' }, { channel: 'disk', field: 'free' }),
    ({ channel }) => (channel === 'cpu' ? { label: 'CPU' } : {}),
  );
  const series: Record<string, KeyedHistory> = {
    cpu: seriesOf([entry(1, 40, 'host="10"'), entry(2, 50, 'host="2"')]),
    disk: seriesOf([entry(3, { free: 7 }, 'host="2"'), entry(4, { used: 1 }, 'host="2"')]),
  };
  const { rows, heading } = joinedRows(columns, ({ spec }) => series[spec?.channel ?? ''], 'en');
  assert.equal(heading, 'Host');
  const all = withNames(columns, heading);
  assert.deepEqual(
    all.map(({ label }) => label),
    ['Host', 'CPU', 'Free'],
  );
  assert.deepEqual(
    rows.map((row) => all.map((column) => valueOf(column, row))),
    [
      ['host="2"', 50, 7],
      ['host="10"', 40, undefined],
    ],
    'the newest payload lacks the field: the one before has it',
  );
  const byDisk = sortedRows(rows, all, { column: 2, descending: true }, 'en');
  assert.deepEqual(
    byDisk.map((row) => valueOf(all[1] as (typeof all)[0], row)),
    [50, 40],
    'what is missing is last',
  );
});

test('a column with labels adds the series that have them, by their other labels', () => {
  const columns = columnsOfSpecs(
    specsOf({ channel: 't', labels: 'kind=min' }, { channel: 't', labels: 'kind=max' }),
    () => ({}),
  );
  const series = seriesOf(
    [
      ['kitchen', 'min', 18],
      ['kitchen', 'max', 22],
      ['hall', 'max', 20],
    ].map(([room, kind, d], n) => entry(n, d, `kind="${kind}",room="${room}"`)),
  );
  const { rows, names } = joinedRows(columns, () => series, 'en');
  assert.deepEqual(
    rows.map((row) => [names.get(row.entry.k ?? ''), ...columns.map((each) => valueOf(each, row))]),
    [
      ['hall', undefined, 20],
      ['kitchen', 18, 22],
    ],
  );
  const [, wrong] = columnsOfSpecs(specsOf({}, { channel: 't', labels: 'kind' }), () => ({}));
  assert.deepEqual(joinedRows([wrong as (typeof columns)[0]], () => series, 'en').rows, []);
});

test('channels without keys are one row, without a name; an invalid format is reported with the cure', () => {
  const columns = columnsOfSpecs(specsOf({ channel: 'a' }), () => ({}));
  const { rows, heading } = joinedRows(columns, () => seriesOf([entry(1, 5)]), 'en');
  assert.equal(withNames(columns, heading).length, 1);
  assert.equal(valueOf(columns[0] as (typeof columns)[0], rows[0] as (typeof rows)[0]), 5);
  assert.equal(specFault(specsOf({ format: 'spark' }, {})), undefined);
  assert.match(
    specFault(specsOf({ format: 'money' })) ?? '',
    /"money".*use one of number, .*spark/,
  );
});
