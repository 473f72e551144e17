import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClientError } from '../../components/client/index.ts';
import type { AgeFacts, StatementFacts } from '../../components/element/card/card-text.ts';
import { ageLine, statement } from '../../components/element/card/card-text.ts';
import { words } from '../../components/locale/messages.ts';
import { AddressError } from '../../components/source/address-error.ts';

const en = words('en');
const facts: StatementFacts = {
  status: 'live',
  held: true,
  slow: false,
  name: 'CPU',
  channel: 'cpu',
  error: undefined,
  words: en,
};

test('an existing value needs no message, for every state of the connection', () => {
  for (const status of ['live', 'stale', 'paused', 'offline'] as const)
    assert.equal(statement({ ...facts, status }).message, '', status);
});

test('loading shows no text until it takes long', () => {
  const loading: StatementFacts = { ...facts, status: 'loading', held: false };
  assert.equal(statement(loading).message, '');
  assert.equal(statement({ ...loading, slow: true }).message, en.waitingForData);
});

test('retry is offered if it can help', () => {
  const error = new ClientError('too-large', 'x', { status: 413 });
  assert.equal(statement({ ...facts, status: 'denied' }).canRetry, true);
  assert.equal(statement({ ...facts, status: 'error', error }).canRetry, true);
  const own = new AddressError('bad-channel', 'a b');
  assert.equal(statement({ ...facts, status: 'error', error: own }).canRetry, false);
  assert.equal(statement({ ...facts, status: 'offline' }).canRetry, false);
});

test('a refusal, an invalid payload and an invalid address have different texts, and no stack is shown', () => {
  const told = [
    new ClientError('too-large', 'secret', { status: 413 }),
    new TypeError('secret'),
    new AddressError('bad-channel', 'a b'),
    new AddressError('bad-source', 'x:y'),
  ].map((error) => statement({ ...facts, status: 'error', error }).message);
  assert.equal(new Set(told).size, 4);
  assert.ok(!told.join().includes('secret'));
});

const age: AgeFacts = {
  status: 'live',
  old: false,
  ageMs: 240_000,
  waiting: 0,
  words: en,
  language: 'en',
};

test('the footer shows the age, and marks an old value as the last one', () => {
  assert.equal(ageLine(age), en.updated('4 min. ago'));
  assert.equal(ageLine({ ...age, old: true, status: 'stale' }), '4 min. ago');
  assert.equal(ageLine({ ...age, status: 'offline' }), '4 min. ago');
  assert.equal(ageLine({ ...age, ageMs: 1000 }), en.updatedNow);
  assert.equal(ageLine({ ...age, ageMs: undefined }), '');
});

test('an age below zero counts as now', () => {
  assert.equal(ageLine({ ...age, ageMs: -60_000 }), en.updatedNow);
});

test('a paused card shows how many updates wait', () => {
  assert.equal(ageLine({ ...age, status: 'paused', waiting: 1 }), '1 update waiting');
  assert.equal(ageLine({ ...age, status: 'paused', waiting: 1200 }), '1,200 updates waiting');
  assert.equal(ageLine({ ...age, status: 'paused', waiting: 0 }), en.updated('4 min. ago'));
});
