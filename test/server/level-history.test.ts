import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { levelStore } from '../../server/stores/level/store.ts';
import { memoryStore } from '../../server/stores/memory.ts';
import type { Store } from '../../server/stores/store.ts';
import { item, meta, PLENTY, range, told } from '../contract/case.ts';
import { chance } from '../support/chance.ts';
import { FaultyFolders } from '../support/faulty-folder.ts';
import { emptyFolder } from '../support/folders.ts';

/** What a store holds of a channel, except its tags. */
async function held(store: Store, channel: string) {
  const slice = await store.read(channel, undefined, PLENTY);
  return { to: parseInt(slice.to), meta: slice.meta, entries: told(slice) };
}

interface History {
  seed: number;
  /**
   * Number of dropped bytes that may stay in pages: −Infinity moves every entry to a row of its own
   * soon.
   */
  spareLength: number;
  /** One channel at a time, so that each replaces a deleted one. */
  crowded: boolean;
  /** Retention is raised and lowered. */
  fickle: boolean;
}

const LIMITS = { retain: 4, now: () => 1_000_000 };

/**
 * The same random operations on a store on the disk and on one in memory; the first is opened again
 * repeatedly.
 */
async function live(t: TestContext, { seed, spareLength, crowded, fickle }: History) {
  const random = chance(seed);
  const upTo = (n: number): number => Math.floor(random() * n);
  const folders = new FaultyFolders();
  const limits = { ...LIMITS, maxChannels: crowded ? 1 : 3 };
  const options = { ...limits, location: await emptyFolder(t), spareLength, open: folders.open };
  const model = memoryStore(limits);
  let store = await levelStore(options);
  let current = 'a';
  let nth = 0;

  const append = (n: number, channel: string): [string, ReturnType<typeof item>[]] => {
    const items = range(0, upTo(3)).map(() =>
      item({ nth: nth++, pad: 'x'.repeat(upTo(60)) }, `k${upTo(3)}`),
    );
    if (upTo(12) === 0) items.push(meta(fickle ? { n, retain: 1 + upTo(8) } : { n }));
    return [channel, items];
  };
  const both = async (what: (store: Store) => Promise<unknown>) => {
    await what(model);
    await what(store);
  };

  for (const n of range(1, 150)) {
    const channel = crowded ? current : (['a', 'b', 'c'][upTo(3)] ?? 'a');
    const dice = upTo(20);
    if (dice === 0) await both((to) => to.clear(channel));
    else if (dice === 1 && crowded) {
      await both((to) => to.clear(current));
      current = current === 'a' ? 'b' : 'a';
      const more = append(n, current);
      await both((to) => to.append(...more));
    } else if (dice === 2) {
      await store.close();
      store = await levelStore(options);
    } else if (dice === 3) {
      folders.fault = { code: 'no-room', written: upTo(2) === 0 };
      await assert.rejects(store.append(...append(n, channel)), { code: 'overloaded' });
      folders.fault = undefined;
      const more = append(n, channel);
      await both((to) => to.append(...more)); // Undoes the refused append.
    } else {
      const group = range(0, upTo(3)).map(() =>
        append(n, crowded ? channel : (['a', 'b'][upTo(2)] ?? 'a')),
      );
      await both((to) => Promise.all(group.map((one) => to.append(...one))));
    }
    for (const name of ['a', 'b', 'c']) {
      const [is, should] = [await held(store, name), await held(model, name)];
      if (fickle) {
        // Entries that were dropped before retention was raised may return at a start; nothing else may.
        const known = new Set(should.entries.map(({ d }) => JSON.stringify(d)));
        is.entries = is.entries.filter(({ d }) => known.has(JSON.stringify(d)));
      }
      if (crowded) {
        // A refused append may have replaced a deleted channel, and a start restores it: versions continue,
        // or start again.
        for (const entry of [...is.entries, ...should.entries]) entry.v = 0;
        is.to = should.to = 0;
      }
      assert.deepEqual(is, should, `seed ${seed}, step ${n}, ${name}`);
    }
  }
  await store.close();
}

for (const spareLength of [-Infinity, 0, 300, 8_000_000]) {
  for (const crowded of [false, true]) {
    for (const fickle of [false, true]) {
      const how = `${crowded ? 'one channel at a time' : 'three channels'}${fickle ? ', retention changing' : ''}`;
      test(`a store on the disk holds what one in memory holds: ${how}, ${spareLength} to spare`, async (t) => {
        for (const seed of range(1, 5)) await live(t, { seed, spareLength, crowded, fickle });
      });
    }
  }
}
