import assert from 'node:assert/strict';
import { test } from 'node:test';
import { updateOfList } from '../../components/data/entry-list.ts';
import { updateOfRecords } from '../../components/metric-chart/samples/chart-records.ts';

const T = 1_790_000_000_000;

test('a record has its time in `time`, `t` or `ts`, and the rest is its values', () => {
  for (const name of ['time', 't', 'ts']) {
    const update = updateOfRecords([{ [name]: T, cpu: 5 }], 0);
    assert.deepEqual(update?.entries, [{ v: 1, t: T, d: { cpu: 5 } }], name);
    const next = updateOfRecords({ [name]: new Date(T + 1_000).toISOString(), cpu: 6 }, 1);
    assert.deepEqual(next?.entries, [{ v: 2, t: T + 1_000, d: { cpu: 6 } }], name);
    assert.equal(next?.reset, undefined);
  }
});

test('of several times `time` is used, and the others are values', () => {
  const record = { t: 21.5, time: T, ts: 3 };
  assert.deepEqual(updateOfRecords([record], 0)?.entries, [{ v: 1, t: T, d: { t: 21.5, ts: 3 } }]);
});

test('a chart and the other elements read the same time from a record', () => {
  for (const record of [{ time: T }, { t: T }, { ts: T }, { t: 1, time: T }, { ts: 1, t: T }]) {
    const [own] = updateOfRecords([record], 0)?.entries ?? [];
    const [other] = updateOfList([record], 0)?.entries ?? [];
    assert.equal(own?.t, T);
    assert.equal(other?.t, T);
  }
});

test('a record without a valid time is no sample', () => {
  assert.equal(updateOfRecords({ cpu: 5 }, 0), undefined);
  assert.equal(updateOfRecords({ time: 'noon', cpu: 5 }, 0), undefined);
  assert.equal(updateOfRecords([{ cpu: 5 }, 7, null], 0), undefined);
  assert.deepEqual(updateOfRecords([], 0)?.entries, []);
  assert.deepEqual(updateOfRecords([{ t: T, cpu: 5 }, 7], 0)?.entries, [
    { v: 1, t: T, d: { cpu: 5 } },
  ]);
});
