// @ts-check
/**
 * lp-metric-chart side by side with naive and tuned Chart.js, uPlot and ECharts, in one run. See docs/performance.md.
 *
 *   npm run bench:charts -- [--rounds 3] [--only 300x1,3600x4,50:300x4] [--without naive,echarts]
 *
 * Main-thread time per update (script, style, layout, drawing) as the browser counts it. Each chart library in each round
 * has a page of its own, in random order; ratios are taken within a round, and their median is told.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import puppeteer from 'puppeteer-core';
import { chromeArgs, ensureChrome } from '../../../tools/browser.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const option = (/** @type {string} */ name, /** @type {string} */ otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : (process.argv[at + 1] ?? otherwise);
};
const rounds = Number(option('rounds', '3'));
const without = option('without', '').split(',');
const only = option('only', '').split(',').filter(Boolean);
const ADAPTERS = ['lp', 'uplot', 'tuned', 'naive', 'echarts'].filter(
  (name) => !without.includes(name),
);
const SCENARIOS = [
  ...[300, 3_600, 86_400].flatMap((points) =>
    [1, 4, 8].map((series) => ({ count: 1, points, series })),
  ),
  ...[20, 50].flatMap((count) => [300, 3_600].map((points) => ({ count, points, series: 4 }))),
].map((scenario) => ({
  ...scenario,
  name: `${scenario.count > 1 ? `${scenario.count}:` : ''}${scenario.points}x${scenario.series}`,
}));

if (!existsSync(join(here, 'node_modules')))
  execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: here, stdio: 'inherit' });

const out = mkdtempSync(join(tmpdir(), 'lp-bench-'));
await build({
  entryPoints: [join(here, 'page.js')],
  outdir: out,
  bundle: true,
  splitting: true,
  format: 'esm',
  minify: true,
  nodePaths: [join(here, 'node_modules')],
  tsconfig: fileURLToPath(new URL('../../../tsconfig.json', import.meta.url)),
});
const PAGE = `<!doctype html><meta charset="utf-8"><style>
  body { margin: 0 } .large { width: 800px; height: 300px } .small { display: inline-block; width: 370px; height: 200px }
  .bare { display: block; height: 100%; --lp-space: 0px; --lp-shadow: none; --lp-radius: 0px }
</style><body><script type="module" src="/page.js"></script>`;
const server = createServer((req, res) => {
  const file = join(out, (req.url ?? '/').slice(1));
  const script = req.url !== '/' && existsSync(file);
  res.writeHead(200, { 'content-type': script ? 'text/javascript' : 'text/html' });
  res.end(script ? readFileSync(file) : PAGE);
}).listen(0, '127.0.0.1');
await new Promise((done) => server.once('listening', done));
const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
const browser = await puppeteer.launch({
  executablePath: await ensureChrome(),
  args: [...chromeArgs, '--js-flags=--expose-gc'],
  headless: true,
  protocolTimeout: 300_000,
});

/** Main-thread ms per update. */
async function measure(/** @type {any} */ scenario) {
  const page = await browser.newPage();
  try {
    await page.setViewport({ width: 1_920, height: scenario.count > 1 ? 2_150 : 600 });
    const cdp = await page.createCDPSession();
    await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
    await page.goto(`http://127.0.0.1:${port}/`);
    await page.waitForFunction('globalThis.bench');
    const size = scenario.count > 1 ? { width: 370, height: 200 } : { width: 800, height: 300 };
    const run = (/** @type {number} */ n, /** @type {number} */ ms) =>
      /** @type {Promise<{ done: number, drawn: number }>} */ (
        page.evaluate(`bench.run(${n}, ${ms})`)
      );
    await page.evaluate(`bench.setup(${JSON.stringify({ ...scenario, ...size })})`);
    await run(10, 2_000);
    const spent = async () =>
      (await cdp.send('Performance.getMetrics')).metrics.find((m) => m.name === 'TaskDuration')
        ?.value ?? 0;
    const before = await spent();
    const { done, drawn } = await run(scenario.count > 1 ? 30 : 60, 5_000);
    return { ms: ((await spent()) - before) * (1_000 / done), drawn: drawn / done };
  } finally {
    await page.close();
  }
}

const median = (/** @type {number[]} */ all) => {
  const sorted = [...all].sort((a, b) => a - b);
  const n = sorted.length >> 1;
  return sorted.length % 2 ? (sorted[n] ?? 0) : ((sorted[n - 1] ?? 0) + (sorted[n] ?? 0)) / 2;
};
const shown = (/** @type {number} */ x) =>
  x >= 100 ? x.toFixed(0) : x >= 10 ? x.toFixed(1) : x.toFixed(2);

try {
  console.log(
    `| charts : points × series | ${ADAPTERS.map((name) => `${name} ms`).join(' | ')} | lp / uplot | naive / lp | lp drawn |`,
  );
  console.log(`|---|${ADAPTERS.map(() => '---').join('|')}|---|---|---|`);
  for (const scenario of SCENARIOS.filter(({ name }) => only.length === 0 || only.includes(name))) {
    /** @type {Record<string, number[]>} */ const times = {};
    /** Redraws per update of ours: it draws only when a pixel can have changed. @type {number[]} */ const shares =
      [];
    for (let round = 0; round < rounds; round++) {
      for (const adapter of [...ADAPTERS].sort(() => Math.random() - 0.5)) {
        const { ms, drawn } = await measure({ ...scenario, adapter });
        (times[adapter] ??= []).push(ms);
        if (adapter === 'lp') shares.push(drawn);
      }
    }
    const ratio = (/** @type {string} */ a, /** @type {string} */ b) =>
      times[a] && times[b]
        ? shown(median(times[a].map((ms, n) => ms / (times[b]?.[n] ?? Number.NaN))))
        : '–';
    const cells = ADAPTERS.map((name) => shown(median(times[name] ?? [])));
    console.log(
      `| ${scenario.name} | ${cells.join(' | ')} | ${ratio('lp', 'uplot')} | ${ratio('naive', 'lp')} | ${shown(median(shares))} |`,
    );
  }
} finally {
  await browser.close();
  server.close();
  rmSync(out, { recursive: true, force: true });
}
