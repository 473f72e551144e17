import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import type { Browser, Page } from 'puppeteer-core';
import { openChromium, openPage } from '../support/chromium.ts';
import { type Demo, startDemo } from '../support/demo.ts';

/** The widgets that wait for somebody to write, and values that some systems do not report. */
const MAY_BE_EMPTY = ['hello', 'chat', 'network', 'load'];
const WIDGETS = '[channel]:not(lp-publish, lp-series)';

interface Widget extends HTMLElement {
  status: string;
  version: number | undefined;
  toCSV(): string;
}

let browser: Browser;
let demo: Demo;
before(async () => {
  [browser, demo] = await Promise.all([openChromium(), startDemo()]);
});
after(async () => {
  await browser.close();
  const code = await demo.stop();
  assert.equal(code, 0, 'the demo ends with exit code 0');
  assert.equal(demo.complaints, '');
});

const statusIs = (page: Page, channel: string, status: string): Promise<unknown> =>
  page.waitForFunction(
    (selector, wanted) => document.querySelector<Widget>(selector)?.status === wanted,
    {},
    `:is(lp-metric-chart, lp-feed)[channel="${channel}"]`,
    status,
  );

/** `channel status` of the widgets that are not live and should be. */
const laggards = (page: Page): Promise<string[]> =>
  page.$$eval(
    WIDGETS,
    (widgets, mayBeEmpty) =>
      widgets
        .map((widget) => [widget.getAttribute('channel') ?? '', (widget as Widget).status] as const)
        .filter(([channel, status]) => status !== 'live' && !mayBeEmpty.includes(channel))
        .map((pair) => pair.join(' ')),
    MAY_BE_EMPTY,
  );

async function allLive(page: Page): Promise<void> {
  const until = Date.now() + 30_000;
  while ((await laggards(page)).length > 0) {
    if (Date.now() > until) assert.deepEqual(await laggards(page), []);
    await new Promise((done) => setTimeout(done, 50));
  }
}

const versionOf = (page: Page, channel: string): Promise<number> =>
  page.$eval(`lp-metric-chart[channel="${channel}"]`, (chart) => (chart as Widget).version ?? 0);

/** Data rows of the chart's CSV. */
const rowsOf = (page: Page, channel: string): Promise<number> =>
  page.$eval(
    `lp-metric-chart[channel="${channel}"]`,
    (chart) => (chart as Widget).toCSV().trim().split('\n').length - 1,
  );

test('the dashboard goes live, updates, and shows its history after F5, without console errors', async () => {
  const { page, complaints } = await openPage(browser);
  await page.goto(demo.url);
  await allLive(page);
  const first = await versionOf(page, 'cpu');
  await page.waitForFunction(
    (before) =>
      (document.querySelector<Widget>('lp-metric-chart[channel="cpu"]')?.version ?? 0) >=
      before + 3,
    {},
    first,
  );
  const before = await rowsOf(page, 'cpu');
  assert.ok(before >= 3, `${before} rows`);

  await page.reload();
  await allLive(page);
  await page.waitForFunction(
    (rows) => {
      const csv = document.querySelector<Widget>('lp-metric-chart[channel="cpu"]')?.toCSV() ?? '';
      return csv.trim().split('\n').length - 1 >= rows;
    },
    {},
    before,
  );
  assert.deepEqual(complaints, []);
});

test('the whole dashboard waits with one request', async () => {
  const { page } = await openPage(browser);
  const polls: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/lp/poll')) polls.push(request.url());
  });
  await page.goto(demo.url);
  await allLive(page);
  const shown = await page.$$eval(WIDGETS, (all) =>
    all.map((one) => one.getAttribute('channel') ?? ''),
  );
  const { searchParams } = new URL(polls.at(-1) as string);
  const asked = new Set((searchParams.get('channels') ?? '').split(','));
  assert.deepEqual(
    shown.filter((channel) => !asked.has(channel)),
    [],
  );
});

test('nothing moves while the page loads', async () => {
  for (const viewport of [
    { width: 1440, height: 900 },
    { width: 390, height: 844 },
  ]) {
    const { page } = await openPage(browser);
    await page.setViewport(viewport);
    await page.evaluateOnNewDocument(() => {
      const shifts: number[] = [];
      Object.assign(globalThis, { shifts });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as (PerformanceEntry & { value: number })[])
          shifts.push(entry.value);
      }).observe({ type: 'layout-shift', buffered: true });
    });
    await page.goto(demo.url);
    await allLive(page);
    const sum = await page.evaluate(() =>
      (globalThis as unknown as { shifts: number[] }).shifts.reduce((a, b) => a + b, 0),
    );
    assert.ok(sum < 0.002, `${viewport.width} px: layout shift ${sum}`);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    assert.equal(overflow, 0, `${viewport.width} px: scrolls sideways`);
  }
});

test('the command that the page shows fills its chart', async () => {
  const { page, complaints } = await openPage(browser);
  await page.goto(demo.url);
  await statusIs(page, 'hello', 'empty');
  const command = await page.$eval('#one', (code) => code.textContent ?? '');
  assert.match(command, /^curl /);
  await promisify(execFile)('sh', ['-c', `${command} --silent --show-error --fail`]);
  await statusIs(page, 'hello', 'live');
  assert.match(await page.$eval('#hello', (chart) => (chart as Widget).toCSV()), /\b42\b/);
  assert.deepEqual(complaints, []);
});

test('a message from one window is shown in the other', async () => {
  const [one, other] = [await openPage(browser), await openPage(browser)];
  for (const { page } of [one, other]) {
    await page.goto(demo.url);
    await page.waitForFunction(() => document.querySelector('lp-status:state(live)'));
  }
  const form = 'lp-publish[channel="chat"]';
  await one.page.locator(`${form} >>> [part~=author]`).fill('Left window');
  await one.page.locator(`${form} >>> [part~=input]`).fill('Is anybody there?');
  await one.page.locator(`${form} >>> [part~=button]`).click();
  for (const { page } of [other, one]) {
    await page.waitForFunction(() =>
      document
        .querySelector('lp-feed[channel="chat"]')
        ?.shadowRoot?.textContent?.includes('Is anybody there?'),
    );
  }
  assert.deepEqual([...one.complaints, ...other.complaints], []);
});

test('the choice of colours is applied at once, and after a reload', async () => {
  const { page } = await openPage(browser);
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'light' }]);
  await page.goto(demo.url);
  const ground = (): Promise<string> =>
    page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await page.locator('.view').click();
  await page.locator('[name=scheme][value=dark] + span').click();
  const dark = await ground();
  assert.notEqual(dark, light);
  await page.reload();
  assert.equal(await ground(), dark);
});

test('if a token is required, the viewer enters it once, and all widgets go live', async () => {
  await using closed = await startDemo(['--read-token', 'may-read', '--write-token', 'may-write']);
  const { page, complaints } = await openPage(browser, /401/);
  await page.goto(closed.url);
  await page.locator('dialog[open] #token-text').fill('may-write');
  await page.locator('dialog[open] [value=use]').click();
  await allLive(page);
  await page.reload();
  await allLive(page);
  assert.equal(await page.$('dialog[open]'), null);
  assert.deepEqual(
    await page.$$eval(
      'code',
      (all) => all.filter((one) => one.textContent?.includes('may-')).length,
    ),
    0,
  );
  assert.deepEqual(complaints, []);
});

const FOREIGN = (kit: string): string => `<!doctype html><html lang="en"><title>Elsewhere</title>
<link rel="icon" href="data:,"><script type="module" src="${kit}"></script>
<lp-metric-chart channel="cpu"></lp-metric-chart>
<lp-source><lp-feed channel="events"></lp-feed></lp-source></html>`;

test('on a page of another origin, the server that kit.js came from is the source', async () => {
  await using other = await startDemo(['--allow-origin', '*']);
  const server = createServer((req, res) => {
    res.writeHead(req.url === '/' ? 200 : 404, { 'Content-Type': 'text/html' });
    res.end(req.url === '/' ? FOREIGN(`${other.url}lp/kit.js`) : '');
  }).listen(0, '127.0.0.1');
  try {
    await new Promise((done) => server.once('listening', done));
    const { page, complaints } = await openPage(browser);
    const asked = new Set<string>();
    page.on('request', (request) => {
      if (request.url().includes('/poll')) asked.add(new URL(request.url()).origin);
    });
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await statusIs(page, 'cpu', 'live');
    await statusIs(page, 'events', 'live');
    assert.deepEqual([...asked], [new URL(other.url).origin]);
    assert.deepEqual(complaints, []);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
