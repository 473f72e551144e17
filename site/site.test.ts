/** `npm run test:site`: the built site in a browser. Not in `npm test`: it needs the packages of site/. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'puppeteer-core';
import { violations } from '../test/support/axe.ts';
import { openChromium } from '../test/support/chromium.ts';

const site = fileURLToPath(new URL('.', import.meta.url));
const dist = join(site, 'dist');
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};
const pages = readdirSync(dist, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.html'))
  .map((file) => `/${file.replaceAll('\\', '/')}`);

const server = createServer((req, res) => {
  const { pathname } = new URL(req.url ?? '/', 'http://site');
  const file = join(dist, pathname.endsWith('/') ? `${pathname}index.html` : pathname);
  if (!file.startsWith(dist) || !existsSync(file)) return void res.writeHead(404).end();
  res.writeHead(200, { 'Content-Type': TYPES[extname(file)] ?? 'text/plain' });
  res.end(readFileSync(file));
});
let base: string;
let browser: Browser;
let page: Page;
const foreign: string[] = [];
const errors: string[] = [];

before(async () => {
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  browser = await openChromium();
  page = await browser.newPage();
  page.on('request', (request) => {
    if (!/^(data|blob|about):/.test(request.url()) && !request.url().startsWith(base))
      foreign.push(request.url());
  });
  page.on('pageerror', (error) => errors.push(`${page.url()}: ${String(error)}`));
});
after(async () => {
  await browser.close();
  server.close();
});

test('docs/reference/ is what the doc comments say: else run `npm run reference`', () => {
  const out = mkdtempSync(join(tmpdir(), 'lp-reference-'));
  try {
    execFileSync('npx', ['typedoc', '--out', out, '--logLevel', 'Error'], { cwd: site });
    const expected = readdirSync(out);
    assert.ok(expected.length > 3);
    for (const name of expected)
      assert.equal(
        readFileSync(join(site, '../docs/reference', name), 'utf8'),
        readFileSync(join(out, name), 'utf8'),
        name,
      );
  } finally {
    rmSync(out, { recursive: true });
  }
});

test('every link of every page leads to a page and an anchor that are there', () => {
  assert.ok(pages.length > 40);
  const missing: string[] = [];
  for (const path of pages) {
    const html = readFileSync(join(dist, path), 'utf8');
    for (const [, href = ''] of html.matchAll(/<a [^>]*?href="([^"]+)"/g)) {
      const { origin, pathname, hash } = new URL(
        href.replaceAll('&amp;', '&'),
        `http://site${path}`,
      );
      if (origin !== 'http://site') continue;
      const to = pathname.endsWith('/') ? `${pathname}index.html` : pathname;
      const file = existsSync(join(dist, to)) ? to : `${to}.html`;
      const anchor = decodeURIComponent(hash.slice(1));
      const text = existsSync(join(dist, file))
        ? readFileSync(join(dist, file), 'utf8')
        : undefined;
      const isThere = text !== undefined && (!anchor || text.includes(`id="${anchor}"`));
      if (!isThere) missing.push(`${path}: ${href}`);
    }
  }
  assert.deepEqual([...new Set(missing)], []);
});

/** Waits until the elements in the frame of a playground show data. Elements without data of their own only have to be defined. */
const isLive = (): Promise<unknown> =>
  page.waitForFunction(
    () => {
      const frame = document.querySelector<HTMLIFrameElement>('.playground iframe');
      const content = frame?.contentDocument;
      const all = [...(content?.querySelectorAll('main *') ?? [])].filter(({ localName }) =>
        localName.startsWith('lp-'),
      );
      // These show no data of a channel, so they have no state of a connection to wait for.
      const widgets = all.filter((each) => 'status' in each) as (Element & { status: unknown })[];
      return (
        all.length > 0 &&
        content?.querySelector(':not(:defined)') === null &&
        widgets.every(
          ({ localName, status }) =>
            ['lp-dashboard', 'lp-status', 'lp-row', 'lp-publish'].includes(localName) ||
            status === 'live' ||
            status === 'empty' ||
            (localName === 'lp-time' && status === 'idle'), // a clock has no channel
        )
      );
    },
    { timeout: 20_000, polling: 100 },
  );

for (const path of pages.filter((each) => each.startsWith('/elements/lp-'))) {
  test(`${path} has a playground whose elements show sample data`, async () => {
    await page.goto(base + path);
    await isLive();
    assert.deepEqual(errors, []);
  });
}

test('changed HTML is shown', async () => {
  await page.goto(`${base}/elements/lp-number.html`);
  await isLive();
  await page.$eval('.playground textarea', (area) => {
    area.value = '<lp-number channel="cpu" label="Mine"></lp-number>';
    area.dispatchEvent(new Event('input', { bubbles: true }));
  });
  await page.waitForFunction(
    () =>
      document
        .querySelector<HTMLIFrameElement>('.playground iframe')
        ?.contentDocument?.querySelector('lp-number[label=Mine]:state(live)') != null,
    { polling: 100 },
  );
});

test('axe finds nothing on any page, in light or dark', async () => {
  await page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }]);
  const found = new Set<string>();
  for (const scheme of ['light', 'dark']) {
    for (const path of pages) {
      await page.goto(`${base}${path}`, { waitUntil: 'load' });
      await page.evaluate(
        (isDark) => document.documentElement.classList.toggle('dark', isDark),
        scheme === 'dark',
      );
      const rules = scheme === 'dark' ? ['color-contrast', 'link-in-text-block'] : undefined;
      for (const each of await violations(page, rules)) found.add(`${scheme} ${path}: ${each}`);
    }
  }
  assert.equal([...found].join('\n'), '');
});

test('no page asks another host for anything', () => assert.deepEqual(foreign, []));
