import assert from 'node:assert/strict';
import { parseCursor } from '../../protocol/lp1.ts';
import type { Store } from '../../server/stores/store.ts';
import { type Case, item, meta, PLENTY, range, told, versions } from './case.ts';
import { Reader } from './reader.ts';

/** Appends records of 1–4 items and returns the cursor after each. */
async function records(store: Store, channel: string, count: number): Promise<string[]> {
  const cursors: string[] = [];
  for (let n = 0; n < count; n++) {
    const items = range(1, (n % 4) + 1).map((i) => item({ n, i }, i === 1 ? undefined : `k${i}`));
    cursors.push((await store.append(channel, items)).cursor);
  }
  return cursors;
}

export const readCases: Case[] = [
  {
    name: 'the cursor of a channel without history is 0',
    async run(open) {
      const { a, close } = await open();
      assert.deepEqual(await a.read('nothing', undefined, PLENTY), {
        to: '0',
        reset: 'initial',
        entries: [],
        more: false,
      });
      const held = await a.read('nothing', { v: 0, tag: '' }, PLENTY);
      assert.deepEqual(held, { to: '0', entries: [], more: false });
      const watch = await a.watch('nothing', () => {});
      assert.equal(watch.head, '0');
      watch.stop();
      await close();
    },
  },
  {
    name: 'a delta contains exactly the entries after its cursor, from every cursor',
    async run(open) {
      const { a, b, close } = await open();
      const cursors = await records(a, 'cpu', 24);
      const last = parseCursor(cursors.at(-1) as string)?.v as number;
      for (const cursor of ['0', ...cursors]) {
        const since = parseCursor(cursor) as { v: number; tag: string };
        const slice = await b.read('cpu', since, PLENTY);
        assert.equal(slice.reset, undefined);
        assert.deepEqual(versions(slice), range(since.v + 1, last));
        assert.equal(slice.to, cursors.at(-1));
        assert.equal(slice.more, false);
      }
      await close();
    },
  },
  {
    name: 'a cursor without a tag continues by its version',
    async run(open) {
      const { a, close } = await open();
      const cursors = await records(a, 'cpu', 3);
      const slice = await a.read('cpu', { v: 1, tag: '' }, PLENTY);
      assert.deepEqual([slice.to, versions(slice)], [cursors[2], range(2, 6)]);
      await close();
    },
  },
  {
    name: 'slices under a limit follow one another without gap or repetition, and split no record',
    async run(open) {
      const { a, b, close } = await open();
      const cursors = await records(a, 'cpu', 24);
      for (const from of ['', '0', cursors[3] as string]) {
        for (const limit of [
          { entries: 1, bytes: 1e9 },
          { entries: 7, bytes: 1e9 },
          { entries: 1e6, bytes: 1 },
          { entries: 1e6, bytes: 200 },
        ]) {
          let cursor = from;
          const all: number[] = [];
          for (let n = 0; ; n++) {
            assert.ok(n < 100, 'it does not end');
            const slice = await b.read('cpu', parseCursor(cursor), limit);
            assert.equal(slice.reset, cursor === '' ? 'initial' : undefined);
            assert.ok(cursors.includes(slice.to), `${slice.to} is not the end of a record`);
            const { length } = slice.entries;
            assert.ok(length > 0 && length <= limit.entries + 3, `${length} entries`);
            all.push(...versions(slice));
            assert.equal(slice.more, slice.to !== cursors.at(-1));
            cursor = slice.to;
            if (!slice.more) break;
          }
          assert.deepEqual(all, range((parseCursor(from)?.v ?? 0) + 1, 60));
        }
      }
      await close();
    },
  },
  {
    name: 'a cursor that is ahead, or of another history, is reset as unknown',
    async run(open) {
      const { a, b, close } = await open();
      const cursors = await records(a, 'cpu', 5);
      const { v, tag } = parseCursor(cursors[2] as string) as { v: number; tag: string };
      for (const since of [
        { v: 12, tag: '' },
        { v: 12, tag },
        { v: 1e9, tag },
        { v: Number.MAX_SAFE_INTEGER, tag },
        { v: Number.MAX_SAFE_INTEGER, tag: '' },
        { v, tag: 'other' },
        { v: 11, tag: 'other' },
        { v: 0, tag: 'other' },
      ]) {
        const slice = await b.read('cpu', since, PLENTY);
        assert.equal(slice.reset, 'unknown', JSON.stringify(since));
        assert.deepEqual(versions(slice), range(1, 11));
      }
      const empty = await b.read('nothing', { v: 3, tag: 'abc' }, PLENTY);
      assert.deepEqual([empty.reset, empty.to, empty.entries], ['unknown', '0', []]);
      await close();
    },
  },
  {
    name: 'trimmed cursors are reset; idle keys are kept, and busy ones stay bounded',
    async run(open) {
      const { a, b, close } = await open({ retain: 5 });
      const first = await a.append('cpu', [item('quiet', 'q')]);
      await a.append('cpu', [item('alone')]);
      for (let n = 0; n < 30; n++) {
        await a.append(
          'cpu',
          range(1, 20).map((i) => item({ n, i }, 'busy')),
        );
      }
      const slice = await b.read('cpu', parseCursor(first.cursor), PLENTY);
      assert.equal(slice.reset, 'trimmed');
      const entries = told(slice);
      assert.deepEqual(
        entries.map(({ v }) => v),
        [1, 2, ...range(598, 602)],
      );
      assert.deepEqual([entries[0]?.k, entries[0]?.d], ['q', 'quiet']);
      await close();
    },
  },
  {
    name: 'every cursor ever returned continues exactly, or is reset to what is retained',
    async run(open) {
      const { a, b, close } = await open({ retain: 10 });
      const cursors: string[] = [];
      for (let n = 0; n < 400; n++) {
        const items = [item(n, n % 50 === 0 ? 'rare' : 'often')];
        cursors.push((await a.append('cpu', items)).cursor);
      }
      const full = versions(await b.read('cpu', undefined, PLENTY));
      for (const cursor of cursors) {
        const since = parseCursor(cursor) as { v: number; tag: string };
        const slice = await b.read('cpu', since, PLENTY);
        assert.equal(slice.to, cursors.at(-1));
        assert.deepEqual(versions(slice), slice.reset ? full : range(since.v + 1, 400));
      }
      const recent = await b.read('cpu', parseCursor(cursors[394] as string), PLENTY);
      assert.equal(recent.reset, undefined);
      await close();
    },
  },
  {
    name: 'a reset of many keys under a small limit still contains every idle key, and continues in slices',
    async run(open) {
      const { a, b, close } = await open({ retain: 3 });
      for (const k of range(1, 40)) await a.append('cpu', [item(k, `k${k}`)]);
      for (const n of range(1, 300)) await a.append('cpu', [item(n, 'busy')]);
      const reader = new Reader('cpu');
      await reader.catchUp(b, { entries: 10, bytes: 1e9 });
      assert.deepEqual(reader.resets, ['initial']);
      assert.deepEqual([...reader.view.keys()], [...range(1, 40), ...range(338, 340)]);
      await close();
    },
  },
  {
    name: '`tail` limits a reset per key, and does not limit a delta',
    async run(open) {
      const { a, b, close } = await open();
      for (const n of range(1, 20))
        await a.append('cpu', [item(n, n % 10 === 0 ? 'rare' : 'often')]);
      const slice = await b.read('cpu', undefined, { ...PLENTY, tail: 2 });
      assert.deepEqual(versions(slice), [10, 18, 19, 20]);
      const delta = await b.read('cpu', { v: 5, tag: '' }, { ...PLENTY, tail: 2 });
      assert.deepEqual(versions(delta), range(6, 20));
      const none = await b.read('cpu', undefined, { ...PLENTY, tail: 0 });
      assert.deepEqual([none.entries, none.to], [[], slice.to]);
      await close();
    },
  },
  {
    name: '`tail` keeps the newest entries of each key by time, however many late entries came after them',
    async run(open) {
      const { a, b, close } = await open();
      const start = Date.now() - 60_000;
      const at = (t: number, k: string): { json: string; t: number; k: string } => ({
        json: String(t),
        t: start + t,
        k,
      });
      await a.append('cpu', [at(50, 'late'), at(60, 'late'), at(1, 'plain')]);
      for (const n of range(1, 30)) await a.append('cpu', [at(n, 'late')]);
      await a.append('cpu', [at(60, 'late'), at(2, 'plain'), at(3, 'plain')]);
      const tail = async (count: number): Promise<number[]> =>
        versions(await b.read('cpu', undefined, { ...PLENTY, tail: count }));
      assert.deepEqual(await tail(1), [34, 36]);
      assert.deepEqual(await tail(2), [2, 34, 35, 36]);
      assert.deepEqual(await tail(4), [1, 2, 3, 33, 34, 35, 36]);
      assert.deepEqual(await tail(0), []);
      await close();
    },
  },
  {
    name: 'meta is part of every reset, and an entry in a delta',
    async run(open) {
      const { a, b, close } = await open();
      await a.append('cpu', [item(1)]);
      const { cursor } = await a.append('cpu', [meta({ label: 'CPU', unit: '"m":' }), item(2)]);
      const delta = await b.read('cpu', { v: 1, tag: '' }, PLENTY);
      assert.deepEqual(
        told(delta).map(({ v, d, m }) => [v, d ?? m]),
        [
          [2, { label: 'CPU', unit: '"m":' }],
          [3, 2],
        ],
      );
      const full = await b.read('cpu', undefined, PLENTY);
      assert.deepEqual(JSON.parse(full.meta as string), { label: 'CPU', unit: '"m":' });
      assert.deepEqual([versions(full), full.to], [[1, 3], cursor]);
      await a.append('cpu', [meta({ label: 'new' })]);
      const again = await b.read('cpu', undefined, PLENTY);
      assert.deepEqual(JSON.parse(again.meta as string), { label: 'new' });
      await close();
    },
  },
  {
    name: 'meta can raise and lower the retention, within the limits',
    async run(open) {
      const { a, b, close } = await open({ retain: 5, maxRetain: 20 });
      await a.append('cpu', [meta({ retain: 10 })]);
      for (const n of range(1, 40)) await a.append('cpu', [item(n)]);
      assert.equal((await b.read('cpu', undefined, PLENTY)).entries.length, 10);
      await a.append('cpu', [meta({ retain: 3 })]);
      assert.equal((await b.read('cpu', undefined, PLENTY)).entries.length, 3);
      await a.append('cpu', [meta({ retain: 1e9 })]);
      for (const n of range(1, 40)) await a.append('cpu', [item(n)]);
      assert.equal((await b.read('cpu', undefined, PLENTY)).entries.length, 20);
      await close();
    },
  },
  {
    name: 'entries older than maxAge are not returned',
    async run(open) {
      let now = 1_000_000;
      const { a, b, close } = await open({ now: () => now });
      await a.append('cpu', [meta({ maxAge: 10 }), item('old')]);
      now += 8_000;
      const young = await a.append('cpu', [item('young')]);
      now += 4_000;
      const slice = await b.read('cpu', undefined, PLENTY);
      assert.deepEqual(
        told(slice).map(({ d }) => d),
        ['young'],
      );
      assert.equal(slice.to, young.cursor);
      now += 60_000;
      const gone = await b.read('cpu', undefined, PLENTY);
      assert.deepEqual([gone.entries, gone.to], [[], young.cursor]);
      const next = await a.append('cpu', [item('next')]);
      const delta = await b.read('cpu', parseCursor(young.cursor), PLENTY);
      assert.deepEqual([delta.to, versions(delta)], [next.cursor, [4]]);
      await close();
    },
  },
];
