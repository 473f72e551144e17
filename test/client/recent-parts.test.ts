import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RecentParts } from '../../components/client/tabs/recent-parts.ts';
import { delta } from '../support/scripted-client.ts';

/** Both channels are requested from version 1; cpu has moved to 3 since. */
function moved(): RecentParts {
  const memory = new RecentParts();
  memory.ask(cursors({ cpu: '1.a', mem: '1.a' }), 0);
  assert.equal(memory.add([['cpu', delta('1.a', 2)]]), true);
  assert.equal(memory.add([['cpu', delta('2.a', 3)]]), true);
  return memory;
}

const cursors = (of: Record<string, string>): Map<string, string> => new Map(Object.entries(of));

test('a poll that is behind gets the parts up to the newest cursors, for the channels that have advanced', () => {
  const parts = moved().lead(cursors({ cpu: '2.a', mem: '1.a' }));
  assert.deepEqual([...(parts ?? [])], [['cpu', delta('2.a', 3)]]);
});

test('a poll with a channel that is not remembered, or with another cursor, gets no parts', () => {
  const memory = moved();
  assert.equal(memory.lead(cursors({ cpu: '2.a', disk: '1.a' })), undefined);
  assert.equal(memory.lead(cursors({ cpu: '2.a', mem: '9.b' })), undefined);
  assert.equal(
    memory.lead(cursors({ cpu: '3.a', mem: '1.a' })),
    undefined,
    'there is nothing to deliver',
  );
});

test('parts from another cursor, or of channels that were not requested, are ignored', () => {
  const memory = moved();
  assert.equal(memory.add([['cpu', delta('1.a', 9)]]), false);
  assert.equal(memory.add([['disk', delta('1.a', 2)]]), false);
  assert.deepEqual([memory.head('cpu'), memory.head('disk')], ['3.a', undefined]);
});

test('a poll from another cursor drops the remembered parts of the channel', () => {
  const memory = moved();
  memory.ask(cursors({ cpu: '7.b' }), 0);
  assert.equal(memory.head('cpu'), '7.b');
  assert.equal(memory.lead(cursors({ cpu: '2.a' })), undefined);
});

test('a channel that no tab has requested for a minute is dropped', () => {
  const memory = moved();
  memory.ask(cursors({ mem: '1.a' }), 30_000);
  memory.forget(60_000);
  assert.equal(memory.head('cpu'), '3.a');
  memory.forget(60_001);
  assert.deepEqual([memory.head('cpu'), memory.head('mem')], [undefined, '1.a']);
});
