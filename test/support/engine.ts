/** Whether this page is in Chromium, or a browser made of it. */
export const isChromium: boolean = navigator.userAgent.includes('Chrome/');

/**
 * A test that asks the browser for what only Chromium tells or does for the test runner: its accessibility tree, and
 * media that are not those of the machine. Elsewhere it is counted as skipped.
 */
export const itInChromium: (name: string, run: Mocha.AsyncFunc) => void = isChromium ? it : it.skip;
