import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { levelStore } from '../../server/stores/level.ts';
import { durableContract } from './durable-contract.ts';
import { storeContract } from './store-contract.ts';

storeContract('level', async (options) => {
  const location = await mkdtemp(join(tmpdir(), 'lp-level-'));
  const store = await levelStore({ ...options, location });
  return {
    a: store,
    b: store,
    close: async () => {
      await store.close();
      await rm(location, { recursive: true });
    },
  };
});

durableContract('level', async (options) => {
  const location = await mkdtemp(join(tmpdir(), 'lp-level-'));
  let store = await levelStore({ ...options, location });
  return {
    get store() {
      return store;
    },
    async reopen() {
      await store.close();
      store = await levelStore({ ...options, location });
    },
    async close() {
      await store.close();
      await rm(location, { recursive: true });
    },
  };
});
