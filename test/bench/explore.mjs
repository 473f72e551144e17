// @ts-check
/**
 * The page that shows all channels, with 10,000 of them: `npm run build && node test/bench/explore.mjs [channels]`. Processor time
 * of the page's main thread until the first widgets are there, in the longest task, and while the list is scrolled to its end;
 * channels in one poll at most. Takes half a minute.
 */
import { livePoll } from '../../dist/server/index.js';
import puppeteer from 'puppeteer-core';
import { chromeArgs, ensureChrome } from '../../tools/browser.mjs';

const CHANNELS = Number(process.argv[2] ?? 10_000);
const SCROLLS = 60;

const live = await livePoll({ graceMs: 20, maxChannels: CHANNELS + 100 });
const server = live.listen({ port: 0 });
await new Promise((done) => server.once('listening', done));
const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
const now = Date.now();
for (let n = 0; n < CHANNELS; n++) {
  const name = `plant${n % 7}.line${n % 50}.sensor${n}`;
  await live.describe(name, { kind: 'gauge', unit: n % 3 ? 'celsius' : 'byte' });
  const values = [3, 2, 1].map((step) => ({ value: (n % 90) + step, time: now - step * 10_000 }));
  await live.publish(name, values);
}

const browser = await puppeteer.launch({
  executablePath: await ensureChrome(),
  args: chromeArgs,
  headless: true,
});
try {
  const page = await browser.newPage();
  await page.setViewport({ width: 1440, height: 900 });
  let polled = 0;
  page.on('request', (request) => {
    const { pathname, searchParams } = new URL(request.url());
    if (!pathname.endsWith('/poll')) return;
    polled = Math.max(polled, (searchParams.get('channels') ?? '').split(',').length);
  });
  await page.evaluateOnNewDocument(() => {
    const tasks = /** @type {number[]} */ ([]);
    Object.assign(globalThis, { tasks });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) tasks.push(duration);
    }).observe({ type: 'longtask', buffered: true });
  });
  const session = await page.createCDPSession();
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const busy = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    const value = (/** @type {string} */ name) =>
      metrics.find((metric) => metric.name === name)?.value ?? 0;
    return { task: value('TaskDuration') * 1000, script: value('ScriptDuration') * 1000 };
  };
  const longest = () =>
    page.evaluate(() => {
      const { tasks } = /** @type {any} */ (globalThis);
      const sorted = tasks
        .splice(0)
        .sort((/** @type {number} */ a, /** @type {number} */ b) => b - a);
      return { over50: sorted.length, longest: Math.round(sorted[0] ?? 0) };
    });

  await page.goto(`http://127.0.0.1:${port}/lp/explore`);
  await page.waitForSelector('.widget');
  const filled = await page.evaluate(() => Math.round(performance.now()));
  const paint = await page.evaluate(() =>
    Math.round(performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0),
  );
  await page.waitForFunction(
    (count) => document.querySelector('#count')?.textContent?.startsWith(count),
    {},
    CHANNELS.toLocaleString('en'),
  );
  const first = await busy();
  console.log({
    channels: CHANNELS,
    paint,
    filled,
    cpuMs: Math.round(first.task),
    ...(await longest()),
  });

  for (let n = 0; n < SCROLLS; n++) {
    await page.evaluate(() => scrollBy(0, 3_000));
    await new Promise((done) => setTimeout(done, 150));
  }
  const scrolled = await busy();
  const cards = await page.$$eval('.card', ({ length }) => length);
  console.log({
    scrolls: SCROLLS,
    cards,
    cpuMsPerScroll: Math.round((scrolled.task - first.task) / SCROLLS),
    ...(await longest()),
    polled,
  });

  await page.type('#search', 'line7. sensor1');
  await page.waitForFunction(() =>
    / of /.test(document.querySelector('#count')?.textContent ?? ''),
  );
  const searched = await busy();
  console.log({
    search: true,
    cpuMs: Math.round(searched.task - scrolled.task),
    ...(await longest()),
  });
} finally {
  await browser.close();
  await live.close();
  server.close();
}
