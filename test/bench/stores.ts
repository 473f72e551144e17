/**
 * Compares the cost of the stores with that of the bare engines, in one run: `npm run bench:stores`; one part alone with
 * `-- level`, `-- redis` or `-- start`.
 * Rounds alternate, and the printed ratio is the median of the rounds' ratios. Required: embedded ≥ 0.8 × LevelDB's own
 * group commit (`bare`; beside it the same with the deletions that our store does not need), Redis ≥ 0.7 × the bare script.
 * Measurements vary between machines: compare the ratios, not the rates; and on a machine that other programs keep busy,
 * compare the processor time per append, not the ratio of rates.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createClient } from '@redis/client';
import { ClassicLevel } from 'classic-level';
import { type Folder, openFolder } from '../../server/stores/level/database.ts';
import { Roller } from '../../server/history/roller.ts';
import { levelStore } from '../../server/stores/level/store.ts';
import { packedBytes, packItems } from '../../server/stores/redis/records.ts';
import { APPEND, APPEND_QUICKLY, keysOf, tiersKey } from '../../server/stores/redis/scripts.ts';
import { redisStore } from '../../server/stores/redis/store.ts';
import { noEngine, RedisServer } from '../support/redis-server.ts';

const ROUNDS = 11;
const ROUND_MS = 300;
const WRITERS = [1, 32, 256];
/** Entries kept per channel: so few that soon every append drops one. */
const RETAIN = 100;
const JSON_TEXT = JSON.stringify({ value: 42.5, text: 'x'.repeat(60) });

interface Rate {
  perSecond: number;
  /** Processor time of all threads, per append. */
  cpuMicros: number;
  /** Processor time of Redis, per append. */
  engineMicros: number;
  /** 99th percentile of the event loop's delay. */
  delayMs: number;
}

/** Writers that each wait for their own append before the next, for one round. */
async function rateOf(
  writers: number,
  append: (n: number) => Promise<unknown>,
  engineCpu = async (): Promise<number> => 0,
): Promise<Rate> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const engineBefore = await engineCpu();
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
    engineMicros: (((await engineCpu()) - engineBefore) * 1e6) / done,
    delayMs: delay.percentile(99) / 1e6,
  };
}

const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;

type Append = (writer: number) => Promise<unknown>;

/** Ours against each of `others`, by name, all in every round. */
async function compare(
  name: string,
  ours: Append,
  others: Record<string, Append>,
  engineCpu?: () => Promise<number>,
): Promise<void> {
  const appends = Object.entries({ ours, ...others });
  for (const writers of WRITERS) {
    const rounds: Record<string, Rate>[] = [];
    while (rounds.length < ROUNDS) {
      const round: Record<string, Rate> = {};
      // In turns, who is first.
      for (const [who, append] of rounds.length % 2 ? appends : appends.toReversed()) {
        round[who] = await rateOf(writers, append, engineCpu);
      }
      rounds.push(round);
    }
    const of = (who: string, what: keyof Rate) =>
      median(rounds.map((round) => (round[who] as Rate)[what]));
    const ratio = (who: string) =>
      median(
        rounds.map((round) => (round['ours'] as Rate).perSecond / (round[who] as Rate).perSecond),
      );
    console.log(`${name}, ${writers} writers`);
    for (const [who] of appends) {
      console.log(
        `  ${who}: ${of(who, 'perSecond').toFixed(0)}/s, ${of(who, 'cpuMicros').toFixed(0)} µs of processor time, ` +
          (engineCpu ? `${of(who, 'engineMicros').toFixed(1)} µs of Redis, ` : '') +
          `loop p99 ${of(who, 'delayMs').toFixed(1)} ms${who === 'ours' ? '' : `; ours are ${ratio(who).toFixed(2)} of it`}`,
      );
    }
  }
}

/** A disk that takes this long to sync, for machines whose own disk takes hardly any time. */
const slow = (ms: number) =>
  ms === 0 ? async () => {} : () => new Promise<void>((done) => setTimeout(done, ms));

/**
 * LevelDB's own group commit: what waits while a synced batch is written becomes the next batch.
 * With `retain`, all but so many of a writer's rows are deleted, in the batches that replace them.
 */
function bareGroupCommit(
  db: ClassicLevel,
  disk: () => Promise<void>,
  retain = Infinity,
): (writer: number) => Promise<void> {
  const rows = new Map<number, string[]>();
  let waiting: { key: string; displaced: string | undefined; done: () => void }[] = [];
  let running = false;
  let version = 0;
  const run = async () => {
    running = true;
    await Promise.resolve();
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      const batch = db.batch();
      for (const { key, displaced } of group) {
        batch.put(key, JSON_TEXT);
        if (displaced !== undefined) batch.del(displaced);
      }
      await batch.write({ sync: true });
      await disk();
      for (const { done } of group) done();
    }
    running = false;
  };
  const displaced = (writer: number, key: string): string | undefined => {
    if (retain === Infinity) return undefined;
    const own = rows.get(writer) ?? [];
    rows.set(writer, own);
    own.push(key);
    return own.length > retain ? own.shift() : undefined;
  };
  return (writer) =>
    new Promise((done) => {
      const key = `c${writer}\0${String(version++).padStart(16, '0')}`;
      waiting.push({ key, displaced: displaced(writer, key), done });
      if (!running) void run();
    });
}

async function benchLevel(diskMs: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'lp-bench-'));
  const disk = slow(diskMs);
  const [db, trimmed] = ['bare', 'trimmed'].map(
    (name) => new ClassicLevel(join(folder, name), { compression: false }),
  ) as [ClassicLevel, ClassicLevel];
  await Promise.all([db.open(), trimmed.open()]);
  const open = async (location: string): Promise<Folder> => {
    const own = await openFolder(location);
    const write: Folder['write'] = (changes, sync) => own.write(changes, sync).then(disk);
    return { ...own, write };
  };
  const store = await levelStore({ location: join(folder, 'ours'), open, retain: RETAIN });
  const ours = (writer: number) => store.append(`c${writer}`, [{ json: JSON_TEXT }]);
  await compare(`LevelDB, synced, disk ${diskMs || 'as it is'}`, ours, {
    bare: bareGroupCommit(db, disk),
    'bare, with deletions': bareGroupCommit(trimmed, disk, RETAIN),
  });
  await Promise.all([db.close(), trimmed.close()]);
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
  for (const { source } of [APPEND, APPEND_QUICKLY])
    await client.sendCommand(['SCRIPT', 'LOAD', source]);
  const store = await redisStore({ url: server.url, prefix: 'ours' });
  const ours = (writer: number) => store.append(`c${writer}`, [{ json: JSON_TEXT }]);
  const bare = async (writer: number) => {
    const channel = `c${writer}`;
    const keys = [...keysOf('bare', channel, `~${Math.random()}`), tiersKey('bare', channel)];
    const items = packItems([{ json: JSON_TEXT }], Date.now());
    const run = (sha: string, args: string[]) =>
      client.sendCommand(['EVALSHA', sha, '4', ...keys, 'abcdef', '30000', '', ...args, ...items]);
    const room = ['', String(packedBytes(items)), '1000000000', '1000000000'];
    const now = String(Date.now());
    const quick = ['d500', now, ...room, '0.6'];
    const [what] = (await run(APPEND_QUICKLY.sha, quick)) as unknown as string[];
    if (what !== 'else') return;
    const limits = ['500', '100000', '2000', '0', now, '', '0'];
    const rest = ['1000000000', '', 'd', '', '0.6', ''];
    await run(APPEND.sha, [...limits, 'bare:firsts', `c${writer}`, ...room, ...rest]);
  };
  const kept = await redisStore({ url: server.url, prefix: 'kept', historyMs: 30 * 86_400_000 });
  if (!kept.history) throw new Error('the store keeps no history');
  const roller = new Roller({
    store: kept,
    history: kept.history,
    now: Date.now,
    random: Math.random,
  });
  roller.start();
  const history = (writer: number) => kept.append(`c${writer}`, [{ json: JSON_TEXT }]);
  const engineCpu = async (): Promise<number> => {
    const info = await client.info('cpu');
    const [, system = '', user = ''] = /used_cpu_sys:(\S+)\s+used_cpu_user:(\S+)/.exec(info) ?? [];
    return Number(system) + Number(user);
  };
  await compare('Redis, the append script', ours, { bare, history }, engineCpu);
  await roller.close();
  await kept.close();
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
