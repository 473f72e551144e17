import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { after, before, type TestContext, test } from 'node:test';
import type { Browser, Page } from 'puppeteer-core';
import { PNG } from 'pngjs';
import { boardFeed } from '../../demo/boards/board-feed.ts';
import { home } from '../../demo/boards/home.ts';
import { sales } from '../../demo/boards/sales.ts';
import { wall } from '../../demo/boards/wall.ts';
import { pages } from '../../demo/pages.ts';
import { publisher } from '../../demo/publisher.ts';
import { type LivePoll, livePoll } from '../../server/index.ts';
import { violations } from '../support/axe.ts';
import { type Area, largestBlankBand } from '../support/blank-band.ts';
import { openChromium, openPage } from '../support/chromium.ts';
import {
  layoutPicture,
  pictureDifferences,
  readPicture,
  type Tile,
  writePicture,
} from '../support/layout-picture.ts';

/**
 * The requirements of docs/design.md, in a real browser. `LP_SHOTS=folder` keeps the screenshots; `LP_PICTURES=write`
 * replaces the pictures with which the boards are compared.
 */
const BOARDS = { home, wall, sales };
/** A Monday in the afternoon, when each board has something to show. */
const START = Date.UTC(2026, 10, 30, 16);
const BOTH = ['light', 'dark'];
const SCREENS = [
  { width: 390, height: 844, fits: false, schemes: BOTH },
  { width: 1440, height: 900, fits: true, schemes: BOTH },
  { width: 1920, height: 1080, fits: true, schemes: BOTH },
  { width: 3840, height: 2160, fits: true, schemes: process.env['LP_SHOTS'] ? BOTH : ['dark'] },
];
/** The largest part of a card's content that may be blank, over its whole width. */
const MOST_BLANK = 0.15;

const PICTURES = new URL('./pictures/', import.meta.url);
const PICTURED = [
  { width: 1440, height: 900, scheme: 'light' },
  { width: 390, height: 844, scheme: 'dark' },
];
/** A text whose width tells one font from another, and its width in the font of the pictures, at 100 px. */
const FONT_SAMPLE = 'Quick figures 0123456789 °C';
const FONT_WIDTH = 1477;

interface Widget extends HTMLElement {
  status: string;
}

let browser: Browser;
let live: LivePoll;
let url: string;
before(async () => {
  [browser] = await Promise.all([openChromium(), openBoards()]);
});
after(async () => {
  await browser.close();
  await live.close();
});

/** The demo's boards with the same data at each start: by a clock that begins at a fixed time. */
async function openBoards(): Promise<void> {
  const began = Date.now();
  live = await livePoll({ graceMs: 20, now: () => START + Date.now() - began });
  const app = pages({ base: '/lp', needsToken: false });
  const server = live.listen({ port: 0, app });
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const to = publisher({ url: `${url}lp`, token: undefined });
  for (const board of Object.values(BOARDS))
    await boardFeed({ board, live, to, now: () => START }).next();
}

for (const board of Object.keys(BOARDS)) {
  test(`${board} fits each screen without cut content or half-empty cards, and is legible`, async () => {
    const { page, complaints } = await openPage(browser);
    await page.emulateTimezone('UTC');
    await page.evaluateOnNewDocument('globalThis.__name = (named) => named'); // esbuild calls this helper to name functions.
    const wrong: string[] = [];
    for (const { fits, schemes, ...screen } of SCREENS) {
      for (const scheme of schemes) {
        await show(page, { board, scheme, ...screen });
        const found = [
          ...(await overflows(page)),
          ...(fits ? await unfitted(page) : []),
          ...(await halfEmpty(page, `${board}-${screen.width}-${scheme}`)),
          ...(screen.width === 1440 ? await violations(page, ['color-contrast']) : []),
        ];
        wrong.push(...found.map((what) => `${screen.width} ${scheme}: ${what}`));
      }
    }
    assert.deepEqual([...wrong, ...complaints], []);
  });
}

for (const board of Object.keys(BOARDS)) {
  test(`${board} has all its parts where its pictures have them`, async (t) => {
    const page = await openPictured();
    const wrong: string[] = [];
    for (const shown of PICTURED) {
      await show(page, { board, ...shown });
      if (process.env['LP_PICTURES'] === 'write') await writePictures(page, board, shown);
      else if (await hasOtherFont(page, t)) return;
      wrong.push(...(await differences(page, board, shown)));
    }
    assert.deepEqual(wrong, []);
  });
}

test('a tile that is empty or elsewhere differs from the picture of its board', async (t) => {
  const page = await openPictured();
  for (const board of Object.keys(BOARDS))
    for (const shown of PICTURED) {
      await show(page, { board, ...shown });
      if (await hasOtherFont(page, t)) return;
      for (const [n, { name }] of (await tilesOf(page)).slice(1).entries()) {
        const named = (found: string[]) => found.some((what) => what.startsWith(name));
        for (const style of ['visibility: hidden', 'translate: 60px', 'translate: 0 60px']) {
          await styleTile(page, n, style);
          const found = await differences(page, board, shown);
          assert.ok(named(found), `${board} ${shown.width}: ${name} with "${style}"`);
        }
        await styleTile(page, n, '');
      }
    }
});

/** A page with the time zone of the pictures. */
async function openPictured(): Promise<Page> {
  const { page } = await openPage(browser);
  await page.emulateTimezone('UTC');
  await page.evaluateOnNewDocument('globalThis.__name = (named) => named'); // esbuild calls this helper to name functions.
  return page;
}

const pictureFile = (board: string, { width, scheme }: Omit<Shown, 'board'>): URL =>
  new URL(`${board}-${width}-${scheme}.png`, PICTURES);

async function writePictures(
  page: Page,
  board: string,
  shown: Omit<Shown, 'board'>,
): Promise<void> {
  const picture = writePicture(layoutPicture(await page.screenshot()));
  await writeFile(pictureFile(board, shown), picture);
}

/** The tiles of the page that are not as in the board's picture. */
async function differences(
  page: Page,
  board: string,
  shown: Omit<Shown, 'board'>,
): Promise<string[]> {
  const kept = readPicture(await readFile(pictureFile(board, shown)));
  const now = layoutPicture(await page.screenshot({ optimizeForSpeed: true }));
  const found = pictureDifferences(now, kept, await tilesOf(page));
  return found.map((what) => `${what} (${shown.width} px wide)`);
}

/** Whether the browser uses another font than the pictures; then the test `t` is skipped, with the widths as the reason. */
async function hasOtherFont(page: Page, t: TestContext): Promise<boolean> {
  const width = await widthOfSample(page);
  const isOther = Math.abs(width / FONT_WIDTH - 1) > 0.01;
  if (isOther)
    t.skip(
      `the font is not that of the pictures: the sample is ${width} px wide, not ${FONT_WIDTH}`,
    );
  return isOther;
}

/** Hides what the `n`th tile has in its card, or moves the tile. */
const styleTile = (page: Page, n: number, style: string): Promise<void> =>
  page.evaluate(
    (index, css) => {
      const tiles = document.querySelectorAll<HTMLElement>('lp-dashboard > [channel]:not([slot])');
      const parts = tiles[index]?.shadowRoot?.querySelectorAll<HTMLElement>('[part~=base] > *');
      for (const part of parts ?? []) part.style.cssText = css.startsWith('visibility') ? css : '';
      if (tiles[index]) tiles[index].style.cssText = css.startsWith('translate') ? css : '';
    },
    n,
    style,
  );

const widthOfSample = (page: Page): Promise<number> =>
  page.evaluate((text) => {
    const context = document.createElement('canvas').getContext('2d');
    if (!context) return 0;
    context.font = `100px ${getComputedStyle(document.querySelector('lp-dashboard > *') ?? document.body).fontFamily}`;
    return Math.round(context.measureText(text).width);
  }, FONT_SAMPLE);

/** The tiles of a board, and the title and alerts above the first of them. */
const tilesOf = (page: Page): Promise<Tile[]> =>
  page.$$eval('lp-dashboard > [channel]:not([slot])', (tiles) => {
    const boxes = tiles.map((tile) => {
      const { left, top, right, bottom } = tile.getBoundingClientRect();
      return { name: tile.getAttribute('label') ?? tile.localName, left, top, right, bottom };
    });
    const first = Math.min(...boxes.map(({ top }) => top));
    // Without the buttons at its end, which are hidden once nobody has used the page for a while.
    const header = { name: 'the header', left: 0, top: 0, right: innerWidth * 0.7, bottom: first };
    return [header, ...boxes];
  });

interface Shown {
  board: string;
  scheme: string;
  width: number;
  height: number;
}

async function show(page: Page, { board, scheme, width, height }: Shown): Promise<void> {
  await page.setViewport({ width, height });
  await page.emulateMediaFeatures([
    { name: 'prefers-color-scheme', value: scheme },
    { name: 'prefers-reduced-motion', value: 'reduce' },
  ]);
  if (!page.url().endsWith(`/${board}`)) await page.goto(url + board);
  await page.waitForFunction(() => {
    const widgets = [...document.querySelectorAll<Widget>('[channel]')];
    return widgets.length > 3 && widgets.every(({ status }) => status === 'live');
  });
  // The whole page of a phone: a chart draws only when it is visible.
  const whole = await page.evaluate(() => document.documentElement.scrollHeight);
  if (whole > height) await page.setViewport({ width, height: whole });
  // Until nothing is drawn or laid out any more: two screenshots of the page are equal.
  let before = '';
  for (;;) {
    const now = await page.screenshot({ encoding: 'base64', optimizeForSpeed: true });
    if (now === before) return;
    before = now;
  }
}

/** Content that is cut off by its box, or extends beyond its card, in all shadow roots. */
const overflows = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const found: string[] = [];
    const look = (root: Document | ShadowRoot, path: string, right: number): void => {
      for (const element of root.querySelectorAll<HTMLElement>('*')) {
        const box = element.getBoundingClientRect();
        if (element.shadowRoot) look(element.shadowRoot, `${path}${nameOf(element)} `, box.right);
        const over = element.scrollWidth - element.clientWidth;
        if (over <= 1 || element.clientWidth <= 1 || !isBox(element)) continue;
        const isCut = /hidden|clip/.test(getComputedStyle(element).overflowX);
        if (isCut || box.left + element.scrollWidth > right + 1)
          found.push(`${path}${nameOf(element)} is ${over} px too wide`);
      }
    };
    const nameOf = (element: Element): string =>
      [element.localName, element.getAttribute('label') ?? element.getAttribute('class')]
        .filter(Boolean)
        .join('.');
    const isBox = (element: HTMLElement): boolean => {
      const { display, overflowX } = getComputedStyle(element);
      const isSeen = element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
      return isSeen && !/auto|scroll/.test(overflowX) && !['inline', 'contents'].includes(display);
    };
    look(document, '', innerWidth);
    return found;
  });

/** Why the page is not exactly as large as its screen. */
const unfitted = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const { scrollHeight, clientHeight, scrollWidth, clientWidth } = document.documentElement;
    const beyond = [...document.querySelectorAll<Widget>('lp-dashboard > [channel]')].filter(
      (tile) => tile.getBoundingClientRect().bottom > innerHeight,
    );
    return [
      ...(scrollHeight > clientHeight ? [`${scrollHeight - clientHeight} px too tall`] : []),
      ...(scrollWidth > clientWidth ? [`${scrollWidth - clientWidth} px too wide`] : []),
      ...beyond.map((tile) => `${tile.getAttribute('label')} ends below the screen`),
    ];
  });

/** The cards whose largest blank band is too large. */
async function halfEmpty(page: Page, name: string): Promise<string[]> {
  const cards = await page.$$eval('lp-dashboard > [channel]:not([slot])', (tiles) => {
    return tiles.map((tile) => {
      const box = tile.getBoundingClientRect();
      const card = tile.shadowRoot?.querySelector('[part~=base]') ?? tile;
      const { paddingTop, paddingLeft } = getComputedStyle(card);
      const [y, x] = [Number.parseFloat(paddingTop), Number.parseFloat(paddingLeft)];
      // The bars of a tracker leave room for those of a bad state, which are higher.
      const plots = [...(tile.shadowRoot?.querySelectorAll('.bars') ?? [])].map((plot) => {
        const { top, bottom } = plot.getBoundingClientRect();
        return { from: top, to: bottom };
      });
      return {
        label: tile.getAttribute('label') ?? '',
        left: box.left + x,
        top: box.top + y,
        width: box.width - 2 * x,
        height: box.height - 2 * y,
        plots,
      };
    });
  });
  const png = await page.screenshot({ optimizeForSpeed: true });
  const folder = process.env['LP_SHOTS'];
  if (folder) await writeFile(`${folder}/${name}.png`, png);
  const picture = PNG.sync.read(Buffer.from(png));
  return cards
    .map(({ label, ...area }) => ({ label, blank: largestBlankBand(picture, whole(area)) }))
    .filter(({ blank }) => blank > MOST_BLANK)
    .map(({ label, blank }) => `${label} is blank over ${Math.round(blank * 100)} % of its height`);
}

const whole = ({ plots, ...area }: Area): Area => ({
  plots: plots.map(({ from, to }) => ({ from: Math.floor(from), to: Math.ceil(to) })),
  left: Math.ceil(area.left),
  top: Math.ceil(area.top),
  width: Math.floor(area.width),
  height: Math.floor(area.height),
});
