// @ts-check
/**
 * The README's pictures: starts the demo from dist/, lets it run for a while so that the charts have a history, and
 * photographs the dashboard. `node tools/screenshots.mjs [--seconds 130] [--out docs/images]`
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
    seconds: { type: 'string', default: '130' },
    out: { type: 'string', default: 'docs/images' },
  },
});
process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const SHOTS = [
  { name: 'dashboard-light', scheme: 'light', width: 1280, height: 930 },
  { name: 'dashboard-dark', scheme: 'dark', width: 1280, height: 930 },
  { name: 'phone-light', scheme: 'light', width: 390, height: 844, phone: true },
  { name: 'phone-dark', scheme: 'dark', width: 390, height: 844, phone: true },
];

const server = spawn(
  process.execPath,
  ['dist/cli/cli.js', 'serve', '--demo', '--memory', '--port', '0'],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
const browser = await puppeteer.launch({
  executablePath: await ensureChrome(),
  args: chromeArgs,
  headless: true,
});
try {
  const url = await address();
  // A connected page, so that the server's own metrics are not empty.
  const reader = await open(url, /** @type {any} */ (SHOTS[0]));
  console.log(`${url}: ${values.seconds} s of history first …`);
  await new Promise((done) => setTimeout(done, Number(values.seconds) * 1000));
  await reader.close();
  await mkdir(values.out, { recursive: true });
  for (const shot of SHOTS) {
    const page = await open(url, shot);
    await page.waitForFunction(() =>
      document.querySelector(
        'lp-metric-chart[channel="network"]:state(live), [channel="network"]:state(empty)',
      ),
    );
    await new Promise((done) => setTimeout(done, 3000)); // time for a few more values
    const path = /** @type {`${string}.png`} */ (join(values.out, `${shot.name}.png`));
    await page.screenshot({ path });
    await page.close();
    console.log(path);
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

/** @param {string} url @param {{scheme: string, width: number, height: number, phone?: boolean}} shot */
async function open(url, { scheme, width, height, phone = false }) {
  const page = await (await browser.createBrowserContext()).newPage();
  await page.setViewport({ width, height, deviceScaleFactor: 2, isMobile: phone, hasTouch: phone });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  await page.goto(url);
  return page;
}
