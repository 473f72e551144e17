// @ts-check
/**
 * Calculates the resources for 1,000 to 1,000,000 viewers: `node test/bench/million.mjs [--updates 1] [--cpu 60] [--held 17] [--tabs 3] [--pages 10] [--engine 15]`
 *
 * It calculates with unit costs and measures nothing: pass those that `npm run bench` shows on your machine. `--cpu` is µs
 * per delivery, `--held` kB per held poll of one process, `--updates` the updates per second of all channels of a page,
 * `--pages` the number of different pages that are viewed, `--engine` µs of Redis per append and per read.
 * docs/performance.md compares the results with measured runs.
 */
const option = (/** @type {string} */ name, /** @type {number} */ otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};
const cpuUs = option('cpu', 60);
const heldKb = option('held', 17);
const updatesPerSecond = option('updates', 1);
const pages = option('pages', 10);
const engineUs = option('engine', 15);

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
  'behind caches': (viewers) => Math.min(viewers, CACHES * POLLS_PER_CACHE * pages),
};

/**
 * Each append once, and a read by each instance that has a client of the page: it reads for all of
 * them.
 */
function engineShare(/** @type {number} */ instances, /** @type {number} */ polls) {
  const readers = Math.min(instances, polls / pages);
  const perSecond = pages * (updatesPerSecond + readers * answersPerSecond);
  return Number(((perSecond * engineUs) / 1e4).toFixed(2));
}

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
      'engine, % of a core': instances > 1 ? engineShare(instances, polls) : 0, // One process needs none.
    };
  });
  console.table(rows);
}
