import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'puppeteer-core';
import type {} from '../../components/index.ts';
import { openChromium, openPage } from '../support/chromium.ts';
import { openWall } from '../support/wall.ts';

const BARE = `
  <main><h1>A wall</h1>
  <lp-metric-chart channel="cpu"></lp-metric-chart>
  <lp-feed channel="log" variant="log"></lp-feed></main>`;
const CHAT = `<main><h1>A chat</h1>
  <lp-feed channel="chat" variant="chat" label="Chat"></lp-feed>
  <lp-publish channel="chat"></lp-publish></main>`;
const FIFTY = `<main><h1>Fifty</h1>${Array.from(
  { length: 50 },
  (_, i) => `<lp-feed channel="c${i % 25}" label="Feed ${i}"></lp-feed>`,
).join('')}</main>`;
const STATUS = `<main><h1>A wall</h1><lp-status></lp-status>
  <lp-feed channel="log" variant="log" label="Log"></lp-feed></main>`;

/** The texts of a feed's items, from top to bottom. */
const items = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const parts = document
      .querySelector('lp-feed')
      ?.shadowRoot?.querySelectorAll('[part~=item-text]');
    return [...(parts ?? [])].map((part) => part.textContent?.trim() ?? '');
  });

const shows = (page: Page, texts: string[]): Promise<unknown> =>
  page.waitForFunction(
    (wanted) => {
      const parts = document
        .querySelector('lp-feed')
        ?.shadowRoot?.querySelectorAll('[part~=item-text]');
      return JSON.stringify([...(parts ?? [])].map((part) => part.textContent?.trim())) === wanted;
    },
    {},
    JSON.stringify(texts),
  );

const stateIs = (page: Page, tag: string, ...states: string[]): Promise<unknown> =>
  page.waitForFunction(
    (selector, wanted) =>
      wanted.includes(
        (document.querySelector(selector) as { status?: string } | null)?.status ?? '',
      ),
    {},
    tag,
    states,
  );

let browser: Browser;
before(async () => {
  browser = await openChromium();
});
after(() => browser.close());

test('two tags without attributes show what curl posts, and the history after a reload, under the strictest policy', async () => {
  await using wall = await openWall({ '/': BARE });
  const { page, complaints } = await openPage(browser);
  await page.goto(wall.origin);
  await stateIs(page, 'lp-feed', 'empty');
  assert.equal(await wall.post('cpu', '42'), 201);
  assert.equal(await wall.post('log', 'deploy done'), 201);
  await shows(page, ['deploy done']);
  await stateIs(page, 'lp-metric-chart', 'live');
  await wall.post('log', 'and again');
  await shows(page, ['deploy done', 'and again']);
  await page.reload();
  await shows(page, ['deploy done', 'and again']);
  await stateIs(page, 'lp-metric-chart', 'live');
  assert.deepEqual(complaints, []);
});

test('a page survives a restart of its server: the state is shown, and nothing is lost or repeated', async () => {
  await using wall = await openWall({ '/': STATUS });
  const { page, complaints } = await openPage(browser, /ERR_CONNECTION|Failed to load resource/);
  await page.goto(wall.origin);
  await wall.post('log', 'before');
  await shows(page, ['before']);
  await wall.kill();
  await stateIs(page, 'lp-feed', 'offline');
  assert.deepEqual(await items(page), ['before'], 'the shown text is never removed');
  await page.waitForFunction(() =>
    /lost|reconnect|trying/i.test(
      document.querySelector('lp-status')?.shadowRoot?.textContent ?? '',
    ),
  );
  await wall.start();
  for (const text of ['one', 'two', 'three']) await wall.post('log', text);
  await shows(page, ['one', 'two', 'three']);
  await wall.post('log', 'four');
  await shows(page, ['one', 'two', 'three', 'four']);
  await stateIs(page, 'lp-feed', 'live');
  const others = complaints.filter((text) => !text.startsWith('lp-kit: No response from ')); // The outage itself.
  assert.deepEqual(others, []);
});

test('fifty widgets on twenty-five channels hold one poll', async () => {
  await using wall = await openWall({ '/': FIFTY });
  const { page } = await openPage(browser);
  const polls = new Set<string>();
  page.on('request', (request) => {
    if (request.url().includes('/poll?')) polls.add(request.url());
  });
  await page.goto(wall.origin);
  await page.waitForFunction(() =>
    [...document.querySelectorAll('lp-feed')].every((feed) => feed.status === 'empty'),
  );
  const held = async (): Promise<number> =>
    ((await (await fetch(`${wall.origin}/lp/health`)).json()) as { held: number }).held;
  while ((await held()) === 0); // It is between two polls.
  assert.equal(await held(), 1);
  assert.ok(polls.size <= 3, [...polls].join('\n'));
  await wall.post('c7', 'for two of them');
  await page.waitForFunction(
    () =>
      [...document.querySelectorAll('lp-feed')].filter((feed) => feed.status === 'live').length ===
      2,
  );
});

test('two windows chat, in one order', async () => {
  await using wall = await openWall({ '/': CHAT });
  const { page: one, complaints: first } = await openPage(browser);
  const { page: two, complaints: second } = await openPage(browser);
  for (const page of [one, two]) {
    await page.bringToFront(); // A page in the background draws no frames to wait for.
    await page.goto(wall.origin);
    await page.waitForFunction(
      () => document.querySelector('lp-publish')?.shadowRoot?.querySelector('[part~=input]'),
      { polling: 50 }, // kit.js loads the element's code when it finds its tag.
    );
  }
  const say = async (page: Page, text: string): Promise<void> => {
    await page.bringToFront();
    await page.focus('lp-publish >>> [part~=input]');
    await page.keyboard.type(text);
    await page.keyboard.press('Enter');
  };
  await say(one, 'hello');
  await shows(two, ['hello']);
  await say(two, 'hi');
  await shows(one, ['hello', 'hi']);
  await shows(two, ['hello', 'hi']);
  assert.deepEqual([...first, ...second], []);
});
