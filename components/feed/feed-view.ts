import type { TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import type { Words } from '../locale/messages.ts';
import { download } from '../shared/download.ts';
import { icon } from '../shared/icons.ts';
import { repeat } from '../shared/repeat.ts';
import { isOf } from '../shared/safe-url.ts';
import type { FeedItem } from './feed-item.ts';
import type { FeedRecord } from './feed-log.ts';
import { itemView } from './item-view.ts';

/** Content of the list of a feed. */
export interface FeedView {
  /** Oldest first. */
  records: readonly FeedRecord[];
  variant: 'log' | 'chat' | 'events';
  newestFirst: boolean;
  /** `aria-live` of the list; undefined = none. */
  live: 'polite' | 'off' | undefined;
  name: string;
  /** True if the channel has data, whether they pass the filters or not. */
  held: boolean;
  words: Words;
  /** Number of new items that the viewer has not seen. */
  unseen: number;
  times: boolean;
  avatars: 'same-origin' | 'all' | 'none';
  /** Origins from which pictures may be loaded. */
  origins: readonly string[];
  /** Returns the page's own rendering of an item. */
  drawn: ((record: FeedRecord) => unknown) | undefined;
  onNew: () => void;
  /** True if lines are not wrapped. */
  noWrap: boolean;
  /** Text of the search field; undefined = no field. */
  search: string | undefined;
  onSearch: (text: string) => void;
}

/** Messages of one person within this time, ms, are grouped. */
const TURN_MS = 5 * 60_000;

/** Returns the scroller with its items, and the button for the newest item. */
export function feedView(view: FeedView): TemplateResult {
  const { variant, newestFirst, live, name, words, unseen } = view;
  const records = newestFirst ? view.records.toReversed() : view.records;
  const kind = `frame ${variant}${newestFirst ? ' newest-first' : ''}${view.noWrap ? ' no-wrap' : ''}`;
  return html`<div class=${kind}>
    ${view.search === undefined ? nothing : searchField(view.search, view)}
    <div
      class="scroller"
      part="list"
      tabindex="0"
      role=${newestFirst ? 'list' : 'log'}
      aria-label=${name || nothing}
      aria-live=${live ?? nothing}
      aria-relevant=${live ? 'additions' : nothing}
    ><div class="items">${repeat(
      records,
      ({ key }) => key,
      (record, i) => item(record, records[i - 1], view),
    )}</div></div>
    <p class="nothing" ?hidden=${records.length > 0 || !view.held}>${words.feedNothing}</p>
    <button class="new" part="new-items-button" type="button" ?hidden=${unseen === 0} @click=${view.onNew}>${words.feedNew(unseen)} <span aria-hidden="true">${newestFirst ? '↑' : '↓'}</span></button>
  </div>`;
}

function searchField(text: string, { words, name, onSearch }: FeedView): TemplateResult {
  return html`<input
    class="search"
    part="search"
    type="search"
    .value=${text}
    placeholder=${words.feedSearch}
    aria-label="${words.feedSearch}: ${name}"
    @input=${(event: InputEvent) => onSearch((event.target as HTMLInputElement).value)}
  />`;
}

function item(record: FeedRecord, above: FeedRecord | undefined, view: FeedView): TemplateResult {
  const { item } = record;
  const { variant, avatars, origins } = view;
  const talk = variant === 'chat' && item.author !== undefined;
  const isOwn = item.avatar !== undefined && isOf(item.avatar, origins);
  const picture = avatars === 'all' || isOwn ? item.avatar : undefined;
  const pictured = talk || (variant === 'events' && picture !== undefined);
  return itemView({
    item,
    drawn: view.drawn?.(record),
    grouped: talk && above !== undefined && isSameTurn(above.item, item),
    listed: view.newestFirst,
    avatars: pictured && avatars !== 'none',
    picture,
    times: view.times,
    timeFirst: variant === 'log',
    words: view.words,
  });
}

function isSameTurn(a: FeedItem, b: FeedItem): boolean {
  return a.author === b.author && !b.level && Math.abs(b.ts - a.ts) < TURN_MS;
}

/** State of the controls of a feed. */
export interface FeedControlsView {
  isSearching: boolean;
  words: Words;
  name: string;
  /** The text to download. */
  text: () => string;
  onSearch: () => void;
}

/** Returns the buttons of a feed's header: search, and download as text. */
export function feedControls({
  isSearching,
  words,
  name,
  text,
  onSearch,
}: FeedControlsView): TemplateResult {
  return html`<button
      type="button"
      aria-pressed=${isSearching}
      aria-label="${words.feedSearch}: ${name}"
      title=${words.feedSearch}
      @click=${onSearch}
    >${icon('search')}</button
    ><button
      type="button"
      aria-label="${words.feedDownload}: ${name}"
      title=${words.feedDownload}
      @click=${() => download(textFile(text()), `${name || 'feed'}.log`)}
    >${icon('download')}</button>`;
}

const textFile = (text: string): Blob =>
  new Blob([`${text}\n`], { type: 'text/plain;charset=utf-8' });
