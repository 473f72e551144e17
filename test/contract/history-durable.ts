import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chance } from '../support/chance.ts';
import { HistoryBench } from '../support/history-bench.ts';
import { meta, PLENTY, range, told } from './case.ts';
import {
  closedAfter,
  type Durable,
  type DurableCase,
  type OpenDurable,
} from './durable-contract.ts';
import { held, MOST_WAITING, settled, YEAR_MS } from './history-cases.ts';

/** Opens a durable store that keeps history, with `retain` 100. `restart` closes it and opens it again. */
async function opened(open: OpenDurable): Promise<{
  bench: HistoryBench;
  durable: Durable;
  restart: () => Promise<void>;
  close: () => Promise<void>;
}> {
  const bench = new HistoryBench();
  const durable = await open({ retain: 100, historyMs: YEAR_MS, now: bench.clock });
  bench.use(durable.store);
  return {
    bench,
    durable,
    async restart() {
      await bench.roller.close();
      await durable.reopen();
      bench.use(durable.store);
    },
    async close() {
      await bench.roller.close();
      await durable.close();
    },
  };
}

/** Requirements for every durable store with history, across restarts. */
export const DURABLE_HISTORY_CASES: DurableCase[] = [
  {
    name: 'after a restart, before the first write, the history is the same as before',
    async run(open) {
      const { bench, restart, close } = await opened(open);
      for (const hour of range(1, 80)) {
        await bench.publish(
          range(1, 50).map((n) => {
            bench.now += 72_000;
            return { t: bench.now - (n === 7 ? hour * 3_600_000 : 0), value: n };
          }),
        );
      }
      await settled(bench);
      const searches = ['from=-1h', 'from=-12h', 'from=-24h&points=5000', 'from=-7d', 'from=0'];
      const ask = (): Promise<unknown[]> =>
        Promise.all(
          searches.map(async (search) => ({ ...(await bench.answer(search)), cursor: '' })),
        );
      const before = await ask();
      const waiting = (await held(bench.store)).keys.map(({ raw }) => raw.length);
      await restart();
      assert.deepEqual(await ask(), before);
      assert.deepEqual(
        (await held(bench.store)).keys.map(({ raw }) => raw.length),
        waiting,
      );
      await bench.check([undefined]);
      await close();
    },
  },
  {
    name: 'restarts between rolls count every sample once',
    async run(open) {
      const random = chance(5);
      const below = (n: number): number => Math.floor(random() * n);
      const { bench, restart, close } = await opened(open);
      const keys = ['a', 'b'];
      for (const _ of range(1, 6)) {
        for (const _ of range(1, 25)) {
          await bench.publish(
            range(1, 1 + below(40)).map((n) => {
              bench.now += below(20_000);
              const late = below(25) === 0 ? below(40_000_000) : 0;
              return { k: keys[n % 2] as string, t: bench.now - late, value: below(1_000) };
            }),
          );
        }
        await restart(); // Some chains are due, and not rolled.
        await bench.check(keys);
      }
      await settled(bench);
      assert.ok((await bench.check(keys)) > 1_000);
      await close();
    },
  },
  {
    name: 'after a restart, rolled entries stay dropped and the others are shown as before',
    async run(open) {
      const { bench, restart, close } = await opened(open);
      await bench.fill(700);
      await settled(bench);
      const shown = told(await bench.store.read('room', undefined, PLENTY));
      for (const _ of range(1, 2)) {
        await restart();
        assert.deepEqual(told(await bench.store.read('room', undefined, PLENTY)), shown);
        const before = { v: 700 - MOST_WAITING - 100, tag: '' };
        assert.equal((await bench.store.read('room', before, PLENTY)).reset, 'trimmed');
        assert.equal((await bench.store.info('room'))?.entries, 100);
      }
      assert.equal(await bench.total(), 700);
      await close();
    },
  },
  {
    name: 'after a restart, no bucket returns that was removed by a deletion or by history "none"',
    async run(open) {
      for (const end of ['clear', 'none'] as const) {
        const { bench, restart, close } = await opened(open);
        await bench.fill(1_500, 60_000, 100);
        await settled(bench);
        if (end === 'clear') await bench.store.clear('room');
        else await bench.store.append('room', [meta({ history: 'none' })]);
        await restart();
        await bench.store.append('room', [meta({ history: '1y' })]); // This would show tiers that still exist.
        assert.equal(await bench.total(), end === 'clear' ? 0 : 100);
        await bench.fill(300);
        await settled(bench);
        await restart();
        assert.equal(await bench.total(), end === 'clear' ? 300 : 400);
        await close();
      }
    },
  },
  {
    name: 'the increase of a counter is complete across a restart',
    async run(open) {
      const { bench, restart, close } = await opened(open);
      await bench.store.append('room', [meta({ kind: 'counter' })]);
      for (const n of range(0, 29)) {
        const items = range(1, 20).map((i) => ({ t: bench.now + i * 1_000, value: n * 20 + i }));
        bench.now += 20_000;
        await bench.publish(items);
        if (n % 7 === 6) await restart();
      }
      await settled(bench);
      const [series] = (await bench.answer('from=-1d')).series;
      assert.equal(
        series?.inc?.reduce((a, b) => a + b, 0),
        599,
      );
      await close();
    },
  },
];

/**
 * Tests that the history of a durable store survives the end of its process. `unmet`: as for
 * `historyContract`.
 */
export function durableHistoryContract(
  name: string,
  open: OpenDurable,
  unmet: Readonly<Record<string, string>> = {},
): void {
  for (const { name: promise, run } of DURABLE_HISTORY_CASES) {
    const todo = unmet[promise] ?? false;
    test(`${name}, history: ${promise}`, { timeout: 60_000, todo }, (t) =>
      run(closedAfter(t, open)),
    );
  }
}
