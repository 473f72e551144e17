import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { levelStore } from '../../server/stores/level/store.ts';
import { PLENTY, range, told } from '../contract/case.ts';
import { chance } from '../support/chance.ts';
import { copyOf, emptyFolder } from '../support/folders.ts';
import { HistoryBench, T0 } from '../support/history-bench.ts';

const WRITER = fileURLToPath(new URL('../support/history-writer.ts', import.meta.url));
const YEAR_MS = 366 * 86_400_000;
const KILLS = Number(process.env['LP_HISTORY_KILLS'] ?? 3);

test('crashes and restarts during rolls keep every sample exactly once', async (t) => {
  const random = chance(7);
  const below = (n: number): number => Math.floor(random() * n);
  const keys = ['a', 'b'];
  const bench = new HistoryBench();
  let location = await emptyFolder(t);
  const open = async (): Promise<void> =>
    bench.use(
      await levelStore({
        location,
        retain: 100,
        historyMs: YEAR_MS,
        now: bench.clock,
        durability: 'os',
        spareLength: [-Infinity, 20_000, 8_000_000][below(3)],
      }),
    );
  await open();
  for (const life of range(1, 12)) {
    for (let batch = 0; batch < 40; batch++) {
      await bench.publish(
        range(1, 1 + below(30)).map((n) => {
          bench.now += below(20_000);
          const late = below(25) === 0 ? below(40_000_000) : 0;
          return { k: keys[n % 2] as string, t: bench.now - late, value: below(1_000) };
        }),
      );
      if (below(30) === 0) await bench.check(keys);
    }
    const { roller, store } = bench;
    if (life % 3 === 0) {
      await roller.close();
      await store.close();
    } else {
      location = await copyOf(location, t); // As it is on the disk in the middle of a roll.
      t.after(async () => {
        await roller.close();
        await store.close();
      });
    }
    await open();
    await bench.check(keys);
    await bench.roller.idle();
    assert.ok((await bench.check(keys)) > 0);
  }
  await bench.roller.close();
  await bench.store.close();
});

for (const spareLength of [-Infinity, 8_000_000]) {
  test(`a folder without history is opened, and no dropped entry returns (${spareLength})`, async (t) => {
    const location = await emptyFolder(t);
    const options = { location, retain: 100, durability: 'os', spareLength } as const;
    const old = await levelStore(options);
    for (const n of range(1, 30)) {
      const items = range(1, 20).map((i) => ({ json: `{"value":${n * 20 + i}}`, k: `k${i % 2}` }));
      await old.append('room', items);
    }
    const entries = told(await old.read('room', undefined, PLENTY));
    await old.close();
    const bench = new HistoryBench();
    bench.use(await levelStore({ ...options, historyMs: YEAR_MS }));
    assert.deepEqual(told(await bench.store.read('room', undefined, PLENTY)), entries);
    await bench.roller.idle();
    assert.deepEqual(told(await bench.store.read('room', undefined, PLENTY)), entries);
    const { series } = await bench.history.answer('room', {
      from: 0,
      to: Date.now() + 1e6,
      open: true,
      points: 5_000,
      fields: undefined,
      keys: undefined,
      format: 'json',
      times: false,
    });
    const count = series.reduce((sum, { n }) => sum + n.reduce((a, b) => a + b, 0), 0);
    // Dropped entries that are still on the disk may go into history; as entries they do not return.
    assert.ok(count >= 200 && count <= 600, `${count} samples`);
    await bench.roller.close();
    await bench.store.close();
  });
}

test(`after kill -9 during rolls, ${KILLS} times, every acknowledged sample is stored exactly once`, async (t) => {
  const location = await emptyFolder(t);
  let next = 0;
  let acknowledged = 0;
  for (const round of range(1, KILLS)) {
    const args = ['--import', 'tsx', WRITER, location, String(next)];
    const writer = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(writer, 'exit');
    let appends = 0;
    const most = 20 + ((round * 37) % 101);
    for await (const line of createInterface({ input: writer.stdout })) {
      acknowledged = Math.max(acknowledged, Number(line) + 20);
      if (++appends === most) writer.kill('SIGKILL');
    }
    await ended;
    const bench = new HistoryBench();
    bench.now = T0 + (acknowledged + 100_000) * 1_000;
    bench.use(
      await levelStore({
        location,
        retain: 100,
        historyMs: 1e11,
        now: bench.clock,
        durability: 'os',
      }),
    );
    if (round % 2) await bench.roller.idle();
    const { series, since = Infinity, step } = await bench.answer('from=0&points=5000');
    assert.ok(since <= T0 + step);
    const [all] = series;
    const count = all?.n.reduce((a, b) => a + b, 0) ?? 0;
    assert.ok(count >= acknowledged && count <= acknowledged + 20, `${count} of ${acknowledged}`);
    next = count;
    const seconds = step / 1_000;
    all?.n.forEach((n, i) => {
      const first = ((all.t[i] ?? 0) - T0) / 1_000;
      assert.equal(
        n,
        Math.min(first + seconds, count) - Math.max(0, first),
        `bucket at ${first} s`,
      );
    });
    await bench.roller.close();
    await bench.store.close();
  }
});
