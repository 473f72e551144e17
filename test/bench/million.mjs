// @ts-check
/**
 * What an audience needs, from 1,000 to 1,000,000 viewers: `node test/bench/million.mjs [--updates 1] [--cpu 60] [--held 17] [--tabs 3]`
 *
 * Arithmetic on unit costs, no measurement: give those that `npm run bench` shows on your machine. `--cpu` is µs per
 * delivery and `--held` kB per held poll of one process, `--updates` a second of the page's channels together.
 * Held against measured runs in docs/performance.md.
 */
const option = (/** @type {string} */ name, /** @type {number} */ otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};
const cpuUs = option('cpu', 60);
const heldKb = option('held', 17);
const updatesPerSecond = option('updates', 1);

/** The client's pace: at most ten answers a second, whatever comes. */
const answersPerSecond = Math.min(updatesPerSecond, 10);
/** A process is full at half a core (the rest is for waves) or at so many held polls. */
const MAX_BUSY = 0.5;
const MAX_HELD = 40_000;
const BASE_MB = 60;
/** Polls at the origin per shared cache: the ones held, and those that slip through (test/e2e/shared-cache.test.ts). */
const POLLS_PER_CACHE = 2;
const CACHES = 10;
/** Open pages of one browser, where `share="tabs"` lets them share a poll. */
const TABS_PER_BROWSER = option('tabs', 3);

/** @type {Record<string, (viewers: number) => number>} */
const HELD_POLLS = {
  direct: (viewers) => viewers,
  'one poll a browser': (viewers) => viewers / TABS_PER_BROWSER,
  'behind caches': (viewers) => Math.min(viewers, CACHES * POLLS_PER_CACHE),
};

for (const [how, held] of Object.entries(HELD_POLLS)) {
  console.log(`\n${how}, ${updatesPerSecond} updates/s:`);
  const rows = [1_000, 10_000, 100_000, 1_000_000].map((viewers) => {
    const polls = Math.ceil(held(viewers));
    const busy = (polls * answersPerSecond * cpuUs) / 1e6;
    const instances = Math.max(1, Math.ceil(busy / MAX_BUSY), Math.ceil(polls / MAX_HELD));
    return {
      viewers,
      'polls held': polls,
      'cores busy': Number(busy.toFixed(3)),
      instances,
      'MB in all': Math.round((polls * heldKb) / 1000 + instances * BASE_MB),
      'engine reads/s': instances > 1 ? Math.ceil(instances * answersPerSecond) : 0, // each instance reads a channel's news once for all
    };
  });
  console.table(rows);
}
