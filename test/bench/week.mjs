/**
 * Keeps a page of every element open for a week of simulated time, with a new payload a minute for each, and prints the nodes
 * and the heap by day: both have to stay flat. `node test/bench/week.mjs [days]`; needs `npm run build`. Takes some minutes.
 */
import { once } from 'node:events';
import puppeteer from 'puppeteer-core';
import { livePoll } from '../../dist/server/index.js';
import { chromeArgs, ensureChrome } from '../../tools/browser.mjs';

const DAYS = Number(process.argv[2] ?? 7);
const PAGE = `<!doctype html><html lang="en"><link rel="icon" href="data:,"><script>
  // The page's clock: a minute passes with each step, and its timers run once a step.
  window.clock = { now: Date.UTC(2030, 0, 1), timers: new Set() };
  Date.now = () => clock.now;
  window.setInterval = (run) => { clock.timers.add(run); return run; };
  window.clearInterval = (run) => clock.timers.delete(run);
</script><script type="module" src="/lp/kit.js"></script>
<lp-number sparkline window="1h"></lp-number><lp-meter></lp-meter><lp-value></lp-value><lp-time></lp-time>
<lp-sparkline window="1h"></lp-sparkline><lp-list bars></lp-list><lp-tracker window="1h"></lp-tracker>
<lp-tracker variant="timeline" window="1h"></lp-tracker><lp-feed variant="log" limit="20" follow></lp-feed>
<lp-feed variant="events" limit="20"></lp-feed><lp-table limit="20"></lp-table><lp-metric-chart window="1h"></lp-metric-chart>
<lp-template><template><ul><li data-each="items" data-key="label"><b data-text="label"></b></li></ul></template></lp-template>
<lp-status></lp-status><lp-publish channel="x"></lp-publish></html>`;

const live = await livePoll({});
const server = live.listen({
  port: 0,
  app: (_req, res) => res.writeHead(200, { 'Content-Type': 'text/html' }).end(PAGE),
});
await once(server, 'listening');
const browser = await puppeteer.launch({
  executablePath: await ensureChrome(),
  args: chromeArgs,
  headless: true,
  protocolTimeout: 3_600_000,
});
const page = await browser.newPage();
await page.goto(`http://127.0.0.1:${server.address().port}/`);
await page.waitForFunction(() => !document.querySelector(':not(:defined)'));
const devtools = await page.createCDPSession();

/** Lets minutes pass: each brings a payload for every element. */
const pass = (minutes, from) =>
  page.evaluate(
    async (count, first) => {
      const rows = (n) =>
        Array.from({ length: 8 }, (_, i) => ({ label: `host ${n + i}`, value: (n * 7 + i) % 100 }));
      const payloads = {
        'lp-list': rows,
        'lp-tracker': (n) => ({ status: n % 9 ? 'up' : 'down' }),
        'lp-feed': (n) => ({ text: `line ${n}`, level: n % 5 ? 'info' : 'error' }),
        'lp-table': (n) => ({ name: `row ${n}`, value: n, status: n % 5 ? 'ok' : 'failed' }),
        'lp-template': (n) => ({ items: rows(n) }),
        'lp-metric-chart': (n) => ({ time: clock.now, value: (n * 13) % 50 }),
        'lp-time': () => clock.now,
      };
      const all = [...document.querySelectorAll('*')].filter(
        (each) => 'data' in each && each.updateComplete,
      );
      for (let n = first; n < first + count; n++) {
        clock.now += 60_000;
        for (const element of all)
          element.data = (payloads[element.localName] ?? ((at) => ({ value: (at * 17) % 90 })))(n);
        await Promise.all(all.map((element) => element.updateComplete));
        for (const run of Array.from(clock.timers)) run();
        if (n % 20 === 0) await new Promise((done) => requestAnimationFrame(done));
      }
    },
    minutes,
    from,
  );

/** Nodes by element, with those in its shadow root; and the heap in use. */
async function measure() {
  await devtools.send('HeapProfiler.collectGarbage');
  const { metrics } = await devtools.send('Performance.getMetrics');
  const heap = metrics.find(({ name }) => name === 'JSHeapUsedSize').value;
  const nodes = await page.evaluate(() => {
    const below = (root) => {
      const walker = document.createTreeWalker(root);
      let count = 0;
      while (walker.nextNode()) count++;
      return count;
    };
    const all = [...document.querySelectorAll('*')].filter((each) => each.shadowRoot);
    return all.map((each) => [each.localName, below(each) + below(each.shadowRoot)]);
  });
  return { heap, nodes };
}

await devtools.send('Performance.enable');
let minutes = 0;
for (let day = 0; day <= DAYS; day++) {
  const { heap, nodes } = await measure();
  const sum = nodes.reduce((total, [, count]) => total + count, 0);
  console.log(
    `day ${day}: ${sum} nodes, ${(heap / 1e6).toFixed(1)} MB; ${nodes.map(([tag, count]) => `${tag.slice(3)} ${count}`).join(', ')}`,
  );
  if (day < DAYS) await pass(1440, minutes);
  minutes += 1440;
}
await browser.close();
await live.close();
