// @ts-check
/**
 * Measures memory and CPU time of lp-metric-chart over a long time: heap over a day of updates, a page of 50 charts at one
 * sample a second, bursts. See docs/performance.md.
 *
 *   node test/bench/charts/endurance.mjs [--updates 86400] [--seconds 30]
 */
import { benchBrowser, option, sizeOf } from './bench-browser.mjs';

const updates = Number(option('updates', '86400'));
const seconds = Number(option('seconds', '30'));
const browser = await benchBrowser();

/** A page with charts of the kit. */
async function opened(/** @type {{ count: number, points: number, series: number }} */ scene) {
  const { page, cdp, metric } = await browser.open(scene.count);
  const setup = JSON.stringify({ adapter: 'lp', ...scene, ...sizeOf(scene.count) });
  await page.evaluate(`bench.setup(${setup})`);
  const heapMb = async () => {
    await cdp.send('HeapProfiler.collectGarbage');
    await cdp.send('HeapProfiler.collectGarbage');
    return (await metric('JSHeapUsedSize')) / 1e6;
  };
  return { page, metric, heapMb };
}

async function day() {
  const { page, metric, heapMb } = await opened({ count: 1, points: 3_600, series: 4 });
  const steps = 12;
  const heaps = [];
  for (let n = 0; n < steps; n++) {
    await page.evaluate(`bench.endure(${Math.round(updates / steps)})`);
    heaps.push(await heapMb());
  }
  const first = heaps[0] ?? 0;
  const last = heaps[steps - 1] ?? 0;
  const growth = ((last / first - 1) * 100).toFixed(1);
  console.log(
    `heap over ${updates} updates, each drawn, 3,600 × 4: ${first.toFixed(2)} MB after the first twelfth, ` +
      `${last.toFixed(2)} MB after the last (${growth} %), after each twelfth ${heaps.map((mb) => mb.toFixed(2)).join(' ')}; ` +
      `nodes ${await metric('Nodes')}, listeners ${await metric('JSEventListeners')}`,
  );
  await page.close();
}

async function wall() {
  const { page, metric } = await opened({ count: 50, points: 300, series: 4 });
  const before = await metric('TaskDuration');
  await page.tracing.start({ categories: ['toplevel'] });
  const { long, drawn } = /** @type {{ long: number[], drawn: number }} */ (
    await page.evaluate(`bench.live(${seconds})`)
  );
  const longestCpuMs = longestTaskMs(await page.tracing.stop());
  const busy = (((await metric('TaskDuration')) - before) / seconds) * 100;
  console.log(
    `50 charts, 300 × 4, a sample a second, ${seconds} s: ${long.length} tasks of 50 ms or more by the clock` +
      `${long.length > 0 ? ` (longest ${Math.max(...long).toFixed(0)} ms)` : ''}, ` +
      `longest task ${longestCpuMs.toFixed(1)} ms of processor time, ` +
      `main thread ${busy.toFixed(1)} % busy, ${(drawn / seconds).toFixed(1)} drawings a second`,
  );
  await page.close();
}

/** Of the page's main thread; by the processor's clock, which does not run while other programs have the machine. */
function longestTaskMs(/** @type {Uint8Array | undefined} */ trace) {
  /** @type {{ traceEvents: { name: string, ph: string, pid: number, tid: number, tdur?: number, args?: { name?: string } }[] }} */
  const { traceEvents } = JSON.parse(Buffer.from(trace ?? []).toString());
  const mains = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  const tasks = traceEvents.filter(
    ({ ph, pid, tid, tdur }) => ph === 'X' && tdur !== undefined && mains.has(`${pid} ${tid}`),
  );
  return tasks.reduce((most, { tdur = 0 }) => Math.max(most, tdur / 1_000), 0);
}

async function burst() {
  const { page } = await opened({ count: 1, points: 3_600, series: 4 });
  await page.evaluate('bench.burst(1000)');
  const { takenMs, drawn } = /** @type {{ takenMs: number, drawn: number }} */ (
    await page.evaluate('bench.burst(1000)')
  );
  console.log(
    `1,000 samples for 4 lines in one task: taken in ${takenMs.toFixed(1)} ms, drawn ${drawn} time(s)`,
  );
  await page.close();
}

try {
  await burst();
  await wall();
  await day();
} finally {
  await browser.close();
}
