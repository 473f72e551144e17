import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { IdWindow } from '../../server/stores/id-window.ts';
import { CommitDraft } from '../../server/stores/level/commit-draft.ts';
import { LevelDisk } from '../../server/stores/level/recovery.ts';
import { RowChanges } from '../../server/stores/level/row-changes.ts';
import { levelStore } from '../../server/stores/level/store.ts';
import type { Store } from '../../server/stores/store.ts';
import { Watchers } from '../../server/stores/watchers.ts';
import { emptyFolder } from '../support/folders.ts';
import { patience } from './case.ts';
import { DURABLE_CASES, reopened } from './durable-contract.ts';
import { LEVEL_CASES, type OpenLevel, runLevelCase } from './level-cases.ts';
import { CASES } from './store-contract.ts';

/** A function of the embedded store that does nothing, and the case that must detect it. */
interface Mutant {
  mutate: (t: TestContext) => unknown;
  seenBy: string;
}

const MUTANTS: Record<string, Mutant> = {
  'what is acknowledged is not written': {
    mutate: (t) => t.mock.method(LevelDisk.prototype, 'write', async () => {}),
    seenBy: 'entries, cursors and meta are the same after a restart',
  },
  'ids are not written': {
    mutate: (t) => t.mock.method(RowChanges.prototype, 'put', () => {}),
    seenBy: 'an id is known after a restart',
  },
  'ids are not remembered': {
    mutate: (t) => t.mock.method(IdWindow.prototype, 'put', () => {}),
    seenBy: 'two appends in sequence with the same id are stored once',
  },
  'deletions are not written': {
    mutate: (t) => t.mock.method(CommitDraft.prototype, 'putState', () => {}),
    seenBy: 'a deletion holds after a restart: subscribers are reset, and versions continue',
  },
  'trim floors are not written': {
    mutate: (t) => t.mock.method(CommitDraft.prototype, 'putState', () => {}),
    seenBy:
      'a cursor at the trim floor continues after the disk was compacted and the store opened again',
  },
  'the page of a deleted channel is left when its name is used again': {
    mutate: (t) => t.mock.method(CommitDraft.prototype, 'revive', () => {}),
    seenBy:
      'a deleted name that is used again shows nothing of its earlier entries, before compaction too, in pages',
  },
  'the rows of a deleted channel are left when its name is used again': {
    mutate: (t) => t.mock.method(CommitDraft.prototype, 'revive', () => {}),
    seenBy:
      'a deleted name that is used again shows nothing of its earlier entries, before compaction too, in rows',
  },
  'no watch is signalled': {
    mutate: (t) => t.mock.method(Watchers.prototype, 'signal', () => {}),
    seenBy: 'a watch is signalled for an append by any instance',
  },
};

async function runCase(t: TestContext, wanted: string): Promise<void> {
  const named = ({ name }: { name: string }): boolean => name === wanted;
  const stores: Store[] = [];
  const location = await emptyFolder(t);
  const open: OpenLevel = async (options) => {
    const store = await levelStore({ ...options, location });
    stores.push(store);
    return store;
  };
  try {
    const level = LEVEL_CASES.find(named);
    if (level) return await runLevelCase(level, open, t);
    const durable = DURABLE_CASES.find(named);
    if (durable) return await durable.run((options) => reopened(() => open(options)));
    const promise = CASES.find(named);
    assert.ok(promise, `no case is named ${wanted}`);
    await promise.run(async (options) => {
      const store = await open(options);
      return { a: store, b: store, close: async () => {} };
    });
  } finally {
    for (const store of stores) await store.close();
  }
}

const { ms } = patience;

for (const [mutation, { mutate, seenBy }] of Object.entries(MUTANTS)) {
  test(`level: the contract fails where ${mutation}`, async (t) => {
    patience.ms = 300;
    t.after(() => (patience.ms = ms));
    mutate(t);
    await assert.rejects(runCase(t, seenBy));
  });
}

test('level: each case that detects a mutant passes with the correct store', async (t) => {
  for (const { seenBy } of Object.values(MUTANTS)) await runCase(t, seenBy);
});
