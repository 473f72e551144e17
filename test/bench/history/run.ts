/*
 * Prints the measurements of history: node --expose-gc --import tsx test/bench/history/run.ts [read | append | post | memory | second]
 * `second`: a whole year at one sample per second through a store with a fast clock (some minutes); without an argument a
 * year at one sample per 15 s, reads, pauses of the event loop and appends. `post`: CPU of a server process per POST.
 * `memory`: heap of a channel with history, of a year and of 30 days.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { History } from '../../../server/history/history.ts';
import { parseHistoryQuery } from '../../../server/history/history-query.ts';
import { Roller } from '../../../server/history/roller.ts';
import { memoryStore } from '../../../server/stores/memory.ts';
import type { Store } from '../../../server/stores/store.ts';
import { tierNames } from '../../../server/stores/tiers.ts';
import { serve } from '../../support/command.ts';

const T0 = Date.UTC(2026, 0, 1);
const DAY = 86_400_000;
const YEAR_MS = 366 * DAY;
const POSTS = Number(process.env['POSTS'] ?? 4_000);

interface Bench {
  store: Store;
  roller: Roller;
  history: History;
  clock: { now: number };
}

function open(retain = 500, historyMs: number | 'off' = YEAR_MS): Bench {
  const clock = { now: T0 };
  const now = (): number => clock.now;
  const store = memoryStore({ ...(historyMs !== 'off' && { historyMs }), retain, now });
  const tiers = store.history ?? { start() {}, stop() {} };
  const roller = new Roller({
    store,
    history: tiers as NonNullable<Store['history']>,
    now,
    random: Math.random,
  });
  roller.start();
  return { store, roller, history: new History({ store, now }), clock };
}

/** A value like that of a sensor: a slow wave and noise, with two decimals. */
const valueAt = (i: number): number =>
  Math.round(2_000 + 500 * Math.sin(i / 5_000) + 100 * Math.sin(i * 12.9898)) / 100;

/** Publishes a series: `stepMs` between samples, `size` samples per append. */
async function fill(
  { store, roller, clock }: Bench,
  count: number,
  stepMs: number,
  size = 20,
): Promise<void> {
  for (let i = 0; i < count; i += size) {
    clock.now += size * stepMs;
    const items = Array.from({ length: Math.min(size, count - i) }, (_, n) => ({
      json: `{"value":${valueAt(i + n)}}`,
      t: clock.now - (size - 1 - n) * stepMs,
    }));
    await store.append('room', items);
    if (i % 2_000 < size) await roller.idle();
  }
  await roller.idle();
}

const heap = (): number => {
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
};

/** Keeps the measured objects from being garbage-collected. */
const held: Bench[] = [];

const row = (what: string, figure: string, bar = ''): void =>
  console.log(`| ${what} | ${figure} | ${bar} |`);

/**
 * Heap per channel of `channels` channels with one series each, filled for `days` at one sample per `stepMs`. The heap of one
 * channel alone would be hidden by that of compiled code.
 */
async function memory(channels: number, days: number, stepMs: number): Promise<void> {
  const heapOf = async (historyMs: number | 'off', count: number): Promise<number> => {
    const bench = open(500, historyMs);
    const before = heap();
    for (let i = 0; i < count; i += 20) {
      bench.clock.now += 20 * stepMs;
      for (let channel = 0; channel < channels; channel++) {
        const items = Array.from({ length: 20 }, (_, n) => ({
          json: `{"value":${valueAt(i + n)}}`,
          t: bench.clock.now - (19 - n) * stepMs,
        }));
        await bench.store.append(`room${channel}`, items);
      }
      if (i % 2_000 < 20) await bench.roller.idle();
    }
    await bench.roller.idle();
    held.push(bench);
    return (heap() - before) / channels;
  };
  await heapOf(days * DAY, 2_000); // compiles the code
  const raw = await heapOf('off', 1_000);
  const all = await heapOf(days * DAY, (days * DAY) / stepMs);
  const figures = `${(raw / 1e6).toFixed(2)} MB of entries, ${((all - raw) / 1e6).toFixed(2)} MB of buckets`;
  const what = `heap of a channel of one series, ${days} d at one sample per ${stepMs / 1_000} s (of ${channels})`;
  row(what, figures, days >= 365 ? '≤ 0.4 MB of buckets' : '');
}

async function year(stepMs: number): Promise<void> {
  const raw = open(500, 'off');
  await fill(raw, 1_000, stepMs);
  const before = heap();
  const others = open(500, 'off');
  await fill(others, 1_000, stepMs);
  const rawBytes = heap() - before;
  const bench = open();
  const from = heap();
  const count = Math.floor((365 * DAY) / stepMs);
  const cpu = process.cpuUsage();
  await fill(bench, count, stepMs);
  const { user, system } = process.cpuUsage(cpu);
  const bytes = heap() - from;
  held.push(raw, others, bench);
  row(
    `heap of 500 entries and a year at ${stepMs / 1_000} s, beyond raw`,
    `${((bytes - rawBytes) / 1e6).toFixed(2)} MB`,
    '≤ 0.4 MB',
  );
  row(
    'CPU of a sample, published and rolled through all tiers',
    `${((user + system) / count).toFixed(2)} µs`,
  );
  const { series, step } = await bench.history.answer(
    'room',
    parseHistoryQuery('from=-366d&points=5000', bench.clock.now),
  );
  const told = series[0]?.n.reduce((a, b) => a + b, 0) ?? 0;
  row(
    `samples of the year that are told, in buckets of ${step / 3_600_000} h`,
    `${told} of ${count}`,
    'all',
  );
  if (told !== count) process.exitCode = 1;
  for (const name of tierNames('room')) {
    const { entries } = await bench.store.read(name, undefined, { entries: 1e6, bytes: 1e9 });
    const length = entries.reduce((sum, text) => sum + text.length, 0);
    row(`tier ${name}`, `${entries.length} blocks, ${(length / 1_000).toFixed(0)} kB`);
  }
}

async function chart(): Promise<void> {
  const bench = open();
  await fill(bench, 90_000, 1_000);
  const query = parseHistoryQuery('from=-24h&points=800', bench.clock.now);
  const cpu = process.cpuUsage();
  let text = '';
  for (let i = 0; i < 20; i++) text = JSON.stringify(await bench.history.answer('room', query));
  const { user, system } = process.cpuUsage(cpu);
  const points = (JSON.parse(text) as { series: { t: number[] }[] }).series[0]?.t.length;
  row(
    '24 h of a chart of 800 points',
    `${(text.length / 1_000).toFixed(1)} kB (${(gzipSync(text).length / 1_000).toFixed(1)} gzip), ${points} points`,
    '≤ 40 kB',
  );
  row('CPU of that answer', `${((user + system) / 20_000).toFixed(1)} ms`);
  bench.store.history?.stop();
}

/** The longest turn of the event loop while `work` runs, in ms: by the clock, and by processor time of the process. */
async function longestTurn(work: () => Promise<unknown>): Promise<string> {
  let [wall, cpu] = [0, 0];
  let at = performance.now();
  let used = process.cpuUsage();
  let isOver = false;
  const watch = (): void => {
    const { user, system } = process.cpuUsage(used);
    wall = Math.max(wall, performance.now() - at);
    cpu = Math.max(cpu, (user + system) / 1_000);
    at = performance.now();
    used = process.cpuUsage();
    if (!isOver) setImmediate(watch);
  };
  setImmediate(watch);
  await work();
  isOver = true;
  return `${cpu.toFixed(0)} ms of CPU, ${wall.toFixed(0)} ms by the clock`;
}

/** The longest time that nothing else could run while 2,000 keys are rolled together. */
async function pauses(): Promise<void> {
  const bench = open();
  for (let i = 0; i < 410; i++) {
    // Beyond the last of the jittered limits.
    bench.clock.now += 1_000;
    const items = Array.from({ length: 2_000 }, (_, key) => ({
      json: `{"value":${valueAt(i + key)}}`,
      k: `k${key}`,
      t: bench.clock.now,
    }));
    await bench.store.append('room', items);
  }
  row(
    '2,000 keys due together: longest turn',
    await longestTurn(() => bench.roller.idle()),
    '≤ 50 ms',
  );
  const keys = Array.from({ length: 64 }, (_, i) => `key=k${i}`).join('&');
  const query = parseHistoryQuery(`from=-24h&${keys}`, bench.clock.now);
  const turn = await longestTurn(() => bench.history.answer('room', query));
  row('history of 64 keys: longest turn', turn, '≤ 50 ms');
}

/** CPU of a server process per POST, with history and without; from its own metrics. */
async function posts(size: number, args: string[]): Promise<void> {
  const cost = async (...more: string[]): Promise<number> => {
    const served = await serve([...args, ...more, '--no-in']);
    const cpu = async (): Promise<number> => {
      const text = await (await fetch(`${served.url}/metrics`)).text();
      return Number(/^process_cpu_seconds_total (\S+)/m.exec(text)?.[1]);
    };
    const post = async (count: number): Promise<void> => {
      for (let i = 0; i < count; i++) {
        const values = Array.from({ length: size }, (_, n) => ({ value: valueAt(i * size + n) }));
        const body = JSON.stringify(size === 1 ? values[0] : values);
        await (await fetch(`${served.url}/channels/room`, { method: 'POST', body })).arrayBuffer();
      }
    };
    await post(1_000);
    const before = await cpu();
    await post(POSTS);
    const used = (await cpu()) - before;
    await served.stop();
    return (used / POSTS) * 1e6;
  };
  const off = await cost('--history', 'none');
  const on = await cost('--history', '30d');
  const figures = `${off.toFixed(0)} and ${on.toFixed(0)} µs, ${(on / off).toFixed(2)} ×`;
  const where = args.includes('--data') ? 'a folder' : 'memory';
  row(
    `a POST of ${size} to ${where}, without and with history`,
    figures,
    size === 1 ? '≤ 1.15 ×' : '≤ 1.3 ×',
  );
}

/** CPU of appends to a memory store, with history and without. */
async function appends(size: number): Promise<void> {
  const cost = async (historyMs: number | 'off'): Promise<number> => {
    const bench = open(500, historyMs);
    await fill(bench, 20_000, 1_000, size);
    const cpu = process.cpuUsage();
    await fill(bench, 200_000, 1_000, size);
    const { user, system } = process.cpuUsage(cpu);
    return (user + system) / 200_000;
  };
  const [off, on] = [await cost('off'), await cost(30 * DAY)];
  row(
    `append to a memory store, ${size} at a time: µs a sample, without and with history`,
    `${off.toFixed(2)} and ${on.toFixed(2)}`,
  );
}

console.log('| what | figure | bar |\n|---|---|---|');
const [what = 'year'] = process.argv.slice(2);
if (what === 'second') await year(1_000);
if (what === 'year') await year(15_000);
if (what === 'year' || what === 'read') {
  await chart();
  await pauses();
}
if (what === 'year' || what === 'append') {
  await appends(1);
  await appends(100);
}
if (what === 'memory') {
  await memory(100, 30, 60_000);
  await memory(10, 365, 120_000);
}
if (what === 'post') {
  const folder = await mkdtemp(join(tmpdir(), 'lp-bench-'));
  for (const args of [[], ['--data', folder]]) for (const size of [1, 100]) await posts(size, args);
  await rm(folder, { recursive: true });
}
