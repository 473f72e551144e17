import { type Scheduler, scheduler } from './scheduler.ts';

/** Callbacks about an element's place on the page. */
export interface Watched {
  /** Called when the element came near the viewport, or left it. */
  onNear(near: boolean): void;
  /**
   * Called when the element's size (CSS pixels) has changed, before the browser paints it. `drawNow` is false where other
   * charts have used the time of this frame.
   */
  onSize(width: number, height: number, drawNow: boolean): void;
  /** Called when the pixel ratio has changed, or the page is about to be printed: draw now. */
  onMedium(): void;
}

/** Time in ms that charts may take to draw their new size in the frame in which they get it. */
const RESIZE_MS = 16;

/** One scheduler and one observer of each kind for all charts of a page. */
class PageWatch {
  readonly scheduler: Scheduler = scheduler();
  readonly #watched = new Map<Element, Watched>();
  #near: IntersectionObserver;
  #size: ResizeObserver;
  #ratio: MediaQueryList | undefined;

  constructor() {
    this.#near = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries)
          this.#watched.get(target)?.onNear(isIntersecting);
      },
      { rootMargin: '200px' },
    );
    this.#size = new ResizeObserver((entries) => {
      const until = performance.now() + RESIZE_MS;
      for (const { target, contentRect } of entries) {
        const { width, height } = contentRect;
        this.#watched.get(target)?.onSize(width, height, performance.now() < until);
      }
    });
    this.#watchRatio();
    for (const query of ['print', '(forced-colors: active)', '(prefers-contrast: more)']) {
      matchMedia(query).addEventListener('change', () => this.#reportMedium());
    }
    addEventListener('beforeprint', () => this.#reportMedium());
    document.fonts?.addEventListener('loadingdone', () => this.#reportMedium());
  }

  /** Watches an element. Returns the function that ends it. */
  watch(element: Element, watched: Watched): () => void {
    this.#watched.set(element, watched);
    this.#near.observe(element);
    this.#size.observe(element);
    return () => {
      this.#watched.delete(element);
      this.#near.unobserve(element);
      this.#size.unobserve(element);
    };
  }

  #reportMedium(): void {
    for (const watched of this.#watched.values()) watched.onMedium();
  }

  // A media query matches one ratio: after each change the next one is watched.
  #watchRatio(): void {
    this.#ratio = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
    this.#ratio.addEventListener(
      'change',
      () => {
        this.#watchRatio();
        this.#reportMedium();
      },
      { once: true },
    );
  }
}

let page: PageWatch | undefined;

/** Returns the watch of the page, created on first use. */
export const pageWatch = (): PageWatch => (page ??= new PageWatch());
