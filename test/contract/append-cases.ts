import assert from 'node:assert/strict';
import { type ProtocolError, parseCursor } from '../../protocol/lp1.ts';
import { type Case, item, meta, PLENTY, range, told, versions } from './case.ts';

const ODD_NAMES = ['__proto__', 'constructor', 'a.b:c-d_1', 'x'.repeat(128), 'A', 'a', '0'];

const ODD_VALUES = [
  '\u0000 \u0001 \u007f',
  '😀 é e\u0301 \ufeff',
  '\u2028\u2029',
  '"quotes" \\ back \n line',
  { ['__proto__x']: { constructor: [null, true, 1e21, -0.5, 5e-324] } },
  [],
  0,
  '',
  null,
];

const ODD_KEYS = ['', 'm', '=', '__proto__', 'a b', 'a\nb', 'a\u0000b', '😀', '"', ',"m":1'];

async function refusalOf(attempt: () => Promise<unknown>): Promise<ProtocolError> {
  try {
    await attempt();
  } catch (error) {
    return error as ProtocolError;
  }
  throw new Error('nothing was refused');
}

export const appendCases: Case[] = [
  {
    name: 'an append returns its cursor, first version and count',
    async run(open) {
      const { a, close } = await open();
      const one = await a.append('cpu', [item(1)]);
      const two = await a.append('cpu', [item(2), item(3)]);
      assert.deepEqual([one.first, one.count, one.replayed], [1, 1, false]);
      assert.deepEqual([two.first, two.count, parseCursor(two.cursor)?.v], [2, 2, 3]);
      assert.match(two.cursor, /^3\.[0-9a-z]{4,8}$/);
      await close();
    },
  },
  {
    name: 'an append that expects another cursor is refused as moved, and stores nothing',
    async run(open) {
      const { a, b, close } = await open();
      const { cursor } = await a.append('cpu', [item(1)], { expect: '0' });
      const again = await refusalOf(() => b.append('cpu', [item(2)], { expect: '0' }));
      assert.deepEqual([again.code, again.status], ['moved', 412]);
      const next = await b.append('cpu', [item(3)], { expect: cursor, id: 'once', print: 'p' });
      assert.equal(
        (await refusalOf(() => a.append('cpu', [item(4)], { expect: cursor }))).code,
        'moved',
      );
      const replay = await a.append('cpu', [item(3)], { expect: cursor, id: 'once', print: 'p' });
      assert.deepEqual([replay.cursor, replay.replayed], [next.cursor, true]);
      assert.equal(
        (await refusalOf(() => a.append('cpu', [item(5)], { expect: '2' }))).code,
        'moved',
      );
      await a.clear('cpu');
      assert.equal(
        (await refusalOf(() => a.append('cpu', [item(6)], { expect: next.cursor }))).code,
        'moved',
      );
      assert.deepEqual(told(await a.read('cpu', undefined, PLENTY)), []);
      await close();
    },
  },
  {
    name: 'of simultaneous appends that expect the same cursor, one is stored',
    async run(open) {
      const { a, b, close } = await open();
      const { cursor } = await a.append('cpu', [item(0)]);
      const attempts = range(1, 20).map((n) =>
        (n % 2 ? a : b).append('cpu', [item(n)], { expect: cursor }),
      );
      const outcomes = await Promise.allSettled(attempts);
      assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
      assert.equal(told(await a.read('cpu', undefined, PLENTY)).length, 2);
      await close();
    },
  },
  {
    name: 'names and values are stored byte for byte',
    async run(open) {
      const { a, b, close } = await open();
      for (const name of ODD_NAMES) {
        await a.append(
          name,
          ODD_VALUES.map((value) => item(value)),
        );
        await a.append(
          name,
          ODD_KEYS.map((k) => item(k, k)),
        );
        const entries = told(await b.read(name, undefined, PLENTY));
        assert.deepEqual(
          entries.slice(0, ODD_VALUES.length).map(({ d }) => d),
          ODD_VALUES,
        );
        assert.deepEqual(
          entries.slice(ODD_VALUES.length).map(({ k }) => k),
          ODD_KEYS,
        );
      }
      const names = (await b.list()).map(({ name }) => name);
      assert.deepEqual(names.sort(), [...ODD_NAMES].sort());
      await close();
    },
  },
  {
    name: 'a time given with the item is kept, otherwise the clock’s time is used',
    async run(open) {
      const { a, b, close } = await open({ now: () => 1_234 });
      await a.append('cpu', [{ json: '1', t: 99 }, { json: '2' }]);
      const times = told(await b.read('cpu', undefined, PLENTY)).map(({ t }) => t);
      assert.deepEqual(times, [99, 1_234]);
      await close();
    },
  },
  {
    name: 'an item of 512 kB is stored',
    async run(open) {
      const { a, b, close } = await open();
      const big = 'ü'.repeat(256 * 1024);
      await a.append('cpu', [item(big)]);
      const [entry] = told(await b.read('cpu', undefined, PLENTY));
      assert.equal(entry?.d === big, true);
      await close();
    },
  },
  {
    name: 'a batch of a thousand items is one record: it is read whole or not at all',
    async run(open) {
      const { a, b, close } = await open({ retain: 5_000 });
      await a.append('cpu', [item(0)]);
      const writing = a.append(
        'cpu',
        range(1, 1_000).map((i) => item(i, `k${i % 7}`)),
      );
      const limit = { entries: 10, bytes: 100 };
      for (let n = 0; n < 20; n++) {
        const { entries } = await b.read('cpu', { v: 1, tag: '' }, limit);
        assert.ok([0, 1_000].includes(entries.length), `${entries.length} of 1,000`);
      }
      const { cursor } = await writing;
      const slice = await b.read('cpu', { v: 1, tag: '' }, limit);
      assert.deepEqual([slice.to, slice.entries.length], [cursor, 1_000]);
      await close();
    },
  },
  {
    name: 'two appends in sequence with the same id are stored once',
    async run(open) {
      const { a, b, close } = await open();
      const first = await a.append('cpu', [item(1)], { id: 'x', print: 'p' });
      await a.append('cpu', [item(2)]);
      const again = await b.append('cpu', [item(1)], { id: 'x', print: 'p' });
      assert.deepEqual(again, { ...first, replayed: true });
      const elsewhere = await b.append('mem', [item(1)], { id: 'x', print: 'p' });
      assert.equal(elsewhere.replayed, false);
      assert.deepEqual(versions(await a.read('cpu', undefined, PLENTY)), [1, 2]);
      await close();
    },
  },
  {
    name: 'two simultaneous appends with the same id are stored once',
    async run(open) {
      const { a, b, close } = await open();
      const results = await Promise.all(
        range(1, 20).map((n) =>
          (n % 2 ? a : b).append('cpu', [item(1), item(2)], { id: 'x', print: 'p' }),
        ),
      );
      assert.equal(results.filter(({ replayed }) => !replayed).length, 1);
      assert.deepEqual(new Set(results.map(({ cursor }) => cursor)).size, 1);
      assert.deepEqual(versions(await b.read('cpu', undefined, PLENTY)), [1, 2]);
      await close();
    },
  },
  {
    name: 'the same id with other content is refused, and appends nothing',
    async run(open) {
      const { a, b, close } = await open();
      await a.append('cpu', [item(1)], { id: 'x', print: 'p' });
      const reused = b.append('cpu', [item(2)], { id: 'x', print: 'q' });
      await assert.rejects(reused, { code: 'key-reused' });
      assert.deepEqual(versions(await b.read('cpu', undefined, PLENTY)), [1]);
      await close();
    },
  },
  {
    name: 'simultaneous appends by two instances get one order',
    async run(open) {
      const { a, b, close } = await open();
      const results = await Promise.all(
        range(1, 200).map((n) => (n % 2 ? a : b).append('cpu', [item(n), item(n)])),
      );
      const firsts = results.map(({ first }) => first).sort((x, y) => x - y);
      assert.deepEqual(
        firsts,
        range(0, 199).map((n) => 1 + 2 * n),
      );
      const [one, two] = [
        await a.read('cpu', undefined, PLENTY),
        await b.read('cpu', undefined, PLENTY),
      ];
      assert.deepEqual(one.entries, two.entries);
      assert.deepEqual(versions(one), range(1, 400));
      await close();
    },
  },
  {
    name: 'a batch with too many keys is refused whole: none of it is read',
    async run(open) {
      const { a, b, close } = await open({ maxKeys: 3 });
      await a.append('cpu', [item(1, 'a'), item(1, 'b')]);
      const refused = a.append('cpu', [item(2, 'a'), item(2, 'c'), item(2, 'd')]);
      await assert.rejects(refused, { code: 'bad-item' });
      const { cursor } = await a.append('cpu', [item(3, 'c')]);
      await assert.rejects(b.append('cpu', [item(4, 'd')]), { code: 'bad-item' });
      const slice = await b.read('cpu', undefined, PLENTY);
      assert.deepEqual([versions(slice), slice.to], [[1, 2, 3], cursor]);
      await close();
    },
  },
  {
    name: 'a refusal for too many keys names each item whose key has no room',
    async run(open) {
      const { a, close } = await open({ maxKeys: 3 });
      await a.append('cpu', [meta({ label: 'x' }), item(0), item(1, 'a'), item(1, 'b')]);
      const items = [item(2, 'c'), item(2, 'd'), item(2, 'a'), item(2), item(2, 'e'), item(3, 'c')];
      await assert.rejects(a.append('cpu', items), (error: ProtocolError) => {
        assert.deepEqual(
          error.errors?.map(({ index, path }) => [index, path]),
          [
            [1, 'key'],
            [4, 'key'],
          ],
        );
        return true;
      });
      const rest = items.filter((_, index) => index !== 1 && index !== 4);
      assert.equal((await a.append('cpu', rest)).count, 4);
      await close();
    },
  },
  {
    name: 'in a full channel a new key replaces the key that has been idle longest, if for an hour',
    async run(open) {
      let now = 1_796_000_000_000;
      const { a, b, close } = await open({ maxKeys: 3, now: () => now });
      await a.append('cpu', [meta({ label: 'x' }), item(0), item(1, 'a')]);
      now += 1_000;
      await a.append('cpu', [item(2, 'b'), item(3, 'c')]);
      now += 3_599_998;
      await assert.rejects(a.append('cpu', [item(4, 'd'), item(5, 'e')]), { code: 'bad-item' });
      await a.append('cpu', [item(4, 'd'), item(5, 'b')]);
      await assert.rejects(a.append('cpu', [item(6, 'a')]), { code: 'bad-item' });
      now += 2;
      await assert.rejects(b.append('cpu', [item(6, 'a'), item(6, 'e')]), { code: 'bad-item' });
      await b.append('cpu', [item(7, 'a')]);
      const entries = told(await b.read('cpu', undefined, PLENTY));
      assert.deepEqual(new Set(entries.map(({ k }) => k)), new Set([undefined, 'a', 'b', 'd']));
      await close();
    },
  },
  {
    name: 'an append may have a lower limit of keys than the store',
    async run(open) {
      const { a, close } = await open({ maxKeys: 3 });
      await a.append('cpu', [item(1, 'a')], { maxKeys: 1 });
      await a.append('cpu', [item(2, 'a')], { maxKeys: 1 });
      const refused = a.append('cpu', [item(3, 'a'), item(3, 'b')], { maxKeys: 1 });
      await assert.rejects(refused, { code: 'bad-item' });
      await a.append('cpu', [item(4, 'b')], { maxKeys: 9 });
      await close();
    },
  },
  {
    name: 'the idle time of a key counts from when its entries arrived, not from their own time',
    async run(open) {
      const now = 1_796_000_000_000;
      const { a, close } = await open({ maxKeys: 1, now: () => now });
      await a.append('cpu', [{ ...item(1, 'a'), t: now - 86_400_000 }]);
      await assert.rejects(a.append('cpu', [item(2, 'b')]), { code: 'bad-item' });
      await close();
    },
  },
  {
    name: 'an idle key that the same append contains is not replaced',
    async run(open) {
      let now = 1_796_000_000_000;
      const { a, b, close } = await open({ maxKeys: 2, now: () => now });
      await a.append('cpu', [item(1, 'a')]);
      await a.append('cpu', [item(1, 'b')]);
      now += 3_600_001;
      await a.append('cpu', [item(2, 'c'), item(2, 'a')]);
      const entries = told(await b.read('cpu', undefined, PLENTY));
      assert.deepEqual(
        entries.map(({ k, d }) => [k, d]),
        [
          ['a', 1],
          ['c', 2],
          ['a', 2],
        ],
      );
      await close();
    },
  },
  {
    name: 'keys that arrive at the same time do not exceed the limit',
    async run(open) {
      const { a, close } = await open({ maxKeys: 10 });
      const results = await Promise.allSettled(
        range(1, 30).map((n) => a.append('cpu', [item(n, `k${n}`)])),
      );
      assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 10);
      await close();
    },
  },
  {
    name: 'too many channels are refused, and deleting one makes room',
    async run(open) {
      const { a, close } = await open({ maxChannels: 3 });
      for (const n of range(1, 3)) await a.append(`c${n}`, [item(n)]);
      await assert.rejects(a.append('c4', [item(4)]), { code: 'too-many-channels' });
      await a.append('c1', [item(1)]);
      assert.equal(await a.clear('c2'), true);
      await a.append('c4', [item(4)]);
      await assert.rejects(a.append('c5', [item(5)]), { code: 'too-many-channels' });
      await close();
    },
  },
  {
    name: 'a deleted channel resets its subscribers, continues its versions and loses its meta',
    async run(open) {
      const { a, b, close } = await open({ retain: 5 });
      assert.equal(await a.clear('cpu'), false);
      await a.append('cpu', [meta({ label: 'x', retain: 2 }), item(1, 'k')]);
      const { cursor } = await a.append('cpu', [item(2, 'k')]);
      assert.equal(await a.clear('cpu'), true);
      assert.equal(await a.clear('cpu'), false);
      const cleared = await b.read('cpu', parseCursor(cursor), PLENTY);
      assert.deepEqual(
        [cleared.reset, cleared.entries, cleared.meta, cleared.more],
        ['cleared', [], undefined, false],
      );
      assert.deepEqual(await b.list(), []);
      const next = await a.append(
        'cpu',
        range(1, 4).map((n) => item(n, 'k')),
      );
      const delta = await b.read('cpu', parseCursor(cleared.to), PLENTY);
      assert.deepEqual([delta.reset, delta.to], [undefined, next.cursor]);
      assert.deepEqual(versions(delta), range(next.first, next.first + 3));
      assert.ok(next.first > 3, 'versions must not restart at 1');
      assert.equal((await b.read('cpu', parseCursor(cursor), PLENTY)).reset, 'cleared');
      assert.equal((await b.read('cpu', undefined, PLENTY)).entries.length, 4);
      await close();
    },
  },
  {
    name: 'a channel stores at most its limit of bytes; retained values may be replaced, and deleting makes room',
    async run(open) {
      const { a, b, close } = await open({ maxChannelBytes: 100_000, maxBytes: 1_000_000 });
      const text = 'x'.repeat(1_000);
      let kept = 0;
      const full = await refusalOf(async () => {
        for (const n of range(1, 500)) {
          await a.append('cpu', [item(text, `k${n}`)]);
          kept++;
        }
      });
      assert.deepEqual([full.code, full.status, full.channel], ['storage-full', 507, 'cpu']);
      assert.match(full.message, /retain.*maxChannelBytes/);
      assert.ok(kept >= 50 && kept <= 100, `${kept} of 1,000 bytes each`);
      assert.equal((await b.read('cpu', undefined, PLENTY)).entries.length, kept);
      const whole = await refusalOf(() =>
        a.append(
          'cpu',
          range(1, 90).map(() => item(text)),
        ),
      );
      assert.equal(whole.code, 'storage-full');
      await a.append('mem', [item(text)]);
      await a.append('cpu', [meta({ retain: 1 })]);
      for (const n of range(1, 200)) await a.append('cpu', [item(text, `k${1 + (n % kept)}`)]);
      assert.equal((await b.read('cpu', undefined, PLENTY)).entries.length, kept);
      await a.clear('cpu');
      await a.append('cpu', [item(text)]);
      await close();
    },
  },
  {
    name: 'all channels together store at most the total limit of bytes, by single and by simultaneous appends',
    async run(open) {
      const { a, b, close } = await open({ maxChannelBytes: 1_000_000, maxBytes: 300_000 });
      const text = 'ü'.repeat(500);
      const appends = range(1, 900).map((n) => a.append(`c${n % 30}`, [item(text, `k${n}`)]));
      const results = await Promise.allSettled(appends);
      const kept = results.filter(({ status }) => status === 'fulfilled').length;
      assert.ok(kept >= 100 && kept <= 300, `${kept} of about 1,000 bytes each`);
      for (const result of results) {
        if (result.status === 'rejected') {
          const { code, status } = result.reason as ProtocolError;
          assert.deepEqual([code, status], ['storage-full', 507]);
        }
      }
      let told = 0;
      for (const { name } of await b.list()) {
        told += (await b.read(name, undefined, PLENTY)).entries.length;
      }
      assert.equal(told, kept);
      for (const n of range(0, 9)) await a.clear(`c${n}`);
      await a.append('new', [item(text)]);
      await close();
    },
  },
  {
    name: 'the list contains every channel',
    async run(open) {
      const { a, b, close } = await open({ now: () => 5_000 });
      const cpu = await a.append('cpu', [meta({ label: 'CPU' }), item(1), item(2)]);
      await a.append('mem', [item(1)]);
      const list = (await b.list()).sort((x, y) => x.name.localeCompare(y.name));
      assert.deepEqual(list[0], {
        name: 'cpu',
        cursor: cpu.cursor,
        entries: 2,
        updated: 5_000,
        meta: { label: 'CPU' },
      });
      assert.deepEqual([list.length, list[1]?.name, list[1]?.meta], [2, 'mem', undefined]);
      await close();
    },
  },
  {
    name: 'a single channel is described as in the list, and one that holds nothing is undefined',
    async run(open) {
      const { a, b, close } = await open({ now: () => 5_000 });
      await a.append('cpu', [meta({ label: 'CPU' }), item(1), item(2, 'k')]);
      await a.append('mem', [meta({ label: 'memory' })]);
      await a.append('net', [item(1)]);
      for (const info of await b.list()) assert.deepEqual(await b.info(info.name), info);
      assert.equal((await b.info('mem'))?.entries, 0);
      assert.equal(await b.info('nothing'), undefined);
      await a.clear('net');
      assert.equal(await b.info('net'), undefined);
      await a.append('net', [item(2)]);
      assert.equal((await b.info('net'))?.entries, 1);
      await close();
    },
  },
  {
    name: 'health counts the channels that hold anything, and says that appends are accepted',
    async run(open) {
      const { a, close } = await open({ maxChannels: 50 });
      const state = () => {
        const { ok, reason, channels } = a.health();
        return [ok, reason, channels];
      };
      assert.deepEqual(state(), [true, undefined, 0]);
      for (const n of range(1, 40)) await a.append(`c${n}`, [item(n)]);
      assert.deepEqual(state(), [true, undefined, 40]);
      for (const n of range(1, 10)) await a.clear(`c${n}`);
      assert.deepEqual(state(), [true, undefined, 30]);
      await a.append('c1', [item(1)]);
      for (const n of range(1, 15)) await a.append(`d${n}`, [item(n)]); // Some replace deleted channels.
      assert.deepEqual(state(), [true, undefined, 46]);
      await close();
    },
  },
];
