import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Roller } from '../../server/history/roller.ts';
import { parseCursor } from '../../protocol/lp1.ts';
import type { HistorySlice, Store } from '../../server/stores/store.ts';
import { chance } from '../support/chance.ts';
import { HistoryBench } from '../support/history-bench.ts';
import {
  type Case,
  item,
  meta,
  type Open,
  type OpenOptions,
  patience,
  PLENTY,
  range,
  told,
} from './case.ts';
import { closedAfter } from './store-contract.ts';

/** Age of history for which all tiers are kept, ms. */
export const YEAR_MS: number = 366 * 86_400_000;
/** A key is rolled at the latest when this many entries wait, if `retain` is 100 or less. */
export const MOST_WAITING: number = 134;

/** Opens stores that keep history, with `retain` 100, and lets the first one roll. */
async function opened(
  open: Open,
  options: OpenOptions = {},
): Promise<{ bench: HistoryBench; a: Store; b: Store; close: () => Promise<void> }> {
  const bench = new HistoryBench();
  const stores = await open({ retain: 100, historyMs: YEAR_MS, now: bench.clock, ...options });
  const { a, b } = stores;
  bench.use(a, b);
  const close = async (): Promise<void> => {
    await bench.roller.close();
    await stores.close();
  };
  return { bench, a, b, close };
}

/** Everything that a store holds of a channel's history, with the blocks of every tier from `tier` down. */
export const held = async (store: Store, tier: number = 0): Promise<HistorySlice> => {
  assert.ok(store.history);
  return store.history.read('room', { keys: undefined, maxKeys: 1e6, choose: () => tier });
};

/** Waits until `done` holds; checks repeatedly, because another process may roll. */
async function eventually(done: () => Promise<boolean>, what: string): Promise<void> {
  for (const end = Date.now() + patience.ms; !(await done()); ) {
    assert.ok(Date.now() < end, `${what} does not become true`);
    await new Promise((next) => setTimeout(next, 5));
  }
}

/**
 * Waits until everything that is due is rolled. `most`: number of entries of a key that may wait.
 */
export const settled = (
  { roller, store }: HistoryBench,
  most: number = MOST_WAITING,
): Promise<void> =>
  eventually(async () => {
    await roller.idle();
    return (await held(store)).keys.every(({ raw }) => raw.length <= most);
  }, `at most ${most} entries of a key waiting`);

const blocks = async (store: Store): Promise<number> =>
  (await held(store)).keys.reduce((sum, key) => sum + key.blocks.length, 0);

const values = async (store: Store, tail?: number): Promise<unknown[]> =>
  told(await store.read('room', undefined, { ...PLENTY, tail })).map(
    ({ d }) => (d as { value: unknown }).value,
  );

/** Requirements for every store with history. */
export const HISTORY_CASES: Case[] = [
  {
    name: 'entries that wait for a roll are kept, and reads without a cursor leave them out',
    async run(open) {
      const { bench, a, b, close } = await opened(open);
      a.history?.start(() => {}); // Rolls nothing.
      const publish = (k: string, count: number) =>
        bench.publish(range(1, count).map((value) => ({ k, t: bench.now + value, value })));
      await publish('a', 300);
      await publish('b', 40);
      const shown = [...range(201, 300), ...range(1, 40)];
      const checks = async (): Promise<void> => {
        for (const store of [a, b]) {
          assert.deepEqual(await values(store), shown);
          assert.deepEqual(await values(store, 3), [298, 299, 300, 38, 39, 40]);
          assert.equal((await store.info('room'))?.entries, 140);
        }
        assert.equal(await bench.total(), 340);
        await bench.check(['a', 'b']);
      };
      await checks();
      assert.equal((await held(a)).keys.find(({ k }) => k === 'a')?.raw.length, 300);
      bench.roller.start();
      await settled(bench);
      await checks();
      await close();
    },
  },
  {
    name: 'an entry is dropped once it is rolled: a cursor before it is reset as "trimmed", and one after it continues',
    async run(open) {
      const { bench, a, close } = await opened(open);
      await bench.fill(600);
      await settled(bench);
      const { to, reset } = await a.read('room', { v: 600 - MOST_WAITING - 100, tag: '' }, PLENTY);
      assert.deepEqual([to.split('.')[0], reset], ['600', 'trimmed']);
      const rest = await a.read('room', { v: 500, tag: '' }, PLENTY);
      assert.deepEqual([rest.reset, told(rest).length], [undefined, 100]);
      assert.ok((await blocks(a)) > 0);
      await close();
    },
  },
  {
    name: 'with "retain" 1, one entry is shown and the history has every sample',
    async run(open) {
      const { bench, a, close } = await opened(open);
      await a.append('room', [meta({ retain: 1, history: '1d' })]);
      await bench.fill(90);
      assert.deepEqual(await values(a), [89]);
      await bench.fill(400);
      await settled(bench);
      assert.equal((await values(a)).length, 1);
      assert.equal(await bench.total(), 490);
      await bench.check([undefined]);
      await close();
    },
  },
  {
    name: 'of two rolls of the same entries, one is refused',
    async run(open) {
      const { bench, close } = await opened(open);
      let rolls = 0;
      let refused = 0;
      bench.beforeBlocks = async (again) => {
        if (rolls++ % 3 > 0) await again().catch(() => refused++);
      };
      await bench.fill(2_400);
      await settled(bench);
      assert.ok(rolls > 5 && refused < rolls / 2, `${rolls} rolls, ${refused} refused`);
      assert.equal(await bench.total(), 2_400);
      await bench.check([undefined]);
      await close();
    },
  },
  {
    name: 'two instances that roll the same channel count every sample once',
    async run(open) {
      const { bench, a, b, close } = await opened(open);
      const second = b === a ? undefined : rollerOf(b, bench);
      for (const n of range(1, 120)) {
        bench.now += 1_000;
        const items = range(1, 20).map((i) => ({ k: `k${i % 3}`, t: bench.now - i, value: n }));
        bench.store = n % 2 ? a : b;
        await bench.publish(items);
      }
      bench.store = a;
      await second?.idle();
      await settled(bench);
      assert.equal(await bench.total(), 2_400);
      await bench.check(['k0', 'k1', 'k2']);
      await second?.close();
      await close();
    },
  },
  {
    name: 'a roll that has read a channel before it was deleted is refused',
    async run(open) {
      for (const isBack of [true, false]) {
        const { bench, b, close } = await opened(open);
        let deleted = 0;
        bench.beforeBlocks = async () => {
          bench.beforeBlocks = undefined;
          await b.clear('room');
          bench.truth.samples = [];
          if (isBack) await bench.publish([{ t: bench.now, value: 1 }]);
          deleted++;
        };
        await bench.fill(MOST_WAITING, 1_000, MOST_WAITING);
        await eventually(async () => deleted > 0, 'the deletion during a roll');
        await bench.roller.idle();
        assert.equal(await bench.total(), isBack ? 1 : 0);
        await bench.fill(200);
        await settled(bench);
        assert.equal(await bench.total(), isBack ? 201 : 200);
        await bench.check([undefined]);
        await close();
      }
    },
  },
  {
    name: 'a deletion deletes the history too, and a later publish starts a new one',
    async run(open) {
      const { bench, a, b, close } = await opened(open);
      await bench.fill(3_000, 15_000);
      await settled(bench);
      assert.equal(await b.clear('room'), true);
      for (const tier of range(0, 4)) {
        const { count, keys } = await held(a, tier);
        assert.deepEqual([count, keys], [0, []], `tier ${tier}`);
      }
      assert.deepEqual((await bench.answer('from=0')).series, []);
      assert.equal(await b.clear('room'), false);
      bench.truth.samples = [];
      await bench.fill(300);
      await settled(bench);
      assert.equal(await bench.total(), 300);
      await bench.check([undefined]);
      await close();
    },
  },
  {
    name: 'history "none", maxAge and a small "retain" keep no tiers, and end those that exist',
    async run(open) {
      const { bench, a, close } = await opened(open);
      const isRolled = async (): Promise<boolean> => {
        await bench.roller.idle();
        return (await blocks(a)) > 0;
      };
      await bench.fill(200);
      await settled(bench);
      assert.equal(await isRolled(), true);
      for (const ends of [{ history: 'none' }, { maxAge: 1e9 }, { retain: 99 }]) {
        await a.append('room', [meta(ends)]);
        assert.equal(await isRolled(), false);
        await bench.fill(300);
        assert.equal(await isRolled(), false);
        assert.equal(await bench.total(), 'retain' in ends ? 99 : 100);
        await a.append('room', [meta({ ...ends, history: '7d' })]);
        await bench.fill(300);
        await settled(bench);
        assert.equal(await isRolled(), true, JSON.stringify(ends));
      }
      await close();
    },
  },
  {
    name: 'entries past maxAge are rolled at once and then dropped',
    async run(open) {
      const { bench, a, close } = await opened(open);
      await a.append('room', [meta({ maxAge: 60, history: '1d' })]);
      await bench.fill(90);
      await settled(bench);
      await eventually(async () => (await values(a)).length <= 61, 'entries dropped by age');
      assert.equal(await bench.total(), 90);
      await close();
    },
  },
  {
    name: 'buckets past the age of the history are dropped',
    async run(open) {
      const { bench, a, close } = await opened(open, { historyMs: 0 });
      await a.append('room', [meta({ history: '2h' })]);
      await bench.fill(4_000, 10_000);
      await settled(bench);
      const { series, since = 0 } = await bench.answer('from=-30d&points=5000');
      const age = bench.now - since;
      assert.ok(age <= 7_200_000 && age >= 6_900_000, `since ${age} ms`);
      assert.ok((series[0]?.t[0] ?? 0) >= bench.now - 7_200_000 - 600_000);
      await close();
    },
  },
  {
    name: 'while a tier cannot be written its source waits; above a limit the oldest entries are lost and counted',
    async run(open) {
      const { bench, a, close } = await opened(open);
      const error = console.error;
      console.error = () => {};
      try {
        bench.broken.add('room~1s');
        await bench.fill(2_000, 1_000, 100);
        assert.equal(a.history?.lost, 0);
        assert.equal(await bench.total(), 2_000);
        assert.equal((await values(a)).length, 100);
        await bench.fill(500, 1_000, 100);
        assert.equal(a.history?.lost, 500);
        bench.truth.samples.splice(0, 500);
        await bench.check([undefined]);
        bench.broken.clear();
      } finally {
        console.error = error;
      }
      await close();
    },
  },
  {
    name: 'a writer that is faster than the roller waits for it',
    async run(open) {
      const { bench, a, close } = await opened(open);
      const items = range(1, 800).map((value) => ({ t: bench.now + value, value }));
      await bench.publish(items);
      assert.ok((await blocks(a)) > 0);
      assert.equal(await bench.total(), 800);
      await close();
    },
  },
  {
    name: 'the history has late samples, gaps and several keys exactly once, whatever is rolled already',
    async run(open) {
      const random = chance(11);
      const below = (n: number): number => Math.floor(random() * n);
      const { bench, a, b, close } = await opened(open);
      const second = b === a ? undefined : rollerOf(b, bench);
      const keys = [undefined, 'x~y', '"q\\'];
      for (const n of range(1, 90)) {
        const batch = range(0, below(40)).map(() => {
          bench.now += below(30_000);
          const late = below(15) === 0 ? below(30_000_000) : 0;
          const k = keys[below(3)];
          const value = n > 20 && below(30) === 0 ? null : below(1_000) - 300;
          return { ...(k !== undefined && { k }), t: bench.now - late, value };
        });
        bench.store = n % 2 ? a : b;
        await bench.publish(batch);
      }
      bench.store = a;
      await second?.idle();
      await settled(bench);
      assert.ok((await bench.check(keys)) > 1_000);
      await second?.close();
      await close();
    },
  },
  {
    name: 'thousands of entries of one key, and hundreds of keys, are rolled',
    async run(open) {
      const { bench, a, close } = await opened(open);
      await bench.fill(2_500, 1_000, 1_250);
      await settled(bench);
      assert.equal(await bench.total(), 2_500);
      await a.clear('room');
      await a.append('room', [meta({ maxAge: 60, history: '1d' })]);
      const keys = range(1, 600).map((n) => `k${n}`);
      bench.truth.samples = [];
      for (const value of range(1, 5)) {
        bench.now += 60_001;
        await bench.publish(keys.map((k) => ({ k, t: bench.now, value })));
      }
      await settled(bench, 2);
      const { count, keys: all } = await held(a);
      assert.equal(count, 600);
      assert.ok(all.every((key) => key.blocks.length > 0));
      await bench.check(['k1', 'k300', 'k600']);
      await close();
    },
  },
  {
    name: 'a read returns the requested keys, and none if there are too many',
    async run(open) {
      const { bench, a, b, close } = await opened(open);
      for (const value of range(1, 140)) {
        bench.now += 1_000;
        await bench.publish(['a', 'b', 'c'].map((k) => ({ k, t: bench.now, value })));
      }
      await settled(bench);
      const read = async (maxKeys: number, keys?: string[]) => {
        const wish = { keys: keys && new Set(keys), maxKeys, choose: () => 0 };
        const slice = await b.history?.read('room', wish);
        return [slice?.count, slice?.keys.map(({ k }) => k).toSorted()];
      };
      assert.deepEqual(await read(3), [3, ['a', 'b', 'c']]);
      assert.deepEqual(await read(2), [3, []]);
      assert.deepEqual(await read(2, ['c', 'a', 'z']), [2, ['a', 'c']]);
      assert.deepEqual(
        (await a.history?.read('none', { keys: undefined, maxKeys: 1, choose: () => 0 }))?.keys,
        [],
      );
      await close();
    },
  },
  {
    name: 'a history ends at its cursor, even while entries are published and rolled',
    async run(open) {
      const { bench, b, close } = await opened(open);
      const keys = range(1, 20).map((n) => `k${n}`);
      const publish = async (count: number): Promise<void> => {
        for (const value of range(1, count)) {
          bench.now += 1_000;
          await bench.publish(keys.map((k) => ({ k, t: bench.now, value })));
        }
      };
      await publish(100);
      const writing = publish(200);
      for (const _ of range(1, 5)) {
        const { cursor, series } = await bench.answer('from=0&points=5000');
        const { v = 0 } = parseCursor(cursor) ?? {};
        const total = series.reduce((sum, { n }) => sum + n.reduce((x, y) => x + y, 0), 0);
        assert.equal(total, v);
      }
      await writing;
      await settled(bench);
      assert.equal((await held(b)).count, 20);
      await bench.check(keys.slice(0, 3));
      await close();
    },
  },
  {
    name: 'the increase of a counter is complete across rolls',
    async run(open) {
      const { bench, a, close } = await opened(open);
      await a.append('room', [meta({ kind: 'counter' })]);
      for (const n of range(1, 30)) {
        const items = range(1, 20).map((i) => ({ t: bench.now + i * 1_000, value: n * 20 + i }));
        bench.now += 20_000;
        await bench.publish(items);
      }
      await settled(bench);
      const [series] = (await bench.answer('from=-1d')).series;
      assert.equal(
        series?.inc?.reduce((x, y) => x + y, 0),
        599,
      );
      await close();
    },
  },
  {
    name: 'entries without numbers are not kept for a roll',
    async run(open) {
      const { bench, a, close } = await opened(open);
      for (const n of range(1, 25))
        await a.append(
          'room',
          range(1, 20).map((i) => item({ text: `line ${n * i}` })),
        );
      await settled(bench);
      assert.equal((await a.read('room', { v: 200, tag: '' }, PLENTY)).reset, 'trimmed');
      assert.equal(await bench.total(), 0);
      await close();
    },
  },
  {
    name: 'a key that is replaced by a new one loses its history',
    async run(open) {
      const { bench, a, close } = await opened(open, { maxKeys: 2 });
      for (const value of range(1, 8)) {
        const items = range(1, 40).map((n) => ({ k: n % 2 ? 'a' : 'b', t: bench.now + n, value }));
        bench.now += 1_000;
        await bench.publish(items);
      }
      await settled(bench);
      bench.now += 3_600_001;
      await bench.publish([{ k: 'b', t: bench.now, value: 1 }]);
      await bench.publish([{ k: 'c', t: bench.now, value: 1 }]);
      assert.deepEqual((await held(a)).keys.map(({ k }) => String(k)).toSorted(), ['b', 'c']);
      assert.deepEqual((await bench.answer('from=0&key=a')).series, []);
      await bench.check(['b', 'c']);
      await close();
    },
  },
  {
    name: 'tiers are in no list and count as no channel',
    async run(open) {
      const { bench, a, b, close } = await opened(open, { maxChannels: 1 });
      await bench.fill(300);
      await settled(bench);
      assert.deepEqual(
        (await b.list()).map(({ name, entries }) => [name, entries]),
        [['room', 100]],
      );
      assert.equal(a.health().channels, 1);
      await a.clear('room');
      assert.deepEqual(await a.list(), []);
      await close();
    },
  },
];

function rollerOf(store: Store, { clock }: HistoryBench): Roller {
  assert.ok(store.history);
  const roller = new Roller({ store, history: store.history, now: clock, random: Math.random });
  roller.start();
  return roller;
}

/**
 * Tests a store with history against these requirements. `unmet`: cases that it does not pass yet,
 * each with the reason.
 */
export function historyContract(
  name: string,
  open: Open,
  unmet: Readonly<Record<string, string>> = {},
): void {
  for (const { name: promise, run } of HISTORY_CASES) {
    const todo = unmet[promise] ?? false;
    test(`${name}, history: ${promise}`, { timeout: 60_000, todo }, (t) =>
      run(closedAfter(t, open)),
    );
  }
}
