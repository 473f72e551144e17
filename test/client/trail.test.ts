import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChannelParts } from '../../components/client/tabs/recent-parts.ts';
import type { Part } from '../../protocol/lp1.ts';
import { delta, initial } from '../support/scripted-client.ts';

/** A trail that begins at version 1 and has `steps` of one entry each. */
function trail(steps: number): ChannelParts {
  const made = new ChannelParts('1.a');
  for (let v = 2; v <= steps + 1; v++) assert(made.add(delta(`${v - 1}.a`, v)));
  return made;
}

test('who stands on the trail is led to its head in one step, with all that lies between', () => {
  const made = trail(4);
  assert.equal(made.head, '5.a');
  const { entries, ...step } = made.from('2.a') as Part;
  assert.deepEqual(step, { from: '2.a', to: '5.a' });
  assert.deepEqual(
    entries.map(({ v }) => v),
    [3, 4, 5],
  );
  assert.deepEqual(made.from('4.a'), delta('4.a', 5));
});

test('who stands beside it, or at its head, is led nowhere', () => {
  const made = trail(4);
  assert.equal(made.from('5.a'), undefined);
  assert.equal(made.from('2.b'), undefined);
  assert.equal(made.from(''), undefined);
  assert.deepEqual(
    ['5.a', '1.a', '2.b', '0'].map((cursor) => made.reaches(cursor)),
    [true, true, false, false],
  );
});

test('a step that begins elsewhere, or leads nowhere, is none', () => {
  const made = trail(1);
  assert.equal(made.add(delta('1.a', 3)), false);
  assert.equal(made.add({ from: '2.a', to: '2.a', entries: [] }), false);
  assert.equal(made.head, '2.a');
});

test('a reset is a step, but nobody is led over it', () => {
  const made = trail(2);
  assert(made.add({ ...initial(1, 'b'), from: '3.a', reset: 'unknown' }));
  assert(made.add(delta('1.b', 2, 'b')));
  assert.deepEqual(
    ['2.a', '3.a', '1.b'].map((cursor) => made.reaches(cursor)),
    [false, false, true],
  );
});

test('a trail that comes back to where it was ends there', () => {
  const made = new ChannelParts('1.a');
  made.add(delta('1.a', 2));
  made.add({ from: '2.a', to: '1.a', entries: [] });
  assert.equal(made.from('1.a'), undefined);
});

test('what lies too far back is forgotten, by steps and by entries', () => {
  const made = trail(40);
  assert.deepEqual(
    ['8.a', '9.a'].map((cursor) => made.reaches(cursor)),
    [false, true],
  );
  const large = new ChannelParts('1.a');
  for (const v of [201, 401, 601]) large.add(delta(large.head, v));
  assert.deepEqual(
    ['1.a', '201.a'].map((cursor) => large.reaches(cursor)),
    [false, true],
  );
});
