import puppeteer, { type Browser } from 'puppeteer-core';
import { findFirefox } from '../../tools/browser.mjs';
import { openChromium } from './chromium.ts';

const firefox = findFirefox();

/** The browsers of this machine: Chromium, and Firefox if it is installed. */
export const browsers: Record<string, () => Promise<Browser>> = {
  Chromium: openChromium,
  ...(firefox && {
    Firefox: () =>
      puppeteer.launch({ browser: 'firefox', executablePath: firefox, headless: true }),
  }),
};
