import { type Scheduler, scheduler } from './scheduler.ts';

/** What an element wants to know of its place on the page. */
export interface Watched {
  /** Near the viewport, or no longer. */
  onNear(near: boolean): void;
  /** In CSS pixels. */
  onSize(width: number, height: number): void;
  /** The pixel ratio changed, or the page is about to be printed: all must be drawn anew, now. */
  onMedium(): void;
}

/** One scheduler and one observer of each kind for all charts of the page; made when the first one comes. */
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
      for (const { target, contentRect } of entries) {
        this.#watched.get(target)?.onSize(contentRect.width, contentRect.height);
      }
    });
    this.#watchRatio();
    for (const query of ['print', '(forced-colors: active)', '(prefers-contrast: more)']) {
      matchMedia(query).addEventListener('change', () => this.#tellMedium());
    }
    addEventListener('beforeprint', () => this.#tellMedium());
    document.fonts?.addEventListener('loadingdone', () => this.#tellMedium());
  }

  /** Returns its end. */
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

  #tellMedium(): void {
    for (const watched of this.#watched.values()) watched.onMedium();
  }

  // a media query names one ratio: after each change the next one is asked for
  #watchRatio(): void {
    this.#ratio = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
    this.#ratio.addEventListener(
      'change',
      () => {
        this.#watchRatio();
        this.#tellMedium();
      },
      { once: true },
    );
  }
}

let page: PageWatch | undefined;

/** The page's watch. */
export const pageWatch = (): PageWatch => (page ??= new PageWatch());
