import type { CSSResultGroup, PropertyDeclarations, PropertyValues, TemplateResult } from 'lit';
import { html } from 'lit';
import type { ElementStep } from '../element/channel-data.ts';
import { ClockController } from '../element/clock-controller.ts';
import { LpElement } from '../element/lp-element.ts';
import { anyOf, oneOf } from '../shared/attribute-check.ts';
import { originsOf } from '../shared/safe-url.ts';
import type { FeedAttributes } from './feed-choices.ts';
import { FeedContent, feedText } from './feed-content.ts';
import { FeedFollow } from './feed-follow.ts';
import type { FeedItem } from './feed-item.ts';
import { feedStyles } from './feed-styles.ts';
import { feedControls, feedView } from './feed-view.ts';
import { FeedAnnouncements } from './feed-announcements.ts';
import { LpItemEvent } from './item-event.ts';
import { isLevelWord, LEVEL_WORDS } from './item-level.ts';
import { writeTimes } from './item-time.ts';
import { variantStyles } from './variant-styles.ts';
import type { WordsPatch } from '../locale/messages.ts';
import { FEED } from '../locale/words/en/feed.ts';

export type * from '../element/element-types.ts';
export type { FeedItem } from './feed-item.ts';

export type { LpItemEvent } from './item-event.ts';

/** Attributes and properties of `lp-feed`, besides those in `FeedAttributes`. */
export interface FeedProperties extends FeedAttributes {
  /** Shows these levels only: `warn error`. An item without one counts as `info`. */
  levels: string | undefined;
  /** Shows the items that contain this text, whatever its case. The viewer's search field sets it. */
  search: string | undefined;
  /** Lines are not wrapped: the list scrolls sideways. */
  noWrap: boolean;
  /** More new items a second than this are announced as a count. Default `3`. */
  maxAnnounce: number | undefined;
  /** Pictures of authors from the page's and the source's origin, from everywhere, or none. Default `same-origin`. */
  avatars: 'same-origin' | 'all' | 'none' | undefined;
  /** Draws an item: text, a DOM node, or a Lit template. Called once for an item. */
  renderItem: ((item: FeedItem) => unknown) | undefined;
  /** Returns false for items that are left out. */
  filter: ((item: FeedItem) => boolean) | undefined;
}

export interface LpFeed extends FeedProperties {}

/**
 * `<lp-feed>`: the items of a channel: a log, a chat, or events.
 *
 * @csspart list - the scroller
 * @csspart item - one item
 * @csspart item-time - its time
 * @csspart item-author - its author
 * @csspart item-level - icon and word of its level
 * @csspart item-text - title and text
 * @csspart search - the search field
 * @csspart new-items-button - "5 new items", while the viewer has scrolled away
 * @cssprop [--lp-feed-max-height=24rem] - the list scrolls beyond it; `none` fills the element's own height
 * @fires {LpItemEvent} lp-item - a new item passed the filters
 */
export class LpFeed extends LpElement {
  static override words: WordsPatch = FEED;
  static override styles: CSSResultGroup = [LpElement.styles, feedStyles, variantStyles];
  static override properties: PropertyDeclarations = {
    variant: oneOf(['log', 'chat', 'events']),
    order: oneOf(['asc', 'desc']),
    limit: { type: Number },
    follow: { type: Boolean },
    levels: anyOf(LEVEL_WORDS, {}, isLevelWord),
    search: {},
    noWrap: { type: Boolean, attribute: 'no-wrap' },
    showTime: oneOf(['relative', 'time', 'none'], { attribute: 'show-time' }),
    maxAnnounce: { type: Number, attribute: 'max-announce' },
    avatars: oneOf(['same-origin', 'all', 'none']),
    renderItem: { attribute: false },
    filter: { attribute: false },
    items: { attribute: false, noAccessor: true },
  };

  #content = new FeedContent(this);
  #announcements = new FeedAnnouncements();
  #follow = new FeedFollow({
    end: () => (this.#content.choices.newestFirst ? 'top' : 'bottom'),
    follows: () => this.#content.choices.follows,
    onChange: () => this.requestUpdate(),
  });
  #isSearching = false;

  constructor() {
    super();
    this.held.ahead.passAll(); // events must not be shown late, whatever the sender's clock says
    this.announce = 'all';
    this.follow = false;
    this.noWrap = false;
    new ClockController(this, () => this.#tick());
  }

  /** What is shown, oldest first. Set it to use the feed without a server. */
  get items(): readonly FeedItem[] {
    return this.#content.shown().map(({ item }) => item);
  }

  set items(items: readonly unknown[]) {
    this.data = items;
  }

  /** Scrolls to the newest item. */
  scrollToEnd(): void {
    this.#follow.toEnd();
  }

  /** What is shown as lines of text, oldest first: time (ISO 8601), level, author, title and text. */
  toText(): string {
    return feedText(this.items);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.#follow.watch(this.renderRoot);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#follow.unwatch();
    queueMicrotask(() => this.isConnected || this.#announcements.end()); // else it only moved
  }

  // With a filter, what passes may be far back.
  protected override get example(): unknown {
    return { text: 'Hello' };
  }

  protected override get tail(): number | undefined {
    return this.filter || this.levels || this.search ? undefined : this.#content.choices.limit;
  }

  protected override apply({ kind, entries, outside }: ElementStep): boolean {
    if (kind === 'none') return true;
    const appears = kind === 'append' && this.#content.isEmpty;
    if (appears) this.#follow.start();
    this.#content.follow(this.#follow.atEnd); // before items in view could be trimmed
    const { items, fresh, replaced, error } = this.#content.take(kind, entries);
    // Not announced are a history, and the first item, with which the list appears.
    if (appears || (kind === 'reset' && fresh > 0)) this.#announcements.hush();
    if (kind === 'reset' && replaced) this.#follow.start();
    this.#follow.came(items.length);
    if (kind === 'append') this.#announce(items, outside);
    if (error !== undefined) throw error;
    return true;
  }

  protected override update(changed: PropertyValues): void {
    if (changed.has('renderItem')) this.#content.forgetDrawn();
    if (['order', 'variant', 'search'].some((name) => changed.has(name))) this.#follow.start();
    this.#follow.beforeDraw();
    this.#content.follow(this.#follow.atEnd);
    super.update(changed);
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    this.#writeTimes(); // before it is measured
    this.#follow.afterDraw(this.isConnected ? this.renderRoot : undefined);
  }

  protected override renderSkeleton(): TemplateResult {
    const bone = html`<div class="bone"></div>`;
    return html`<div class="lines">${[bone, bone, bone, bone]}</div>`;
  }

  protected override renderControls(): TemplateResult {
    return feedControls({
      isSearching: this.#isSearching,
      words: this.locale.words,
      name: this.held.name,
      text: () => this.toText(),
      onSearch: () => {
        this.#isSearching = !this.#isSearching;
        if (!this.#isSearching) this.search = undefined;
        this.requestUpdate();
      },
    });
  }

  protected override renderBody(): TemplateResult {
    const { announce, renderItem } = this;
    const { variant, newestFirst, times } = this.#content.choices;
    return feedView({
      records: this.#content.shown(),
      variant,
      newestFirst,
      noWrap: this.noWrap,
      search: this.#isSearching ? (this.search ?? '') : undefined,
      live: this.#announcements.live({ announce, isLog: !newestFirst }),
      name: this.held.name,
      held: this.held.hasData,
      words: this.locale.words,
      unseen: this.#follow.unseen,
      times: times !== 'none',
      avatars: this.avatars ?? 'same-origin',
      origins: originsOf(this.baseURI, this.live.connection?.address.url),
      drawn: renderItem && ((record) => this.#content.drawn(record, renderItem)),
      onNew: () => this.#follow.showNewest(),
      onSearch: (text) => {
        this.search = text;
      },
    });
  }

  #announce(items: FeedItem[], outside: boolean): void {
    this.#announcements.add(items, {
      announce: this.announce,
      isLog: !this.#content.choices.newestFirst,
      most: this.maxAnnounce,
      sentence: (count) => this.locale.words.feedSaidNew(count, this.held.name),
    });
    for (const item of outside ? items : [])
      this.dispatchEvent(new LpItemEvent(this.channel, item));
  }

  #tick(): void {
    if (this.#announcements.settle()) this.requestUpdate();
    this.#writeTimes();
  }

  #writeTimes(): void {
    const { times: mode, variant } = this.#content.choices;
    const list = this.renderRoot.querySelector('.items');
    if (mode === 'none' || !list) return;
    const { language, timeZone } = this.locale;
    const nowMs = this.live.serverNow();
    writeTimes(list, { mode, nowMs, language, timeZone, seconds: variant !== 'chat' });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lp-feed': LpFeed;
  }
}
