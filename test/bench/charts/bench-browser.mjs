// @ts-check
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
const PAGE = `<!doctype html><meta charset="utf-8"><style>
  body { margin: 0 } .large { width: 800px; height: 300px } .small { display: inline-block; width: 370px; height: 200px }
  .bare { display: block; height: 100%; --lp-space: 0px; --lp-shadow: none; --lp-radius: 0px }
</style><body><script type="module" src="/page.js"></script>`;

/** A browser for page.js: installs the peers where they are not yet, bundles, serves. */
export async function benchBrowser() {
  if (!existsSync(join(here, 'node_modules')))
    execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: here, stdio: 'inherit' });
  const out = mkdtempSync(join(tmpdir(), 'lp-bench-'));
  await bundle(out);
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
    protocolTimeout: 900_000,
  });
  return {
    /** A page with `bench`, large enough for so many charts, and its metrics. */
    async open(/** @type {number} */ count) {
      const page = await browser.newPage();
      await page.setViewport({ width: 1_920, height: count > 1 ? 2_150 : 600 });
      const cdp = await page.createCDPSession();
      await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
      await page.goto(`http://127.0.0.1:${port}/`);
      await page.waitForFunction('globalThis.bench');
      const metric = async (/** @type {string} */ name) =>
        (await cdp.send('Performance.getMetrics')).metrics.find((m) => m.name === name)?.value ?? 0;
      return { page, cdp, metric };
    },
    async close() {
      await browser.close();
      server.close();
      rmSync(out, { recursive: true, force: true });
    },
  };
}

const bundle = (/** @type {string} */ outdir) =>
  build({
    entryPoints: [join(here, 'page.js')],
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    minify: true,
    loader: { '.css': 'text' },
    nodePaths: [join(here, 'node_modules')],
    tsconfig: fileURLToPath(new URL('../../../tsconfig.json', import.meta.url)),
  });

/** Charts on a page with many are small. */
export const sizeOf = (/** @type {number} */ count) =>
  count > 1 ? { width: 370, height: 200 } : { width: 800, height: 300 };

export const option = (/** @type {string} */ name, /** @type {string} */ otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : (process.argv[at + 1] ?? otherwise);
};
