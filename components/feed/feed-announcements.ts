import { announcer } from '../element/announcer.ts';
import type { Announce } from '../element/element-status.ts';
import { isVisible } from '../shared/clock.ts';
import type { FeedItem } from './feed-item.ts';
import { isLoud } from './item-level.ts';

/** How new items are announced to screen readers. */
export interface AnnounceOptions {
  announce: Announce;
  /** True if the list is a live region (`role=log`). */
  isLog: boolean;
  /** More new items per second than this are announced as a count. Default 3. */
  most: number | undefined;
  /** Returns the sentence for a count. */
  sentence: (count: number) => string;
}

let feeds = 0;

/** Announces new items: the live region announces them itself, or the page's announcer announces their number. */
export class FeedAnnouncements {
  #burst = new Burst();
  #kind = `feed-${++feeds}`;
  #unannounced = 0;

  /** Prevents the announcement of the next items: a history, or the content of a new list. */
  hush(): void {
    this.#burst.hush(performance.now());
  }

  /** Announces new items, or adds them to the next announcement. */
  add(items: readonly FeedItem[], { announce, isLog, most = 3, sentence }: AnnounceOptions): void {
    const wanted = announce === 'levels' ? items.filter(({ level }) => isLoud(level)) : items;
    if (announce === 'off' || wanted.length === 0) return;
    if (!isVisible()) this.hush();
    const reads = isLog && announce === 'all';
    const count = reads ? this.#burst.take(wanted.length, most, performance.now()) : wanted.length;
    if (count === 0) return;
    this.#unannounced += count;
    announcer().announce(this.#kind, '', () => {
      const total = this.#unannounced; // bursts add up until the next announcement
      this.#unannounced = 0;
      return sentence(total);
    });
  }

  /** Withdraws announcements that were not made yet. */
  end(): void {
    this.#unannounced = 0;
    announcer().withdraw(this.#kind);
  }

  /** Called once a second; turns announcements of single items on again after a burst. Returns whether that changed. */
  settle(): boolean {
    return this.#burst.settle(performance.now());
  }

  /** Value of `aria-live`; undefined if the list is not a live region. */
  live({
    announce,
    isLog,
  }: Pick<AnnounceOptions, 'announce' | 'isLog'>): 'polite' | 'off' | undefined {
    if (!isLog) return undefined;
    return announce === 'all' && !this.#burst.hushed ? 'polite' : 'off';
  }
}

/** Items within this time, ms, count as one burst. */
const WINDOW_MS = 1000;

/**
 * Decides how new items are announced. A log is a live region (`role=log`): each added item is read. More than `most` in a
 * second are a burst: the live region is turned off, and the number of items is announced instead, until the burst is over.
 */
export class Burst {
  /** True while the live region is off. It is off at first, because a history is not announced. */
  hushed = true;
  #since = Number.NEGATIVE_INFINITY;
  #until = Number.NEGATIVE_INFINITY;
  #count = 0;

  /** Turns the live region off for items that follow at once. `nowMs` is any clock. */
  hush(nowMs: number): void {
    this.hushed = true;
    this.#until = nowMs + WINDOW_MS;
  }

  /** Returns how many of these new items have to be announced as a count; 0 = the live region announces them. */
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

  /** Turns the live region on again after a burst. Returns whether that changed. */
  settle(nowMs: number): boolean {
    if (!this.hushed || nowMs < this.#until) return false;
    this.hushed = false;
    return true;
  }
}
