import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, afterEach, before, test } from 'node:test';
import type { Browser, Page } from 'puppeteer-core';
import { manifest } from '../../tools/docs/manifest.mjs';
import { assertAccessible } from '../support/axe.ts';
import { type Complaints, openChromium, openPage } from '../support/chromium.ts';
import { type Demo, startDemo } from '../support/demo.ts';
import { openSheet } from '../support/sheet.ts';

/** By path, a widget of each page that must be live. */
const PAGES: Record<string, string> = {
  '': '#board > lp-metric-chart[channel=cpu]',
  lab: '#bench lp-metric-chart',
  smashing: '[channel="wall.process"]',
  plain: 'lp-metric-chart',
  framework: '#vue lp-number',
  embed: 'lp-number',
  csp: 'lp-metric-chart',
  gallery: '#metric-chart lp-metric-chart',
};
/** Shown alone at `/home`, and in a frame beside their code at `/board-home`. */
const BOARDS = ['home', 'wall', 'sales'];
const ALL = [...Object.keys(PAGES), ...BOARDS.map((board) => `board-${board}`)];
const CARDS = ['number', 'meter', 'list', 'tracker', 'template', 'feed', 'metric-chart'];

interface Widget extends HTMLElement {
  status: string;
}

let browser: Browser;
let demo: Demo;
before(async () => {
  [browser, demo] = await Promise.all([openChromium(), startDemo()]);
});
after(async () => {
  await browser.close();
  assert.equal(await demo.stop(), 0);
  assert.equal(demo.complaints, '');
});

// A page that is left open would go on polling and drawing during the next test.
afterEach(async () => {
  for (const context of browser.browserContexts())
    if (context !== browser.defaultBrowserContext()) await context.close();
});

const liveIn = (page: Page, selector: string): Promise<unknown> =>
  page.waitForFunction(
    (one) => document.querySelector<Widget>(one)?.status === 'live',
    { timeout: 30_000 },
    selector,
  );

async function open(path: string, expected?: RegExp): Promise<Complaints & { foreign: string[] }> {
  const opened = await openPage(browser, expected);
  const foreign: string[] = [];
  opened.page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol !== 'data:' && url.origin !== new URL(demo.url).origin) foreign.push(url.href);
  });
  await opened.page.goto(demo.url + path);
  return { ...opened, foreign };
}

test('each page goes live without console errors or requests to other origins, and axe reports nothing in light or dark', async () => {
  const look = async ([path, widget]: [string, string]): Promise<void> => {
    const { page, complaints, foreign } = await open(path);
    await liveIn(page, widget);
    await assertAccessible(page, path);
    assert.deepEqual(complaints, [], `/${path}`);
    assert.deepEqual(foreign, [], `/${path}`);
  };
  await Promise.all(Object.entries(PAGES).map(look));
});

test('the test sheet shows every card in every state without a violation of the policy, and axe reports nothing', async () => {
  await using sheet = await openSheet();
  const { page, complaints } = await openPage(browser, /ConfigError/); // It shows an unreadable payload.
  await page.goto(sheet.url);
  const states = [
    'denied',
    'empty',
    'error',
    'idle',
    'live',
    'loading',
    'offline',
    'paused',
    'stale',
  ];
  await page.waitForFunction(
    (tags, wanted) =>
      tags.every((tag) => {
        const shown = [...document.querySelectorAll<Widget>(`#lp-${tag}-states lp-${tag}`)];
        return wanted.every((state) => shown.some(({ status }) => status === state));
      }),
    { timeout: 30_000 },
    CARDS,
    states,
  );
  await assertAccessible(page, 'sheet');
  assert.deepEqual(complaints, []);
});

test('forty widgets over keyed, late, future, textual and broken data: none is live and empty, none leaves its card', async () => {
  await using sheet = await openSheet();
  const { page } = await openPage(browser);
  await page.goto(sheet.url.replace('sheet.html', 'sheet-odd.html'));
  await page.waitForFunction(
    () => {
      const widgets = [...document.querySelectorAll<Widget>('.tiles > *')];
      return widgets.length === 40 && widgets.every(({ status }) => /live|error/.test(status));
    },
    { timeout: 30_000 },
  );
  // The course of 30 minutes comes from the channel's history, and charts are drawn in a frame of their own.
  await page.waitForFunction(() => {
    const course = document.querySelector('lp-number[channel=odd-late]')?.shadowRoot;
    const drawn = [...document.querySelectorAll('lp-metric-chart')].filter(({ chart }) => chart);
    return (
      (course?.querySelector('.line')?.getAttribute('d')?.length ?? 0) > 150 && drawn.length > 2
    );
  });
  const bad = await page.$$eval('.tiles > *', (widgets) =>
    widgets.flatMap((widget) => {
      const root = widget.shadowRoot;
      const body = root?.querySelector<HTMLElement>('[part=body]');
      const { status } = widget as Widget;
      const drawing = body?.querySelector('[part=bucket], canvas, path[d^=M]');
      const isEmpty = !body?.innerText.trim() && !drawing;
      const { right } = widget.getBoundingClientRect();
      const outside = [...(root?.querySelectorAll('[part=item], bdi, path.line') ?? [])].some(
        (each) => each.checkVisibility() && each.getBoundingClientRect().right > right + 1,
      );
      const name = `${widget.localName} ${widget.getAttribute('channel')} ${status}`;
      return [
        ...(status === 'live' && isEmpty ? [`${name} is empty`] : []),
        ...(status === 'error' && !root?.querySelector('[part=message]')
          ? [`${name} is silent`]
          : []),
        ...(outside ? [`${name} leaves its card`] : []),
      ];
    }),
  );
  assert.deepEqual(bad, []);
  const numbers = await page.$$eval('lp-number', (all) =>
    all.map(({ shadowRoot }) => [
      shadowRoot?.querySelector('[part=value]')?.textContent,
      shadowRoot?.querySelector('[part=delta]')?.textContent.trim() ?? null,
      shadowRoot?.querySelector('.line')?.getAttribute('d') ? 'line' : 'none',
    ]),
  );
  assert.deepEqual(numbers.slice(0, 3), [
    ['—', null, 'none'], // four series: one has to be chosen
    ['41', '45.1%', 'line'], // compared with the value before by time: 74.7
    ['42', '43.8%', 'line'],
  ]);
});

test('each board goes live, by itself and beside its code, and axe reports nothing', async () => {
  for (const board of BOARDS) {
    const alone = await open(board);
    await alone.page.waitForFunction(
      () => {
        const widgets = [...document.querySelectorAll<Widget>('[channel]')];
        return widgets.length > 0 && widgets.every(({ status }) => status === 'live');
      },
      { timeout: 30_000 },
    );
    await assertAccessible(alone.page, board);
    const { page, complaints, foreign } = await open(`board-${board}`);
    const frame = await page.waitForFrame((one) => one.url().endsWith(`/${board}`));
    await frame.waitForFunction(
      () => document.querySelector<Widget>('[channel]')?.status === 'live',
      { timeout: 30_000 },
    );
    assert.match(
      await page.$eval('#html', (code) => code.textContent ?? ''),
      new RegExp(`^<!doctype html>[^]*src="${demo.url}lp/kit.js"[^]*</html>$`),
    );
    assert.match(await page.$eval('#script', (code) => code.textContent ?? ''), /^#!\/bin\/sh\n/);
    await assertAccessible(page, `board-${board}`);
    assert.deepEqual([...alone.complaints, ...complaints], [], board);
    assert.deepEqual([...alone.foreign, ...foreign], [], board);
  }
});

test('each page fits a phone, and links to all others', async () => {
  const { page } = await openPage(browser);
  await page.setViewport({ width: 390, height: 844 });
  for (const path of ALL) {
    await page.goto(demo.url + path);
    const { wider, links, here } = await page.evaluate(() => ({
      wider: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      links: [...document.querySelectorAll<HTMLAnchorElement>('.bar nav a')].map(
        ({ pathname }) => pathname,
      ),
      here: document.querySelector<HTMLAnchorElement>('.bar nav [aria-current=page]')?.pathname,
    }));
    assert.equal(wider, 0, `/${path} scrolls sideways by ${wider} px`);
    assert.deepEqual(links.toSorted(), [...ALL.map((one) => `/${one}`), '/lp/explore'].toSorted());
    assert.equal(here, `/${path}`);
  }
});

test('the gallery shows each element, and beside it the HTML that makes it', async () => {
  const { page, complaints } = await open('gallery');
  await liveIn(page, PAGES['gallery'] as string);
  const examples = await page.$$eval('figure:not(.code-only)', (figures) =>
    figures.map((figure) => ({
      code: figure.querySelector('code')?.textContent ?? '',
      shown: figure.querySelector('.shown > *')?.localName,
    })),
  );
  assert.ok(examples.length > 20, `${examples.length} examples`);
  for (const { code, shown } of examples) assert.ok(code.startsWith(`<${shown}`), code);
  const listed = await page.$$eval('.contents a', (links) =>
    links.map((link) => link.textContent ?? ''),
  );
  const tags = manifest()
    .modules.flatMap(({ declarations }) => declarations)
    .flatMap(({ tagName }) => tagName ?? []);
  const inside = ['lp-band', 'lp-series', 'lp-case', 'lp-column', 'lp-row'];
  assert.deepEqual(
    tags.filter((tag) => !listed.includes(tag) && !inside.includes(tag)),
    [],
    'each element is listed',
  );
  assert.deepEqual(complaints, []);
});

test('language and direction can be changed, and are remembered', async () => {
  const { page, complaints } = await open('');
  await liveIn(page, PAGES[''] as string);
  await page.locator('.view').click();
  await page.select('#language', 'ar');
  await page.waitForFunction(
    () => document.querySelector('#machine')?.textContent === 'هذا الجهاز',
  );
  assert.equal(await page.evaluate(() => getComputedStyle(document.body).direction), 'rtl');
  const label = (): Promise<string | null> =>
    page.$eval('#board [channel=memory]', (meter) => meter.getAttribute('label'));
  assert.equal(await label(), 'الذاكرة');
  await page.locator('[name=direction][value=ltr] + span').click();
  assert.equal(await page.evaluate(() => document.dir), 'ltr');
  await page.reload();
  await liveIn(page, PAGES[''] as string);
  assert.equal(await label(), 'الذاكرة');
  await page.locator('.view').click();
  await page.select('#language', 'en');
  assert.equal(await label(), 'Memory');
  assert.equal(await page.$eval('#machine', (heading) => heading.textContent), 'This machine');
  assert.deepEqual(complaints, []);
});

test('the slower pace polls less often', async () => {
  const { page } = await open('');
  await liveIn(page, PAGES[''] as string);
  let polls = 0;
  page.on('request', (request) => {
    if (request.url().includes('/lp/poll')) polls++;
  });
  /** How often the page polls until the server has three values more. */
  const pollsOverThreeValues = async (): Promise<number> => {
    const before = polls;
    const from = await newest();
    while ((await newest()) < from + 3) await new Promise((done) => setTimeout(done, 50));
    return polls - before;
  };
  assert.ok((await pollsOverThreeValues()) >= 2);
  await page.locator('.view').click();
  const asked = page.waitForRequest((request) => request.url().includes('/lp/poll')); // The change itself causes a poll.
  await page.locator('[name=pace][value="10s"] + span').click();
  await page.waitForFunction(
    () => document.querySelector('lp-source')?.getAttribute('min-interval') === '10s',
  );
  await asked;
  assert.ok((await pollsOverThreeValues()) <= 1);
});

/** The version of the newest value of the channel that the demo publishes each second. */
async function newest(): Promise<number> {
  const answer = await fetch(`${demo.url}lp/channels/cpu?tail=1`);
  const { channels } = (await answer.json()) as { channels: { cpu: { entries: { v: number }[] } } };
  return channels.cpu.entries.at(-1)?.v ?? 0;
}

test('kiosk mode shows only the board, by its switch and by its URL, and can be left', async () => {
  const { page, complaints } = await open('');
  await page.setViewport({ width: 1920, height: 1080 });
  await liveIn(page, PAGES[''] as string);
  const shown = (): Promise<boolean[]> =>
    page.evaluate(() =>
      ['.bar', '#board', '.yours'].map(
        (one) => document.querySelector(one)?.checkVisibility() ?? false,
      ),
    );
  await page.locator('.view').click();
  await page.locator('#kiosk').click();
  assert.deepEqual(await shown(), [false, true, false]);
  await page.waitForFunction(
    () => document.documentElement.scrollHeight <= document.documentElement.clientHeight,
  );
  await page.locator('#leave').click();
  assert.deepEqual(await shown(), [true, true, true]);
  await page.goto(`${demo.url}?kiosk`);
  await liveIn(page, PAGES[''] as string);
  assert.deepEqual(await shown(), [false, true, false]);
  assert.deepEqual(complaints, []);
});

test('React and Vue set properties and receive events', async () => {
  const { page, complaints } = await open('framework');
  for (const app of ['#react', '#vue']) {
    await liveIn(page, `${app} lp-number`);
    await page.waitForFunction(
      (output) => document.querySelector(output)?.textContent !== '0 %',
      {},
      `${app} output`,
    );
    const digits = (): Promise<number> =>
      page.$eval(`${app} lp-number`, (one) => (one as unknown as { digits: number }).digits);
    assert.equal(await digits(), 0);
    await page.locator(`${app} .buttons button:nth-child(1)`).click();
    assert.equal(await digits(), 2);
    await page.locator(`${app} .buttons button:nth-child(2)`).click();
    await page.waitForFunction(
      (feed) => !document.querySelector(feed)?.shadowRoot?.textContent?.includes('Server started'),
      {},
      `${app} lp-feed`,
    );
  }
  assert.deepEqual(complaints, []);
});

test('the policy page counts violations, and none before', async () => {
  const { page } = await open('csp');
  await liveIn(page, PAGES['csp'] as string);
  const count = (): Promise<string | null> => page.$eval('#count', (output) => output.textContent);
  assert.equal(await count(), '0');
  assert.match(
    await page.$eval('#policy', (code) => code.textContent ?? ''),
    /^default-src 'none';/,
  );
  await page.locator('[data-try=style]').click();
  await page.waitForFunction(() => document.querySelector('#count')?.textContent === '1');
  await page.locator('[data-try=html]').click();
  await page.waitForFunction(() => document.querySelector('#count')?.textContent === '2');
});

test('the snippet of the embedding page works on a page of another origin', async () => {
  await using other = await startDemo(['--allow-origin', '*']);
  const { page: shop } = await openPage(browser);
  await shop.goto(`${other.url}embed`);
  await shop.waitForFunction(
    (origin) => document.querySelector('#snippet')?.textContent?.includes(origin),
    {},
    new URL(other.url).origin,
  );
  const snippet = await shop.$eval('#snippet', (code) => code.textContent ?? '');
  const server = createServer((req, res) => {
    res.writeHead(req.url === '/' ? 200 : 404, { 'Content-Type': 'text/html' });
    res.end(`<!doctype html><title>Shop</title><link rel="icon" href="data:,">${snippet}`);
  }).listen(0, '127.0.0.1');
  try {
    await new Promise((done) => server.once('listening', done));
    const { page, complaints } = await openPage(browser);
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await liveIn(page, 'lp-number');
    assert.deepEqual(complaints, []);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test('the wall shows what a job of old posts by the command on the page', async () => {
  const { page } = await open('smashing');
  await page.waitForFunction(
    () => !document.querySelector('#post')?.textContent?.includes(':3000/'),
  );
  const command = await page.$eval('#post', (code) => code.textContent ?? '');
  const url = /http:\S+/.exec(command)?.[0] ?? '';
  const body = /'(.+)'/.exec(command)?.[1] ?? '';
  assert.equal((await fetch(url, { method: 'POST', body })).status, 204);
  await page.waitForFunction(() =>
    document.querySelector('lp-feed')?.shadowRoot?.textContent?.includes('All quiet'),
  );
});
