import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StatusFacts } from '../../components/data/data-status.ts';
import { dataStatus, isOld, staleAfterMs } from '../../components/data/data-status.ts';

const well: StatusFacts = {
  wanted: true,
  connection: 'live',
  lostMs: undefined,
  paused: false,
  failed: false,
  answered: true,
  held: true,
  historyLost: false,
  ageMs: 1000,
  staleAfterMs: 10_000,
};
const statusWith = (facts: Partial<StatusFacts>): string => dataStatus({ ...well, ...facts });

test('a recent value with a connection is live', () => {
  assert.equal(statusWith({}), 'live');
});

test('a value exactly at its limit is still live, and one ms later it is stale', () => {
  assert.equal(statusWith({ ageMs: 10_000 }), 'live');
  assert.equal(statusWith({ ageMs: 10_001 }), 'stale');
});

test('a held poll proves the connection, not the age: without new values, data become stale on a live connection', () => {
  assert.equal(statusWith({ connection: 'live', ageMs: 60_000 }), 'stale');
});

test('a lost connection is not shown before one second has passed', () => {
  assert.equal(statusWith({ connection: 'reconnecting', lostMs: 999 }), 'live');
  assert.equal(statusWith({ connection: 'reconnecting', lostMs: 1000 }), 'offline');
});

test('a connection lost before the first response is loading, then offline', () => {
  const nothing = { held: false, answered: false, ageMs: undefined };
  assert.equal(statusWith({ ...nothing, lostMs: 10 }), 'loading');
  assert.equal(statusWith({ ...nothing, lostMs: 5000 }), 'offline');
});

test('without a value the status is loading until the server has responded, then empty', () => {
  assert.equal(statusWith({ held: false, answered: false }), 'loading');
  assert.equal(statusWith({ held: false, answered: true }), 'empty');
});

test('an element without a channel is idle, unless the page has set a value', () => {
  assert.equal(statusWith({ wanted: false, held: false, answered: false }), 'idle');
  assert.equal(statusWith({ wanted: false, held: false }), 'empty'); // The page has set null.
  assert.equal(statusWith({ wanted: false, held: true }), 'live');
});

test('data that the page sets have no connection', () => {
  assert.equal(statusWith({ wanted: false, lostMs: 60_000 }), 'live');
});

test('a refusal has precedence over an error, that over a pause, that over a lost connection, that over an old value', () => {
  const all = { failed: true, paused: true, lostMs: 5000, ageMs: 60_000 };
  assert.equal(statusWith({ ...all, connection: 'denied' }), 'denied');
  assert.equal(statusWith(all), 'error');
  assert.equal(statusWith({ ...all, failed: false }), 'paused');
  assert.equal(statusWith({ ...all, failed: false, paused: false }), 'offline');
  assert.equal(statusWith({ ageMs: 60_000 }), 'stale');
});

test('a value whose history the server lost is stale, however recent it is', () => {
  assert.equal(statusWith({ historyLost: true, ageMs: 0 }), 'stale');
});

test('stale data stay stale while offline, without their level colour', () => {
  assert.ok(isOld({ historyLost: false, ageMs: 20_000, staleAfterMs: 10_000 }));
  assert.ok(!isOld({ historyLost: false, ageMs: undefined, staleAfterMs: 0 }));
});

test('the limit is the attribute, otherwise twice the ttl, otherwise there is none', () => {
  assert.equal(staleAfterMs(5000, 60), 5000);
  assert.equal(staleAfterMs(Number.POSITIVE_INFINITY, 60), Number.POSITIVE_INFINITY);
  assert.equal(staleAfterMs(undefined, 60), 120_000);
  for (const ttl of [undefined, 0, -1, '60', null, Number.NaN])
    assert.equal(staleAfterMs(undefined, ttl), Number.POSITIVE_INFINITY, String(ttl));
});
