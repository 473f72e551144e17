import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { levelStore } from '../../server/stores/level/store.ts';
import { emptyFolder } from '../support/folders.ts';
import type { Open } from './case.ts';
import { durableContract, type OpenDurable, reopened } from './durable-contract.ts';
import { historyContract } from './history-cases.ts';
import { durableHistoryContract } from './history-durable.ts';
import { LEVEL_CASES, runLevelCase, WAYS } from './level-cases.ts';
import { storeContract } from './store-contract.ts';

const opener =
  (durability: 'commit' | 'os'): Open =>
  async (options) => {
    const location = await mkdtemp(join(tmpdir(), 'lp-level-'));
    const store = await levelStore({ ...options, location, durability });
    return {
      a: store,
      b: store,
      close: async () => {
        await store.close();
        await rm(location, { recursive: true });
      },
    };
  };

storeContract('level', opener('commit'));
historyContract('level', opener('os')); // the folder's own cases cover what is synced

for (const [way, where] of Object.entries(WAYS)) {
  const open: OpenDurable = async (options) => {
    const location = await mkdtemp(join(tmpdir(), 'lp-level-'));
    const durable = await reopened(() => levelStore({ ...options, ...where, location }));
    return {
      get store() {
        return durable.store;
      },
      reopen: () => durable.reopen(),
      async close() {
        await durable.close();
        await rm(location, { recursive: true });
      },
    };
  };
  durableContract(`level, ${way}`, open);
  durableHistoryContract(`level, ${way}`, open);
}

for (const levelCase of LEVEL_CASES) {
  test(`level: ${levelCase.name}`, async (t) => {
    const location = await emptyFolder(t);
    await runLevelCase(levelCase, (options) => levelStore({ ...options, location }), t);
  });
}
