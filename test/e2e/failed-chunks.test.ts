import assert from 'node:assert/strict';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'puppeteer-core';
import { livePoll } from '../../server/index.ts';
import { browsers } from '../support/browsers.ts';

interface Site extends AsyncDisposable {
  url: string;
  /** Names of the kit's files that get 503 at present: `lp-number`, `chunk`. */
  failing: Set<string>;
  /** Requests for the kit's files, with their status: `lp-number 200`. */
  asked: string[];
  /** The folder of the kit, which an upgrade replaces. */
  folder: string;
  policy: string;
}

const chunkOf = (path: string): string | undefined =>
  /\/kit-([\w-]+)-[A-Z0-9]{8}\.js$/.exec(path)?.[1];

/** A page with `body`, the kit's files, of which some fail, and a live server. */
async function openSite(body: string): Promise<Site> {
  const live = await livePoll({});
  await live.publish('a', 1);
  const site = {
    failing: new Set<string>(),
    asked: [] as string[],
    folder: 'dist/kit',
    policy: '',
  };
  const file = (res: ServerResponse, path: string): void => {
    const name = chunkOf(path) ?? 'kit';
    const answer = (status: number, text = ''): void => {
      site.asked.push(`${name} ${status}`);
      const cache = name === 'kit' ? 'no-cache' : 'public, max-age=31536000, immutable';
      res.writeHead(status, {
        'Content-Type': status === 200 ? 'text/javascript' : 'text/html',
        'Cache-Control': status === 200 ? cache : 'no-store',
      });
      res.end(text);
    };
    if (site.failing.has(name)) return answer(503);
    try {
      answer(200, readFileSync(join(site.folder, path.slice('/lp/'.length)), 'utf8'));
    } catch {
      answer(404);
    }
  };
  const server = createServer((req, res) => {
    const { pathname } = new URL(req.url ?? '/', 'http://x');
    if (pathname.endsWith('.js')) return file(res, pathname);
    if (pathname.startsWith('/lp/')) {
      req.url = (req.url ?? '').slice(3);
      live.router(req, res);
      return;
    }
    res.writeHead(200, {
      'Content-Type': 'text/html; charset=utf-8',
      ...(site.policy && { 'Content-Security-Policy': site.policy }),
    });
    res.end(
      `<!doctype html><html lang="en"><meta charset="utf-8"><title>t</title><link rel="icon" href="data:,"><script type="module" src="/lp/kit.js"></script><body>${body}`,
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(site, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await live.close();
    },
  });
}

const isDefined = (page: Page, tag: string): Promise<boolean> =>
  page.evaluate((name) => customElements.get(name) !== undefined, tag);

const definedSoon = (page: Page, tag: string): Promise<unknown> =>
  page.waitForFunction((name) => customElements.get(name) !== undefined, { polling: 50 }, tag);

const NUMBER = '<lp-number channel="a"></lp-number>';

if (!browsers['Firefox'])
  test('failed files in Firefox', { skip: 'Firefox is not installed here' }, () => {});

for (const [name, open] of Object.entries(browsers))
  describe(name, () => {
    let browser: Browser;
    before(async () => {
      browser = await open();
    });
    after(() => browser.close());

    test('an element whose files failed for a while is defined when they are available again', async () => {
      await using site = await openSite(NUMBER);
      for (const file of ['lp-number', 'chunk']) site.failing.add(file);
      const page = await browser.newPage();
      await page.goto(site.url);
      while (site.asked.filter((line) => line === 'chunk 503').length < 3)
        await new Promise((done) => setTimeout(done, 20));
      assert.equal(await isDefined(page, 'lp-number'), false);
      site.failing.clear();
      await definedSoon(page, 'lp-number');
      await page.close();
    });

    test('each file is transferred once', async () => {
      await using site = await openSite(NUMBER);
      const page = await browser.newPage();
      await page.goto(site.url);
      await definedSoon(page, 'lp-number');
      const asked = site.asked.filter((line) => !line.startsWith('tab-count ')); // Loaded once it is live.
      assert.deepEqual(asked.sort(), ['chunk 200', 'kit 200', 'lp-number 200']);
      await page.close();
    });

    test('drawing code of a chart that failed to load is loaded later, and its menu opens then', async () => {
      await using site = await openSite('<lp-metric-chart channel="a"></lp-metric-chart>');
      site.failing.add('plot-code');
      const page = await browser.newPage();
      await page.goto(site.url);
      while (!site.asked.includes('plot-code 503'))
        await new Promise((done) => setTimeout(done, 20));
      await page.$eval('lp-metric-chart', (chart) =>
        chart.shadowRoot?.querySelector<HTMLElement>('.menu-button')?.click(),
      );
      site.failing.clear();
      while (!site.asked.includes('plot-code 200'))
        await new Promise((done) => setTimeout(done, 20));
      await page.waitForFunction(
        () => document.querySelector('lp-metric-chart')?.shadowRoot?.querySelector('.menu') != null,
        { polling: 100 },
      );
      await page.close();
    });

    test('after an upgrade of the server, an element that appears later is of the new version', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'lp-kit-'));
      try {
        await using site = await openSite(NUMBER);
        const page = await browser.newPage();
        await page.goto(site.url);
        await definedSoon(page, 'lp-number');
        upgrade(folder);
        site.folder = folder;
        await page.evaluate(() => document.body.append(document.createElement('lp-meter')));
        await definedSoon(page, 'lp-meter');
        assert.ok(site.asked.includes('lp-meter 404'));
        await page.evaluate(() => document.body.append(document.createElement('lp-time')));
        await definedSoon(page, 'lp-time');
        assert.ok(!site.asked.includes('lp-time 404'), 'the old names are not requested any more');
        await page.close();
      } finally {
        rmSync(folder, { recursive: true });
      }
    });

    test('a policy that allows scripts, but not fetch, of the kit’s origin still loads elements', async () => {
      await using site = await openSite(NUMBER);
      site.policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:";
      const page = await browser.newPage();
      await page.goto(site.url);
      await definedSoon(page, 'lp-number');
      await page.close();
    });
  });

/** The kit with other hashes in the names of its files. */
function upgrade(folder: string): void {
  cpSync('dist/kit', folder, { recursive: true, filter: (path) => !/\.(?:br|gz|map)$/.test(path) });
  const renew = (text: string): string => text.replace(/-([A-Z0-9]{7})[A-Z0-9]\.js/g, '-$1_.js');
  for (const { name } of readdirSync(folder, { withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )) {
    const text = readFileSync(join(folder, name), 'utf8');
    rmSync(join(folder, name));
    // A hash has eight letters and digits: the last one is replaced.
    writeFileSync(
      join(folder, renew(name).replace('_.js', '0.js')),
      renew(text).replaceAll('_.js', '0.js'),
    );
  }
}
