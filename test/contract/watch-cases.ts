import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Watch } from '../../server/stores/store.ts';
import { type Case, item, meta, range, watched } from './case.ts';
import { Reader } from './reader.ts';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;

const isAt =
  (version: number) =>
  ({ head }: Watch): boolean =>
    parseInt(head) >= version;

/** Everything that was signalled so far has been checked. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A small repeatable generator of random numbers, so that a failure can be reproduced. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

export const watchCases: Case[] = [
  {
    name: 'a watch is signalled for an append by any instance',
    async run(open) {
      const { a, b, close } = await open();
      const seen = watched(b, 'cpu', isAt(1));
      await a.append('cpu', [item(1)]);
      await seen;
      const again = watched(b, 'cpu', isAt(2));
      const { cursor } = await b.append('cpu', [item(2)]);
      await again;
      const look = await b.watch('cpu', () => {});
      assert.equal(look.head, cursor);
      look.stop();
      await close();
    },
  },
  {
    name: 'one watch is signalled for every advance, and its head advances with it',
    async run(open) {
      const { a, b, close } = await open();
      let reached = 0;
      const seen = watched(b, 'cpu', ({ head }) => {
        reached = parseInt(head);
        return reached >= 20;
      });
      for (const n of range(1, 20)) {
        await a.append('cpu', [item(n)]);
        await settled();
      }
      await seen;
      assert.equal(reached, 20);
      await close();
    },
  },
  {
    name: 'a watch that starts while an append runs misses nothing',
    async run(open) {
      const { a, b, close } = await open();
      for (const n of range(1, 50)) {
        const writing = a.append('cpu', [item(n)]);
        await watched(b, 'cpu', isAt(n));
        await writing;
        const again = a.append(`c${n}`, [item(n)]);
        for (const _ of range(1, n % 10)) await settled(); // Before, during and after in turn.
        await Promise.all([again, watched(b, `c${n}`, isAt(1))]);
      }
      await close();
    },
  },
  {
    name: 'a watch that starts after an append knows its head at once',
    async run(open) {
      const { a, b, close } = await open();
      const { cursor } = await a.append('cpu', [item(1)]);
      const watch = await b.watch('cpu', () => {});
      assert.equal(watch.head, cursor);
      watch.stop();
      await close();
    },
  },
  {
    name: 'a watch is signalled for a deletion',
    async run(open) {
      const { a, b, close } = await open();
      await a.append('cpu', [item(1)]);
      const seen = watched(b, 'cpu', isAt(2));
      await a.clear('cpu');
      await seen;
      await close();
    },
  },
  {
    name: 'a listener that throws does not affect others',
    async run(open) {
      const { a, b, close } = await open();
      const silenced = console.error;
      console.error = () => {};
      try {
        const bad = await b.watch('cpu', () => {
          throw new Error('broken listener');
        });
        const seen = watched(b, 'cpu', isAt(1));
        await a.append('cpu', [item(1)]);
        await seen;
        bad.stop();
      } finally {
        console.error = silenced;
      }
      await close();
    },
  },
  {
    name: 'a watch that ended is not signalled, and a second watch with the same function continues',
    async run(open) {
      const { a, b, close } = await open();
      let calls = 0;
      const count = () => calls++;
      const one = await b.watch('cpu', count);
      const two = await b.watch('cpu', count);
      one.stop();
      one.stop();
      const seen = watched(b, 'cpu', isAt(1));
      await a.append('cpu', [item(1)]);
      await seen;
      assert.ok(calls > 0, 'the other watch with the same function was ended too');
      two.stop();
      calls = 0;
      const again = watched(b, 'cpu', isAt(2));
      await a.append('cpu', [item(2)]);
      await again;
      assert.equal(calls, 0);
      await close();
    },
  },
  {
    name: '10,000 watches that ended leave nothing behind',
    async run(open) {
      const { a, b, close } = await open();
      await a.append('cpu', [item(1)]);
      const cycle = async (times: number) => {
        for (let n = 0; n < times; n++) (await b.watch('cpu', () => {})).stop();
      };
      await cycle(1_000);
      gc();
      const before = process.memoryUsage().heapUsed;
      await cycle(10_000);
      gc();
      const grown = process.memoryUsage().heapUsed - before;
      assert.ok(grown < 2_000_000, `${grown} bytes more after 10,000 watches`);
      await close();
    },
  },
  {
    name: 'subscribers that change between instances end with what the store holds',
    async run(open) {
      const { a, b, close } = await open({ retain: 8 });
      const random = seeded(7);
      const pick = (n: number) => Math.floor(random() * n);
      const channels = ['cpu', 'mem', 'net'];
      const readers = channels.flatMap((name) => range(1, 4).map(() => new Reader(name)));
      for (let step = 0; step < 400; step++) {
        const channel = channels[pick(3)] as string;
        const writer = pick(2) ? a : b;
        const what = pick(40);
        if (what === 0) await writer.clear(channel);
        else if (what === 1) await writer.append(channel, [meta({ step })]);
        else {
          const k = ['x', 'y', undefined][pick(3)];
          await writer.append(
            channel,
            range(0, pick(4)).map((i) => item({ step, i }, k)),
          );
        }
        for (const reader of readers) {
          if (pick(6)) continue;
          await reader.catchUp(pick(2) ? a : b, { entries: 24 + pick(6), bytes: 1e9 });
        }
      }
      for (const reader of readers) {
        await reader.catchUp(b);
        await reader.checkAgainst(a);
        await reader.checkAgainst(b);
      }
      await close();
    },
  },
  {
    name: 'closing twice has the same effect as closing once',
    async run(open) {
      const { a, close } = await open();
      await a.append('cpu', [item(1)]);
      await a.close();
      await a.close();
      await close();
    },
  },
];
