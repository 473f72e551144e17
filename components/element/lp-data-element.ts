import type { PropertyDeclarations } from 'lit';
import { LitElement } from 'lit';
import type { Json } from '../../protocol/lp1.ts';
import type { Update } from '../client/index.ts';
import { csvOf } from '../data/csv.ts';
import type { DataStatus } from '../data/data-status.ts';
import type { DataEntry } from '../data/held.ts';
import type { Formatter } from '../format/format-options.ts';
import { LocaleController } from '../locale/locale-controller.ts';
import type { WordsPatch } from '../locale/messages.ts';
import { checkAttributes, oneOf } from '../shared/attribute-check.ts';
import { isVisible, whenVisible } from '../shared/clock.ts';
import { mendTranslated } from '../shared/translated.ts';
import { VERSION } from '../shared/version.ts';
import { LiveController } from '../source/live-controller.ts';
import type { ElementStep, HoldsOptions } from './channel-data.ts';
import { ChannelData } from './channel-data.ts';
import type { Announce } from './element-status.ts';
import { ElementStatus } from './element-status.ts';

export type * from '../data/events.ts';

/** The attributes of every data widget. */
export interface DataAttributes {
  /** The channel to show. */
  channel: string;
  /** Base URL of a kit server, where it is not that of the enclosing source. */
  src: string | undefined;
  /** Path in the payload: `load.1`. */
  field: string | undefined;
  /** Exact key of the series to show, where the channel holds several. */
  key: string | undefined;
  /** Labels of the series to show: `room=kitchen, floor=1`. */
  labels: string | undefined;
  /** Silence after which a key leaves, while others of the channel go on: `5m`, `never`. Default: ten times the channel's `ttl`. */
  dropAfter: string | undefined;
  /** Visible heading and accessible name. Default: the channel's label, then its name. */
  label: string | undefined;
  /** Age after which a value is stale: `30s`, `5m`, `never`. Default: twice the channel's `ttl`, else never. */
  staleAfter: string | undefined;
  /** Pauses updates; they are queued and applied on resume. */
  paused: boolean;
  /** What screen readers are told unasked: nothing, levels and the connection, or new data as well. Default `levels`. */
  announce: Announce;
  /** IANA time zone name: `Europe/Berlin`. Default: the nearest ancestor's `time-zone`, else the browser's. */
  timeZone: string | undefined;
  /** Formats the values, in place of `format`. */
  formatter: Formatter | undefined;
  /** Maps each payload to the value to show. */
  transform: ((payload: unknown) => unknown) | undefined;
}

/** Base class of all elements that show data of a channel or of `data`. */
export interface LpDataElement extends DataAttributes {}

/**
 * A widget that shows a channel, without pixels: lp-element.ts adds the card, inline elements render themselves. Its state is
 * in controllers: `live` (connection and subscription), `held` (data), `state` (status), `locale` (language and time zone).
 *
 * @attr {string} lang - language of words, numbers and times: its own, else the nearest ancestor's, else the browser's
 * @fires {LpDataEvent} lp-data - data came; cancelable: a page that prevents it draws the data itself
 * @fires {LpStatusEvent} lp-status-change - the status changed
 * @fires {LpErrorEvent} lp-error - a payload could not be shown, or a request was refused
 * @fires {LpAuthRequiredEvent} lp-auth-required - on a page without source: the server asks for a token; cancelable
 * @fires {LpResetEvent} lp-reset - on a page without source: a channel's history was replaced
 * @cssState idle - no channel yet
 * @cssState loading - no answer yet
 * @cssState empty - the channel has no data
 * @cssState live - connected, and the value is not stale
 * @cssState stale - connected, but the value is older than `stale-after`
 * @cssState paused - the viewer or the page paused it
 * @cssState offline - the connection has been lost for a second
 * @cssState error - the payload or the request is bad
 * @cssState denied - the server asks for a token
 */
export abstract class LpDataElement extends LitElement {
  static readonly version: string = VERSION;
  static override properties: PropertyDeclarations = {
    channel: {},
    src: {},
    field: {},
    key: {},
    labels: {},
    dropAfter: { attribute: 'drop-after' },
    label: {},
    staleAfter: { attribute: 'stale-after' },
    paused: { type: Boolean, reflect: true },
    announce: oneOf(['off', 'levels', 'all']),
    timeZone: { attribute: 'time-zone' },
    formatter: { attribute: false },
    transform: { attribute: false },
    data: { attribute: false, noAccessor: true },
  };
  /** English words of the class, beside those that all elements share; of other languages there is one table for all. */
  static words: WordsPatch = {};
  /** What is held of the channel. */
  static holds: HoldsOptions = { entries: 500, single: false };

  protected readonly internals: ElementInternals;
  protected readonly locale: LocaleController;
  protected readonly live: LiveController;
  protected readonly held: ChannelData;
  protected readonly state: ElementStatus;

  constructor() {
    super();
    this.internals = this.attachInternals();
    this.channel = '';
    this.paused = false;
    this.announce = 'levels';
    this.locale = new LocaleController(this, (this.constructor as typeof LpDataElement).words);
    this.live = new LiveController(this, {
      tail: () => this.tail,
      onUpdate: (update) => this.held.receive(update, true),
      onChannel: () => {
        this.state.forget();
        this.held.forget();
      },
      onChange: () => this.state.settle(true),
    });
    const { entries, single } = (this.constructor as typeof LpDataElement).holds;
    this.held = new ChannelData(this, {
      historyEntries: entries,
      isSingle: single,
      attempt: (stage, work) => this.state.attempt(stage, work),
      serverNow: () => this.live.serverNow(),
      apply: (step) => this.apply(step),
      onTaken: (outside, draws) => {
        this.state.settle(outside);
        if (draws) this.requestUpdate();
      },
    });
    this.state = new ElementStatus(this, {
      internals: this.internals,
      live: this.live,
      held: this.held,
      words: () => this.locale.words,
    });
  }

  /** Current data status; a CSS state of the same name follows it. */
  get status(): DataStatus {
    return this.state.word;
  }

  /** What is wrong, if anything is. */
  get error(): Error | undefined {
    return this.state.error;
  }

  /** Server time in ms of the newest data. */
  get updatedAt(): number | undefined {
    return this.held.updatedAt;
  }

  /** The newest payload, after `transform`. Set it to use the element without a server. */
  get data(): unknown {
    return this.held.payload;
  }

  set data(payload: unknown) {
    this.held.receive(this.updateOf(payload), false);
  }

  /** What is kept of the channel, oldest first. */
  get history(): readonly DataEntry[] {
    return this.held.history;
  }

  /** Version of the newest entry. */
  get version(): number | undefined {
    return this.held.newest?.v;
  }

  /** The history as CSV. */
  toCSV(): string {
    return csvOf(this.history);
  }

  /** Asks the server at once; also after a refusal. */
  refresh(): void {
    this.live.refresh();
  }

  /** Pauses updates; they are queued. */
  pause(): void {
    this.paused = true;
  }

  /** Applies the queued updates in one step. */
  resume(): void {
    this.paused = false;
  }

  /** A move within the document (`moveBefore`) keeps the connection; another source may enclose the element now. */
  connectedMoveCallback(): void {
    this.live.source.look();
  }

  /** Entries per key to ask for of the history; undefined = all. */
  protected get tail(): number | undefined {
    return undefined;
  }

  /** Takes a step over into what the element draws. Returns false where no update is needed to show it. */
  protected apply(_step: ElementStep): boolean {
    return true;
  }

  /** The update that `.data = payload` stands for. Default: one more entry; null or undefined: no data. */
  protected updateOf(payload: unknown): Update {
    if (payload === undefined || payload === null)
      return { channel: '', reset: 'cleared', entries: [], cursor: '' };
    // What a page sets is shown as it is, JSON or not.
    const entry = { v: (this.version ?? 0) + 1, t: Date.now(), d: payload as Json };
    return { channel: '', entries: [entry], cursor: '' };
  }

  /** Brings connection and status up to date before the update computes what to draw. A hidden page draws nothing. */
  protected override scheduleUpdate(): void | Promise<unknown> {
    if (this.hasUpdated && !isVisible()) return whenVisible().then(() => this.scheduleUpdate());
    checkAttributes(this);
    if (this.hasUpdated) mendTranslated(this.renderRoot);
    if (this.held.choose()) {
      this.state.forget();
      this.held.forget();
      this.live.renew();
    }
    this.live.sync();
    this.state.settle(false);
    return super.scheduleUpdate();
  }
}
