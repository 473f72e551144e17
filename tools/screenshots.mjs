// @ts-check
/**
 * The README's pictures: starts the demo from dist/, lets it run for a while so that the charts have a history, and
 * photographs the dashboard. `node tools/screenshots.mjs [--seconds 300] [--out docs/images]`
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import puppeteer from 'puppeteer-core';
import { chromeArgs, ensureChrome } from './browser.mjs';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '300' },
    out: { type: 'string', default: 'docs/images' },
  },
});
process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const SHOTS = [
  { name: 'dashboard-light', scheme: 'light', width: 1280, height: 800 },
  { name: 'dashboard-dark', scheme: 'dark', width: 1280, height: 800 },
  { name: 'phone-light', scheme: 'light', width: 390, height: 844, phone: true },
  { name: 'phone-dark', scheme: 'dark', width: 390, height: 844, phone: true },
];

const server = spawn(
  process.execPath,
  ['dist/server/cli.js', 'serve', '--demo', '--memory', '--port', '0'],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
const browser = await puppeteer.launch({
  executablePath: await ensureChrome(),
  args: chromeArgs,
  headless: true,
});
try {
  const url = await address();
  await talk(url);
  const pages = [];
  for (const shot of SHOTS) pages.push({ shot, page: await open(url, shot) });
  console.log(`${url}: ${values.seconds} s of history first …`);
  await new Promise((done) => setTimeout(done, Number(values.seconds) * 1000));
  await mkdir(values.out, { recursive: true });
  for (const { shot, page } of pages) {
    await page.bringToFront(); // what lies behind does not draw
    await page.waitForNetworkIdle({ idleTime: 300, concurrency: 1 });
    await new Promise((done) => setTimeout(done, 1500));
    await page.screenshot({
      path: /** @type {`${string}.png`} */ (join(values.out, `${shot.name}.png`)),
    });
    console.log(`${values.out}/${shot.name}.png`);
  }
} finally {
  await browser.close();
  server.kill('SIGTERM');
  await once(server, 'exit');
}

async function address() {
  for await (const line of createInterface({ input: server.stdout })) {
    const url = /http:\S+/.exec(line)?.[0];
    if (url) return url;
  }
  throw new Error('the demo did not start: npm run build first');
}

/** Somebody must have said something. @param {string} url */
async function talk(url) {
  const say = (/** @type {string} */ channel, /** @type {unknown} */ value) =>
    fetch(`${url}lp/channels/${channel}`, { method: 'POST', body: JSON.stringify(value) });
  await say('chat', {
    author: 'Ada',
    text: 'The deploy is through. Does the wall still look good?',
  });
  await say('chat', {
    author: 'Lin',
    text: 'All green here. Delay went up for a moment, and came back.',
  });
  await say('chat', { author: 'Ada', text: 'That was me, reading a large file.' });
}

/** @param {string} url @param {{scheme: string, width: number, height: number, phone?: boolean}} shot */
async function open(url, { scheme, width, height, phone = false }) {
  const page = await (await browser.createBrowserContext()).newPage();
  await page.setViewport({ width, height, deviceScaleFactor: 2, isMobile: phone, hasTouch: phone });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  await page.goto(url);
  return page;
}
