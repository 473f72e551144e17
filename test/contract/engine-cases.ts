import assert from 'node:assert/strict';
import { createClient } from '@redis/client';
import { type RedisStoreOptions, redisStore } from '../../server/stores/redis/store.ts';
import { parseCursor } from '../../protocol/lp1.ts';
import { memoryStore } from '../../server/stores/memory.ts';
import type { Item, Store } from '../../server/stores/store.ts';
import { chance } from '../support/chance.ts';
import type { RedisServer } from '../support/redis-server.ts';
import { HistoryBench } from '../support/history-bench.ts';
import { item, meta, patience, PLENTY, range, told, watched } from './case.ts';
import { settled, YEAR_MS } from './history-cases.ts';
import { Reader } from './reader.ts';

/** An engine, and stores on one data set in it. */
export interface Engine {
  server: RedisServer;
  /** The prefix of the keys. */
  prefix: string;
  open: (options?: Partial<RedisStoreOptions>) => Promise<Store>;
  close: () => Promise<void>;
}

/** A requirement for stores on one engine, whatever happens to its keys. */
export interface EngineCase {
  name: string;
  run: (engine: Engine) => Promise<void>;
}

/** Options that use the clock of the test as the engine's clock too. */
export const oneClock = (options: Partial<RedisStoreOptions> = {}): Partial<RedisStoreOptions> => ({
  ...options,
  engineNow: options.now,
});

let names = 0;

/** A separate data set on `server`. */
export function dataSet(server: RedisServer): Engine {
  const prefix = `e${names++}`;
  const stores: Store[] = [];
  return {
    server,
    prefix,
    async open(options) {
      const store = await redisStore({ ...oneClock(options), url: server.url, prefix });
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
    name: 'a history that replaced another one, equally long or longer, resets its subscribers',
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
      await client.ping(); // Its response comes after everything that was published.
      client.destroy();
      assert.deepEqual(heard, [first, second, to]);
    },
  },
  {
    name: 'a hash of idle keys that was damaged is rebuilt from the stream',
    async run({ server, prefix, open }) {
      const store = await open({ retain: 2 });
      await store.append('cpu', [item('quiet', 'quiet')]);
      await server.command('DEL', `${prefix}:{cpu}:k`);
      for (const n of range(1, 500)) await store.append('cpu', [item(n, 'busy')]);
      assert.deepEqual(await values(await open({ retain: 2 })), ['quiet', 499, 500]);
    },
  },
  {
    name: 'the hash of another history is not used',
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
    name: 'the keys of a deleted channel are deleted in the engine too',
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
    name: 'the engine retains what meta requests',
    async run({ open }) {
      const store = await open({ retain: 5 });
      await store.append('cpu', [meta({ retain: 400 })]);
      for (const n of range(1, 500)) await store.append('cpu', [item(n)]);
      assert.deepEqual(await values(await open({ retain: 5 })), range(101, 500));
    },
  },
  {
    name: 'the engine keeps little more than what is retained, and ids no longer than their window',
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
    name: 'an idle key keeps all its retained entries behind a busy one, and the engine keeps nothing more',
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
    name: 'the engine retains the same entries as the memory store, whatever is appended',
    async run({ open }) {
      let now = 1_796_000_000_000; // Of all instances: each one deletes what is too old by its own clock.
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
          // The engine may still hold what the memory store has dropped, but never more than before.
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
    name: 'a hash of an earlier state is rebuilt from the stream',
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
    name: 'entries older than maxAge are deleted from the engine, even without another append',
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
    name: 'an instance whose clock is an hour off deletes nothing early, and its entries are removed in time',
    async run({ server, prefix }) {
      let engineNow = 1_796_000_000_000;
      const opened = [0, 3_600_000, -3_600_000].map((offMs) =>
        redisStore({
          url: server.url,
          prefix,
          now: () => engineNow + offMs,
          engineNow: () => engineNow,
        }),
      );
      const [right, ahead, behind] = (await Promise.all(opened)) as [Store, Store, Store];
      try {
        await right.append('cpu', [meta({ maxAge: 60, retain: 2 })]);
        for (const store of [right, ahead, behind]) {
          await store.append('cpu', [
            item(`quiet of ${store === right}`, `quiet ${opened.length}`),
          ]);
          for (const n of range(1, 100)) await store.append('cpu', [item(n, 'busy')]);
        }
        const kept = ['quiet of false', 'quiet of false', 99, 100];
        engineNow += 59_000;
        for (const store of [ahead, behind, right]) {
          await store.append('mem', [item(1)]);
          assert.deepEqual(await values(store), kept);
        }
        engineNow += 30_000;
        await ahead.append('cpu', [item('new', 'busy')]);
        for (const store of [right, ahead, behind]) assert.deepEqual(await values(store), ['new']);
        const fresh = await redisStore({ url: server.url, prefix, engineNow: () => engineNow });
        assert.deepEqual(await values(fresh), ['new']);
        await fresh.close();
      } finally {
        await Promise.all([right, ahead, behind].map((store) => store.close()));
      }
    },
  },
  {
    name: 'ages use the engine’s own clock unless a test replaces it',
    async run({ server, prefix }) {
      const open = (offMs: number) =>
        redisStore({ url: server.url, prefix, now: () => Date.now() + offMs });
      const [right, ahead, behind] = await Promise.all([
        open(0),
        open(86_400_000),
        open(-86_400_000),
      ]);
      try {
        await right.append('cpu', [meta({ maxAge: 3_600 }), item('right', 'a')]);
        await behind.append('cpu', [item('behind', 'b')]);
        await ahead.append('cpu', [item('ahead', 'c')]);
        await ahead.append('cpu', [item('ahead again', 'c')]);
        for (const store of [ahead, right, behind])
          assert.deepEqual(await values(store), ['right', 'behind', 'ahead', 'ahead again']);
      } finally {
        await Promise.all([right, ahead, behind].map((store) => store.close()));
      }
    },
  },
  {
    name: 'bytes are counted on every way to append, trim and delete',
    async run({ server, prefix, open }) {
      let now = 1_796_000_000_000;
      const store = await open({ retain: 5, maxKeys: 12, now: () => now });
      const random = chance(7);
      for (const step of range(1, 501)) {
        now += Math.floor(random() * 20_000);
        const count = 1 + Math.floor(random() * (step % 50 === 0 ? 60 : 3));
        const items: Item[] = range(1, count).map(() => {
          const key = random() < 0.7 ? 'busy' : `k${Math.floor(random() * 11)}`;
          return item('é'.repeat(random() * 40), random() < 0.1 ? undefined : key);
        });
        for (const each of items) if (random() < 0.1) each.t = now + 5_000;
        if (step === 200) items.push(meta({ retain: 3 }));
        if (step === 300) items.push(meta({ retain: 3, maxAge: 600 }));
        if (step === 400) now -= 3_600_000; // The engine's clock is set back.
        if (step === 501) now += 8_000_000; // Idle keys are replaced.
        await store.append('cpu', step === 501 ? [item(1, 'new a'), item(1, 'new b')] : items);
        if (step % 20 > 0 && step < 499) continue;
        const [hot, held] = await bytesIn(server, `${prefix}:{cpu}`);
        assert.equal(hot, held, `step ${step}`);
      }
      await store.clear('cpu');
      assert.equal(store.health().bytes, 0);
    },
  },
  {
    name: 'instances count the bytes that others write, and recover the size of channels whose size was lost',
    async run({ server, prefix, open }) {
      const limits = { maxBytes: 200_000, maxChannelBytes: 200_000 };
      const [a, b] = await Promise.all([open(limits), open(limits)]);
      const text = 'x'.repeat(1_000);
      for (const n of range(1, 150)) await a.append(`c${n % 5}`, [item(text)]);
      await until(async () => (b.health().bytes ?? 0) > 180_000);
      await assert.rejects(
        b.append(
          'new',
          range(1, 20).map(() => item(text)),
        ),
        {
          code: 'storage-full',
        },
      );
      await server.command('DEL', `${prefix}:sizes`, `${prefix}:{c1}`, `${prefix}:{c1}:k`);
      const c = await open(limits);
      const bytes = c.health().bytes ?? 0;
      assert.ok(bytes > 140_000 && bytes < 160_000, `${bytes} bytes of 4 channels with 30 each`);
      await c.append(
        'new',
        range(1, 20).map(() => item(text)),
      );
    },
  },
  {
    name: 'a full channel continues where values replace others, and its subscribers are not reset each time',
    async run({ server, prefix, open }) {
      const store = await open({ retain: 1, maxChannelBytes: 100_000 });
      const text = (n: number) => 'x'.repeat(900 + (n % 200));
      let keys = 0;
      const filling = async () => {
        for (;;) {
          await store.append('cpu', [item(text(keys), `k${keys}`)]);
          keys++;
        }
      };
      await assert.rejects(filling(), { code: 'storage-full', channel: 'cpu' });
      assert.ok(keys > 70 && keys < 100, `${keys} keys`);
      const reader = new Reader('cpu');
      await reader.catchUp(store);
      for (const n of range(1, 2_000)) {
        await store.append('cpu', [item(text(n), `k${(n * 7) % keys}`)]);
        if (n % 3 === 0) await reader.catchUp(store);
      }
      await reader.catchUp(store);
      await reader.checkAgainst(await open({ retain: 1 }));
      assert.ok(reader.resets.length < 20, `${reader.resets.length} resets`);
      const [, held] = await bytesIn(server, `${prefix}:{cpu}`);
      assert.ok(held <= 134_000, `${held} bytes`);
      await assert.rejects(store.append('cpu', [item(text(0), 'one more')]), {
        code: 'storage-full',
      });
    },
  },
  {
    name: 'an append for which the engine has no memory is refused with the cure',
    async run({ server, open }) {
      const store = await open();
      await store.append('cpu', [item(1)]);
      await server.command('CONFIG', 'SET', 'maxmemory', '1');
      try {
        await assert.rejects(store.append('cpu', [item(2)]), {
          code: 'storage-full',
          message: /maxmemory/,
        });
        assert.deepEqual(await values(store), [1]);
        await store.append('cpu', [meta({ retain: 1 })]); // The cure works, and so does the next append.
        assert.equal(await store.clear('cpu'), true);
      } finally {
        await server.command('CONFIG', 'SET', 'maxmemory', '0');
      }
      await store.append('cpu', [item(3)]);
    },
  },
  {
    name: 'a maxAge without limit keeps all entries, and arithmetic with it works',
    async run({ server, prefix, open }) {
      const store = await open();
      await store.append('cpu', [meta({ maxAge: 1e300 }), item(1, 'a')]);
      for (const n of range(2, 200)) await store.append('cpu', [item(n, 'a')]);
      const [counted, held] = await bytesIn(server, `${prefix}:{cpu}`);
      assert.equal(counted, held);
      assert.deepEqual(await values(await open()), range(1, 200));
    },
  },
  {
    name: 'watches of a name start to signal with its first record',
    async run({ open }) {
      const [a, b] = await Promise.all([open(), open()]);
      const begun = watched(b, 'late', ({ head }) => head.startsWith('2.'));
      const again = watched(b, 'late', ({ head }) => head.startsWith('2.'));
      await b.read('late', undefined, PLENTY); // Reads after the watches were added.
      await a.append('late', [item(1), item(2)]);
      await Promise.all([begun, again]);
      assert.deepEqual(await values(b, 'late'), [1, 2]);
    },
  },
  {
    name: 'names without a history use no subscription and no memory',
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
  {
    name: 'with history, the engine keeps little more than what is retained, counts its bytes, and rebuilds a lost hash',
    async run({ server, prefix, open }) {
      const stream = `${prefix}:{room}`;
      const bench = new HistoryBench();
      bench.use(await open({ retain: 100, historyMs: YEAR_MS, now: bench.clock }));
      const publish = async (k: string, count: number): Promise<void> => {
        for (let n = 0; n < count; n += 10) {
          bench.now += 10_000;
          const items = range(1, 10).map((i) => ({ k, t: bench.now + i, value: n + i }));
          await bench.publish(items);
        }
      };
      const check = async (): Promise<void> => {
        await settled(bench);
        const entries = Number(await server.command('XLEN', stream)) * 10;
        assert.ok(entries < 600, `${entries} entries`);
        const [counted, bytes] = await bytesIn(server, stream);
        assert.equal(counted, bytes);
        await bench.check(['busy', 'quiet']);
        assert.equal((await bench.store.info('room'))?.entries, 200);
      };
      for (const _ of range(1, 3)) {
        await publish('quiet', 110);
        await publish('busy', 900);
        await check();
      }
      await server.command('DEL', `${stream}:k`); // With the entries of the idle key.
      const total = await bench.total();
      await publish('busy', 500);
      await settled(bench);
      assert.equal(await bench.total(), total + 500);
      await bench.store.clear('room');
      assert.equal(await server.command('EXISTS', `${stream}:k`, `${stream}~`), 0);
      await bench.roller.close();
    },
  },
];

/** Bytes of a channel as recorded in its state, and as counted. */
async function bytesIn(server: RedisServer, stream: string): Promise<[number, number]> {
  const records = (await server.command('XRANGE', stream, '-', '+')) as [string, string[]][];
  const hash = (await server.command('HGETALL', `${stream}:k`)) as Record<string, string>;
  let bytes = 0;
  for (const [, fields] of records) {
    const parts = (fields[3] as string).split('\0');
    for (let i = 1; i < parts.length; i += 2) bytes += 250 + Buffer.byteLength(parts[i] as string);
  }
  for (const [field, stored] of Object.entries(hash)) {
    if (field.includes('\0')) bytes += 250 + Buffer.byteLength(stored);
  }
  return [Number(hash['h']?.split(' ')[6]), bytes];
}

/** Checks repeatedly until `done` holds. @throws Error if it does not within the time limit of a case */
async function until(done: () => Promise<boolean>): Promise<void> {
  const late = performance.now() + patience.ms;
  while (!(await done())) {
    assert.ok(performance.now() < late, 'it did not become true');
    await new Promise((next) => setTimeout(next, 50));
  }
}
