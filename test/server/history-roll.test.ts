import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chance } from '../support/chance.ts';
import { HistoryBench, T0 } from '../support/history-bench.ts';

const SPACINGS_MS = [100, 1_000, 15_000, 3_600_000, 21_600_000];

test('random histories return each sample exactly once, even when samples are rolled, late or out of order', async () => {
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

test('a source keeps its entries while the next tier cannot be written', async (t) => {
  t.mock.method(console, 'error', () => {});
  const bench = HistoryBench.memory();
  bench.broken.add('room~10s');
  await bench.fill(3_000, 10_000);
  assert.equal(await bench.total(`from=${T0}`), 3_000);
  bench.broken.clear();
  await bench.check([undefined]);
  await bench.roller.close();
});

test('a range beyond the finest tier is read from the next tier that is complete', async () => {
  const bench = HistoryBench.memory();
  await bench.fill(4_000);
  await bench.roller.idle();
  const { step, since = Infinity, from } = await bench.answer('from=-1h&points=800');
  assert.equal(step, 10_000);
  assert.ok(since <= from);
  assert.equal(await bench.total('from=-1h&points=800'), 3_601);
  assert.equal((await bench.answer('from=-10m&points=800')).step, 1_000);
  await bench.roller.close();
});
