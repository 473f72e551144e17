import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'puppeteer-core';
import { type Complaints, openChromium, openPage } from '../support/chromium.ts';
import { type Demo, startDemo } from '../support/demo.ts';

/**
 * Console messages of a failing connection: the browser's own errors, and the cures that the kit
 * prints.
 */
const EXPECTED =
  /Failed to load resource|ERR_|lp-kit: (?:a proxy, firewall or login portal|.* answers in place of lp-kit)/;

interface Widget extends HTMLElement {
  status: string;
  level?: string;
}

let browser: Browser;
let demo: Demo;
let lab: Complaints;
before(async () => {
  [browser, demo] = await Promise.all([openChromium(), startDemo()]);
  lab = await openPage(browser, EXPECTED);
  await lab.page.setViewport({ width: 1280, height: 900 });
  await lab.page.goto(`${demo.url}lab`);
  await lineIs('live');
  await widgetsAre('live');
});
after(async () => {
  await browser.close();
  assert.equal(await demo.stop(), 0, 'the demo and its lab end with exit code 0');
  assert.equal(demo.complaints, '');
});

const press = async (action: string): Promise<void> => {
  const done = lab.page.waitForResponse((answer) => answer.url().includes('/lab/control/'));
  await lab.page.locator(`[data-action=${action}]`).click();
  assert.equal((await done).status(), 200);
};

/** The state that lp-status shows. */
const lineIs = (...words: string[]): Promise<unknown> =>
  lab.page.waitForFunction(
    (wanted) =>
      wanted.includes(document.querySelector<Widget>('#bench lp-status')?.status ?? 'missing'),
    { timeout: 30_000 },
    words,
  );

/** All widgets of the lab page. */
const widgetsAre = (status: string): Promise<unknown> =>
  lab.page.waitForFunction(
    (wanted) =>
      [...document.querySelectorAll<Widget>('#bench .tile')].every(
        (widget) => widget.status === wanted,
      ),
    { timeout: 30_000 },
    status,
  );

const shownBy = (selector: string): Promise<string> =>
  lab.page.$eval(`#bench ${selector}`, (widget) => widget.shadowRoot?.textContent ?? '');

/** The numbers of the beats in the feed, oldest first. */
const beats = (page: Page): Promise<number[]> =>
  page.$eval('#bench lp-feed', (feed) =>
    (feed as unknown as { items: { text: string }[] }).items.map(({ text }) =>
      Number(text.replace('Beat ', '')),
    ),
  );

/** New beats have arrived, none is missing and none is repeated. */
async function nothingLost(first: number, last: number): Promise<void> {
  await lab.page.waitForFunction(
    (before) => {
      const feed = document.querySelector('#bench lp-feed') as unknown as { items: unknown[] };
      const newest = (feed.items.at(-1) as { text: string } | undefined)?.text ?? '';
      return Number(newest.replace('Beat ', '')) > before;
    },
    { timeout: 30_000 },
    last,
  );
  const now = await beats(lab.page);
  assert.deepEqual(
    now,
    Array.from({ length: now.length }, (_, i) => first + i),
  );
}

test('a frozen publisher: the values stay and are shown as stale, the connection stays live', async () => {
  const [first = 0] = await beats(lab.page);
  await press('freeze');
  await widgetsAre('stale');
  assert.equal(await lab.page.$eval('#bench lp-status', (line) => (line as Widget).status), 'live');
  assert.match(await shownBy('lp-number'), /\d %|\d%/);
  assert.match(await shownBy('lp-status'), /2 of 2 channels/);
  assert.equal(
    await lab.page.$eval('#trouble', (told) => told.textContent),
    'The publisher is frozen.',
  );
  assert.equal(
    await lab.page.$eval('[data-action=freeze]', (button) => button.ariaPressed),
    'true',
  );
  const last = (await beats(lab.page)).at(-1) ?? 0;
  await press('mend');
  await widgetsAre('live');
  await nothingLost(first, last);
});

test('another window shows the fault, and can end it', async () => {
  const other = await openPage(browser, EXPECTED);
  await other.page.goto(`${demo.url}lab`);
  await press('freeze');
  await other.page.waitForSelector('[data-action=freeze][aria-pressed=true]');
  await other.page.locator('[data-action=freeze]').click(); // Pressed: it ends its own fault.
  await lab.page.waitForSelector('[data-action=freeze][aria-pressed=false]');
  await widgetsAre('live');
  assert.deepEqual(other.complaints, []);
  await other.page.close();
});

test('a proxy that refuses: connection lost, a countdown, no value removed; then all missed entries', async () => {
  const kept = await beats(lab.page);
  const [first = 0] = kept;
  await press('refusing');
  await lineIs('reconnecting');
  await widgetsAre('offline');
  await lab.page.waitForFunction(() =>
    /Next try in \d/.test(
      document.querySelector('#bench lp-status')?.shadowRoot?.textContent ?? '',
    ),
  );
  assert.ok((await beats(lab.page)).length >= kept.length);
  const last = (await beats(lab.page)).at(-1) ?? 0;
  await press('mend');
  // The countdown may have ended meanwhile, and its button has disappeared.
  await lab.page.evaluate(() => {
    const { shadowRoot } = document.querySelector('#bench lp-status') as HTMLElement;
    shadowRoot?.querySelector<HTMLElement>('[part=retry-button]')?.click();
  });
  await lineIs('live');
  await widgetsAre('live');
  await nothingLost(first, last);
});

test('a captive portal is not mistaken for data', async () => {
  const [first = 0] = await beats(lab.page);
  await press('portal');
  await lineIs('reconnecting');
  await widgetsAre('offline');
  assert.doesNotMatch(await shownBy('lp-feed'), /hotel/i);
  const last = (await beats(lab.page)).at(-1) ?? 0;
  await press('mend');
  await lineIs('live');
  await nothingLost(first, last);
});

test('an invalid token: sign-in needed, and no further request until a retry', async () => {
  const [first = 0] = await beats(lab.page);
  await press('denied');
  await lineIs('denied');
  await widgetsAre('denied');
  assert.equal(await lab.page.$('dialog[open]'), null, 'the page has its own, different token');
  const asked: string[] = [];
  lab.page.on('request', (request) => {
    if (request.url().includes('/lab/lp/')) asked.push(request.url());
  });
  const last = (await beats(lab.page)).at(-1) ?? 0;
  await press('mend');
  await new Promise((done) => setTimeout(done, 1000));
  assert.deepEqual(asked, []);
  await lab.page.locator('#bench lp-status >>> [part=retry-button]').click();
  await lineIs('live');
  await widgetsAre('live');
  await nothingLost(first, last);
});

test('a slow connection stays live, and loses nothing', async () => {
  const before = await beats(lab.page);
  await press('slow');
  const slow = await lab.page.waitForResponse(
    (answer) => answer.url().includes('/lab/lp/poll') && answer.request().method() === 'GET',
  );
  assert.equal(slow.status(), 200);
  assert.ok((slow.timing()?.receiveHeadersEnd ?? 0) > 1400, 'the response was slow');
  await nothingLost(before[0] ?? 0, (before.at(-1) ?? 0) + 3);
  await lineIs('live');
  await widgetsAre('live');
  await press('mend');
});

test('a restart: the server comes back with its data, and no entry is missing', async () => {
  const before = await beats(lab.page);
  const resets = lab.page.evaluate(
    () =>
      new Promise((told) => {
        document.querySelector('#bench')?.addEventListener('lp-reset', () => told('reset'));
        setTimeout(() => told('none'), 6000);
      }),
  );
  await press('restart');
  await lineIs('live');
  await widgetsAre('live');
  await nothingLost(before[0] ?? 0, (before.at(-1) ?? 0) + 3);
  assert.equal(await resets, 'none');
});

test('a server that does not respond: the data become stale, then the deadline passes', async () => {
  const [first = 0] = await beats(lab.page);
  await press('silent');
  await widgetsAre('stale');
  await lineIs('reconnecting');
  await widgetsAre('offline');
  const last = (await beats(lab.page)).at(-1) ?? 0;
  await press('mend');
  await lineIs('live');
  await widgetsAre('live');
  await nothingLost(first, last);
});

test('a wiped store: another history begins, and the old one is removed', async () => {
  const before = await beats(lab.page);
  const reset = lab.page.evaluate(
    () =>
      new Promise((told) => {
        document
          .querySelector('#bench')
          ?.addEventListener('lp-reset', () => told('reset'), { once: true });
      }),
  );
  await press('wipe');
  assert.equal(await reset, 'reset');
  await widgetsAre('live');
  const first = (await beats(lab.page))[0] ?? 0;
  assert.ok(first > (before.at(-1) ?? 0), `the feed begins with beat ${first}`);
  await nothingLost(first, first);
  assert.deepEqual(lab.complaints, []);
});
