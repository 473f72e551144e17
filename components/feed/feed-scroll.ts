import { isFitted } from '../element/whole-rows.ts';

/** Distance in px that still counts as the end: zoomed pages scroll by fractions. */
const SLACK_PX = 4;

/** Options of `FeedScroll`. */
export interface FeedScrollOptions {
  /** The end at which new items are added. */
  end: () => 'top' | 'bottom';
  /** Called when the viewer reaches the end. */
  onEnd: () => unknown;
}

/**
 * Keeps the viewer's position in a feed: at the end, or at the item being read, when items are added or trimmed above it.
 * This is done by script, because not every browser supports scroll anchoring.
 */
export class FeedScroll {
  /** Whether the viewer is at the end. */
  atEnd = true;
  #options: FeedScrollOptions;
  #scroller: HTMLElement | undefined;
  #top = 0;
  #seen: [item: Element, top: number][] = [];
  #sizes: ResizeObserver | undefined;

  constructor(options: FeedScrollOptions) {
    this.#options = options;
  }

  /** Watches the `.scroller` in a root; its only child holds the items. If it is removed and added again, which resets its position, the position is restored. */
  watch(root: ParentNode): void {
    const scroller = root.querySelector<HTMLElement>('.scroller');
    if (!scroller || (this.#scroller === scroller && this.#sizes)) return;
    this.#scroller = scroller;
    if (this.atEnd) this.toEnd();
    else scroller.scrollTop = this.#top;
    scroller.addEventListener('scroll', this.#onScroll, { passive: true });
    this.#sizes = new ResizeObserver(() => this.atEnd && this.toEnd());
    for (const box of [scroller, ...scroller.children]) this.#sizes.observe(box);
  }

  unwatch(): void {
    this.#scroller?.removeEventListener('scroll', this.#onScroll);
    this.#sizes?.disconnect();
    this.#sizes = undefined;
  }

  /** Reads the viewer's position: the scroll event may not have fired yet. */
  look(): boolean {
    this.#onScroll();
    return this.atEnd;
  }

  /** Notes the items in view, before they change. */
  hold(): void {
    this.look();
    this.#seen = this.#scroller && this.#scroller.scrollTop > 0 ? visible(this.#scroller) : [];
  }

  /**
   * Restores the position after the items changed: to the end, if the viewer was there and `follow`; else to the items
   * noted.
   */
  settle(follow: boolean): void {
    if (this.atEnd && (follow || this.#options.end() === 'top')) return this.toEnd();
    this.#restore();
    this.#update();
  }

  toEnd(): void {
    const scroller = this.#scroller;
    if (!scroller) return;
    const top = this.#options.end() === 'top' ? 0 : scroller.scrollHeight;
    if (Math.abs(endDistance(scroller, this.#options.end())) >= 1) scroller.scrollTop = top;
    this.#update();
  }

  focus(): void {
    this.#scroller?.focus({ preventScroll: true });
  }

  #restore(): void {
    const scroller = this.#scroller;
    const kept = this.#seen.find(([item]) => item.isConnected);
    if (!scroller || !kept) return;
    const [item, before] = kept;
    const moved = item.getBoundingClientRect().top - scroller.getBoundingClientRect().top - before;
    if (moved !== 0) scroller.scrollTop += moved;
  }

  // Scroll events arrive late, and also after scrolling by script: only a changed position means that the viewer scrolled.
  #onScroll = (): void => {
    if (this.#scroller && this.#scroller.scrollTop !== this.#top) this.#update();
  };

  #update(): void {
    const scroller = this.#scroller;
    if (!scroller || scroller.clientHeight === 0) return; // not laid out: nobody has scrolled
    this.#top = scroller.scrollTop;
    const atEnd = endDistance(scroller, this.#options.end()) <= SLACK_PX;
    this.#showWhole(scroller, atEnd);
    if (atEnd === this.atEnd) return;
    this.atEnd = atEnd;
    if (atEnd) this.#options.onEnd();
  }

  /**
   * On a dashboard that is fitted to its screen, hides an item that fits only in part, until somebody scrolls. The
   * other items share its space.
   */
  #showWhole(scroller: HTMLElement, atEnd: boolean): void {
    const items = scroller.firstElementChild as HTMLElement;
    scroller.style.clipPath = '';
    if (!atEnd) return;
    items.style.removeProperty('--_spare');
    if (!isFitted(scroller)) return;
    const end = this.#options.end();
    const { shownPx, whole } = partialItem(scroller, end);
    if (shownPx === 0 || whole === 0) return;
    if (end === 'bottom') scroller.style.clipPath = `inset(${shownPx}px 0 0)`;
    else items.style.setProperty('--_spare', `${(shownPx + 1) / whole}px`);
  }
}

/** Returns how much of an item is shown at the edge opposite to the end, in px, and how many items are shown whole. */
function partialItem(
  scroller: HTMLElement,
  end: 'top' | 'bottom',
): { shownPx: number; whole: number } {
  const items = scroller.firstElementChild?.children ?? [];
  const edge = scroller.getBoundingClientRect();
  const isTop = end === 'top';
  const index = firstBelow(items, isTop ? edge.bottom - 1 : edge.top + 1);
  const box = items[index]?.getBoundingClientRect();
  const whole = isTop ? index : items.length - 1 - index;
  if (!box || box.bottom <= edge.top || box.top >= edge.bottom) return { shownPx: 0, whole };
  const isWhole = isTop ? box.bottom <= edge.bottom + 1 : box.top >= edge.top - 1;
  return { shownPx: isWhole ? 0 : isTop ? edge.bottom - box.top : box.bottom - edge.top, whole };
}

function endDistance(scroller: HTMLElement, end: 'top' | 'bottom'): number {
  const { scrollTop, scrollHeight, clientHeight } = scroller;
  return end === 'top' ? scrollTop : scrollHeight - clientHeight - scrollTop;
}

/** Returns the visible items, with their distances from the scroller's upper edge. */
function visible(scroller: HTMLElement): [Element, number][] {
  const items = scroller.firstElementChild?.children ?? [];
  const edge = scroller.getBoundingClientRect();
  const seen: [Element, number][] = [];
  for (let i = firstBelow(items, edge.top); i < items.length; i++) {
    const item = items[i] as Element; // within its bounds
    const { top } = item.getBoundingClientRect();
    if (top > edge.bottom) break;
    seen.push([item, top - edge.top]);
  }
  return seen;
}

function firstBelow(items: ArrayLike<Element>, top: number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((items[middle] as Element).getBoundingClientRect().bottom > top) high = middle;
    else low = middle + 1;
  }
  return low;
}
