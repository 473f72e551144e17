import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { chromeArgs, ensureChrome } from '../../tools/browser.mjs';

/** Starts a separate headless Chromium. */
export async function openChromium(): Promise<Browser> {
  return puppeteer.launch({
    executablePath: await ensureChrome(),
    args: chromeArgs,
    headless: true,
  });
}

/** Problems that a page reported: uncaught errors, console errors, CSP violations. */
export interface Complaints {
  page: Page;
  complaints: string[];
}

/**
 * A page in a separate window with its own storage. `expected` are problems that a test provokes, such as failed requests
 * while a server is down.
 */
export async function openPage(browser: Browser, expected: RegExp = /$^/): Promise<Complaints> {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  const complaints: string[] = [];
  const note = (text: string): void => {
    if (!expected.test(text)) complaints.push(text);
  };
  page.on('pageerror', (error) => note(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') note(`${message.text()} ${message.location().url ?? ''}`);
  });
  await page.evaluateOnNewDocument(() => {
    addEventListener('securitypolicyviolation', (event) => {
      console.error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
    });
  });
  return { page, complaints };
}
