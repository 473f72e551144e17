import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { everySecond } from '../shared/clock.ts';
import { parseDurationMs } from '../shared/duration.ts';

/** After so long without a hand on mouse or keyboard, controls and pointer leave the picture. */
export const IDLE_MS = 3000;
/** A page that somebody uses is not reloaded: so long without a hand counts as unused. */
const UNUSED_MS = 60_000;
const LEAST_RELOAD_MS = 60_000;
const HANDS = ['pointermove', 'pointerdown', 'keydown', 'wheel'] as const;

export interface KioskHost extends ReactiveControllerHost {
  kiosk: boolean;
  reloadEvery: string | undefined;
}

/** A dashboard on a wall: the screen stays awake, controls are away while nobody is there, the page is renewed at times. */
export class Kiosk implements ReactiveController {
  /** Nobody has touched anything for a while. */
  idle = false;
  #host: KioskHost;
  #onReload: () => void;
  #end: (() => void) | undefined;
  #startedAt = 0;
  #touchedAt = 0;

  /** `onReload` is called when it is time; it may decline, and is asked again a second later. */
  constructor(host: KioskHost, onReload: () => void) {
    this.#host = host;
    this.#onReload = onReload;
    host.addController(this);
  }

  hostConnected(): void {
    this.#sync(true);
  }

  hostUpdate(): void {
    this.#sync(true);
  }

  hostDisconnected(): void {
    this.#sync(false);
  }

  #sync(isConnected: boolean): void {
    const isWanted = isConnected && this.#host.kiosk;
    if (isWanted) this.#end ??= this.#start();
    if (isWanted || !this.#end) return;
    this.#end();
    this.#end = undefined;
    this.#become(false);
  }

  #start(): () => void {
    this.#startedAt = this.#touchedAt = Date.now();
    const onHand = (): void => {
      this.#touchedAt = Date.now();
      this.#become(false);
    };
    for (const hand of HANDS) addEventListener(hand, onHand, { capture: true, passive: true });
    const ends = [keepAwake(), everySecond(() => this.#tick())];
    return () => {
      for (const hand of HANDS) removeEventListener(hand, onHand, { capture: true });
      for (const end of ends) end();
    };
  }

  #tick(): void {
    const untouchedMs = Date.now() - this.#touchedAt;
    if (untouchedMs >= IDLE_MS) this.#become(true);
    const everyMs = parseDurationMs(this.#host.reloadEvery);
    if (everyMs === undefined || untouchedMs < UNUSED_MS) return;
    if (Date.now() - this.#startedAt >= Math.max(everyMs, LEAST_RELOAD_MS)) this.#onReload();
  }

  #become(idle: boolean): void {
    if (idle === this.idle) return;
    this.idle = idle;
    this.#host.requestUpdate();
  }
}

/** Keeps the screen awake while the page is visible, where the browser can. Returns its end. */
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
      return; // refused, as with a low battery: asked again when the page is next shown
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
