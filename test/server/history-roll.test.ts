import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chance } from '../support/chance.ts';
import { HistoryBench, T0 } from '../support/history-bench.ts';

const SPACINGS_MS = [100, 1_000, 15_000, 3_600_000, 21_600_000];

test('random histories return each sample exactly once, also when samples are rolled, late or out of order', async () => {
  for (let seed = 1; seed <= 12; seed++) {
    const random = chance(seed);
    const below = (n: number): number => Math.floor(random() * n);
    const one = <T>(list: readonly T[]): T => list[below(list.length)] as T;
    const bench = HistoryBench.memory(one([1, 100, 150]));
    const keys = one([[undefined], ['a', 'b', 'c'], [undefined, 'x~y', '"q\\']]);
    const spacing = one(SPACINGS_MS);
    let isKnown = false;
    for (let i = 0; i < 150; i++) {
      const batch = Array.from({ length: 1 + below(40) }, () => {
        bench.now += below(2 * spacing);
        const late = below(20) === 0 ? below(2_000) * spacing : below(5) === 0 ? below(3_000) : 0;
        const isGap = isKnown && below(30) === 0;
        return { k: one(keys), t: bench.now - late, value: isGap ? null : below(1_000) - 300 };
      });
      await bench.publish(batch.map(({ k, ...rest }) => (k === undefined ? rest : { k, ...rest })));
      isKnown ||= i > 5 && keys.every((key) => bench.truth.samples.some(({ k }) => k === key));
      if (below(50) === 0) await bench.check(keys);
      if (below(60) === 0) bench.now -= below(7_200_000);
    }
    await bench.roller.idle();
    const compared = await bench.check(keys);
    assert.ok(compared > 1_000, `seed ${seed}: ${compared}`);
    await bench.roller.close();
  }
});

/** Publishes `count` samples without a key, `stepMs` apart. */
async function fill(bench: HistoryBench, count: number, stepMs = 1_000): Promise<void> {
  for (let i = 0; i < count; i++) {
    bench.now += stepMs;
    await bench.publish([{ t: bench.now, value: i % 100 }]);
  }
}

/** Number of samples in an answer. */
async function told(bench: HistoryBench, search: string): Promise<number> {
  const { series } = await bench.answer(search);
  return series[0]?.n.reduce((a, b) => a + b, 0) ?? 0;
}

test('a source keeps its entries while the next tier cannot be written', async (t) => {
  t.mock.method(console, 'error', () => {});
  const bench = HistoryBench.memory();
  bench.broken.add('room~10s');
  await fill(bench, 3_000, 10_000);
  assert.equal(await told(bench, `from=${T0}`), 3_000);
  bench.broken.clear();
  await bench.check([undefined]);
  await bench.roller.close();
});

test('while the first tier cannot be written, entries are queued; past the limit the oldest are lost and counted', async (t) => {
  t.mock.method(console, 'error', () => {});
  const bench = HistoryBench.memory();
  bench.broken.add('room~1s');
  await fill(bench, 2_000);
  assert.equal(bench.store.history?.lost, 0);
  assert.equal(await told(bench, `from=${T0}`), 2_000);
  assert.equal(
    (await bench.store.read('room', undefined, { entries: 5_000, bytes: 1e9 })).entries.length,
    100,
  );
  await fill(bench, 500);
  assert.equal(bench.store.history?.lost, 500);
  bench.truth.samples.splice(0, 500);
  await bench.check([undefined]);
  await bench.roller.close();
});

test('a writer that is faster than the roller waits for it', async () => {
  const bench = HistoryBench.memory();
  const items = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ t: T0 + i, value: i }));
  const first = bench.publish(items(800));
  const order: string[] = [];
  void first.then(() => order.push('written'));
  void bench.roller.idle().then(() => order.push('rolled'));
  await first;
  await bench.roller.idle();
  assert.deepEqual(order.slice(0, 2).sort(), ['rolled', 'written']);
  const { raw = [], blocks = [] } =
    (await bench.store.history?.read('room', { keys: undefined, maxKeys: 1, choose: () => 0 }))
      ?.keys[0] ?? {};
  assert.equal(raw.length, 0);
  assert.ok(blocks.length > 0);
  await bench.roller.close();
});

test('deleting a channel deletes its history', async () => {
  const bench = HistoryBench.memory();
  await fill(bench, 3_000);
  await bench.roller.idle();
  assert.equal(await bench.store.clear('room'), true);
  assert.deepEqual((await bench.answer('from=0')).series, []);
  bench.truth.samples = [];
  await fill(bench, 300);
  await bench.roller.idle();
  assert.equal(await told(bench, 'from=0'), 300);
  await bench.check([undefined]);
  await bench.roller.close();
});

test('a channel that is deleted during its first roll does not come back', async () => {
  const bench = HistoryBench.memory();
  let deleted = 0;
  bench.beforeBlocks = async () => {
    bench.beforeBlocks = undefined;
    await bench.store.clear('room');
    await bench.publish([{ t: bench.now, value: 1 }]);
    bench.truth.samples.splice(0, bench.truth.samples.length - 1);
    deleted++;
  };
  await fill(bench, 140);
  await bench.roller.idle();
  await fill(bench, 140);
  await bench.roller.idle();
  assert.equal(deleted, 1);
  assert.equal(await told(bench, 'from=0'), bench.truth.samples.length);
  await bench.check([undefined]);
  await bench.roller.close();
});

test('when two instances roll the same entries, one of them is refused', async () => {
  const bench = HistoryBench.memory();
  let rolls = 0;
  bench.beforeBlocks = async (again) => {
    if (rolls++ % 3 > 0) await again();
  };
  await fill(bench, 3_000);
  await bench.roller.idle();
  assert.ok(rolls > 5, `${rolls} rolls`);
  assert.equal(await told(bench, 'from=0'), 3_000);
  await bench.check([undefined]);
  await bench.roller.close();
});

test('a response is a consistent snapshot, also while entries are published and rolled', async () => {
  const bench = HistoryBench.memory();
  const keys = Array.from({ length: 40 }, (_, i) => `k${i}`);
  const publish = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) {
      bench.now += 1_000;
      await bench.publish(keys.map((k) => ({ k, t: bench.now, value: i })));
    }
  };
  await publish(160);
  const samples = [...bench.truth.samples];
  const answered = bench.answer(`from=${T0}&points=5000`);
  await publish(160);
  await bench.roller.idle();
  const { series, ...rest } = await answered;
  bench.truth.samples = samples;
  for (const key of keys) {
    const own = { ...rest, series: series.filter((one) => one.key === key) };
    assert.equal(bench.truth.compare(own, key), 160);
  }
  await bench.roller.close();
});

test('a range beyond the finest tier is read from the next tier that is complete', async () => {
  const bench = HistoryBench.memory();
  await fill(bench, 4_000);
  await bench.roller.idle();
  const { step, since = Infinity, from } = await bench.answer('from=-1h&points=800');
  assert.equal(step, 10_000);
  assert.ok(since <= from);
  assert.equal(await told(bench, 'from=-1h&points=800'), 3_601);
  assert.equal((await bench.answer('from=-10m&points=800')).step, 1_000);
  await bench.roller.close();
});

test('history "none", maxAge and a small retain keep no tiers, and remove existing ones', async () => {
  const bench = HistoryBench.memory();
  const isRolled = async (): Promise<boolean> => {
    await bench.roller.idle();
    const slice = await bench.store.history?.read('room', {
      keys: undefined,
      maxKeys: 1,
      choose: () => 0,
    });
    return (slice?.keys[0]?.blocks.length ?? 0) > 0;
  };
  const describe = (meta: object) =>
    bench.store.append('room', [{ json: JSON.stringify(meta), meta: true }]);
  await fill(bench, 200);
  assert.equal(await isRolled(), true);
  for (const meta of [
    { history: 'none' },
    { maxAge: 1e9 },
    { retain: 99 },
    { retain: 50, maxAge: 1e9 },
  ]) {
    await describe(meta);
    assert.equal(await isRolled(), false);
    await fill(bench, 300);
    assert.equal(await isRolled(), false);
    assert.equal(await told(bench, 'from=0'), (meta as { retain?: number }).retain ?? 100);
    await describe({ ...meta, history: '7d' });
    await fill(bench, 300);
    assert.equal(await isRolled(), true, JSON.stringify(meta));
  }
  await bench.roller.close();
});

test('entries past maxAge are rolled at once and then removed', async () => {
  const bench = HistoryBench.memory();
  await bench.store.append('room', [{ json: '{"maxAge":60,"history":"1d"}', meta: true }]);
  await fill(bench, 90);
  await bench.roller.idle();
  const { entries } = await bench.store.read('room', undefined, { entries: 1_000, bytes: 1e9 });
  assert.ok(entries.length <= 61, `${entries.length} entries`);
  assert.equal(await told(bench, `from=${T0}`), 90);
  await bench.roller.close();
});

test('buckets older than the age of the history are removed', async () => {
  const bench = HistoryBench.memory(100, 0);
  await bench.store.append('room', [{ json: '{"history":"2h"}', meta: true }]);
  await fill(bench, 4_000, 10_000);
  await bench.roller.idle();
  const { series, since = 0 } = await bench.answer('from=-30d&points=5000');
  assert.ok(
    since >= bench.now - 7_200_000 && since <= bench.now - 6_900_000,
    `since ${bench.now - since}`,
  );
  assert.ok((series[0]?.t[0] ?? 0) >= bench.now - 7_200_000 - 600_000);
  await bench.roller.close();
});

test('tiers are not listed and not counted as channels', async () => {
  const bench = HistoryBench.memory();
  await fill(bench, 300);
  await bench.roller.idle();
  assert.deepEqual(
    (await bench.store.list()).map(({ name, entries }) => [name, entries]),
    [['room', 100]],
  );
  assert.equal(bench.store.health().channels, 1);
  await bench.store.clear('room');
  assert.equal(bench.store.health().channels, 0);
  await bench.roller.close();
});

test('an entry with text only is not kept for a roll', async () => {
  const bench = HistoryBench.memory();
  for (let i = 0; i < 500; i++)
    await bench.store.append('room', [{ json: `{"text":"line ${i}"}` }]);
  await bench.roller.idle();
  const { raw = [] } =
    (await bench.store.history?.read('room', { keys: undefined, maxKeys: 1, choose: () => 0 }))
      ?.keys[0] ?? {};
  assert.ok(raw.length < 140, `${raw.length}`);
  await bench.roller.close();
});

test('a reset sends the retained entries, not those that wait to be rolled', async () => {
  const bench = HistoryBench.memory(1);
  await bench.store.append('room', [{ json: '{"history":"1d"}', meta: true }]);
  for (let i = 0; i < 90; i++)
    await bench.publish([
      { k: 'a', t: bench.now + i, value: i },
      { k: 'b', t: bench.now + i, value: -i },
    ]);
  const { entries } = await bench.store.read('room', undefined, { entries: 1_000, bytes: 1e9 });
  assert.deepEqual(
    entries.map((text) => (JSON.parse(text) as { d: object }).d),
    [{ value: 89 }, { value: -89 }],
  );
  assert.equal((await bench.store.info('room'))?.entries, 2);
  assert.equal(await told(bench, `from=${T0 - 1_000}&key=a`), 90);
  await bench.roller.close();
});
