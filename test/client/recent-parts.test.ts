import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RecentParts } from '../../components/client/tabs/recent-parts.ts';
import { delta } from '../support/scripted-client.ts';

/** Both channels are asked for from version 1; cpu has moved to 3 since. */
function moved(): RecentParts {
  const memory = new RecentParts();
  memory.ask(cursors({ cpu: '1.a', mem: '1.a' }), 0);
  assert.equal(memory.add([['cpu', delta('1.a', 2)]]), true);
  assert.equal(memory.add([['cpu', delta('2.a', 3)]]), true);
  return memory;
}

const cursors = (of: Record<string, string>): Map<string, string> => new Map(Object.entries(of));

test('who is behind is led to the heads, in the channels that have moved', () => {
  const parts = moved().lead(cursors({ cpu: '2.a', mem: '1.a' }));
  assert.deepEqual([...(parts ?? [])], [['cpu', delta('2.a', 3)]]);
});

test('nobody is led who asks for a channel that is not remembered, or stands elsewhere in one', () => {
  const memory = moved();
  assert.equal(memory.lead(cursors({ cpu: '2.a', disk: '1.a' })), undefined);
  assert.equal(memory.lead(cursors({ cpu: '2.a', mem: '9.b' })), undefined);
  assert.equal(memory.lead(cursors({ cpu: '3.a', mem: '1.a' })), undefined, 'nothing to tell');
});

test('steps that begin elsewhere, or of channels that nobody asked for, move nothing', () => {
  const memory = moved();
  assert.equal(memory.add([['cpu', delta('1.a', 9)]]), false);
  assert.equal(memory.add([['disk', delta('1.a', 2)]]), false);
  assert.deepEqual([memory.head('cpu'), memory.head('disk')], ['3.a', undefined]);
});

test('asking from elsewhere forgets how the channel came to where it was', () => {
  const memory = moved();
  memory.ask(cursors({ cpu: '7.b' }), 0);
  assert.equal(memory.head('cpu'), '7.b');
  assert.equal(memory.lead(cursors({ cpu: '2.a' })), undefined);
});

test('a channel that no tab has asked for in a minute is dropped', () => {
  const memory = moved();
  memory.ask(cursors({ mem: '1.a' }), 30_000);
  memory.forget(60_000);
  assert.equal(memory.head('cpu'), '3.a');
  memory.forget(60_001);
  assert.deepEqual([memory.head('cpu'), memory.head('mem')], [undefined, '1.a']);
});
