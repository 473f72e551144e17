import type { FeedItem } from './feed-item.ts';
import { parseLevels } from './item-level.ts';

/** The attributes of a feed, unchecked. */
export interface FeedAttributes {
  /** How it looks and reads: lines of a log, a chat, or events with titles. Default `log`. */
  variant: 'log' | 'chat' | 'events' | undefined;
  /** By time: `asc` has the newest item at the bottom, `desc` at the top. Default: `desc` for events, else `asc`. */
  order: 'asc' | 'desc' | undefined;
  /** Items shown, the newest. Default `200`. */
  limit: number | undefined;
  /** Scrolls to new items while the viewer is at the end. A chat always does. */
  follow: boolean;
  /** How times are shown. Default: `time` for a log, else `relative`. */
  showTime: 'relative' | 'time' | 'none' | undefined;
}

/** The choices of a feed with their defaults. */
export interface FeedChoices {
  variant: 'log' | 'chat' | 'events';
  newestFirst: boolean;
  limit: number;
  /** Scrolls to new items while the viewer is at the end. */
  follows: boolean;
  times: 'relative' | 'time' | 'none';
}

const LIMIT = 200;

/** Returns the choices of the attributes; an unknown word counts as absent. */
export function feedChoices(given: FeedAttributes): FeedChoices {
  const { limit = LIMIT } = given;
  const variant = oneOf(['chat', 'events'], given.variant) ?? 'log';
  const order = oneOf(['asc', 'desc'], given.order);
  const times = oneOf(['relative', 'time', 'none'], given.showTime);
  return {
    variant,
    newestFirst: order ? order === 'desc' : variant === 'events',
    limit: limit >= 1 ? Math.floor(limit) : LIMIT,
    follows: given.follow || variant === 'chat',
    times: times ?? (variant === 'log' ? 'time' : 'relative'),
  };
}

/** Returns the filter for items. An item without a level counts as `info`. */
export function passesOf(
  levels: string | undefined,
  filter: ((item: FeedItem) => boolean) | undefined,
): (item: FeedItem) => boolean {
  const wanted = parseLevels(levels);
  return (item) => (!wanted || wanted.has(item.level ?? 'info')) && (filter?.(item) ?? true);
}

const oneOf = <W extends string>(words: readonly W[], word: string | undefined): W | undefined =>
  words.find((each) => each === word);
