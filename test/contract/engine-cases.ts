import assert from 'node:assert/strict';
import { createClient } from '@redis/client';
import { type RedisStoreOptions, redisStore } from '../../server/stores/redis/store.ts';
import type { Store } from '../../server/stores/store.ts';
import type { RedisServer } from '../support/redis-server.ts';
import { item, meta, PLENTY, range, told } from './case.ts';
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

const values = async (store: Store): Promise<unknown[]> =>
  told(await store.read('cpu', undefined, PLENTY)).map(({ d }) => d);

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
      const { cursor } = await store.append('cpu', [item(1), item(2)]);
      await store.clear('cpu');
      const { to } = await store.read('cpu', undefined, PLENTY);
      await client.ping(); // its answer comes after whatever was published
      client.destroy();
      assert.deepEqual(heard, [cursor, to]);
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
      for (const k of ['a', 'ghost']) await store.append('cpu', [item(k, k)]);
      await server.command('COPY', hash, `${prefix}:{cpu}:old`);
      await server.command('DEL', `${prefix}:{cpu}`, hash);
      for (const n of range(1, 500)) await store.append('cpu', [item(n)]);
      await server.command('COPY', `${prefix}:{cpu}:old`, hash, 'REPLACE');
      assert.deepEqual(await values(await open({ retain: 1 })), [500]);
    },
  },
  {
    name: 'a deleted channel forgets its keys in the engine too',
    async run({ open }) {
      const store = await open({ retain: 1 });
      await store.append('cpu', [item('ghost', 'ghost')]);
      await store.clear('cpu');
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
];
