import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { everySecond } from '../shared/clock.ts';
import { parseDurationMs } from '../shared/duration.ts';

/** Time in ms without input after which controls and pointer are hidden. */
export const IDLE_MS = 3000;
/** Time in ms without input after which a page may be reloaded. */
const UNUSED_MS = 60_000;
const LEAST_RELOAD_MS = 60_000;
const HANDS = ['pointermove', 'pointerdown', 'keydown', 'wheel'] as const;

/** The element that `Kiosk` belongs to. */
export interface KioskHost extends ReactiveControllerHost {
  readonly isConnected: boolean;
  kiosk: boolean;
  fit: 'screen' | 'content' | undefined;
  reloadEvery: string | undefined;
}

/**
 * A dashboard on a wall screen: keeps the screen awake, hides the controls while nobody uses it, and reloads the page at
 * intervals.
 */
export class Kiosk implements ReactiveController {
  /** True if there was no input for a while. */
  idle = false;
  /** True if the tiles are fitted to the screen: it is large enough to be read from a distance. */
  fits = false;
  #host: KioskHost;
  #onReload: () => void;
  #end: (() => void) | undefined;
  #endFit: (() => void) | undefined;
  #startedAt = 0;
  #touchedAt = 0;

  /** `onReload` is called when it is time to reload; if it declines, it is called again a second later. */
  constructor(host: KioskHost, onReload: () => void) {
    this.#host = host;
    this.#onReload = onReload;
    host.addController(this);
  }

  hostConnected(): void {
    this.#sync(true);
  }

  // A removed element updates once more; kiosk mode must not start again then.
  hostUpdate(): void {
    this.#sync(this.#host.isConnected);
  }

  hostDisconnected(): void {
    this.#sync(false);
  }

  #sync(isConnected: boolean): void {
    const isWanted = isConnected && this.#host.kiosk;
    const fits = isWanted && this.#host.fit !== 'content';
    if (fits) this.#endFit ??= fitScreen((done) => this.#onFit(done));
    else if (this.#endFit) {
      this.#endFit();
      this.#endFit = undefined;
    }
    if (isWanted) this.#end ??= this.#start();
    if (isWanted || !this.#end) return;
    this.#end();
    this.#end = undefined;
    this.#setIdle(false);
  }

  #start(): () => void {
    this.#startedAt = this.#touchedAt = Date.now();
    const onHand = (): void => {
      this.#touchedAt = Date.now();
      this.#setIdle(false);
    };
    for (const hand of HANDS) addEventListener(hand, onHand, { capture: true, passive: true });
    const ends = [keepAwake(), everySecond(() => this.#tick())];
    return () => {
      for (const hand of HANDS) removeEventListener(hand, onHand, { capture: true });
      for (const end of ends) end();
    };
  }

  #onFit(fits: boolean): void {
    if (fits === this.fits) return;
    this.fits = fits;
    this.#host.requestUpdate();
  }

  #tick(): void {
    const untouchedMs = Date.now() - this.#touchedAt;
    if (untouchedMs >= IDLE_MS) this.#setIdle(true);
    const everyMs = parseDurationMs(this.#host.reloadEvery);
    if (everyMs === undefined || untouchedMs < UNUSED_MS) return;
    if (Date.now() - this.#startedAt >= Math.max(everyMs, LEAST_RELOAD_MS)) this.#onReload();
  }

  #setIdle(idle: boolean): void {
    if (idle === this.idle) return;
    this.idle = idle;
    this.#host.requestUpdate();
  }
}

/** Smallest size of text, in CSS pixels, at which a board is fitted to its screen; below, it scrolls. */
const LEAST_UNIT_PX = 12;

/**
 * Scales all text with the screen: until it ends, the page's root font size, which every size of the kit is based on, is a
 * 90th of the width or a 56th of the height of the window, whichever is smaller (16 px at 1440×900, 38 px at 4K). `onChange`
 * is called with whether the window is large enough. Returns the function that ends it and restores the page's own size.
 */
export function fitScreen(onChange: (fits: boolean) => void): () => void {
  const { style } = document.documentElement;
  const former = style.fontSize;
  const apply = (): void => {
    const unitPx = Math.min(innerWidth / 90, innerHeight / 56.25);
    const fits = unitPx >= LEAST_UNIT_PX;
    style.fontSize = fits ? `${unitPx}px` : former;
    onChange(fits);
  };
  addEventListener('resize', apply);
  apply();
  return () => {
    removeEventListener('resize', apply);
    style.fontSize = former;
    onChange(false);
  };
}

/** Keeps the screen awake while the page is visible, if the browser supports it. Returns the function that ends it. */
export function keepAwake(): () => void {
  const { wakeLock } = navigator as Partial<Navigator>;
  if (!wakeLock) return () => {};
  let lock: WakeLockSentinel | undefined;
  let isOver = false;
  const ask = async (): Promise<void> => {
    if (document.visibilityState !== 'visible' || (lock && !lock.released)) return;
    try {
      lock = await wakeLock.request('screen');
    } catch {
      return; // refused, for example at a low battery: requested again when the page is shown next
    }
    if (isOver) void lock.release();
  };
  const onVisible = (): void => void ask();
  document.addEventListener('visibilitychange', onVisible); // the browser takes the lock back from a hidden page
  void ask();
  return () => {
    isOver = true;
    document.removeEventListener('visibilitychange', onVisible);
    void lock?.release();
  };
}
