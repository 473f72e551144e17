import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'puppeteer-core';
import { boardFeed } from '../../demo/boards/board-feed.ts';
import { home } from '../../demo/boards/home.ts';
import { sales } from '../../demo/boards/sales.ts';
import { wall } from '../../demo/boards/wall.ts';
import { pages } from '../../demo/pages.ts';
import { publisher } from '../../demo/publisher.ts';
import { type LivePoll, livePoll } from '../../server/index.ts';
import { openChromium, openPage } from '../support/chromium.ts';

/** Nothing on a page moves while its scripts and data arrive, each kind of them late. */
const BOARDS = { home, wall, sales };
const SCREENS = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];
/**
 * Lighthouse shows 0 for this value: a word in a card may move by the width of another that is
 * added beside it.
 */
const NONE = 0.0005;
/** Delay of a script: long enough that pages are drawn without it in between. */
const LATE_MS = 120;

let browser: Browser;
let live: LivePoll;
let url: string;
before(async () => {
  [browser, live] = await Promise.all([openChromium(), livePoll({ graceMs: 20 })]);
  const server = live.listen({ port: 0, app: pages({ base: '/lp', needsToken: false }) });
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const to = publisher({ url: `${url}lp`, token: undefined });
  for (const board of Object.values(BOARDS))
    await boardFeed({ board, live, to, now: () => Date.now() }).next();
});
after(async () => {
  await browser.close();
  await live.close();
});

interface Shift {
  value: number;
  moved: string[];
}

/** Opens a page whose scripts arrive late, one after the other. */
async function openSlowly(path: string, size: { width: number; height: number }): Promise<Page> {
  const { page } = await openPage(browser);
  await page.setViewport(size);
  await page.evaluateOnNewDocument('globalThis.__name = (named) => named'); // esbuild calls this helper to name functions.
  await page.evaluateOnNewDocument(watchShifts);
  await page.setRequestInterception(true);
  page.on('request', (request) => {
    const wait = /\/kit[\w-]*\.js$/.test(request.url()) ? LATE_MS : 0;
    setTimeout(() => void request.continue(), wait);
  });
  await page.goto(url + path);
  return page;
}

/** Runs in the page. */
function watchShifts(): void {
  const shifts: Shift[] = [];
  Object.assign(globalThis, { shifts });
  const note = (list: PerformanceObserverEntryList): void => {
    for (const entry of list.getEntries() as (PerformanceEntry & Shifted)[]) {
      const moved = entry.sources.map(({ node }) => {
        const element = node instanceof Element ? node : node?.parentElement;
        const host = (element?.getRootNode() as ShadowRoot | undefined)?.host;
        return [host?.localName, host?.getAttribute('label'), element?.className].join(' ');
      });
      shifts.push({ value: entry.value, moved });
    }
  };
  new PerformanceObserver(note).observe({ type: 'layout-shift', buffered: true });
}

interface Shifted {
  value: number;
  sources: { node: Node | null }[];
}

/**
 * Waits until each widget has settled and two consecutive frames are equal; returns what has moved
 * until then.
 */
async function shiftsOf(page: Page): Promise<Shift[]> {
  await page.waitForFunction(() => {
    const widgets = [...document.querySelectorAll<HTMLElement & { status: string }>('[channel]')];
    return widgets.length > 3 && widgets.every(({ status }) => /live|empty/.test(status));
  });
  for (let before = ''; ; ) {
    const now = await page.screenshot({ encoding: 'base64', optimizeForSpeed: true });
    if (now === before) break;
    before = now;
  }
  return page.evaluate(() => (globalThis as unknown as { shifts: Shift[] }).shifts);
}

/** Fails if the page does not report a layout shift that happens. */
async function assertShiftsAreSeen(page: Page): Promise<void> {
  await page.evaluate(() => {
    document.body.prepend(Object.assign(document.createElement('p'), { textContent: 'Above' }));
  });
  await page.waitForFunction(
    (least) => {
      const { shifts } = globalThis as unknown as { shifts: Shift[] };
      return shifts.some(({ value }) => value > least);
    },
    {},
    NONE,
  );
}

for (const board of Object.keys(BOARDS)) {
  test(`nothing moves on the board ${board} while it loads`, async () => {
    for (const screen of SCREENS) {
      const page = await openSlowly(board, screen);
      const shifts = await shiftsOf(page);
      const sum = shifts.reduce((total, { value }) => total + value, 0);
      assert.ok(sum < NONE, `${screen.width} px: ${sum} ${JSON.stringify(shifts)}`);
      await assertShiftsAreSeen(page);
      await page.close();
    }
  });
}

test('without kit.js, the fallback inside an element is shown, in a card', async () => {
  const { page } = await openPage(browser, /ERR_FAILED|404/);
  await page.setRequestInterception(true);
  page.on('request', (request) => {
    if (request.url().endsWith('/lp/kit.js')) return void request.abort();
    if (!request.url().endsWith('/plain-board')) return void request.continue();
    void request.respond({
      contentType: 'text/html',
      body: `<!doctype html><link rel="stylesheet" href="/lp/kit.css">
        <script type="module" src="/lp/kit.js"></script>
        <lp-number channel="cpu"><a href="/cpu">CPU as a table</a></lp-number>`,
    });
  });
  await page.goto(`${url}plain-board`);
  const { isShown, height } = await page.$eval('lp-number', (number) => ({
    isShown: number.firstElementChild?.checkVisibility({ visibilityProperty: true }),
    height: number.getBoundingClientRect().height,
  }));
  assert.equal(isShown, true);
  assert.ok(height > 100, `${height} px`);
});
