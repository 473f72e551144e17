import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseCursor } from '../../protocol/lp1.ts';
import { History } from '../../server/history/history.ts';
import { parseHistoryQuery } from '../../server/history/history-query.ts';
import { redisStore } from '../../server/stores/redis/store.ts';
import { chance } from '../support/chance.ts';
import { batchOf, KEYS } from '../support/history-batches.ts';
import { noEngine, RedisServer } from '../support/redis-server.ts';

const WRITER = fileURLToPath(new URL('../support/history-writer-redis.ts', import.meta.url));
/** Duration of the writing; minutes for a long run. */
const MINUTES = Number(process.env['LP_HISTORY_MINUTES'] ?? 0);

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** An instance in a process of its own. */
class Writer {
  /** Number of the next batch. */
  next = 0;
  readonly #args: string[];
  #process: ChildProcess | undefined;

  constructor(...args: string[]) {
    this.#args = args;
  }

  async start(): Promise<void> {
    const args = ['--import', 'tsx', WRITER, ...this.#args, String(this.next)];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#process = child;
    const lines = createInterface(child.stdout);
    lines.on('line', (line) => (this.next = Number(line) + 1));
    await Promise.race([
      once(lines, 'line'),
      once(child, 'exit').then(() => Promise.reject(new Error('the writer ended'))),
    ]);
  }

  async kill(): Promise<void> {
    const child = this.#process as ChildProcess;
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'close');
  }
}

test('two instances that roll against each other count each sample once, also if they or Redis are killed and channels are deleted', {
  skip: noEngine,
  timeout: (MINUTES + 3) * 60_000,
}, async (t) => {
  const random = chance(9);
  const engine = await RedisServer.start('--appendonly', 'yes', '--appendfsync', 'always');
  t.after(() => engine.stop());
  const store = await redisStore({ url: engine.url, prefix: 'lp', retain: 100, historyMs: 1e11 });
  t.after(() => store.close());
  const history = new History({ store, now: Date.now });
  const writers = [new Writer(engine.url, 'lp', 'one'), new Writer(engine.url, 'lp', 'two')];
  t.after(() => Promise.all(writers.map((writer) => writer.kill().catch(() => {}))));
  await Promise.all(writers.map((writer) => writer.start()));

  /** Number of samples and their sum, and the version up to which they are counted. */
  const told = async (channel: string, points = 200) => {
    const query = parseHistoryQuery(`from=0&points=${points}`, Date.now());
    const { cursor, series } = await history.answer(channel, query);
    const total = (columns: (number | null)[]): number =>
      columns.reduce<number>((sum, each) => sum + (each ?? 0), 0);
    const n = series.reduce((sum, one) => sum + total(one.n), 0);
    const sum = series.reduce((all, one) => all + total(one.sum ?? []), 0);
    return { n, sum, v: parseCursor(cursor)?.v ?? 0 };
  };

  const end = Date.now() + MINUTES * 60_000;
  let checks = 0;
  let deletions = 0;
  let kills = 0;
  let offset: number | undefined; // Versions of the channel that hold no sample: those up to its last deletion.
  let failed: unknown;
  const isAway = (error: unknown): boolean => (error as { code?: string }).code === 'overloaded';
  for (let round = 0; Date.now() < end || kills < 1; round++) {
    try {
      const room = await told('room');
      assert.equal(room.n, room.v, 'every version of the room is one sample');
      const gone = await told('gone');
      offset ??= gone.v - gone.n;
      assert.equal(gone.v - gone.n, offset, 'every version since the deletion is one sample');
      checks++;
      if (round === 15 || random() < 0.05) {
        await store.clear('gone');
        offset = undefined;
        deletions++;
      }
    } catch (error) {
      if (!isAway(error)) throw error;
      failed = error;
      offset = undefined; // A deletion may have happened although its reply was lost.
    }
    if (round % 40 === 20) {
      const writer = writers[kills % 2] as Writer;
      await writer.kill();
      await writer.start();
      kills++;
    }
    if (round === 10 || round % 1_000 === 999) {
      await engine.kill();
      await engine.up();
    }
    await pause(20);
  }
  await Promise.all(writers.map((writer) => writer.kill()));
  for (const writer of writers) {
    // The last batch may be stored although it was not acknowledged.
    const name = writer === writers[0] ? 'one' : 'two';
    await store.append('room', batchOf(writer.next), { id: `${name}-${writer.next}` });
  }
  const items = writers.flatMap(({ next }) =>
    Array.from({ length: next + 1 }, (_, n) => batchOf(n)).flat(),
  );
  const expected = items.reduce(
    (sum, { json }) => sum + (JSON.parse(json) as { value: number }).value,
    0,
  );
  for (const points of [20, 200, 5_000]) {
    const { n, sum } = await told('room', points);
    assert.deepEqual([n, sum], [items.length, expected], `${points} points`);
  }
  await store.clear('gone');
  assert.equal((await told('gone')).n, 0);
  t.diagnostic(
    `${items.length} samples of ${KEYS.length} keys, ${checks} checks, ${kills} kills, ${deletions} deletions, last error: ${String(failed)}`,
  );
});
