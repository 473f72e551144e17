import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'puppeteer-core';
import { openChromium, openPage } from '../support/chromium.ts';
import { openWall, type Wall } from '../support/wall.ts';

const CYCLES = 1000;
const DATA: Record<string, unknown> = {
  'lp-number': [
    { time: 1, value: 1 },
    { time: 2, value: 2 },
  ],
  'lp-meter': 40,
  'lp-list': { a: 1, b: 2 },
  'lp-feed': { id: 1, ts: 1, text: 'x', level: 'warn' },
  'lp-tracker': { status: 'ok' },
  'lp-metric-chart': [{ time: 1, value: 1 }],
  'lp-template': { name: 'x' },
  'lp-value': 5,
  'lp-time': 5,
  'lp-sparkline': [1, 2, 3],
};
const BARE = ['lp-status', 'lp-publish', 'lp-source', 'lp-dashboard'];
const KIT = '<script type="module" src="/lp/kit.js"></script>';
/** 12 elements of each of 14 kinds: more than anybody can read, but they must work. */
const MANY = Array.from({ length: 12 }, (_, n) =>
  Object.keys(DATA)
    .flatMap((tag) => (tag === 'lp-number' ? Array<string>(5).fill(tag) : [tag]))
    .map((tag) => `<${tag} class="w" channel="c${n}" src="/lp"></${tag}>`)
    .join(''),
).join('');

let browser: Browser;
let wall: Wall;
before(async () => {
  if (!existsSync('dist/kit/kit.js')) execFileSync(process.execPath, ['tools/build.mjs']);
  [browser, wall] = await Promise.all([
    openChromium(),
    openWall({ '/': `${KIT}<lp-source src="/lp"></lp-source>`, '/many': KIT + MANY }),
  ]);
});
after(async () => {
  await browser.close();
  await wall[Symbol.asyncDispose]();
});

/** Adds that many new elements to the page and removes them again, some at a time. */
const cycle = (page: Page, tag: string, times: number): Promise<void> =>
  page.evaluate(
    async (name, count, data) => {
      for (let n = 0; n < count; n++) {
        const element = document.createElement(name) as HTMLElement & { data?: unknown };
        element.setAttribute('channel', 'c');
        if (data !== undefined) element.data = data;
        document.body.append(element);
        if (n % 20 === 0) await new Promise((turn) => setTimeout(turn));
        element.remove();
      }
      await new Promise((turn) => setTimeout(turn));
    },
    tag,
    times,
    DATA[tag],
  );

/** The elements that the garbage collector could not free. */
async function left(page: Page, tag: string): Promise<number> {
  const prototype = await page.evaluateHandle((name) => customElements.get(name)?.prototype, tag);
  const all = await page.queryObjects(prototype as never);
  const count = await page.evaluate((found) => (found as unknown as unknown[]).length, all);
  await Promise.all([all.dispose(), prototype.dispose()]);
  return count;
}

for (const tag of [...Object.keys(DATA), ...BARE])
  test(`${tag}: of ${CYCLES} added and removed elements, none is left in memory`, async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(wall.origin);
    await page.evaluate(
      (name) => import('/lp/kit.js' as string).then(({ load }) => load(name)),
      tag,
    );
    await cycle(page, tag, 100); // Objects that are made once, and the browser's own caches.
    const before = await left(page, tag);
    await cycle(page, tag, CYCLES);
    // A frame or a timer may still hold the last ones.
    let held = await left(page, tag);
    for (let tries = 0; tries < 20 && held > before + 2; tries++) held = await left(page, tag);
    assert.ok(held <= before + 2, `${held} are left, ${before} were there before`);
    assert.deepEqual(complaints, []);
    await page.browserContext().close();
  });

test('168 widgets on a page are all live, with one poll at a time', async () => {
  const payload = (value: number): string => JSON.stringify({ value, items: [`row ${value}`] }); // A list shows items.
  for (let n = 0; n < 12; n++) assert.equal(await wall.post(`c${n}`, payload(1)), 201);
  const { page, complaints } = await openPage(browser);
  let open = 0;
  let most = 0;
  page.on('request', (request) => {
    if (request.url().includes('/lp/poll')) most = Math.max(most, ++open);
  });
  const ended = (url: string): void => {
    if (url.includes('/lp/poll')) open--;
  };
  page.on('requestfinished', (request) => ended(request.url()));
  page.on('requestfailed', (request) => ended(request.url()));
  await page.goto(`${wall.origin}/many`);
  const count = (): Promise<number> =>
    page.evaluate(
      () =>
        [...document.querySelectorAll('.w')].filter(
          (widget) => (widget as unknown as { status: string }).status === 'live',
        ).length,
    );
  assert.equal(await page.$$eval('.w', (all) => all.length), 168);
  await page.waitForFunction(
    () => [...document.querySelectorAll('.w')].every((widget) => widget.matches(':state(live)')),
    { timeout: 30_000 },
  );
  assert.equal(await count(), 168);
  for (let n = 0; n < 12; n++) await wall.post(`c${n}`, payload(2));
  await page.waitForFunction(() =>
    [...document.querySelectorAll<HTMLElement & { version: number }>('.w')].every(
      ({ version }) => version >= 2,
    ),
  );
  assert.equal(most, 1);
  assert.deepEqual(complaints, []);
});
