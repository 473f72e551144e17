import { announcer } from '../element/announcer.ts';
import type { Announce } from '../element/element-status.ts';
import { isVisible } from '../shared/clock.ts';
import type { FeedItem } from './feed-item.ts';
import { isLoud } from './item-level.ts';

/** How new items are announced to screen readers. */
export interface Telling {
  announce: Announce;
  /** The list is a live region: a log. */
  isLog: boolean;
  /** More than this many items a second are told as a count. Default 3. */
  most: number | undefined;
  /** The sentence for a count. */
  sentence: (count: number) => string;
}

let feeds = 0;

/** What a feed says to those who listen: its log reads new items out, or the page's announcer tells how many came. */
export class FeedVoice {
  #burst = new Burst();
  #kind = `feed-${++feeds}`;
  #untold = 0;

  /** What comes now is not read out: a history, or into a list that was not there. */
  hush(): void {
    this.#burst.hush(performance.now());
  }

  /** New items came. */
  tell(items: readonly FeedItem[], { announce, isLog, most = 3, sentence }: Telling): void {
    const wanted = announce === 'levels' ? items.filter(({ level }) => isLoud(level)) : items;
    if (announce === 'off' || wanted.length === 0) return;
    if (!isVisible()) this.hush();
    const reads = isLog && announce === 'all';
    const count = reads ? this.#burst.take(wanted.length, most, performance.now()) : wanted.length;
    if (count === 0) return;
    this.#untold += count;
    announcer().announce(this.#kind, '', () => {
      const told = this.#untold; // bursts add up until the announcer comes to speak
      this.#untold = 0;
      return sentence(told);
    });
  }

  /** Takes back what was not said yet. */
  end(): void {
    this.#untold = 0;
    announcer().unsay(this.#kind);
  }

  /** The log may speak: once a second. True where that is news. */
  settle(): boolean {
    return this.#burst.settle(performance.now());
  }

  /** For `aria-live`; undefined where the list is none that speaks. */
  live({ announce, isLog }: Pick<Telling, 'announce' | 'isLog'>): 'polite' | 'off' | undefined {
    if (!isLog) return undefined;
    return announce === 'all' && !this.#burst.hushed ? 'polite' : 'off';
  }
}

/** Items within this time belong together. */
const WINDOW_MS = 1000;

/**
 * Decides who tells of new items. A log speaks for itself (`role=log`): each item that is added is read. More than `most` in
 * a second is a burst: the log is hushed, and the count is said instead, until the burst is over.
 */
export class Burst {
  /** The log is hushed. From the start: a history is not read out. */
  hushed = true;
  #since = Number.NEGATIVE_INFINITY;
  #until = Number.NEGATIVE_INFINITY;
  #count = 0;

  /** Hushes the log for what comes at once. `nowMs` is any clock. */
  hush(nowMs: number): void {
    this.hushed = true;
    this.#until = nowMs + WINDOW_MS;
  }

  /** How many of these new items have to be told as a count; 0 = the log reads them. */
  take(count: number, most: number, nowMs: number): number {
    if (nowMs - this.#since >= WINDOW_MS) {
      this.#since = nowMs;
      this.#count = 0;
    }
    this.#count += count;
    if (!this.hushed && this.#count <= most) return 0;
    this.hush(nowMs);
    return count;
  }

  /** Lets the log speak again once it has been quiet. True where that changed. */
  settle(nowMs: number): boolean {
    if (!this.hushed || nowMs < this.#until) return false;
    this.hushed = false;
    return true;
  }
}
