import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChannelParts } from '../../components/client/tabs/recent-parts.ts';
import type { Part } from '../../protocol/lp1.ts';
import { delta, initial } from '../support/scripted-client.ts';

/** Parts of one entry each, from version 1 on. */
function partsOf(steps: number): ChannelParts {
  const made = new ChannelParts('1.a');
  for (let v = 2; v <= steps + 1; v++) assert(made.add(delta(`${v - 1}.a`, v)));
  return made;
}

test('the parts from a cursor to the newest one are joined into one, with all their entries', () => {
  const made = partsOf(4);
  assert.equal(made.head, '5.a');
  const { entries, ...step } = made.from('2.a') as Part;
  assert.deepEqual(step, { from: '2.a', to: '5.a' });
  assert.deepEqual(
    entries.map(({ v }) => v),
    [3, 4, 5],
  );
  assert.deepEqual(made.from('4.a'), delta('4.a', 5));
});

test('a cursor at which no part begins, or the newest cursor, gets no part', () => {
  const made = partsOf(4);
  assert.equal(made.from('5.a'), undefined);
  assert.equal(made.from('2.b'), undefined);
  assert.equal(made.from(''), undefined);
  assert.equal(made.from('0'), undefined);
  assert.notEqual(made.from('1.a'), undefined);
});

test('a part that does not continue from the newest cursor, or does not advance it, is refused', () => {
  const made = partsOf(1);
  assert.equal(made.add(delta('1.a', 3)), false);
  assert.equal(made.add({ from: '2.a', to: '2.a', entries: [] }), false);
  assert.equal(made.head, '2.a');
});

test('a reset moves the newest cursor, but is not part of a joined part', () => {
  const made = partsOf(2);
  assert(made.add({ ...initial(1, 'b'), from: '3.a', reset: 'unknown' }));
  assert(made.add(delta('1.b', 2, 'b')));
  assert.deepEqual(
    ['2.a', '3.a', '1.b'].map((cursor) => made.from(cursor) !== undefined),
    [false, false, true],
  );
});

test('parts that return to an earlier cursor are not joined', () => {
  const made = new ChannelParts('1.a');
  made.add(delta('1.a', 2));
  made.add({ from: '2.a', to: '1.a', entries: [] });
  assert.equal(made.from('1.a'), undefined);
});

test('the oldest parts are dropped above a maximum number of parts, and of entries', () => {
  const made = partsOf(40);
  assert.deepEqual(
    ['8.a', '9.a'].map((cursor) => made.from(cursor) !== undefined),
    [false, true],
  );
  const large = new ChannelParts('1.a');
  for (const v of [201, 401, 601]) large.add(delta(large.head, v));
  assert.deepEqual(
    ['1.a', '201.a'].map((cursor) => large.from(cursor) !== undefined),
    [false, true],
  );
});
