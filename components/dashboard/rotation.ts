import type { ReactiveController, ReactiveControllerHost, TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import type { Words } from '../locale/messages.ts';
import { everySecond } from '../shared/clock.ts';
import { parseDurationMs } from '../shared/duration.ts';
import { icon } from '../shared/icons.ts';

/** Least time in ms that a page is shown: a shorter time is not enough to read it. */
const LEAST_MS = 3_000;
/** Time in ms after an input during which the page stays, because somebody reads it. */
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
  /** Whether the viewer stopped the rotation. */
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

  /** The pages, in document order; none if the dashboard does not rotate. */
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

  /** Shows page `n`, after the last one the first. The page stays for a minute, because the viewer wants to read it. */
  show(n: number): void {
    this.#touchedMs = Date.now();
    this.#turn(n);
  }

  /** Stops the rotation, or continues it. */
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

/** Returns the name of the page that is shown. */
export function pageName(rotation: Rotation): TemplateResult | typeof nothing {
  const name = rotation.pages[rotation.index]?.getAttribute('aria-label');
  return name ? html`<span class="page"><bdi>${name}</bdi></span>` : nothing;
}

/** Returns a button for each page, and one that stops the rotation. Arrow keys go from page to page. */
export function pageButtons(rotation: Rotation, words: Words): TemplateResult | typeof nothing {
  const { pages, index, isStopped } = rotation;
  if (pages.length < 2) return nothing;
  const onKey = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const isRtl = getComputedStyle(event.currentTarget as Element).direction === 'rtl';
    rotation.show(index + (isRtl ? -step : step));
  };
  return html`<div class="pages" part="pages" role="group" aria-label=${words.pages} @keydown=${onKey}>
    <button
      type="button"
      aria-pressed=${isStopped}
      aria-label=${words.pagesStop}
      title=${words.pagesStop}
      @click=${() => rotation.toggle()}
    >${icon(isStopped ? 'play' : 'pause')}</button>${pages.map((page, n) => {
      const name = page.getAttribute('aria-label');
      const label = words.listed([words.pageOf(n + 1, pages.length), ...(name ? [name] : [])]);
      return html`<button
        type="button"
        class="dot"
        aria-current=${n === index ? 'page' : nothing}
        aria-label=${label}
        title=${label}
        @click=${() => rotation.show(n)}
      ></button>`;
    })}
  </div>`;
}
