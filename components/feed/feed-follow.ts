import { FeedScroll } from './feed-scroll.ts';

/** Options of `FeedFollow`. */
export interface FeedFollowOptions {
  /** The end at which new items are added. */
  end: () => 'top' | 'bottom';
  /** Whether the feed scrolls to new items while the viewer is at the end. */
  follows: () => boolean;
  /** Called when the number of unseen items or the viewer's position changed: the host has to update. */
  onChange: () => void;
}

/** The viewer's position, and the number of new items out of view. */
export class FeedFollow {
  /** Number of new items that the viewer has not seen. */
  unseen = 0;
  #options: FeedFollowOptions;
  #scroll: FeedScroll;
  #coming = 0;
  #starts = true;

  constructor(options: FeedFollowOptions) {
    this.#options = options;
    this.#scroll = new FeedScroll({ end: options.end, onEnd: options.onChange });
  }

  /** Notes that the viewer is at the end. */
  get atEnd(): boolean {
    return this.#scroll.look();
  }

  /** Called for another history or order: scrolls to the end, independent of the viewer's position. */
  start(): void {
    this.#starts = true;
    this.#scroll.atEnd = true;
    this.#coming = 0;
  }

  /** Notes new items; they are drawn with the next update. */
  came(count: number): void {
    this.#coming += count;
  }

  /** Called before the items are rendered. */
  beforeDraw(): void {
    this.#scroll.hold();
    this.unseen = this.atEnd ? 0 : this.unseen + this.#coming;
    if (!this.atEnd) this.#coming = 0;
  }

  /** Called after the items were rendered. */
  afterDraw(root: ParentNode | undefined): void {
    if (root) this.#scroll.watch(root);
    this.#scroll.settle(this.#options.follows() || this.#starts);
    this.#starts = false;
    if (this.#coming > 0 && !this.atEnd)
      this.#options.onChange(); // they are out of view
    else this.#coming = 0;
  }

  watch(root: ParentNode): void {
    this.#scroll.watch(root);
  }

  unwatch(): void {
    this.#scroll.unwatch();
  }

  toEnd(): void {
    this.#scroll.toEnd();
  }

  /** Called when the viewer has pressed the button for the newest item. The button disappears, so the focus moves to the list. */
  showNewest(): void {
    this.#scroll.toEnd();
    this.#scroll.focus();
  }
}
