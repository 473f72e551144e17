// @ts-check
/**
 * Clients that connect, wait, disconnect or do not read, and publishers beside them, for an hour: does the memory of
 * `lp-kit serve --data` stay flat?
 *
 *   npm run build && node test/bench/churn.mjs [--minutes 60] [--visitors 50]
 *
 * `--visitors`: how many clients connect per second. Linux only (/proc).
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { post, startServer } from './fanout/server-process.mjs';

const CLI = fileURLToPath(new URL('../../dist/cli/cli.js', import.meta.url));
const CHANNELS = 20;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    visitors: { type: 'string', default: '50' },
  },
});
if (!existsSync(CLI)) throw new Error('the server is not built: npm run build');

const folder = mkdtempSync(join(tmpdir(), 'lp-churn-'));
const server = await startServer((port) => {
  const args = ['serve', '--port', String(port), '--data', folder];
  return [process.execPath, CLI, ...args];
});
const { port } = server;
const any = (/** @type {number} */ below) => Math.floor(Math.random() * below);
let came = 0;
let refused = 0;
let published = 0;

/** What a visitor asks, and how it goes away. @type {{ ask(): string, afterMs(): number, deaf?: boolean }[]} */
const VISITORS = [
  { ask: () => poll(`c${any(CHANNELS)}`, '0'), afterMs: () => any(5_000) }, // Disconnects while it is held or answered.
  { ask: () => poll(`made-up-${any(1e9)}`, '0'), afterMs: () => any(5_000) },
  {
    ask: () => poll(`c${any(CHANNELS)},c${any(CHANNELS)}`, '0,0').slice(0, -any(60)),
    afterMs: () => any(5_000),
  }, // Half a request.
  {
    ask: () => Array.from({ length: 8 }, (_, i) => poll(`c${i}`, '0')).join(''),
    afterMs: () => 10_000,
    deaf: true,
  }, // Reads nothing.
  { ask: () => poll(`c${any(CHANNELS)}`, 'x'), afterMs: () => any(1_000) },
];

/** @param {string} channels @param {string} since */
function poll(channels, since) {
  return `GET /lp/poll?channels=${channels}&since=${since}&wait=50 HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`;
}

function visit() {
  const visitor = VISITORS[any(VISITORS.length)];
  if (!visitor) return;
  came++;
  const socket = connect(port, '127.0.0.1', () => socket.write(visitor.ask()));
  socket.on('error', () => refused++);
  if (visitor.deaf) socket.pause();
  else socket.resume();
  setTimeout(() => (any(2) ? socket.resetAndDestroy() : socket.end()), visitor.afterMs());
  setTimeout(() => socket.destroy(), 60_000); // Otherwise the kernel keeps what these clients never read, until its buffers are full.
}

/** A batch into a permanent channel, or into one that is deleted at once. */
async function publish() {
  const value = { value: Math.random(), note: 'x'.repeat(any(200)) };
  const stands = any(20) > 0;
  const path = `/lp/channels/${stands ? `c${any(CHANNELS)}` : `job-${any(1_000)}`}`;
  const status = await post(port, path, JSON.stringify(Array(5).fill(value)));
  if (status !== 201) throw new Error(`a write was answered with ${status}`);
  published += 5;
  if (!stands) await fetch(`http://127.0.0.1:${port}${path}`, { method: 'DELETE' });
}

const metrics = async () => (await fetch(`http://127.0.0.1:${port}/lp/metrics`)).text();

const number = (/** @type {string} */ text, /** @type {string} */ name) =>
  Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);

/** The lowest heap of a minute is what garbage collection leaves. @param {number} ms */
async function watch(ms) {
  const until = performance.now() + ms;
  let heap = Infinity;
  let text = '';
  while (performance.now() < until) {
    await sleep(1_000);
    text = await metrics();
    heap = Math.min(heap, number(text, 'nodejs_heap_size_used_bytes'));
  }
  const mb = (/** @type {number} */ bytes) => Number((bytes / 1e6).toFixed(1));
  return {
    came,
    published,
    held: number(text, 'lp_held_polls'),
    'hung up': number(text, 'lp_polls_total\\{result="gone"\\}'),
    'heap MB': mb(heap),
    'rss MB': mb(server.rssBytes()),
    'lag p99 ms': Number((number(text, 'nodejs_eventloop_lag_p99_seconds') * 1000).toFixed(1)),
  };
}

const visiting = setInterval(visit, 1000 / Number(values.visitors));
const publishing = setInterval(() => void publish(), 50);
const minutes = Number(values.minutes);
try {
  for (let minute = 1; minute <= minutes; minute++) {
    const row = { minute, ...(await watch(60_000)) };
    console.log(JSON.stringify(row));
  }
  clearInterval(visiting);
  clearInterval(publishing);
  await watch(70_000); // The last invented names are dropped.
  console.log(JSON.stringify({ 'after the end': true, ...(await watch(5_000)), refused }));
} finally {
  clearInterval(visiting);
  clearInterval(publishing);
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
