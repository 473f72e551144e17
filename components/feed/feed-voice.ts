import { announcer } from '../element/announcer.ts';
import { isVisible } from '../shared/clock.ts';
import type { Announce } from '../element/lp-base.ts';
import { Burst } from './burst.ts';
import type { FeedItem } from './feed-item.ts';
import { isLoud } from './item-level.ts';

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
