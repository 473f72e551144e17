// @ts-check
/**
 * Compares lp-metric-chart with naive and tuned Chart.js, uPlot and ECharts, in one run. See docs/performance.md.
 *
 *   npm run bench:charts -- [--rounds 3] [--slow-rounds 1] [--only 300x1,3600x4,50:300x4] [--without naive,echarts]
 *
 * Main-thread time per update (script, style, layout, drawing) as the browser counts it. Each chart library in each round
 * has a page of its own, in random order; ratios are taken within a round, and their median is printed. `--slow-rounds`
 * applies to all but lp-metric-chart and uPlot.
 */
import { benchBrowser, option, sizeOf } from './bench-browser.mjs';

const rounds = Number(option('rounds', '3'));
const slowRounds = Number(option('slow-rounds', String(rounds)));
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

const browser = await benchBrowser();

/** Main-thread ms per update. */
async function measure(/** @type {any} */ scenario) {
  const { page, metric } = await browser.open(scenario.count);
  try {
    const run = (/** @type {number} */ n, /** @type {number} */ ms) =>
      /** @type {Promise<{ done: number, drawn: number }>} */ (
        page.evaluate(`bench.run(${n}, ${ms})`)
      );
    const setup = JSON.stringify({ ...scenario, ...sizeOf(scenario.count) });
    await page.evaluate(`bench.setup(${setup})`);
    await run(10, 2_000);
    const before = await metric('TaskDuration');
    const { done, drawn } = await run(scenario.count > 1 ? 30 : 60, 5_000);
    return { ms: ((await metric('TaskDuration')) - before) * (1_000 / done), drawn: drawn / done };
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
    `| charts : points × series | ${ADAPTERS.map((name) => `${name} ms`).join(' | ')} | lp / uplot | from – to | tuned / lp | echarts / lp | naive / lp | lp drawn |`,
  );
  console.log(`|---|${ADAPTERS.map(() => '---').join('|')}|---|---|---|---|---|---|`);
  for (const scenario of SCENARIOS.filter(({ name }) => only.length === 0 || only.includes(name))) {
    /** @type {Record<string, number[]>} */ const times = {};
    /** Redraws per update of ours: it draws only when a pixel can have changed. @type {number[]} */ const shares =
      [];
    for (let round = 0; round < rounds; round++) {
      const now = ADAPTERS.filter((name) => round < slowRounds || ['lp', 'uplot'].includes(name));
      for (const adapter of now.sort(() => Math.random() - 0.5)) {
        const { ms, drawn } = await measure({ ...scenario, adapter });
        (times[adapter] ??= []).push(ms);
        if (adapter === 'lp') shares.push(drawn);
      }
    }
    const ratios = (/** @type {string} */ a, /** @type {string} */ b) =>
      (times[a] ?? []).flatMap((ms, n) => (times[b]?.[n] ? [ms / times[b][n]] : []));
    const ratio = (/** @type {string} */ a, /** @type {string} */ b) =>
      ratios(a, b).length > 0 ? shown(median(ratios(a, b))) : '–';
    const all = ratios('lp', 'uplot');
    const range = all.length > 0 ? `${shown(Math.min(...all))}–${shown(Math.max(...all))}` : '–';
    const cells = ADAPTERS.map((name) => shown(median(times[name] ?? [])));
    console.log(
      `| ${scenario.name} | ${cells.join(' | ')} | ${ratio('lp', 'uplot')} | ${range} | ${ratio('tuned', 'lp')} | ${ratio('echarts', 'lp')} | ${ratio('naive', 'lp')} | ${shown(median(shares))} |`,
    );
  }
} finally {
  await browser.close();
}
