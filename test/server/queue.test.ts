import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Queue } from '../../server/stores/level/segments.ts';
import { chance } from '../support/chance.ts';

test('a queue holds the same items as an array, whatever is added and removed', () => {
  const random = chance(7);
  const queue = new Queue<number>();
  const model: number[] = [];
  for (let n = 0; n < 5_000; n++) {
    queue.push(n);
    model.push(n);
    if (random() < 0.2) {
      const count = Math.floor(random() * (model.length + 1));
      queue.drop(count);
      model.splice(0, count);
    }
    assert.equal(queue.length, model.length);
    const i = Math.floor(random() * (model.length + 1));
    assert.deepEqual([queue.at(0), queue.at(i)], [model[0], model[i]]);
  }
});
