import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { everySecond } from '../shared/clock.ts';
import { parseDurationMs } from '../shared/duration.ts';

/** Nobody can read a page that stands for less. */
const LEAST_MS = 3_000;
/** Who touched the board reads it: so long it stays. */
const READ_MS = 60_000;
const HANDS = ['pointerdown', 'keydown', 'wheel', 'touchstart'] as const;

/** The dashboard whose pages are shown in turn. */
export interface RotationHost extends ReactiveControllerHost, HTMLElement {
  rotate: string | undefined;
}

/**
 * Shows the `<section>` children of a dashboard in turn, one at a time. It stays on a page while somebody uses the board, while
 * something on the page has the focus, while the viewer stopped it, and on the page of a widget that is critical, which it
 * goes to. The other pages are hidden, and keep their data up to date.
 */
export class Rotation implements ReactiveController {
  /** The viewer stopped it. */
  isStopped = false;
  #host: RotationHost;
  #shown: Element | undefined;
  #sinceMs = 0;
  #touchedMs = -Infinity;
  #hidden = new Set<Element>();
  #end: (() => void) | undefined;

  constructor(host: RotationHost) {
    this.#host = host;
    host.addController(this);
  }

  /** The pages, in document order; none where the dashboard does not rotate. */
  get pages(): HTMLElement[] {
    if (!this.#end) return [];
    return [...this.#host.children].filter(
      (child): child is HTMLElement => child.localName === 'section',
    );
  }

  /** Index of the page that is shown. */
  get index(): number {
    return Math.max(0, this.pages.indexOf(this.#shown as HTMLElement));
  }

  hostConnected(): void {
    this.#sync();
  }

  hostUpdate(): void {
    this.#sync();
  }

  hostDisconnected(): void {
    this.#stop();
  }

  /** Shows page `n`; past the last one comes the first. The viewer wants to read it, and so it stays for a while. */
  show(n: number): void {
    this.#touchedMs = Date.now();
    this.#turn(n);
  }

  /** Stops it, or lets it go on. */
  toggle(): void {
    this.isStopped = !this.isStopped;
    this.#touchedMs = -Infinity;
    this.#sinceMs = Date.now();
    this.#host.requestUpdate();
  }

  #sync(): void {
    const isWanted = this.#host.isConnected && parseDurationMs(this.#host.rotate) !== undefined;
    if (!isWanted) return this.#stop();
    this.#end ??= this.#start();
    if (!this.pages.includes(this.#shown as HTMLElement)) this.#turn(0);
    else this.#hideOthers();
  }

  #start(): () => void {
    const onHand = (): void => {
      this.#touchedMs = Date.now();
    };
    for (const hand of HANDS) this.#host.addEventListener(hand, onHand, { passive: true });
    const endClock = everySecond(() => this.#tick());
    return () => {
      for (const hand of HANDS) this.#host.removeEventListener(hand, onHand);
      endClock();
    };
  }

  #stop(): void {
    if (!this.#end) return;
    this.#end();
    this.#end = undefined;
    this.#shown = undefined;
    for (const page of this.#hidden) page.removeAttribute('hidden');
    this.#hidden.clear();
  }

  #tick(): void {
    const nowMs = Date.now();
    const isRead = nowMs - this.#touchedMs < READ_MS || this.#shown?.matches(':focus-within');
    if (this.isStopped || isRead) return;
    const { pages, index } = this;
    if (isCritical(pages[index])) {
      this.#sinceMs = nowMs;
      return;
    }
    const critical = pages.findIndex(isCritical);
    const everyMs = Math.max(LEAST_MS, parseDurationMs(this.#host.rotate) ?? Infinity);
    if (critical >= 0) this.#turn(critical);
    else if (nowMs - this.#sinceMs >= everyMs) this.#turn(index + 1);
  }

  #turn(n: number): void {
    const { pages } = this;
    const page = pages.length > 0 ? pages[(n + pages.length) % pages.length] : undefined;
    this.#sinceMs = Date.now();
    if (page === this.#shown) return;
    this.#shown = page;
    this.#hideOthers();
    this.#host.requestUpdate();
  }

  #hideOthers(): void {
    for (const page of this.pages) {
      if (page !== this.#shown && !page.hasAttribute('hidden')) {
        this.#hidden.add(page);
        page.setAttribute('hidden', '');
      } else if (page === this.#shown && this.#hidden.delete(page)) page.removeAttribute('hidden');
    }
  }
}

const isCritical = (page: Element | undefined): boolean =>
  page !== undefined &&
  [...page.querySelectorAll('*')].some((each) => (each as { level?: unknown }).level === 'danger');
