/**
 * What the stores cost, against the bare engines, in one run: `npm run bench:stores`; one part alone with `-- level`,
 * `-- redis` or `-- start`.
 * Rounds alternate, and the ratio told is the median of the rounds' ratios. The bars: embedded ≥ 0.8 × LevelDB's own
 * group commit, Redis ≥ 0.7 × the bare script. Machines are noisy: the ratios count, not the rates; and where others keep
 * the machine busy, the processor time per append counts, not the ratio of rates.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createClient } from '@redis/client';
import { ClassicLevel } from 'classic-level';
import { levelStore } from '../../server/stores/level.ts';
import { type Folder, openFolder } from '../../server/stores/level-folder.ts';
import { redisStore } from '../../server/stores/redis.ts';
import { packItems } from '../../server/stores/redis-records.ts';
import { APPEND, keysOf } from '../../server/stores/redis-scripts.ts';
import { noEngine, RedisServer } from '../support/redis-server.ts';

const ROUNDS = 11;
const ROUND_MS = 300;
const WRITERS = [1, 32, 256];
const JSON_TEXT = JSON.stringify({ value: 42.5, text: 'x'.repeat(60) });

interface Rate {
  perSecond: number;
  /** Processor time of all threads, per append. */
  cpuMicros: number;
  /** 99th percentile of the event loop's delay. */
  delayMs: number;
}

/** Writers that each wait for their own append before the next, for one round. */
async function rateOf(writers: number, append: (n: number) => Promise<unknown>): Promise<Rate> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const start = performance.now();
  const cpu = process.cpuUsage();
  let done = 0;
  await Promise.all(
    Array.from({ length: writers }, async (_, writer) => {
      while (performance.now() - start < ROUND_MS) {
        await append(writer);
        done++;
      }
    }),
  );
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  delay.disable();
  return {
    perSecond: done / seconds,
    cpuMicros: (user + system) / done,
    delayMs: delay.percentile(99) / 1e6,
  };
}

const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;

async function compare(
  name: string,
  bare: (n: number) => Promise<unknown>,
  ours: (n: number) => Promise<unknown>,
): Promise<void> {
  for (const writers of WRITERS) {
    const rounds: { bare: Rate; ours: Rate }[] = [];
    while (rounds.length < ROUNDS) {
      // In turns, who is first.
      const before = rounds.length % 2 ? await rateOf(writers, ours) : undefined;
      const theirs = await rateOf(writers, bare);
      rounds.push({ bare: theirs, ours: before ?? (await rateOf(writers, ours)) });
    }
    const told = (of: 'bare' | 'ours') => {
      const [rate, cpu, delay] = (['perSecond', 'cpuMicros', 'delayMs'] as const).map((what) =>
        median(rounds.map((round) => round[of][what])),
      ) as [number, number, number];
      return `${of} ${rate.toFixed(0)}/s, ${cpu.toFixed(0)} µs of processor time, loop p99 ${delay.toFixed(1)} ms`;
    };
    const ratio = median(rounds.map((round) => round.ours.perSecond / round.bare.perSecond));
    console.log(
      `${name}, ${writers} writers: ${told('bare')}; ${told('ours')}; ratio ${ratio.toFixed(2)}`,
    );
  }
}

/** A disk that takes so long to sync, where the machine's own takes hardly any time. */
const slow = (ms: number) =>
  ms === 0 ? async () => {} : () => new Promise<void>((done) => setTimeout(done, ms));

/** LevelDB's own group commit: what waits while a synced batch is written makes up the next one. */
function bareGroupCommit(
  db: ClassicLevel,
  disk: () => Promise<void>,
): (writer: number) => Promise<void> {
  let waiting: { key: string; done: () => void }[] = [];
  let running = false;
  let version = 0;
  const run = async () => {
    running = true;
    await Promise.resolve();
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      const batch = db.batch();
      for (const { key } of group) batch.put(key, JSON_TEXT);
      await batch.write({ sync: true });
      await disk();
      for (const { done } of group) done();
    }
    running = false;
  };
  return (writer) =>
    new Promise((done) => {
      waiting.push({ key: `c${writer}\0${String(version++).padStart(16, '0')}`, done });
      if (!running) void run();
    });
}

async function benchLevel(diskMs: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'lp-bench-'));
  const disk = slow(diskMs);
  const db = new ClassicLevel(join(folder, 'bare'), { compression: false });
  await db.open();
  const open = async (location: string): Promise<Folder> => {
    const own = await openFolder(location);
    const write: Folder['write'] = (changes, sync) => own.write(changes, sync).then(disk);
    return { ...own, write };
  };
  const store = await levelStore({ location: join(folder, 'ours'), open });
  const ours = (writer: number) => store.append(`c${writer}`, [{ json: JSON_TEXT }]);
  await compare(`LevelDB, synced, disk ${diskMs || 'as it is'}`, bareGroupCommit(db, disk), ours);
  await db.close();
  await store.close();
  await rm(folder, { recursive: true });
}

async function benchStart(channels: number, entries: number): Promise<void> {
  const location = await mkdtemp(join(tmpdir(), 'lp-bench-'));
  const limits = { location, maxChannels: 20_000, durability: 'os' as const };
  await fill();
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const start = performance.now();
  const store = await levelStore(limits);
  const ms = performance.now() - start;
  globalThis.gc?.();
  const heap = process.memoryUsage().heapUsed - before;
  console.log(
    `start with ${channels} channels of ${entries}: ${ms.toFixed(0)} ms, ` +
      `${(heap / channels / entries).toFixed(0)} B of heap per entry of ${JSON_TEXT.length} B`,
  );
  await store.close();
  await rm(location, { recursive: true });

  async function fill(): Promise<void> {
    const filled = await levelStore(limits);
    for (let c = 0; c < channels; c++) {
      const items = Array.from({ length: entries }, () => ({ json: JSON_TEXT }));
      await filled.append(`channel-${c}`, items);
    }
    await filled.close();
  }
}

async function benchRedis(): Promise<void> {
  if (noEngine) return console.log(`Redis: skipped, ${noEngine}`);
  const server = await RedisServer.start();
  const client = await createClient({ url: server.url }).connect();
  await client.sendCommand(['SCRIPT', 'LOAD', APPEND.source]);
  const store = await redisStore({ url: server.url, prefix: 'ours' });
  const ours = (writer: number) => store.append(`c${writer}`, [{ json: JSON_TEXT }]);
  const bare = (writer: number) => {
    const keys = keysOf('bare', `c${writer}`, `~${Math.random()}`);
    const args = ['abcdef', '30000', '', '500', '', '100000', '2000'];
    const items = packItems([{ json: JSON_TEXT }], Date.now());
    return client.sendCommand(['EVALSHA', APPEND.sha, '3', ...keys, ...args, ...items]);
  };
  await compare('Redis, the append script', bare, ours);
  await store.close();
  client.destroy();
  await server.stop();
}

const [only] = process.argv.slice(2);
if (!only || only === 'level') {
  await benchLevel(3);
  await benchLevel(0);
}
if (!only || only === 'redis') await benchRedis();
if (!only || only === 'start') {
  await benchStart(10_000, 5);
  await benchStart(2_000, 500);
}
