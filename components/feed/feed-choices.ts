import type { FeedItem } from './feed-item.ts';
import { parseLevels } from './item-level.ts';

/** A feed's attributes as a page wrote them. */
export interface FeedAttributes {
  variant: string | undefined;
  order: string | undefined;
  limit: number | undefined;
  follow: boolean;
  showTime: string | undefined;
}

/** The same, complete. */
export interface FeedChoices {
  variant: 'log' | 'chat' | 'events';
  newestFirst: boolean;
  limit: number;
  /** Goes along with what is new while the reader is at the end. */
  follows: boolean;
  times: 'relative' | 'time' | 'none';
}

const LIMIT = 200;

/** What the attributes mean; a word that is not known counts as none. */
export function feedChoices(given: FeedAttributes): FeedChoices {
  const { limit = LIMIT } = given;
  const variant = oneOf(['chat', 'events'], given.variant) ?? 'log';
  const order = oneOf(['oldest-first', 'newest-first'], given.order);
  const times = oneOf(['relative', 'time', 'none'], given.showTime);
  return {
    variant,
    newestFirst: order ? order === 'newest-first' : variant === 'events',
    limit: limit >= 1 ? Math.floor(limit) : LIMIT,
    follows: given.follow || variant === 'chat',
    times: times ?? (variant === 'log' ? 'time' : 'relative'),
  };
}

/** Which items are shown. One without a level counts as `info`. */
export function passesOf(
  levels: string | undefined,
  filter: ((item: FeedItem) => boolean) | undefined,
): (item: FeedItem) => boolean {
  const wanted = parseLevels(levels);
  return (item) => (!wanted || wanted.has(item.level ?? 'info')) && (filter?.(item) ?? true);
}

const oneOf = <W extends string>(words: readonly W[], word: string | undefined): W | undefined =>
  words.find((each) => each === word);
