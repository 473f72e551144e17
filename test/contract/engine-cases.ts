import assert from 'node:assert/strict';
import { createClient } from '@redis/client';
import { type RedisStoreOptions, redisStore } from '../../server/stores/redis/store.ts';
import { parseCursor } from '../../protocol/lp1.ts';
import { memoryStore } from '../../server/stores/memory.ts';
import type { Item, Store } from '../../server/stores/store.ts';
import { chance } from '../support/chance.ts';
import type { RedisServer } from '../support/redis-server.ts';
import { item, meta, patience, PLENTY, range, told, watched } from './case.ts';
import { Reader } from './reader.ts';

/** An engine, and stores on one data set of it. */
export interface Engine {
  server: RedisServer;
  /** What the keys start with. */
  prefix: string;
  open: (options?: Partial<RedisStoreOptions>) => Promise<Store>;
  close: () => Promise<void>;
}

/** A promise that holds for stores on one engine, whatever is done to its keys. */
export interface EngineCase {
  name: string;
  run: (engine: Engine) => Promise<void>;
}

let names = 0;

/** A data set of its own on `server`. */
export function dataSet(server: RedisServer): Engine {
  const prefix = `e${names++}`;
  const stores: Store[] = [];
  return {
    server,
    prefix,
    async open(options) {
      const store = await redisStore({ ...options, url: server.url, prefix });
      stores.push(store);
      return store;
    },
    close: async () => {
      await Promise.all(stores.map((store) => store.close()));
    },
  };
}

const values = async (store: Store, channel = 'cpu'): Promise<unknown[]> =>
  told(await store.read(channel, undefined, PLENTY)).map(({ d }) => d);

export const ENGINE_CASES: EngineCase[] = [
  {
    name: 'a history that took the place of another, as long as it or longer, resets its readers',
    async run({ server, prefix, open }) {
      const [a, b] = await Promise.all([open(), open()]);
      for (const n of range(1, 5)) await a.append('cpu', [item(`old ${n}`)]);
      const reader = new Reader('cpu');
      await reader.catchUp(b);
      for (const length of [5, 7]) {
        await server.command('DEL', `${prefix}:{cpu}`, `${prefix}:{cpu}:k`);
        for (const n of range(1, length)) await a.append('cpu', [item(`${length}: ${n}`)]);
        await reader.catchUp(b);
        await reader.checkAgainst(await open());
      }
      assert.deepEqual(reader.resets, ['initial', 'unknown', 'unknown']);
    },
  },
  {
    name: 'an append and a deletion are published with their cursor',
    async run({ server, prefix, open }) {
      const store = await open();
      const client = await createClient({ url: server.url }).connect();
      const heard: string[] = [];
      await client.sSubscribe(`${prefix}:{cpu}`, (cursor) => heard.push(cursor));
      const { cursor: first } = await store.append('cpu', [item(1), item(2)]);
      const { cursor: second } = await store.append('cpu', [item(3)]);
      await store.clear('cpu');
      const { to } = await store.read('cpu', undefined, PLENTY);
      await client.ping(); // its answer comes after whatever was published
      client.destroy();
      assert.deepEqual(heard, [first, second, to]);
    },
  },
  {
    name: 'a quiet key whose hash went amiss is made anew from the stream',
    async run({ server, prefix, open }) {
      const store = await open({ retain: 2 });
      await store.append('cpu', [item('quiet', 'quiet')]);
      await server.command('DEL', `${prefix}:{cpu}:k`);
      for (const n of range(1, 500)) await store.append('cpu', [item(n, 'busy')]);
      assert.deepEqual(await values(await open({ retain: 2 })), ['quiet', 499, 500]);
    },
  },
  {
    name: 'the hash of another history is not believed',
    async run({ server, prefix, open }) {
      const store = await open({ retain: 1 });
      const hash = `${prefix}:{cpu}:k`;
      await store.append('cpu', [item('ghost', 'ghost')]);
      for (const n of range(1, 100)) await store.append('cpu', [item(n, 'busy')]);
      await until(async () => (await server.command('HGET', hash, '"ghost"\u00001')) !== null);
      await server.command('COPY', hash, `${prefix}:{cpu}:old`);
      await server.command('DEL', `${prefix}:{cpu}`, hash);
      for (const n of range(1, 500)) await store.append('cpu', [item(n)]);
      await server.command('COPY', `${prefix}:{cpu}:old`, hash, 'REPLACE');
      assert.deepEqual(await values(await open({ retain: 1 })), [500]);
    },
  },
  {
    name: 'a deleted channel forgets its keys in the engine too',
    async run({ server, prefix, open }) {
      const store = await open({ retain: 1 });
      await store.append('cpu', [item('ghost', 'ghost')]);
      await store.clear('cpu');
      assert.equal(await server.command('EXISTS', `${prefix}:{cpu}:k`), 0);
      for (const n of range(1, 500)) await store.append('cpu', [item(n)]);
      assert.deepEqual(await values(await open({ retain: 1 })), [500]);
    },
  },
  {
    name: 'what meta asks to retain, the engine keeps',
    async run({ open }) {
      const store = await open({ retain: 5 });
      await store.append('cpu', [meta({ retain: 400 })]);
      for (const n of range(1, 500)) await store.append('cpu', [item(n)]);
      assert.deepEqual(await values(await open({ retain: 5 })), range(101, 500));
    },
  },
  {
    name: 'the engine keeps not much more than what is retained, and ids no longer than their window',
    async run({ server, prefix, open }) {
      const store = await open({ retain: 5, idWindowMs: 60_000 });
      for (const n of range(1, 1_000)) await store.append('cpu', [item(n)], { id: `${n % 2}` });
      await store.append(
        'cpu',
        range(1, 1_000).map((n) => item(n)),
      );
      for (const n of range(1, 1_000)) await store.append('cpu', [item(n)]);
      const records = Number(await server.command('XLEN', `${prefix}:{cpu}`));
      assert.ok(records < 300, `${records} records`);
      const left = Number(await server.command('PTTL', `${prefix}:{cpu}:i:1`));
      assert.ok(left > 0 && left <= 60_000, `an id for ${left} ms`);
    },
  },
  {
    name: 'a quiet key keeps all that it retains behind a busy one, and the engine nothing more',
    async run({ server, prefix, open }) {
      const store = await open({ retain: 100 });
      const append = async (key: string, count: number) => {
        for (let n = 0; n < count; n += 20)
          await Promise.all(range(1, 20).map((i) => store.append('cpu', [item(n + i, key)])));
      };
      for (const _ of range(1, 3)) {
        await append('quiet', 100);
        await append('busy', 400);
      }
      const byKey = new Map<string | undefined, number>();
      for (const { k } of told(await (await open({ retain: 100 })).read('cpu', undefined, PLENTY)))
        byKey.set(k, (byKey.get(k) ?? 0) + 1);
      assert.deepEqual(Object.fromEntries(byKey), { quiet: 100, busy: 100 });
      const [info] = await store.list();
      assert.equal(info?.entries, 200);
      const records = Number(await server.command('XLEN', `${prefix}:{cpu}`));
      const fields = Number(await server.command('HLEN', `${prefix}:{cpu}:k`));
      assert.ok(records + fields < 400, `${records} records and ${fields} fields`);
    },
  },
  {
    name: 'what the engine retains is what memory retains, whatever is appended',
    async run({ open }) {
      let now = 1_796_000_000_000; // of all instances: each deletes by its clock what is too old
      for (const seed of range(1, 3)) {
        const random = chance(seed);
        const whole = (below: number): number => Math.floor(random() * below);
        const name = `c${seed}`;
        const options = { retain: 40, now: () => now };
        const [memory, store] = [memoryStore(options), await open(options)];
        for (const step of range(1, 500)) {
          const busy = random() < 0.8;
          const keys = range(1, random() < 0.1 ? 30 : 2).map(() => (busy ? 1 : whole(9)));
          const items: Item[] = keys.map((k, i) => item(step * 100 + i, k ? `k${k}` : undefined));
          for (const each of items) each.t = now++;
          now += whole(400);
          // Never more than before: what memory has dropped by then, the engine may still hold.
          if (step === 150 || step === 400) items.push(meta({ retain: 30 }));
          if (step === 250 || step === 450) items.push(meta({ retain: 20, maxAge: 30 }));
          if (step === 333) await Promise.all([memory.clear(name), store.clear(name)]);
          await Promise.all([memory.append(name, items), store.append(name, items)]);
          if (step % 50 > 0) continue;
          const fresh = await (await open(options)).read(name, undefined, PLENTY);
          const kept = await memory.read(name, undefined, PLENTY);
          assert.deepEqual(
            [fresh.entries, fresh.meta],
            [kept.entries, kept.meta],
            `${seed} ${step}`,
          );
        }
      }
    },
  },
  {
    name: 'a hash of an earlier time is made anew from the stream',
    async run({ server, prefix, open }) {
      const store = await open({ retain: 2 });
      const hash = `${prefix}:{cpu}:k`;
      for (const n of range(1, 10)) await store.append('cpu', [item(n)]);
      await server.command('COPY', hash, `${prefix}:{cpu}:old`);
      for (const n of range(11, 500)) await store.append('cpu', [item(n)]);
      await server.command('COPY', `${prefix}:{cpu}:old`, hash, 'REPLACE');
      await store.append('cpu', [item(501)]);
      assert.deepEqual(await values(await open({ retain: 2 })), [500, 501]);
      const [info] = await store.list();
      assert.equal(info?.entries, 2);
    },
  },
  {
    name: 'what is older than maxAge is deleted from the engine, without another append too',
    async run({ server, prefix, open }) {
      let now = 1_796_000_000_000;
      const store = await open({ now: () => now });
      await store.append('cpu', [meta({ maxAge: 10, retain: 3 }), item('secret', 'quiet')]);
      for (const n of range(1, 200)) await store.append('cpu', [item(`secret ${n}`, 'busy')]);
      now += 5_000;
      await store.append('cpu', [item('young', 'busy')]);
      const { cursor } = await store.append('cpu', [item('younger', 'busy')]);
      const held = async (): Promise<string> => {
        const records = await server.command('XRANGE', `${prefix}:{cpu}`, '-', '+');
        return JSON.stringify([records, await server.command('HGETALL', `${prefix}:{cpu}:k`)]);
      };
      now += 6_000;
      await until(async () => !(await held()).includes('secret'));
      assert.match(await held(), /young/);
      now += 60_000;
      await until(async () => !/young/.test(await held()));
      const fresh = await open({ now: () => now });
      const slice = await fresh.read('cpu', parseCursor(cursor), PLENTY);
      assert.deepEqual([slice.to, slice.reset, slice.entries], [cursor, undefined, []]);
      const next = await fresh.append('cpu', [item('next', 'busy')]);
      const delta = await store.read('cpu', parseCursor(cursor), PLENTY);
      assert.deepEqual([delta.reset, delta.to, delta.entries.length], [undefined, next.cursor, 1]);
      assert.deepEqual(JSON.parse(String((await fresh.read('cpu', undefined, PLENTY)).meta)), {
        maxAge: 10,
        retain: 3,
      });
    },
  },
  {
    name: 'watches of a name begin to signal with its first record',
    async run({ open }) {
      const [a, b] = await Promise.all([open(), open()]);
      const begun = watched(b, 'late', ({ head }) => head.startsWith('2.'));
      const again = watched(b, 'late', ({ head }) => head.startsWith('2.'));
      await b.read('late', undefined, PLENTY); // asks after the watches
      await a.append('late', [item(1), item(2)]);
      await Promise.all([begun, again]);
      assert.deepEqual(await values(b, 'late'), [1, 2]);
    },
  },
  {
    name: 'names without a history cost no subscription and no memory',
    async run({ server, prefix, open }) {
      const store = await open();
      const watches = await Promise.all(
        range(1, 1_000).map(async (n) => store.watch(`no${n}`, () => {})),
      );
      for (const n of range(1, 1_000)) await store.read(`no${n}`, undefined, PLENTY);
      const channels = (await server.command('PUBSUB', 'SHARDCHANNELS', `${prefix}:*`)) as string[];
      assert.deepEqual(channels, []);
      assert.ok(watches.every(({ head }) => head === '0'));
      for (const watch of watches) watch.stop();
    },
  },
];

/** Looks again and again until `done` holds. @throws where it does not within a case's patience */
async function until(done: () => Promise<boolean>): Promise<void> {
  const late = performance.now() + patience.ms;
  while (!(await done())) {
    assert.ok(performance.now() < late, 'it did not come about');
    await new Promise((next) => setTimeout(next, 50));
  }
}
