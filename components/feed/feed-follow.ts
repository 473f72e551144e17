import { FeedScroll } from './feed-scroll.ts';

/** Options of `FeedFollow`. */
export interface FeedFollowOptions {
  /** Where new items come in. */
  end: () => 'top' | 'bottom';
  /** The feed goes along with what is new while the reader is at the end. */
  follows: () => boolean;
  /** The count of unseen items, or the reader's place, changed: draw again. */
  onChange: () => void;
}

/** Where the reader is, and how many new items came out of sight. */
export class FeedFollow {
  /** New items that the reader has not seen. */
  unseen = 0;
  #options: FeedFollowOptions;
  #scroll: FeedScroll;
  #coming = 0;
  #starts = true;

  constructor(options: FeedFollowOptions) {
    this.#options = options;
    this.#scroll = new FeedScroll({ end: options.end, onEnd: options.onChange });
  }

  /** The reader is at the end now. */
  get atEnd(): boolean {
    return this.#scroll.look();
  }

  /** Another history, or another order: to the end, whatever the reader looked at. */
  start(): void {
    this.#starts = true;
    this.#scroll.atEnd = true;
    this.#coming = 0;
  }

  /** New items came; they are drawn with the next update. */
  came(count: number): void {
    this.#coming += count;
  }

  /** Before the items are drawn. */
  beforeDraw(): void {
    this.#scroll.hold();
    this.unseen = this.atEnd ? 0 : this.unseen + this.#coming;
    if (!this.atEnd) this.#coming = 0;
  }

  /** After the items were drawn. */
  afterDraw(root: ParentNode | undefined): void {
    if (root) this.#scroll.watch(root);
    this.#scroll.settle(this.#options.follows() || this.#starts);
    this.#starts = false;
    if (this.#coming > 0 && !this.atEnd)
      this.#options.onChange(); // they came in out of sight
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

  /** The reader asked for the newest item by a button that is about to go: the focus goes to the list. */
  showNewest(): void {
    this.#scroll.toEnd();
    this.#scroll.focus();
  }
}
