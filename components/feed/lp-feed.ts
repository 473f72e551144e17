import type { CSSResultGroup, PropertyDeclarations, PropertyValues, TemplateResult } from 'lit';
import { html } from 'lit';
import type { DataEntry } from '../data/held.ts';
import { valueAt } from '../data/payload.ts';
import type { ElementStep } from '../element/channel-data.ts';
import { ClockController } from '../element/clock-controller.ts';
import { LpElement } from '../element/lp-element.ts';
import { originsOf } from '../shared/safe-url.ts';
import { type FeedChoices, feedChoices, passesOf } from './feed-choices.ts';
import type { FeedItem } from './feed-item.ts';
import { FeedLog, type FeedRecord, type FeedStep } from './feed-log.ts';
import { FeedScroll } from './feed-scroll.ts';
import { feedStyles } from './feed-styles.ts';
import { feedView } from './feed-view.ts';
import { FeedVoice } from './feed-voice.ts';
import { LpItemEvent } from './item-event.ts';
import { writeTimes } from './item-time.ts';
import { variantStyles } from './variant-styles.ts';

export type { LpItemEvent } from './item-event.ts';

/**
 * `<lp-feed>`: the items of a channel: a log, a chat, or events.
 *
 * @csspart list - the scroller
 * @csspart item - one item
 * @csspart item-time - when
 * @csspart item-author - who
 * @csspart item-level - icon and word of its level
 * @csspart item-text - title and text
 * @csspart new-items-button - "5 new items", while the reader is elsewhere
 * @cssprop [--lp-feed-max-height=24rem] - past it the list scrolls; `none` fills the element's own height
 * @fires {LpItemEvent} lp-item - a new item came
 */
export class LpFeed extends LpElement {
  static override styles: CSSResultGroup = [LpElement.styles, feedStyles, variantStyles];
  static override properties: PropertyDeclarations = {
    variant: {},
    order: {},
    limit: { type: Number },
    follow: { type: Boolean },
    levels: {},
    showTime: { attribute: 'show-time' },
    maxAnnounce: { type: Number, attribute: 'max-announce' },
    avatars: {},
    renderItem: { attribute: false },
    filter: { attribute: false },
    items: { attribute: false, noAccessor: true },
  };

  /** How it looks and reads: lines of a log, a chat, or events with titles. Default `log`. */
  declare variant: 'log' | 'chat' | 'events' | undefined;
  /** Which end is up. Default: `newest-first` for events, else `oldest-first`. */
  declare order: 'oldest-first' | 'newest-first' | undefined;
  /** Items shown, the newest. Default `200`. */
  declare limit: number | undefined;
  /** Scrolls to what is new while the reader is at the end. A chat always does. */
  declare follow: boolean;
  /** Shows these levels only: `warn error`. An item without one counts as `info`. */
  declare levels: string | undefined;
  /** How times are told. Default: `time` for a log, else `relative`. */
  declare showTime: 'relative' | 'time' | 'none' | undefined;
  /** More new items a second than this are announced as a count. Default `3`. */
  declare maxAnnounce: number | undefined;
  /** Pictures of authors from the page's and the source's origin, from everywhere, or none. Default `same-origin`. */
  declare avatars: 'same-origin' | 'all' | 'none' | undefined;
  /** Draws an item: text, a DOM node, or a Lit template. Asked once an item. */
  declare renderItem: ((item: FeedItem) => unknown) | undefined;
  /** False leaves an item out. */
  declare filter: ((item: FeedItem) => boolean) | undefined;

  #log = new FeedLog({ read: (entry) => this.#payload(entry), base: () => this.baseURI });
  #voice = new FeedVoice();
  #scroll = new FeedScroll({
    end: () => (this.#choices.newestFirst ? 'top' : 'bottom'),
    onEnd: () => this.#unseen > 0 && this.requestUpdate(),
  });
  #drawn = new WeakMap<FeedRecord, unknown>();
  #coming = 0;
  #unseen = 0;
  #starts = true;

  constructor() {
    super();
    this.held.ahead.waits = false; // what happens must not be heard of late, whatever the sender's clock says
    this.announce = 'all';
    this.follow = false;
    new ClockController(this, () => this.#tick());
  }

  /** What is shown, oldest first. Set it to use the feed without a server. */
  get items(): readonly FeedItem[] {
    return this.#shown().map(({ item }) => item);
  }

  set items(items: readonly unknown[]) {
    this.data = items;
  }

  /** To the newest item. */
  scrollToEnd(): void {
    this.#scroll.toEnd();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.#scroll.watch(this.renderRoot);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#scroll.unwatch();
    queueMicrotask(() => this.isConnected || this.#voice.end()); // else it only moved
  }

  // With a filter, what passes may be far back.
  protected override get tail(): number | undefined {
    return this.filter || this.levels ? undefined : this.#choices.limit;
  }

  protected override apply({ kind, entries, outside }: ElementStep): boolean {
    if (kind === 'reset') this.#reset(entries);
    if (kind === 'append') this.#append(entries, outside);
    return true;
  }

  #reset(entries: readonly DataEntry[]): void {
    const step = this.#log.reset(entries);
    if (step.fresh.length > 0) this.#voice.hush();
    this.#coming += step.fresh.filter(this.#passes()).length;
    if (step.replaced) this.#start();
    this.#finish(step);
  }

  #append(entries: readonly DataEntry[], outside: boolean): void {
    if (this.#log.size === 0) {
      this.#start();
      this.#voice.hush(); // the log appears with its first item, and is not heard of before
    }
    const step = this.#log.append(entries);
    const items = step.fresh.filter(this.#passes());
    this.#coming += items.length;
    this.#voice.tell(items, {
      announce: this.announce,
      isLog: !this.#choices.newestFirst,
      most: this.maxAnnounce,
      sentence: (count) => this.locale.words.feedSaidNew(count, this.held.name),
    });
    for (const item of outside ? items : [])
      this.dispatchEvent(new LpItemEvent(this.channel, item));
    this.#finish(step);
  }

  #tick(): void {
    if (this.#voice.settle()) this.requestUpdate();
    this.#writeTimes();
  }

  protected override update(changed: PropertyValues): void {
    this.#scroll.hold();
    if (changed.has('renderItem')) this.#drawn = new WeakMap();
    if (changed.has('order') || changed.has('variant')) this.#start();
    this.#unseen = this.#scroll.atEnd ? 0 : this.#unseen + this.#coming;
    if (!this.#scroll.atEnd) this.#coming = 0;
    super.update(changed);
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    this.#writeTimes(); // before it is measured
    if (this.isConnected) this.#scroll.watch(this.renderRoot);
    this.#scroll.settle(this.#choices.follows || this.#starts);
    this.#starts = false;
    if (this.#coming > 0 && !this.#scroll.atEnd)
      this.requestUpdate(); // they came in out of sight
    else this.#coming = 0;
  }

  protected override renderSkeleton(): TemplateResult {
    const bone = html`<div class="bone"></div>`;
    return html`<div class="lines">${[bone, bone, bone, bone]}</div>`;
  }

  protected override renderBody(): TemplateResult {
    const { announce, renderItem } = this;
    const { name, hasData: held } = this.held;
    const { words } = this.locale;
    const { variant, newestFirst, times } = this.#choices;
    return feedView({
      records: this.#shown(),
      variant,
      newestFirst,
      live: this.#voice.live({ announce, isLog: !newestFirst }),
      name,
      held,
      words,
      unseen: this.#unseen,
      times: times !== 'none',
      avatars: this.avatars ?? 'same-origin',
      origins: originsOf(this.baseURI, this.live.connection?.address.url),
      drawn: renderItem && ((record) => this.#draw(record, renderItem)),
      onNew: this.#onNew,
    });
  }

  #draw(record: FeedRecord, renderItem: (item: FeedItem) => unknown): unknown {
    if (!this.#drawn.has(record)) this.#drawn.set(record, renderItem(record.item));
    return this.#drawn.get(record);
  }

  #payload({ d }: DataEntry): unknown {
    const payload = this.transform ? this.transform(d) : d;
    return this.field ? valueAt(payload, this.field) : payload;
  }

  #shown(): FeedRecord[] {
    return this.#log.shown(this.#passes(), this.#choices.limit);
  }

  #start(): void {
    this.#starts = true;
    this.#scroll.atEnd = true;
    this.#coming = 0;
  }

  #finish({ error }: FeedStep): void {
    this.#log.trim(this.#passes(), this.#choices.limit);
    if (error !== undefined) throw error;
  }

  #writeTimes(): void {
    const { times: mode, variant } = this.#choices;
    const list = this.renderRoot.querySelector('.items');
    if (mode === 'none' || !list) return;
    const { language, timeZone } = this.locale;
    const nowMs = this.live.serverNow();
    writeTimes(list, { mode, nowMs, language, timeZone, seconds: variant !== 'chat' });
  }

  #onNew = (): void => {
    this.#scroll.toEnd();
    this.#scroll.focus(); // the button is about to go
  };

  get #choices(): FeedChoices {
    return feedChoices(this);
  }

  #passes(): (item: FeedItem) => boolean {
    return passesOf(this.levels, this.filter);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lp-feed': LpFeed;
  }
}
