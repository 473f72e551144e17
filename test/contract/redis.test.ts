import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { redisStore } from '../../server/stores/redis/store.ts';
import { noEngine, RedisServer } from '../support/redis-server.ts';
import type { Open, OpenOptions } from './case.ts';
import { durableContract, type OpenDurable, reopened } from './durable-contract.ts';
import { dataSet, ENGINE_CASES, oneClock } from './engine-cases.ts';
import { historyContract } from './history-cases.ts';
import { durableHistoryContract } from './history-durable.ts';
import { CASES, storeContract } from './store-contract.ts';

if (noEngine) test('redis: the contract', { skip: noEngine });
else {
  let server: RedisServer;
  let names = 0;
  before(async () => {
    server = await RedisServer.start();
  });
  after(() => server.stop());

  const open: Open = async (options) => {
    const prefix = `t${names++}`; // A separate data set.
    const open = () => redisStore({ ...oneClock(options), url: server.url, prefix });
    const [a, b] = await Promise.all([open(), open()]);
    return {
      a,
      b,
      close: async () => {
        await Promise.all([a.close(), b.close()]);
      },
    };
  };
  const openDurable: OpenDurable = async (options) => {
    const open = { ...oneClock(options), url: server.url, prefix: `t${names++}` };
    return reopened(() => redisStore(open));
  };

  storeContract('redis', open);
  durableContract('redis', openDurable);
  historyContract('redis', open);
  durableHistoryContract('redis', openDurable);

  for (const { name, run } of ENGINE_CASES) {
    test(`redis: ${name}`, { timeout: 60_000 }, async (t) => {
      const engine = dataSet(server);
      t.after(() => engine.close());
      await run(engine);
    });
  }

  test('redis: each command uses keys of one hash slot only', {
    timeout: 120_000,
  }, async (t) => {
    const node = await RedisServer.start('--cluster-enabled', 'yes', '--cluster-port', '0');
    t.after(() => node.stop());
    await node.command('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
    while (!String(await node.command('CLUSTER', 'INFO')).includes('cluster_state:ok'));
    for (const { name, run } of CASES) {
      const engine = dataSet(node);
      const open = async (options?: OpenOptions) => {
        const [a, b] = await Promise.all([engine.open(options), engine.open(options)]);
        return { a, b, close: () => engine.close() };
      };
      try {
        await assert.doesNotReject(run(open), name);
      } finally {
        await engine.close(); // A store that is left open would go on connecting to the engine after the engine has ended.
      }
    }
  });
}
