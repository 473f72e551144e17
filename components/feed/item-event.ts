import type { FeedItem } from './feed-item.ts';

/** `lp-item`: a new item passed the feed's filters. Not fired for the channel's history. */
export class LpItemEvent extends Event {
  /** The feed's channel. */
  readonly channel: string;
  /** The item as shown by the feed. */
  readonly item: FeedItem;

  constructor(channel: string, item: FeedItem) {
    super('lp-item', { bubbles: true, composed: true });
    this.channel = channel;
    this.item = item;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'lp-item': LpItemEvent;
  }
}
