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

test('a value that is connected and young is live', () => {
  assert.equal(statusWith({}), 'live');
});

test('a value exactly at its limit is still live, one ms later it is stale', () => {
  assert.equal(statusWith({ ageMs: 10_000 }), 'live');
  assert.equal(statusWith({ ageMs: 10_001 }), 'stale');
});

test('a held poll proves the connection, not the age: without new values data become stale on a live connection', () => {
  assert.equal(statusWith({ connection: 'live', ageMs: 60_000 }), 'stale');
});

test('a lost connection is not said before one second', () => {
  assert.equal(statusWith({ connection: 'reconnecting', lostMs: 999 }), 'live');
  assert.equal(statusWith({ connection: 'reconnecting', lostMs: 1000 }), 'offline');
});

test('lost before the first answer is loading, then offline', () => {
  const nothing = { held: false, answered: false, ageMs: undefined };
  assert.equal(statusWith({ ...nothing, lostMs: 10 }), 'loading');
  assert.equal(statusWith({ ...nothing, lostMs: 5000 }), 'offline');
});

test('without a value: loading until the server has answered, then empty', () => {
  assert.equal(statusWith({ held: false, answered: false }), 'loading');
  assert.equal(statusWith({ held: false, answered: true }), 'empty');
});

test('no channel is idle, unless the page gave a value', () => {
  assert.equal(statusWith({ wanted: false, held: false, answered: false }), 'idle');
  assert.equal(statusWith({ wanted: false, held: false }), 'empty'); // the page set null
  assert.equal(statusWith({ wanted: false, held: true }), 'live');
});

test('data that the page sets have no connection', () => {
  assert.equal(statusWith({ wanted: false, lostMs: 60_000 }), 'live');
});

test('a refusal outweighs an error, an error a pause, a pause a lost line, a lost line an old value', () => {
  const all = { failed: true, paused: true, lostMs: 5000, ageMs: 60_000 };
  assert.equal(statusWith({ ...all, connection: 'denied' }), 'denied');
  assert.equal(statusWith(all), 'error');
  assert.equal(statusWith({ ...all, failed: false }), 'paused');
  assert.equal(statusWith({ ...all, failed: false, paused: false }), 'offline');
  assert.equal(statusWith({ ageMs: 60_000 }), 'stale');
});

test('a value whose history the server lost is stale, however young', () => {
  assert.equal(statusWith({ historyLost: true, ageMs: 0 }), 'stale');
});

test('stale data stay stale while offline, without their level colour', () => {
  assert.ok(isOld({ historyLost: false, ageMs: 20_000, staleAfterMs: 10_000 }));
  assert.ok(!isOld({ historyLost: false, ageMs: undefined, staleAfterMs: 0 }));
});

test('the limit is the attribute, else twice the ttl, else never', () => {
  assert.equal(staleAfterMs(5000, 60), 5000);
  assert.equal(staleAfterMs(Number.POSITIVE_INFINITY, 60), Number.POSITIVE_INFINITY);
  assert.equal(staleAfterMs(undefined, 60), 120_000);
  for (const ttl of [undefined, 0, -1, '60', null, Number.NaN])
    assert.equal(staleAfterMs(undefined, ttl), Number.POSITIVE_INFINITY, String(ttl));
});
