/** Pages of the tests in Chromium, which the project's own tests use as well (`KIT_ROOT`). */
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const root = `${process.env.KIT_ROOT}/`;
const { resolve } = createRequire(root);
const { default: puppeteer } = await import(pathToFileURL(resolve('puppeteer-core')).href);
const { chromeArgs, ensureChrome } = await import(pathToFileURL(`${root}tools/browser.mjs`).href);
const esbuild = createRequire(root)('esbuild');

/** Bundles a module and returns its text. `options` of esbuild. */
export async function bundle(entry, options = {}) {
  const { outputFiles } = await esbuild.build({
    entryPoints: [entry],
    bundle: true,
    format: 'esm',
    jsx: 'automatic',
    write: false,
    logLevel: 'warning',
    define: { 'process.env.NODE_ENV': '"development"' },
    ...options,
  });
  return outputFiles[0].text;
}

/** Serves a page whose script is `code`; `markup` is its body. Returns its URL and `close`. */
export async function serve(code, markup) {
  const server = createServer((req, res) => {
    const isScript = req.url === '/app.js';
    res.writeHead(isScript || req.url === '/' ? 200 : 204, {
      'Content-Type': isScript ? 'text/javascript' : 'text/html',
    });
    if (isScript) res.end(code);
    else res.end(`<!doctype html>${markup}<script type="module" src="/app.js"></script>`);
  });
  await new Promise((done) => void server.listen(0, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}

/** Opens a page, waits until `ready` (run there) returns a true value, and returns it with what the page complained of. */
export async function visit(url, ready) {
  const browser = await puppeteer.launch({
    executablePath: await ensureChrome(),
    args: chromeArgs,
    headless: true,
  });
  try {
    const page = await browser.newPage();
    const complaints = [];
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => {
      const isIcon = message.location().url?.endsWith('/favicon.ico'); // which the browser asks for by itself
      if (message.type() === 'error' && !isIcon) complaints.push(message.text());
    });
    await page.goto(url);
    const handle = await page.waitForFunction(ready, { polling: 100 });
    return { result: await handle.jsonValue(), complaints };
  } finally {
    await browser.close();
  }
}
