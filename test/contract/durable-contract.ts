import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { parseCursor } from '../../protocol/lp1.ts';
import type { Store } from '../../server/stores/store.ts';
import { item, meta, type OpenOptions, PLENTY, range, told, versions } from './case.ts';
import { Reader } from './reader.ts';

/** A store that can be closed and opened again on the same data. */
export interface Durable {
  readonly store: Store;
  reopen: () => Promise<void>;
  close: () => Promise<void>;
}

export type OpenDurable = (options?: OpenOptions) => Promise<Durable>;

/** The data that `open` opens each time. */
export async function reopened(open: () => Promise<Store>): Promise<Durable> {
  let store = await open();
  return {
    get store() {
      return store;
    },
    async reopen() {
      await store.close();
      store = await open();
    },
    close: () => store.close(),
  };
}

export interface DurableCase {
  name: string;
  run: (open: OpenDurable) => Promise<void>;
}

export const DURABLE_CASES: DurableCase[] = [
  {
    name: 'entries, cursors and meta are the same after a restart',
    async run(open) {
      const durable = await open();
      const { cursor: first } = await durable.store.append('cpu', [item(1), item('ü\u0000', 'k')]);
      await durable.store.append('cpu', [meta({ label: 'CPU' })]);
      const { cursor: last } = await durable.store.append('cpu', [item(2)]);
      const before = await durable.store.read('cpu', undefined, PLENTY);
      await durable.reopen();
      assert.deepEqual(await durable.store.read('cpu', undefined, PLENTY), before);
      const delta = await durable.store.read('cpu', parseCursor(first), PLENTY);
      assert.deepEqual([delta.reset, delta.to, versions(delta)], [undefined, last, [3, 4]]);
      const watch = await durable.store.watch('cpu', () => {});
      assert.equal(watch.head, last);
      watch.stop();
      await durable.close();
    },
  },
  {
    name: 'versions continue after a restart, and a cursor from before it continues',
    async run(open) {
      const durable = await open();
      const { cursor } = await durable.store.append('cpu', [item(1)]);
      await durable.reopen();
      const next = await durable.store.append('cpu', [item(2)]);
      assert.equal(next.first, 2);
      const delta = await durable.store.read('cpu', parseCursor(cursor), PLENTY);
      assert.deepEqual([delta.to, versions(delta)], [next.cursor, [2]]);
      await durable.close();
    },
  },
  {
    name: 'after a key was replaced, a restart finds the others and continues',
    async run(open) {
      let now = 1_796_000_000_000;
      const durable = await open({ maxKeys: 2, now: () => now });
      await durable.store.append('cpu', [item(1, 'a')]);
      await durable.store.append('cpu', [item(1, 'b')]);
      now += 3_600_001;
      const { cursor } = await durable.store.append('cpu', [item(2, 'b'), item(2, 'c')]);
      await durable.reopen();
      const entries = told(await durable.store.read('cpu', undefined, PLENTY));
      assert.deepEqual(
        entries.filter(({ k }) => k !== 'a').map(({ k, d }) => [k, d]),
        [
          ['b', 1],
          ['b', 2],
          ['c', 2],
        ],
      );
      assert.equal((await durable.store.append('cpu', [item(3, 'c')])).first, 5);
      const delta = await durable.store.read('cpu', parseCursor(cursor), PLENTY);
      assert.deepEqual([delta.reset, versions(delta)], [undefined, [5]]);
      await assert.rejects(durable.store.append('cpu', [item(4, 'd'), item(4, 'e')]), {
        code: 'bad-item',
      });
      await durable.close();
    },
  },
  {
    name: 'an id is known after a restart',
    async run(open) {
      const durable = await open();
      const first = await durable.store.append('cpu', [item(1)], { id: 'x', print: 'p' });
      const bare = await durable.store.append('cpu', [item(2)], { id: 'y' });
      await durable.reopen();
      const again = await durable.store.append('cpu', [item(1)], { id: 'x', print: 'p' });
      assert.deepEqual(again, { ...first, replayed: true });
      const bareAgain = await durable.store.append('cpu', [item(2)], { id: 'y' });
      assert.deepEqual(bareAgain, { ...bare, replayed: true });
      const reused = durable.store.append('cpu', [item(1)], { id: 'x', print: 'q' });
      await assert.rejects(reused, { code: 'key-reused' });
      assert.deepEqual(versions(await durable.store.read('cpu', undefined, PLENTY)), [1, 2]);
      await durable.close();
    },
  },
  {
    name: 'after a restart trimmed entries stay removed, idle keys stay, and every cursor continues or resets',
    async run(open) {
      const durable = await open({ retain: 5 });
      const cursors: string[] = [];
      for (const n of range(1, 700)) {
        const k = n === 3 ? 'quiet' : 'busy';
        cursors.push((await durable.store.append('cpu', [item(n, k)])).cursor);
      }
      for (const _ of range(1, 3)) {
        await durable.reopen();
        const full = versions(await durable.store.read('cpu', undefined, PLENTY));
        assert.deepEqual(full, [3, ...range(696, 700)]);
        for (const cursor of cursors) {
          const since = parseCursor(cursor) as { v: number; tag: string };
          const slice = await durable.store.read('cpu', since, PLENTY);
          assert.deepEqual(versions(slice), slice.reset ? full : range(since.v + 1, 700));
        }
        const recent = await durable.store.read('cpu', parseCursor(cursors[696] as string), PLENTY);
        assert.equal(recent.reset, undefined);
      }
      await durable.close();
    },
  },
  {
    name: 'a retention that meta requests holds after a restart',
    async run(open) {
      const durable = await open({ retain: 5 });
      await durable.store.append('cpu', [meta({ retain: 50 })]);
      for (const n of range(1, 40)) await durable.store.append('cpu', [item(n)]);
      await durable.reopen();
      assert.equal((await durable.store.read('cpu', undefined, PLENTY)).entries.length, 40);
      for (const n of range(1, 20)) await durable.store.append('cpu', [item(n)]);
      assert.equal((await durable.store.read('cpu', undefined, PLENTY)).entries.length, 50);
      await durable.close();
    },
  },
  {
    name: 'a deletion holds after a restart: subscribers are reset, and versions continue',
    async run(open) {
      const durable = await open();
      const { cursor } = await durable.store.append('cpu', [item(1), item(2)]);
      await durable.store.clear('cpu');
      await durable.reopen();
      const cleared = await durable.store.read('cpu', parseCursor(cursor), PLENTY);
      assert.deepEqual([cleared.reset, cleared.entries], ['cleared', []]);
      assert.deepEqual(await durable.store.list(), []);
      const next = await durable.store.append('cpu', [item(3)]);
      await durable.reopen();
      const delta = await durable.store.read('cpu', parseCursor(cleared.to), PLENTY);
      assert.deepEqual([delta.reset, delta.to, delta.entries.length], [undefined, next.cursor, 1]);
      await durable.close();
    },
  },
  {
    name: 'subscribers that read during restarts, trims and deletions end with what the store holds',
    async run(open) {
      const durable = await open({ retain: 6, maxChannels: 4 });
      const channels = ['a', 'b', 'c', 'd', 'e', 'f'];
      const readers = channels.map((channel) => new Reader(channel));
      let step = 0;
      for (const round of range(1, 8)) {
        for (const _ of range(1, 60)) {
          step++;
          const channel = channels[(step * 7 + round) % 6] as string;
          if (step % 11 === 0) await durable.store.clear(channel);
          const k = step % 3 ? 'k' : undefined;
          const items = range(0, step % 4).map((i) => item({ step, i }, k));
          await durable.store.append(channel, items).catch((error: { code: string }) => {
            assert.equal(error.code, 'too-many-channels');
          });
          const reader = readers[step % 6] as Reader;
          await reader.catchUp(durable.store);
        }
        await durable.reopen();
      }
      for (const reader of readers) {
        await reader.catchUp(durable.store);
        await reader.checkAgainst(durable.store);
      }
      await durable.close();
    },
  },
  {
    name: 'after a restart, idle keys are delivered in full, and replaced meta resets no subscriber',
    async run(open) {
      const durable = await open({ retain: 100 });
      const quiet = range(1, 20).map((k) => `quiet ${k}`);
      for (const n of range(1, 100)) {
        await durable.store.append(
          'cpu',
          [...quiet, 'busy'].map((k) => item(n, k)),
        );
      }
      for (const n of range(1, 300)) await durable.store.append('cpu', [item(n, 'busy')]);
      const { cursor } = await durable.store.append('cpu', [meta({ n: 0 })]);
      for (const n of range(1, 120)) await durable.store.append('cpu', [meta({ n })]);
      for (const round of range(1, 3)) {
        await durable.reopen();
        const reader = new Reader('cpu');
        await reader.catchUp(durable.store, { entries: 150, bytes: 1e9 });
        assert.deepEqual([reader.view.size, reader.resets], [21 * 100, ['initial']]);
        const behind = new Reader('cpu');
        behind.cursor = cursor; // Of meta that was replaced.
        await behind.catchUp(durable.store);
        assert.deepEqual(behind.resets, []);
        assert.deepEqual(JSON.parse(behind.meta as string), { n: round === 1 ? 120 : round - 1 });
        await durable.store.append('cpu', [meta({ n: round })]);
      }
      await durable.close();
    },
  },
  {
    name: 'many channels with many keys are found after a restart',
    async run(open) {
      const durable = await open({ retain: 3 });
      for (const n of range(1, 40)) {
        await Promise.all(
          range(1, 20).map((c) => durable.store.append(`c${c}`, [item(n, `k${n % 8}`)])),
        );
      }
      await durable.reopen();
      for (const c of range(1, 20)) {
        const entries = told(await durable.store.read(`c${c}`, undefined, PLENTY));
        assert.deepEqual(
          entries.map(({ d }) => d),
          range(17, 40),
        );
      }
      await durable.close();
    },
  },
];

/** Tests that what a store acknowledged survives the end of its process. */
export function durableContract(name: string, open: OpenDurable): void {
  for (const { name: promise, run } of DURABLE_CASES) {
    test(`${name}: ${promise}`, { timeout: 60_000 }, (t) => run(closedAfter(t, open)));
  }
}

/**
 * Opens stores that are closed when the test ends, even if the case failed before it closed them.
 */
export function closedAfter(t: TestContext, open: OpenDurable): OpenDurable {
  return async (options) => {
    const durable = await open(options);
    let closing: Promise<void> | undefined;
    const close = (): Promise<void> => (closing ??= durable.close());
    t.after(close);
    return {
      get store() {
        return durable.store;
      },
      reopen: () => durable.reopen(),
      close,
    };
  };
}
