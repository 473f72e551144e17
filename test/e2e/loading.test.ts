import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { build } from 'esbuild';
import type { Browser, Page } from 'puppeteer-core';
import { openChromium, openPage } from '../support/chromium.ts';
import { openWall } from '../support/wall.ts';

let browser: Browser;
before(async () => {
  browser = await openChromium();
});
after(() => browser.close());

/** Scripts of the kit that the page requests from now on: `kit.js`, `lp-number`, `chunk`. */
function watchScripts(page: Page): string[] {
  const asked: string[] = [];
  page.on('request', (request) => {
    const name = /\/lp\/(?:kit-)?([\w-]+?)(?:-[A-Z0-9]{8})?\.js$/.exec(request.url())?.[1];
    if (name && !asked.includes(name)) asked.push(name); // Fetched, then imported from the cache.
  });
  return asked;
}

const isLive = (page: Page, tag: string): Promise<unknown> =>
  page.waitForFunction(
    (selector) => document.querySelector(selector)?.matches(':state(live)') === true,
    {},
    tag,
  );

/**
 * The files that a page needs to go live. Later, on HTTP/1.1, it loads the code that counts its
 * tabs.
 */
const first = (files: string[]): string[] =>
  files.filter((name) => name !== 'tab-count').toSorted();

const NUMBER = '<main><h1>One</h1><lp-number channel="cpu"></lp-number></main>';

test('a page with one number loads only the code of the number', async () => {
  await using wall = await openWall({ '/': NUMBER });
  const { page, complaints } = await openPage(browser);
  const asked = watchScripts(page);
  await wall.post('cpu', '42');
  await page.goto(wall.origin);
  await isLive(page, 'lp-number');
  assert.deepEqual(first(asked), ['chunk', 'kit', 'lp-number']);
  assert.deepEqual(complaints, []);
});

test('kit.js requests all its files at once', async () => {
  await using wall = await openWall({ '/': NUMBER });
  const { page } = await openPage(browser);
  const held: (() => void)[] = [];
  const waiting = new Set<string>();
  await page.setRequestInterception(true);
  page.on('request', (request) => {
    const chunk = /kit-([\w-]+)-[A-Z0-9]{8}\.js$/.exec(request.url())?.[1];
    if (!chunk) return void request.continue();
    waiting.add(chunk);
    held.push(() => void request.continue());
    if (waiting.size === 2) for (const go of held.splice(0)) go(); // No response before both were requested.
  });
  await wall.post('cpu', '42');
  await page.goto(wall.origin);
  await isLive(page, 'lp-number');
  assert.deepEqual(first([...waiting]), ['chunk', 'lp-number']);
});

test('a chart loads Chart.js when it is added, and other elements load their own code', async () => {
  await using wall = await openWall({ '/': NUMBER });
  const { page, complaints } = await openPage(browser);
  const asked = watchScripts(page);
  await wall.post('cpu', '42');
  await page.goto(wall.origin);
  await isLive(page, 'lp-number');
  assert.ok(!asked.includes('plot-code'));
  await page.evaluate(() => {
    const chart = document.createElement('lp-metric-chart');
    chart.setAttribute('channel', 'cpu');
    document.body.append(chart);
  });
  await isLive(page, 'lp-metric-chart');
  while (!asked.includes('plot-code')) await new Promise((done) => setTimeout(done, 10));
  assert.ok(!asked.some((name) => ['lp-feed', 'lp-publish', 'lp-status'].includes(name)));
  assert.deepEqual(complaints, []);
});

test('a script may load an element before the page has one', async () => {
  await using wall = await openWall({ '/': '<main><h1>None</h1></main>' });
  const { page, complaints } = await openPage(browser);
  await page.goto(wall.origin);
  const status = await page.evaluate(async () => {
    const { load } = (await import(`${location.origin}/lp/kit.js`)) as {
      load: (...tags: string[]) => Promise<void>;
    };
    await load('lp-meter');
    const root = document.body.appendChild(document.createElement('div'));
    const meter = document.createElement('lp-meter');
    root.attachShadow({ mode: 'closed' }).append(meter);
    return (meter as HTMLElement & { status: string }).status;
  });
  assert.equal(status, 'idle');
  assert.deepEqual(complaints, []);
});

test('React and Vue may render before the elements are defined, which then have their properties', async () => {
  const { outputFiles } = await build({
    entryPoints: ['test/support/framework-apps.js'],
    bundle: true,
    write: false,
    minify: true,
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  await using wall = await openWall({ '/': '<div id="react"></div><div id="vue"></div>' });
  const { page, complaints } = await openPage(browser, /named 'vue'|trusted-types-policy vue/);
  await page.goto(wall.origin);
  await page.evaluate(outputFiles[0]?.text ?? '');
  await page.waitForFunction(() => document.querySelectorAll(':state(live)').length === 8);
  for (const app of ['#react', '#vue']) {
    const shown = await page.$$eval(`${app} :state(live)`, (elements) =>
      elements.map((element) => {
        const { series, noHeader } = element as HTMLElement & Record<string, unknown>;
        const text = element.shadowRoot?.querySelector(
          '[part=value], [part=item-text]',
        )?.textContent;
        const invalid = [...element.attributes].filter(({ value }) => /object|=>/.test(value));
        return [element.localName, text ?? series, noHeader, invalid.length];
      }),
    );
    assert.deepEqual(
      shown,
      [
        ['lp-number', 'F42', false, 0],
        ['lp-number', '8', true, 0],
        ['lp-feed', 'keep', false, 0],
        ['lp-metric-chart', [{ field: 'b' }], false, 0],
      ],
      app,
    );
  }
  assert.deepEqual(complaints, []);
});
