import { unreadable } from '../data/data-error.ts';
import type { DataEntry } from '../data/held.ts';
import { shapeOf, valueAt } from '../data/payload.ts';
import type { FeedAttributes, FeedChoices } from './feed-choices.ts';
import { feedChoices, passesOf } from './feed-choices.ts';
import type { FeedItem } from './feed-item.ts';
import type { FeedRecord } from './feed-log.ts';
import { FeedLog } from './feed-log.ts';

/** What the element of a feed provides to its content. */
export interface FeedContentHost extends FeedAttributes {
  readonly baseURI: string;
  field: string | undefined;
  transform: ((payload: unknown) => unknown) | undefined;
  levels: string | undefined;
  search: string | undefined;
  filter: ((item: FeedItem) => boolean) | undefined;
}

/** A viewer who has scrolled away keeps the items in view up to this multiple of `limit`. */
const KEPT_LIMITS = 5;

/** The items of a feed and which of them are shown. */
export class FeedContent {
  #host: FeedContentHost;
  #log: FeedLog;
  #drawn = new WeakMap<FeedRecord, unknown>();
  /** The oldest shown item when the viewer scrolled away from the end. */
  #anchor: FeedRecord | undefined;

  constructor(host: FeedContentHost) {
    this.#host = host;
    this.#log = new FeedLog({ read: (entry) => this.#payload(entry), base: () => host.baseURI });
  }

  get choices(): FeedChoices {
    return feedChoices(this.#host);
  }

  get isEmpty(): boolean {
    return this.#log.size === 0;
  }

  /** True for items that are shown, by `levels`, `filter` and `search`. */
  get passes(): (item: FeedItem) => boolean {
    const { levels, filter, search } = this.#host;
    const passes = passesOf(levels, filter);
    const wanted = search?.trim().toLowerCase();
    return wanted ? (item) => passes(item) && textOf(item).includes(wanted) : passes;
  }

  /** Applies a step. Returns the new items that pass the filters, whether all held items were replaced, and the first error. */
  take(
    kind: 'reset' | 'append',
    entries: readonly DataEntry[],
  ): { items: FeedItem[]; fresh: number; replaced: boolean; error?: unknown } {
    const { fresh, replaced, error } = this.#log[kind](entries);
    const { passes } = this;
    this.#log.trim(passes, this.#most);
    return { items: fresh.filter(passes), fresh: fresh.length, replaced, error };
  }

  /** Notes whether the viewer is at the end; if not, the items in view stay. */
  follow(atEnd: boolean): void {
    if (atEnd) this.#anchor = undefined;
    else this.#anchor ??= this.shown()[0];
  }

  /** The shown items, oldest first. */
  shown(): FeedRecord[] {
    const { limit } = this.choices;
    if (!this.#anchor) return this.#log.shown(this.passes, limit);
    const records = this.#log.shown(this.passes, this.#most);
    const from = records.indexOf(this.#anchor);
    return from === -1
      ? records
      : records.slice(Math.min(from, Math.max(0, records.length - limit)));
  }

  /** Returns the result of the page's `renderItem` for a record, calling it once. */
  drawn(record: FeedRecord, renderItem: (item: FeedItem) => unknown): unknown {
    if (!this.#drawn.has(record)) this.#drawn.set(record, renderItem(record.item));
    return this.#drawn.get(record);
  }

  /** Called when `renderItem` has changed. */
  forgetDrawn(): void {
    this.#drawn = new WeakMap();
  }

  get #most(): number {
    const { limit } = this.choices;
    return this.#anchor ? limit * KEPT_LIMITS : limit;
  }

  #payload({ d }: DataEntry): unknown {
    const { transform, field } = this.#host;
    const payload = transform ? transform(d) : d;
    if (!field) return payload;
    const item = valueAt(payload, field);
    if (item === undefined) throw unreadable(shapeOf(payload), `it has no field "${field}"`);
    return item;
  }
}

const textOf = ({ title = '', author = '', text }: FeedItem): string =>
  `${author} ${title} ${text}`.toLowerCase();

/** Returns items as lines of text: time (ISO 8601), level, author, title and text. */
export const feedText = (items: readonly FeedItem[]): string =>
  items
    .map(({ ts, level, author, title, text }) =>
      [new Date(ts).toISOString(), level?.toUpperCase(), author && `${author}:`, title, text]
        .filter(Boolean)
        .join(' '),
    )
    .join('\n');
