import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'puppeteer-core';
import { type LivePoll, livePoll } from '../../server/index.ts';
import { assertAccessible } from '../support/axe.ts';
import { openChromium, openPage } from '../support/chromium.ts';
import { startLive } from '../support/live-server.ts';

const SERIES = 400;

let browser: Browser;
let live: LivePoll;
let url: string;
before(async () => {
  [browser, live] = await Promise.all([openChromium(), livePoll({ graceMs: 20 })]);
  const server = live.listen({ port: 0 });
  await new Promise((done) => server.once('listening', done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/lp/explore`;
  const now = Date.now();
  const times = [3, 2, 1].map((minutes) => now - minutes * 60_000);
  await live.publish(
    'a.number',
    times.map((time, n) => ({ value: n, time })),
  );
  await live.publish(
    'a.state',
    times.map((time) => ({ status: 'up', time })),
  );
  await live.publish('a.text', { title: '<b>Deploy</b>', text: 'done' });
  await live.publish('a.items', { items: [{ label: 'x', value: 1 }] });
  await live.publish(
    'a.fields',
    times.map((time, n) => ({ in: n, out: 2 * n, time })),
  );
  await live.publish(
    'a.keys',
    times.flatMap((time) =>
      ['north', 'south'].map((host) => ({ value: 1, labels: { host }, time })),
    ),
  );
  for (let n = 0; n < SERIES; n++) await live.publish(`plant.line${n % 20}.t${n}`, n);
});
after(async () => {
  await browser.close();
  await live.close();
});

const count = (page: Page): Promise<string> =>
  page.$eval('#count', (heading) => heading.textContent ?? '');

async function open(): Promise<{ page: Page; complaints: string[]; polled: string[][] }> {
  const { page, complaints } = await openPage(browser);
  const polled: string[][] = [];
  page.on('request', (request) => {
    const { pathname, searchParams } = new URL(request.url());
    if (pathname.endsWith('/poll')) polled.push((searchParams.get('channels') ?? '').split(','));
  });
  await page.setViewport({ width: 1280, height: 800 });
  await page.goto(url);
  await page.waitForSelector('.card .head');
  return { page, complaints, polled };
}

test('all channels are shown, each with a suitable widget, and only visible ones are polled', async () => {
  const { page, complaints, polled } = await open();
  assert.equal(await count(page), `${SERIES + 6} channels`);
  const tags = await page.waitForFunction(() => {
    const found = [...document.querySelectorAll('.widget > [channel^="a."]')].map((one) => [
      one.getAttribute('channel'),
      one.localName,
    ]);
    return found.length === 6 && Object.fromEntries(found);
  });
  assert.deepEqual(await tags.jsonValue(), {
    'a.fields': 'lp-metric-chart',
    'a.items': 'lp-list',
    'a.keys': 'lp-metric-chart',
    'a.number': 'lp-number',
    'a.state': 'lp-tracker',
    'a.text': 'lp-feed',
  });
  await page.waitForFunction(
    (all) => {
      scrollTo(0, document.body.scrollHeight);
      return document.querySelectorAll('.card').length === all;
    },
    {},
    SERIES + 6,
  );
  await page.waitForFunction(
    () => document.querySelector('.card:nth-last-child(2) [channel]') !== null,
  );
  await page.waitForFunction(() => document.querySelector('[channel="a.state"]') === null);
  assert.ok(
    polled.every((channels) => channels.length <= 40),
    `${Math.max(...polled.map(({ length }) => length))} channels in one poll`,
  );
  await assertAccessible(page, 'explore');
  assert.deepEqual(complaints, []);
});

test('a server without channels shows how to send a first value, and shows it when it comes', async () => {
  await using empty = await startLive({ door: 'front' });
  const { page, complaints } = await openPage(browser);
  await page.goto(`${empty.url}/explore`);
  await page.waitForFunction(() =>
    document.querySelector('#count')?.textContent?.startsWith('Nothing has been sent'),
  );
  await page.waitForSelector('#message code', { visible: true });
  assert.equal(
    await page.$eval('#message code', (code) => code.textContent),
    `curl -d 42 ${empty.url}/channels/hello`,
  );
  await empty.live.publish('hello', 42);
  await page.waitForSelector('.card'); // Nothing was pressed.
  await page.waitForSelector('#message', { hidden: true });
  assert.deepEqual(complaints, []);
});

test('search and prefixes find channels', async () => {
  const { page, complaints } = await open();
  await page.type('#search', 'line7. t1');
  await page.waitForFunction(() => {
    const names = [...document.querySelectorAll('.card')].map(({ textContent }) => textContent);
    return names.length > 0 && names.every((name) => /line7\..*t1/.test(name ?? ''));
  });
  await page.$eval('#search', (input) => {
    (input as HTMLInputElement).value = '';
    input.dispatchEvent(new Event('input'));
  });
  for (const group of ['plant.', 'line7.']) {
    await page.$$eval(
      '#groups a',
      (links, text) => (links.find((link) => link.textContent === text) as HTMLElement).click(),
      group,
    );
    await page.waitForFunction(
      (text) => document.querySelector('#trail > :last-child')?.textContent === text,
      {},
      group,
    );
  }
  assert.equal(await count(page), `20 of ${SERIES + 6} channels`);
  assert.deepEqual(complaints, []);
});

test('a channel can be shown large, with commands and code to use it, and several become a page', async () => {
  const { page, complaints } = await open();
  const press = (label: string): Promise<void> =>
    page.$eval(`[aria-label="${label}"]`, (one) => (one as HTMLElement).click());
  await page.waitForSelector('[aria-label="Collect a.text"]');
  await page.$$eval('.head button:first-child', (buttons) =>
    buttons.find((button) => button.textContent === 'a.keys')?.click(),
  );
  const uses = await page.$$eval('dialog[open] .use code', (codes) =>
    codes.map((code) => code.textContent ?? ''),
  );
  const base = url.replace('/explore', '');
  assert.match(
    uses[0] ?? '',
    new RegExp(`src="${base}/kit.js"[^]*<lp-metric-chart channel="a.keys"`),
  );
  assert.match(uses[1] ?? '', /^curl --json '\{.*\}' http/);
  assert.match(await page.$eval('#facts', (facts) => facts.textContent ?? ''), /host="north"/);
  await assertAccessible(page, 'explore, large');
  const large = (): Promise<string> =>
    page.$eval('#stage > *', (widget) => `${widget.localName} ${widget.getAttribute('key')}`);
  await page.$$eval('#range-place lp-range', ([range]) =>
    [...(range?.shadowRoot?.querySelectorAll('button') ?? [])]
      .find((button) => button.textContent?.trim() === '6h')
      ?.click(),
  );
  const search = (): Record<string, string> =>
    Object.fromEntries(new URL(page.url()).searchParams.entries());
  assert.deepEqual(search(), { channel: 'a.keys', range: '6h' });
  await page.select('#series', 'host="south"');
  assert.equal(await large(), 'lp-metric-chart host="south"');
  await page.select('#view', 'Table');
  assert.equal(await large(), 'lp-table host="south"');
  await page.reload();
  await page.waitForSelector('#large[open] lp-metric-chart');
  await page.keyboard.press('Escape');
  await page.waitForFunction(() => !location.search.includes('channel='));
  for (const name of ['a.number', 'a.text', 'a.state']) await press(`Collect ${name}`);
  await press('Move a.state up');
  await press('Move a.state up');
  const focused = (): Promise<string> =>
    page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
  assert.equal(await focused(), 'Move a.state down'); // Up is disabled at the top.
  await press('Remove a.text');
  assert.equal(await focused(), 'Remove a.number');
  await page.focus('[aria-label="Width of a.number"]');
  await page.keyboard.press('ArrowRight');
  const config = await page.evaluate(async () => {
    let saved: Blob | undefined;
    URL.createObjectURL = (blob) => {
      saved = blob as Blob;
      return 'data:,';
    };
    document.querySelector<HTMLElement>('#save-json')?.click();
    return (await saved?.text()) ?? '';
  });
  const { widgets, $schema } = JSON.parse(config) as {
    $schema: string;
    widgets: { tag: string; channel: string; cols: string }[];
  };
  assert.ok((await fetch($schema)).ok, $schema);
  assert.deepEqual(
    widgets.map(({ tag, channel, cols }) => `${tag} ${channel} ${cols}`),
    ['tracker a.state 2', 'number a.number 2'],
  );
  await page.click('#preview');
  await page.waitForFunction(() =>
    [...document.querySelectorAll<HTMLElement & { status: string }>('#board [channel]')].every(
      ({ status }) => status === 'live',
    ),
  );
  assert.equal(await page.$$eval('#board [channel]', ({ length }) => length), 2);
  assert.deepEqual(complaints, []);
});
