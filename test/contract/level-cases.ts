import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { parseCursor } from '../../protocol/lp1.ts';
import type { LevelStoreOptions } from '../../server/stores/level/store.ts';
import type { Store } from '../../server/stores/store.ts';
import { item, PLENTY, range, told, versions } from './case.ts';

/** A requirement of the embedded store about the content of its folder. */
export interface LevelCase {
  name: string;
  /** Timers do not run by themselves: the store is compacted when the test advances them. */
  run: (open: OpenLevel, t: TestContext) => Promise<void>;
}

/** Opens a store on the one folder of the case. */
export type OpenLevel = (options?: Partial<LevelStoreOptions>) => Promise<Store>;

/** Runs a case by itself. */
export async function runLevelCase(
  { run }: LevelCase,
  open: OpenLevel,
  t: TestContext,
): Promise<void> {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  try {
    await run(open, t);
  } finally {
    t.mock.timers.reset();
  }
}

/**
 * Where entries are stored: in pages until these are full, or in rows of their own as soon as
 * possible.
 */
export const WAYS: Record<string, Pick<LevelStoreOptions, 'spareLength'>> = {
  'in pages': {},
  'in rows': { spareLength: -Infinity },
};

const IN_ROWS = WAYS['in rows'];

export const LEVEL_CASES: LevelCase[] = [
  {
    name: 'a cursor at the trim floor continues after the disk was compacted and the store opened again',
    async run(open, t) {
      const store = await open({ ...IN_ROWS, retain: 5 });
      const cursors: string[] = [];
      for (const n of range(1, 20)) cursors.push((await store.append('cpu', [item(n)])).cursor);
      t.mock.timers.tick(1_000);
      await store.close();
      let rows = 0;
      const again = await open({ retain: 5, onProgress: (entries) => (rows = entries) });
      assert.equal(rows, 5, 'the disk was not compacted');
      const read = (n: number) => again.read('cpu', parseCursor(cursors[n - 1] as string), PLENTY);
      const [atFloor, below] = await Promise.all([read(15), read(14)]);
      assert.deepEqual([atFloor.reset, versions(atFloor)], [undefined, range(16, 20)]);
      assert.deepEqual([below.reset, versions(below)], ['trimmed', range(16, 20)]);
      await again.close();
    },
  },
  ...Object.entries(WAYS).map(([way, where]) => ({
    name: `a deleted name that is used again shows nothing of its earlier entries, before compaction too, ${way}`,
    async run(open: OpenLevel) {
      const options = { ...where, maxChannels: 1 };
      let store = await open(options);
      await store.append('a', [item('old 1'), item('old 2'), item('old 3')]);
      await store.clear('a');
      await store.append('b', [item(1)]); // It replaces the name that was deleted.
      await store.clear('b');
      const { cursor } = await store.append('a', [item('new')]);
      assert.equal(parseInt(cursor), 1);
      for (const _ of range(1, 2)) {
        await store.close();
        store = await open(options);
        const slice = await store.read('a', undefined, PLENTY);
        assert.deepEqual([slice.to, told(slice).map(({ d }) => d)], [cursor, ['new']]);
      }
      await store.close();
    },
  })),
];
