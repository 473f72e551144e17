/** The page's one timer, for ages and stale checks. It stands still while the tab is hidden or nobody listens. */

const TICK_MS = 1000;

const listeners = new Set<() => void>();
const waiting = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let watching = false;

/** Calls the listener about once a second while the page is visible, and at once when it becomes so. Returns its end. */
export function everySecond(listener: () => void): () => void {
  listeners.add(listener);
  arrange();
  return () => {
    listeners.delete(listener);
    arrange();
  };
}

/** True where there is no document, too. */
export const isVisible = (): boolean => globalThis.document?.visibilityState !== 'hidden';

/** Resolves when the page is visible; at once if it is. */
export function whenVisible(): Promise<void> {
  if (isVisible()) return Promise.resolve();
  return new Promise((resolve) => {
    waiting.add(resolve);
    arrange();
  });
}

function arrange(): void {
  watch(listeners.size > 0 || waiting.size > 0);
  const runs = listeners.size > 0 && isVisible();
  if (runs) timer ??= setInterval(tick, TICK_MS);
  else stop();
}

function stop(): void {
  clearInterval(timer);
  timer = undefined;
}

function watch(wanted: boolean): void {
  if (wanted === watching || !globalThis.document) return;
  watching = wanted;
  const change = wanted ? 'addEventListener' : 'removeEventListener';
  document[change]('visibilitychange', onVisibility);
}

function onVisibility(): void {
  if (isVisible()) {
    for (const resolve of waiting) resolve();
    waiting.clear();
    tick();
  }
  arrange();
}

function tick(): void {
  for (const listener of listeners) {
    try {
      listener();
    } catch (error) {
      reportError(error); // one broken listener must not stop the others
    }
  }
}
