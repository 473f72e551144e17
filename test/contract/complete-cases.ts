import assert from 'node:assert/strict';
import { parseCursor } from '../../protocol/lp1.ts';
import type { Store } from '../../server/stores/store.ts';
import { type Case, item, meta, PLENTY, range, told, versions } from './case.ts';
import { Reader } from './reader.ts';

/** The limit that the server uses by default. */
const LIMIT = { entries: 1_000, bytes: 1_000_000 };

const quietKeys = range(1, 20).map((n) => `host${n}`);

/** Number of entries of each of 20 idle keys. */
async function quiet(store: Store, count: number): Promise<void> {
  for (const n of range(1, count)) {
    await store.append(
      'hosts',
      quietKeys.map((k) => item(n, k)),
    );
  }
}

/**
 * 500 entries of each of 20 idle keys and of a busy key, to which entries are still appended
 * afterwards.
 */
async function quietAndBusy(store: Store, channel: string): Promise<void> {
  for (const n of range(1, 500)) {
    await store.append(
      channel,
      [...quietKeys, 'busy'].map((k) => item(n, k)),
    );
  }
  for (const _ of range(1, 2)) {
    await store.append(
      channel,
      range(1, 600).map((n) => item(n, 'busy')),
    );
  }
}

/** A subscriber that receives everything that is retained, without a limit. */
export const completeCases: Case[] = [
  {
    name: 'a new subscriber gets every retained entry of idle keys beside a busy one, in slices of a thousand',
    async run(open) {
      const { a, b, close } = await open();
      await quietAndBusy(a, 'hosts');
      const reader = new Reader('hosts');
      await reader.catchUp(b, LIMIT);
      assert.deepEqual(reader.resets, ['initial']);
      const counts = new Map<string, number>();
      for (const text of reader.view.values()) {
        const { k } = JSON.parse(text) as { k: string };
        counts.set(k, (counts.get(k) ?? 0) + 1);
      }
      assert.deepEqual(counts, new Map([...quietKeys, 'busy'].map((k) => [k, 500])));
      assert.equal((await b.info('hosts'))?.entries, 21 * 500);
      const whole = await b.read('hosts', undefined, PLENTY);
      assert.deepEqual(versions(whole), [...reader.view.keys()]);
      await close();
    },
  },
  {
    name: 'slices of a reset respect the limit below the trim floor too',
    async run(open) {
      const { a, b, close } = await open({ retain: 50 });
      await quiet(a, 50);
      for (const n of range(1, 200)) await a.append('hosts', [item(n, 'busy')]);
      for (const limit of [
        { entries: 64, bytes: 1e9 },
        { entries: 1e6, bytes: 2_000 },
      ]) {
        let since = '';
        const all: number[] = [];
        for (let more = true, n = 0; more; n++) {
          assert.ok(n < 200, 'it does not end');
          const slice = await b.read('hosts', parseCursor(since), limit);
          const bytes = slice.entries.slice(0, -1).join('').length;
          assert.ok(
            slice.entries.length <= limit.entries && bytes < limit.bytes,
            'more entries than the limit',
          );
          all.push(...versions(slice));
          ({ to: since, more } = slice);
        }
        assert.deepEqual(all, [...range(1, 1_000), ...range(1_151, 1_200)]);
      }
      await close();
    },
  },
  {
    name: 'trims between the slices of a reset do not send its subscriber back',
    async run(open) {
      const { a, b, close } = await open({ retain: 100 });
      await quiet(a, 100);
      for (const n of range(1, 300)) await a.append('hosts', [item(n, 'busy')]);
      const reader = new Reader('hosts');
      for (let more = true, n = 0; more; n++) {
        assert.ok(n < 200, 'it does not end');
        const slice = await b.read('hosts', parseCursor(reader.cursor), {
          entries: 97,
          bytes: 1e9,
        });
        reader.apply(slice);
        ({ more } = slice);
        if (n < 40)
          await a.append(
            'hosts',
            range(1, 20).map((i) => item(i, 'busy')),
          );
      }
      assert.deepEqual(reader.resets, ['initial']);
      await reader.catchUp(b);
      await reader.checkAgainst(b);
      await close();
    },
  },
  {
    name: 'where a reset was cut by `tail` and by the limit, its slices contain the newest entries of each key',
    async run(open) {
      const { a, b, close } = await open({ retain: 50 });
      await quiet(a, 50);
      for (const n of range(1, 200)) await a.append('hosts', [item(n, 'busy')]);
      let since = '';
      const all: number[] = [];
      for (let more = true, n = 0; more; n++) {
        assert.ok(n < 200, 'it does not end');
        const limit = { entries: 7, bytes: 1e9, tail: 2 };
        const slice = await b.read('hosts', parseCursor(since), limit);
        all.push(...versions(slice));
        ({ to: since, more } = slice);
      }
      assert.deepEqual(all, [...range(961, 1_000), 1_199, 1_200]);
      await close();
    },
  },
  {
    name: 'where a reset was cut, a new history or a deletion starts it again',
    async run(open) {
      const { a, b, close } = await open({ retain: 20 });
      await quiet(a, 20);
      for (const n of range(1, 50)) await a.append('hosts', [item(n, 'busy')]);
      const { to } = await b.read('hosts', undefined, { entries: 30, bytes: 1e9 });
      const cut = parseCursor(to) as { v: number; tag: string; at: number };
      assert.equal(cut.at, 30);
      const resets = [];
      for (const since of [
        { ...cut, tag: 'other' },
        { ...cut, v: cut.v + 1_000 },
      ]) {
        resets.push((await b.read('hosts', since, PLENTY)).reset);
      }
      assert.deepEqual(resets, ['unknown', 'unknown']);
      await a.clear('hosts');
      await a.append('hosts', [item('new')]);
      const cleared = await b.read('hosts', cut, PLENTY);
      assert.deepEqual([cleared.reset, told(cleared).map(({ d }) => d)], ['cleared', ['new']]);
      await close();
    },
  },
  {
    name: '600 replacements of meta hide no entry and reset no subscriber',
    async run(open) {
      const { a, b, close } = await open();
      for (const n of range(1, 2)) await a.append('cpu', [meta({ retain: 5_000, n })]);
      let middle = '';
      for (const n of range(1, 5)) {
        const items = range(1, 1_000).map((i) => item([n, i]));
        const { cursor } = await a.append('cpu', items);
        if (n === 3) middle = cursor;
      }
      const behind = new Reader('cpu');
      behind.cursor = middle;
      const atMeta = new Reader('cpu');
      atMeta.cursor = (await a.append('cpu', [meta({ retain: 5_000, label: 0 })])).cursor;
      for (const label of range(1, 600)) await a.append('cpu', [meta({ retain: 5_000, label })]);
      await behind.catchUp(b, LIMIT);
      assert.deepEqual([behind.resets, behind.view.size], [[], 2_000]);
      await atMeta.catchUp(b, LIMIT);
      assert.deepEqual([atMeta.resets, atMeta.view.size], [[], 0]);
      const newcomer = new Reader('cpu');
      await newcomer.catchUp(b, LIMIT);
      assert.deepEqual([newcomer.resets, newcomer.view.size], [['initial'], 5_000]);
      for (const { meta: held, cursor } of [behind, atMeta, newcomer]) {
        assert.deepEqual(JSON.parse(held as string), { retain: 5_000, label: 600 });
        assert.equal(cursor, newcomer.cursor);
      }
      await close();
    },
  },
  {
    name: 'meta published together with data splits no record and loses none',
    async run(open) {
      const { a, b, close } = await open({ retain: 200 });
      const cursors = ['0'];
      for (const n of range(1, 60)) {
        const parts = [item([n, 1]), meta({ n }), item([n, 2])];
        const items = [parts, parts.toReversed(), parts.slice(0, 2), parts.slice(1)][n % 4];
        cursors.push((await a.append('cpu', items as typeof parts)).cursor);
      }
      for (const cursor of cursors) {
        const reader = new Reader('cpu');
        reader.cursor = cursor;
        await reader.catchUp(b, { entries: 1, bytes: 1e9 });
        const after = parseCursor(cursor)?.v as number;
        const wanted = versions(await b.read('cpu', undefined, PLENTY)).filter((v) => v > after);
        assert.deepEqual([reader.resets, [...reader.view.keys()]], [[], wanted]);
      }
      await close();
    },
  },
  {
    name: 'an entry with a future time is removed maxAge after it arrived, and delays no other',
    async run(open) {
      let now = 1_796_000_000_000;
      const { a, b, close } = await open({ now: () => now });
      await a.append('cpu', [meta({ maxAge: 60 })]);
      await a.append('cpu', [{ ...item('ahead'), t: now + 86_000_000 }]);
      for (const n of range(1, 200)) await a.append('cpu', [item(n)]);
      now += 61_000;
      await a.append('cpu', [item('new')]);
      const held = told(await b.read('cpu', undefined, PLENTY)).map(({ d }) => d);
      assert.deepEqual(held, ['new']);
      await close();
    },
  },
  {
    name: 'entries of a clock that was far ahead are removed maxAge after it was set back',
    async run(open) {
      let now = 1_796_000_000_000;
      const { a, b, close } = await open({ now: () => now });
      await a.append('cpu', [meta({ maxAge: 60 }), item('before')]);
      now += 400 * 86_400_000;
      for (const n of range(1, 200)) await a.append('cpu', [item(n)]);
      now -= 400 * 86_400_000;
      await a.append('cpu', [item('set back')]);
      now += 61_000;
      await a.append('cpu', [item('later')]);
      const held = told(await b.read('cpu', undefined, PLENTY)).map(({ d }) => d);
      assert.deepEqual(held, ['later']);
      await close();
    },
  },
];
