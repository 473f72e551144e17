/** Whether this page is in Chromium, or in a browser based on it. */
export const isChromium: boolean = navigator.userAgent.includes('Chrome/');

/**
 * A test that needs features which only Chromium offers to the test runner: its accessibility tree, and emulated
 * media. In other browsers it is counted as skipped.
 */
export const itInChromium: (name: string, run: Mocha.AsyncFunc) => void = isChromium ? it : it.skip;
