import type { SVGTemplateResult, TemplateResult } from 'lit';
import { html, nothing, svg } from 'lit';
import type { IconName } from '../shared/icons.ts';
import { icon } from '../shared/icons.ts';
import type { Words } from '../locale/messages.ts';
import type { AnsiRun } from './ansi.ts';
import type { FeedItem } from './feed-item.ts';
import type { ItemLevel } from './item-level.ts';

/** Content of one item of a feed. */
export interface ItemView {
  item: FeedItem;
  /** Result of the page's `renderItem`; undefined = the feed draws it. */
  drawn?: unknown;
  /** True if the item above is by the same author and only minutes older. */
  grouped: boolean;
  /** In a list each item is a listitem; in a log it is plain. */
  listed: boolean;
  /** True if a picture, or the author's first letter, is shown. */
  avatars: boolean;
  /** The picture's URL, if it is allowed. */
  picture: string | undefined;
  times: boolean;
  /** The level, in the notation of logs. */
  timeFirst: boolean;
  words: Words;
}

/** Returns one item. All data are inserted as text nodes, each isolated in its own text direction. */
export function itemView(view: ItemView): TemplateResult {
  const { item, grouped, listed } = view;
  const kind = `item ${item.level ?? 'plain'}${grouped ? ' grouped' : ''}`;
  return html`<div class=${kind} part="item" role=${listed ? 'listitem' : nothing}>${
    view.drawn === undefined ? inside(view) : view.drawn
  }</div>`;
}

function inside(view: ItemView): TemplateResult {
  const { item, timeFirst, words } = view;
  const time = view.times
    ? html`<time part="item-time" aria-live="off" datetime=${new Date(item.ts).toISOString()}></time>`
    : nothing;
  const author =
    item.author === undefined
      ? nothing
      : html`<bdi class="author" part="item-author">${item.author}</bdi>`;
  return html`${view.avatars ? avatar(item, view.picture) : nothing}<div class="who">${
    timeFirst ? time : nothing
  } ${author} ${item.level ? levelMark(item.level, words) : nothing} ${
    timeFirst ? nothing : time
  }</div> <div class="what" part="item-text" dir="auto">${what(item)}</div>`;
}

// The title is the link if there is one, else the text.
function what({ title, text, href, runs }: FeedItem): TemplateResult {
  const shown = runs ? styled(runs) : text;
  if (title === undefined) return html`<span class="text">${link(shown, href)}</span>`;
  return html`<span class="title">${link(title, href)}</span> ${
    text === '' ? nothing : html`<span class="text" dir="auto">${shown}</span>`
  }`;
}

const styled = (runs: readonly AnsiRun[]): unknown[] =>
  runs.map(({ text, classes }) => (classes ? html`<span class=${classes}>${text}</span>` : text));

const link = (text: unknown, href: string | undefined): unknown =>
  href
    ? html`<a href=${href} target="_blank" rel="noopener noreferrer nofollow ugc">${text}</a>`
    : text;

const WORD = {
  debug: 'itemDebug',
  info: 'itemInfo',
  ok: 'itemOk',
  warn: 'itemWarn',
  error: 'itemError',
  critical: 'itemCritical',
} as const;

const ICON: Partial<Record<ItemLevel, IconName>> = { ok: 'check', warn: 'warn', error: 'danger' };
const OWN_ICON: Partial<Record<ItemLevel, SVGTemplateResult>> = {
  debug: svg`<path d="M6 5 2.75 8 6 11M10 5l3.25 3L10 11" />`,
  info: svg`<circle cx="8" cy="8" r="6.25" /><path d="M8 7.5v3.75M8 5h.01" />`,
  critical: svg`<path class="full" d="M5.4 1.75h5.2l3.65 3.65v5.2l-3.65 3.65H5.4L1.75 10.6V5.4z" /><path class="hole" d="M8 4.75v3.75M8 11h.01" />`,
};

const levelMark = (level: ItemLevel, words: Words): TemplateResult =>
  html`<span class="level" part="item-level">${
    OWN_ICON[level]
      ? html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">${OWN_ICON[level]}</svg>`
      : icon(ICON[level])
  }<span class="word">${words[WORD[level]]}</span></span>`;

/** Returns a picture over the author's first letter, which is visible if the picture cannot be loaded. */
function avatar({ author }: FeedItem, picture: string | undefined): TemplateResult {
  const letter = String.fromCodePoint((author ?? '').trim().codePointAt(0) ?? 32).toUpperCase();
  return html`<span class="avatar hue-${hue(author ?? '')}" aria-hidden="true">${letter}${
    picture
      ? html`<img
          src=${picture}
          alt=""
          loading="lazy"
          decoding="async"
          referrerpolicy="no-referrer"
          @load=${show}
          @error=${hide}
        />`
      : nothing
  }</span>`;
}

const show = (event: Event): void => (event.target as HTMLElement).classList.remove('broken');
const hide = (event: Event): void => (event.target as HTMLElement).classList.add('broken');

/** Returns a colour number from 1 to 8, always the same for a name. */
function hue(name: string): number {
  let sum = 0;
  for (const character of name) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 65_521;
  return (sum % 8) + 1;
}
