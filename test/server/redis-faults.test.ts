import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { redisStore } from '../../server/stores/redis/store.ts';
import { item, watched } from '../contract/case.ts';
import { Fleet } from '../support/redis-fleet.ts';
import { noEngine, RedisServer } from '../support/redis-server.ts';

interface Stage {
  server: RedisServer;
  fleet: Fleet;
}

async function stage(t: TestContext, ...args: string[]): Promise<Stage> {
  const server = await RedisServer.start(...args);
  const fleet = await Fleet.start(server.port);
  t.after(async () => {
    await fleet.close();
    await server.stop();
  });
  await fleet.published(100);
  return { server, fleet };
}

/** A fault after which everything acknowledged must still be stored. */
function harmless(name: string, args: string[], fault: (stage: Stage) => Promise<void>): void {
  test(`nothing is lost, repeated or wrong when ${name}`, {
    skip: noEngine,
    timeout: 180_000,
  }, async (t) => {
    const set = await stage(t, ...args);
    await fault(set);
    await set.fleet.published(100);
    assert.deepEqual(await set.fleet.settle(), []);
  });
}

/** A fault by which the engine itself loses data: views must end with what it has now. */
function forgetful(name: string, args: string[], fault: (stage: Stage) => Promise<void>): void {
  test(`all views follow the engine, without duplicates, when ${name}`, {
    skip: noEngine,
    timeout: 180_000,
  }, async (t) => {
    const set = await stage(t, ...args);
    await fault(set);
    await set.fleet.published(100);
    await set.fleet.settle();
  });
}

const times = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

harmless('all connections are killed again and again', [], async ({ server, fleet }) => {
  for (const _ of times(8)) {
    await server.command('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await server.command('CLIENT', 'KILL', 'TYPE', 'pubsub', 'SKIPME', 'yes');
    await fleet.published(20);
  }
});

harmless('the engine freezes for 7 s', [], async ({ server }) => {
  server.signal('SIGSTOP');
  await new Promise((done) => setTimeout(done, 7_000)); // Longer than the time limit of an append.
  server.signal('SIGCONT');
});

harmless(
  'the engine is killed with appendfsync always',
  ['--appendonly', 'yes', '--appendfsync', 'always'],
  async ({ server, fleet }) => {
    for (const _ of times(3)) {
      await server.kill();
      await server.up();
      await fleet.published(50);
    }
  },
);

forgetful(
  'the engine is killed with appendfsync everysec',
  ['--appendonly', 'yes'],
  async ({ server, fleet }) => {
    for (const _ of times(3)) {
      await server.kill();
      await server.up();
      await fleet.published(50);
    }
  },
);

forgetful('the engine is killed without persistence', [], async ({ server, fleet }) => {
  for (const _ of times(2)) {
    await server.kill();
    await server.up();
    await fleet.published(50);
  }
});

forgetful('everything is flushed', [], async ({ server }) => {
  await server.command('FLUSHALL');
});

forgetful('keys are deleted one by one', [], async ({ server, fleet }) => {
  for (const key of ['lp:{cpu}', 'lp:{mem}:k', 'lp:{net}', 'lp:{net}:k', 'lp:{mem}']) {
    await server.command('DEL', key);
    await fleet.published(20);
  }
});

forgetful('an old copy of a channel is put back', [], async ({ server, fleet }) => {
  await server.command('COPY', 'lp:{cpu}', 'old:{cpu}');
  await fleet.published(100);
  await server.command('COPY', 'old:{cpu}', 'lp:{cpu}', 'REPLACE');
});

harmless('one instance is cut off for 4 s', [], async ({ fleet }) => {
  const [{ wire }] = fleet.instances as [Fleet['instances'][0]];
  wire.stall();
  await new Promise((done) => setTimeout(done, 4_000));
  wire.resume();
});

harmless('an instance ends during its appends', [], async ({ fleet }) => {
  const [first] = fleet.instances;
  first?.wire.stall(); // Replies are pending, and never arrive.
  const gone = fleet.leave();
  await fleet.published(50);
  gone.wire.cut();
  await gone.store.close();
  await gone.wire.close();
});

test('all views follow the engine, without duplicates, when a stale replica takes over', {
  skip: noEngine,
  timeout: 180_000,
}, async (t) => {
  const { server, fleet } = await stage(t);
  const replica = await RedisServer.start('--replicaof', `127.0.0.1 ${server.port}`);
  t.after(() => replica.stop());
  while (!String(await replica.command('INFO', 'replication')).includes('master_link_status:up'));
  await replica.command('REPLICAOF', 'NO', 'ONE'); // From here on it is stale.
  await fleet.published(100);
  for (const { wire } of fleet.instances) {
    wire.target = replica.port;
    wire.cut();
  }
  await fleet.published(100);
  const lost = await fleet.settle();
  assert.ok(lost.length > 0, 'the replica was not stale: nothing was tested');
});

test('while the engine is down, polls are answered from memory, and the store reports it', {
  skip: noEngine,
  timeout: 180_000,
}, async (t) => {
  const server = await RedisServer.start();
  const store = await redisStore({ url: server.url });
  t.after(async () => {
    await store.close();
    await server.stop();
  });
  const first = await store.append('cpu', [item(1)]);
  const second = await store.append('cpu', [item(2)]);
  const watch = await store.watch('cpu', () => {});
  const limit = { entries: 10, bytes: 1e6 };
  await store.read('cpu', undefined, limit);
  await server.kill();
  const since = { v: 1, tag: first.cursor.slice(2) };
  const delta = await store.read('cpu', since, limit);
  assert.deepEqual([delta.to, delta.entries.length, delta.reset], [second.cursor, 1, undefined]);
  const initial = await store.read('cpu', undefined, limit);
  assert.equal(initial.entries.length, 2);
  const ahead = await store.read('cpu', { v: 9, tag: 'abc' }, limit);
  assert.deepEqual(
    ahead,
    { to: '9.abc', entries: [], more: false },
    'only the engine can tell that',
  );
  await assert.rejects(async () => store.append('cpu', [item(3)]), {
    code: 'overloaded',
    retryAfter: 2,
  });
  await assert.rejects(async () => store.read('unseen', undefined, limit), { code: 'overloaded' });
  assert.equal(store.health().ok, false);
  await server.up();
  assert.equal((await store.append('cpu', [item(3)])).first, 1, 'the engine lost all data');
  assert.equal(store.health().ok, true);
  watch.stop();
});

test('an update whose notification is lost is delivered later', {
  skip: noEngine,
  timeout: 180_000,
}, async (t) => {
  const server = await RedisServer.start();
  const store = await redisStore({ url: server.url });
  t.after(async () => {
    await store.close();
    await server.stop();
  });
  const { cursor } = await store.append('cpu', [item(1)]);
  const seen = watched(store, 'cpu', ({ head }) => head === '2.abcd');
  const watch = await store.watch('cpu', () => {});
  assert.equal(watch.head, cursor);
  // Another program writes the record, and publishes nothing.
  await server.command('XADD', 'lp:{cpu}', '2-1', 't', 'abcd', 'd', '\0"t":1,"d":2}');
  await seen;
  watch.stop();
});

test('an unused subscription ends, and one connection serves all', {
  skip: noEngine,
  timeout: 180_000,
}, async (t) => {
  const server = await RedisServer.start();
  const store = await redisStore({ url: server.url });
  t.after(async () => {
    await store.close();
    await server.stop();
  });
  await Promise.all(times(200).map((n) => store.append(`c${n}`, [item(n)])));
  const watches = await Promise.all(times(200).map(async (n) => store.watch(`c${n}`, () => {})));
  const clients = String(await server.command('CLIENT', 'LIST'))
    .trim()
    .split('\n');
  const subscribed = clients.filter((line) => /ssub=200/.test(line));
  assert.deepEqual([clients.length, subscribed.length], [2, 1]); // The connection of the store, and that of this test.
  for (const watch of watches) watch.stop();
});
