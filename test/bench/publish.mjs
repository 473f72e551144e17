// @ts-check
/**
 * Measures the cost of publishing: `node --import tsx test/bench/publish.mjs`. HTTP publishes compared with a bare Express
 * JSON echo (required: ≥ 0.8 ×), alternating in one run, medians; and in-process publishes, with the event loop's delay.
 * `--before` also measures the other checkout that the last `npm run bench -- --before CHECKOUT` built.
 * Servers are separate processes; see also `npm run bench -- --rate 100 --pace 100` for bursts to subscribers.
 */
import { Agent, request } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { livePoll } from '../../server/index.ts';
import { startServer } from './fanout/server-process.mjs';

const ROUNDS = 3;
const ROUND_MS = 1_500;
const WRITERS = 32;
const BODY = JSON.stringify({ value: 42.5, text: 'x'.repeat(60) });

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
const withBefore = process.argv.includes('--before');
const agent = new Agent({ keepAlive: true, maxSockets: WRITERS });

/** @param {number} port @param {string} path @returns {Promise<void>} */
function post(port, path) {
  const headers = { 'Content-Type': 'application/json', 'Content-Length': BODY.length };
  return new Promise((done, failed) => {
    const asked = request({ port, host: '127.0.0.1', path, method: 'POST', headers, agent });
    asked.on('error', failed).on('response', (res) => res.resume().on('end', done));
    asked.end(BODY);
  });
}

/**
 * CPU of the server per publish, µs: steadier than a rate on a machine that others use too.
 * @param {string} server
 * @param {string} door
 * @param {(n: number) => string} path
 */
async function costOf(server, door, path) {
  const run = await startServer((port) => [process.execPath, here(server), String(port), door]);
  const round = async () => {
    const end = performance.now() + ROUND_MS;
    let count = 0;
    const writer = async () => {
      while (performance.now() < end) await post(run.port, path(count++));
    };
    await Promise.all(Array.from({ length: WRITERS }, writer));
    return count;
  };
  await round();
  const before = run.cpuMs();
  const count = await round();
  const cost = ((run.cpuMs() - before) * 1000) / count;
  await run.stop();
  return cost;
}

const median = (/** @type {number[]} */ values) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** @type {{ echo: number[], before: number[], ours: number[] }} */
const costs = { echo: [], before: [], ours: [] };
const channel = (/** @type {number} */ n) => `/lp/channels/c${n % 100}`;
for (let i = 0; i < ROUNDS; i++) {
  costs.echo.push(await costOf('fanout/servers/express-echo.mjs', '', () => '/echo'));
  if (withBefore) costs.before.push(await costOf('.cache/before.mjs', 'front', channel));
  costs.ours.push(await costOf('.cache/lp.mjs', 'front', channel));
}
const [echo, before, ours] = [median(costs.echo), median(costs.before), median(costs.ours)];
if (withBefore) console.log(`HTTP publish, other checkout: ${before.toFixed(0)} µs of CPU`);
console.log(
  `HTTP publish: echo ${echo.toFixed(0)} µs, ours ${ours.toFixed(0)} µs of CPU; rate ${(echo / ours).toFixed(2)} × the echo's`,
);

for (const perSecond of [100, 1_000, 10_000]) {
  for (const channels of [1, 1_000]) {
    const live = await livePoll();
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const [start, cpu] = [performance.now(), process.cpuUsage()];
    let count = 0;
    while (performance.now() - start < 2_000) {
      const due = ((performance.now() - start) * perSecond) / 1000;
      while (count < due) await live.publish(`c${count++ % channels}`, { value: count });
      await new Promise((done) => setTimeout(done, 1));
    }
    const { user, system } = process.cpuUsage(cpu);
    const p99 = (delay.percentile(99) / 1e6).toFixed(1);
    const share = ((user + system) / 1000 / (performance.now() - start)) * 100;
    console.log(
      `in process, ${perSecond}/s over ${channels} channels: ${count} done, ${share.toFixed(0)} % of a core, loop p99 ${p99} ms`,
    );
    await live.close();
  }
}
agent.destroy();
