import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'puppeteer-core';
import { type BrowserTabs, openTabs } from '../support/browser-tabs.ts';
import { openChromium, openPage } from '../support/chromium.ts';
import { openWall } from '../support/wall.ts';

const WALL = `<main><h1>A wall</h1><lp-source src="/lp" share="tabs"></lp-source>
  <lp-feed channel="log" variant="log" label="Log"></lp-feed></main>`;

/** A page that polls by itself. */
const OWN = `<main><h1>A wall</h1><lp-source src="/lp" wait="2s"></lp-source><lp-status lang="en"></lp-status>
  <lp-feed channel="log" variant="log" label="Log"></lp-feed></main>`;

/** No wait takes a third of it; a wait without an end must fail. */
const patience = { timeout: 120_000 };

let browser: Browser;
before(async () => {
  browser = await openChromium();
});
after(() => browser.close());

async function open(tabs: BrowserTabs, count: number): Promise<Page[]> {
  const pages: Page[] = [];
  for (let i = 0; i < count; i++) pages.push(await tabs.open());
  return pages;
}

const others = (pages: Page[], one: Page): Page[] => pages.filter((page) => page !== one);

test(
  'seven tabs on HTTP/1.1 are all live with one request, and each gets every update once',
  patience,
  async () => {
    await using tabs = await openTabs(browser);
    const pages = await open(tabs, 7);
    await tabs.held(1);
    await tabs.publish(50);
    await tabs.whole(pages);
    await tabs.held(1);
    const fresh = await tabs.open();
    await tabs.publish(1);
    await tabs.whole([...pages, fresh]);
  },
);

const ends: [string, (page: Page) => Promise<void>][] = [
  ['is closed', (page) => page.close()],
  ['crashes', crash],
  ['goes to another page', async (page) => void (await page.goto('about:blank'))],
];

for (const [how, end] of ends) {
  test(
    `when the tab that polls ${how}, the others continue, and neither lose nor repeat an entry`,
    patience,
    async () => {
      await using tabs = await openTabs(browser);
      let pages = await open(tabs, 4);
      for (let round = 0; round < 2; round++) {
        const leader = await tabs.leader(pages);
        await tabs.throughout(() => end(leader));
        pages = others(pages, leader);
        await tabs.whole(pages);
        await tabs.held(1);
      }
    },
  );
}

test(
  'when the tab that polls is frozen, the others continue, and after it resumes it has lost nothing',
  patience,
  async () => {
    await using tabs = await openTabs(browser);
    const pages = await open(tabs, 4);
    const leader = await tabs.leader(pages);
    const devtools = await leader.createCDPSession();
    const freeze = devtools.send('Page.setWebLifecycleState', { state: 'frozen' });
    await tabs.throughout(() => freeze);
    await tabs.whole(others(pages, leader));
    await tabs.leader(others(pages, leader));
    const thaw = devtools.send('Page.setWebLifecycleState', { state: 'active' });
    await tabs.throughout(() => thaw);
    await tabs.whole(pages);
    await tabs.held(1);
  },
);

test(
  'when the polling tab is stopped in a debugger, the others take over; resumed, it has lost nothing',
  patience,
  async () => {
    await using tabs = await openTabs(browser);
    const pages = await open(tabs, 4);
    const leader = await tabs.leader(pages);
    const devtools = await leader.createCDPSession();
    await devtools.send('Debugger.enable');
    const paused = new Promise((resolve) => devtools.once('Debugger.paused', resolve));
    await devtools.send('Debugger.pause');
    await tabs.publish(1); // The first script that runs stops in the debugger.
    await paused;
    await tabs.publish(10);
    await tabs.whole(others(pages, leader));
    await tabs.leader(others(pages, leader));
    await devtools.send('Debugger.resume');
    await tabs.publish(3);
    await tabs.whole(pages);
    await tabs.held(1);
  },
);

test(
  'share="tabs" on the source: three boards, one request, under the strictest policy',
  patience,
  async () => {
    await using wall = await openWall({ '/': WALL });
    const { page, complaints } = await openPage(browser);
    const pages = [
      page,
      await page.browserContext().newPage(),
      await page.browserContext().newPage(),
    ];
    for (const each of pages) {
      await each.bringToFront(); // A page in the background draws no frames to wait for.
      await each.goto(wall.origin);
      await each.waitForFunction(() => document.querySelector('lp-feed')?.status === 'empty');
    }
    const heldOne = async (): Promise<void> => {
      for (;;) {
        const { held } = (await (await fetch(`${wall.origin}/lp/health`)).json()) as {
          held: number;
        };
        if (held === 1) return;
      }
    };
    await heldOne();
    await wall.post('log', 'for all');
    for (const each of pages) {
      await each.bringToFront(); // A page in the background is not drawn.
      await each.waitForFunction(() =>
        document.querySelector('lp-feed')?.shadowRoot?.textContent?.includes('for all'),
      );
    }
    await heldOne();
    assert.deepEqual(complaints, []);
  },
);

test(
  'without sharing, six tabs on HTTP/1.1 show why the next one waits, until one is closed',
  patience,
  async () => {
    await using wall = await openWall({ '/': OWN });
    const { page } = await openPage(browser);
    const context = page.browserContext();
    const warnings: string[] = [];
    const pages: Page[] = [];
    const told = (each: Page, isTold: boolean): Promise<unknown> =>
      each.waitForFunction(
        (wanted) => {
          const text = document.querySelector('lp-status')?.shadowRoot?.textContent ?? '';
          return text.includes('6 tabs hold a connection') === wanted;
        },
        { polling: 50 },
        isTold,
      );
    for (let n = 0; n < 6; n++) {
      const each = n === 0 ? page : await context.newPage();
      each.on('console', (message) => {
        if (message.text().includes(' tabs ')) warnings.push(message.text());
      });
      await each.bringToFront();
      await each.goto(wall.origin);
      await each.waitForFunction(() => document.querySelector('lp-feed')?.status === 'empty');
      pages.push(each);
      if (n < 5) assert.deepEqual(warnings, []);
    }
    await Promise.all(pages.map((each) => told(each, true)));
    assert.equal(warnings.length, 6);
    assert.match(warnings[0] ?? '', /^lp-kit: 6 tabs .*HTTP\/2.*share="tabs"/);
    await pages[0]?.close();
    await Promise.all(pages.slice(1).map((each) => told(each, false)));
  },
);

async function crash(page: Page): Promise<void> {
  const devtools = await page.createCDPSession();
  const gone = new Promise((resolve) => page.once('error', resolve));
  devtools.send('Page.crash').catch(() => {}); // No tab is left to respond.
  await gone;
}
