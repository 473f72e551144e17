/**
 * The page's one timer, for clocks, ages and stale checks. It ticks when a second of the server's clock begins, and stops
 * while the tab is hidden or there is no listener.
 */

const TICK_MS = 1000;
/** A tick that is late by less than this, in ms, counts as on time. */
const LATE_MS = 20;

const listeners = new Map<() => void, (() => number) | undefined>();
let timer: ReturnType<typeof setInterval> | undefined;
let everyMs = TICK_MS;

/**
 * Calls the listener once a second while the page is visible, and at once when it becomes visible. Returns the function that
 * ends it. `now` returns the time in ms with whose seconds the ticks are aligned, for listeners that show a clock; the first one
 * given is used for the whole page. Default: this machine's clock.
 */
export function everySecond(listener: () => void, now?: () => number): () => void {
  listeners.set(listener, now);
  arrange();
  return () => {
    listeners.delete(listener);
    arrange();
  };
}

/** Whether the page is visible; true if there is no document. */
export const isVisible = (): boolean => globalThis.document?.visibilityState !== 'hidden';

/** Resolves when the page is visible; at once if it is. */
export function whenVisible(): Promise<void> {
  return new Promise((resolve) => {
    if (isVisible()) resolve();
    else document.addEventListener('visibilitychange', () => resolve(), { once: true });
  });
}

function arrange(): void {
  const isUsed = listeners.size > 0;
  const change = isUsed ? 'addEventListener' : 'removeEventListener';
  globalThis.document?.[change]('visibilitychange', onVisibility);
  if (!isUsed || !isVisible()) stop();
  else if (timer === undefined) start();
}

function start(): void {
  const dueMs = msToNextSecond();
  everyMs = isOnTime(dueMs) ? TICK_MS : dueMs;
  timer = setInterval(onTimer, everyMs);
}

function onTimer(): void {
  tick();
  if (timer === undefined || (everyMs === TICK_MS && isOnTime(msToNextSecond()))) return;
  stop();
  start();
}

const isOnTime = (dueMs: number): boolean => dueMs >= TICK_MS - LATE_MS;

function msToNextSecond(): number {
  const now = [...listeners.values()].find((each) => each) ?? Date.now;
  return TICK_MS - (Math.floor(now()) % TICK_MS);
}

function stop(): void {
  clearInterval(timer);
  timer = undefined;
}

function onVisibility(): void {
  if (isVisible()) tick();
  arrange();
}

function tick(): void {
  for (const listener of listeners.keys()) {
    try {
      listener();
    } catch (error) {
      reportError(error); // one broken listener must not stop the others
    }
  }
}
