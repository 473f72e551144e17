import { accessSync } from 'node:fs';
import puppeteer, { type Browser } from 'puppeteer-core';
import { openChromium } from './chromium.ts';

const FIREFOX = ['/usr/bin/firefox', '/usr/bin/firefox-esr'].find((path) => {
  try {
    accessSync(path);
    return true;
  } catch {
    return false;
  }
});

/** The browsers of this machine: Chromium, and Firefox where it is installed. */
export const browsers: Record<string, () => Promise<Browser>> = {
  Chromium: openChromium,
  ...(FIREFOX && {
    Firefox: () =>
      puppeteer.launch({ browser: 'firefox', executablePath: FIREFOX, headless: true }),
  }),
};
