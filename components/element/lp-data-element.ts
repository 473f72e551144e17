import type { PropertyDeclarations } from 'lit';
import { LitElement } from 'lit';
import type { Update } from '../client/index.ts';
import { csvOf } from '../data/csv.ts';
import type { DataStatus } from '../data/data-status.ts';
import type { DataEntry } from '../data/held.ts';
import { LocaleController } from '../locale/locale-controller.ts';
import type { WordsPatch } from '../locale/messages.ts';
import { checkAttributes } from '../shared/check-attributes.ts';
import { isVisible, whenVisible } from '../shared/clock.ts';
import { mendTranslated } from '../shared/translated.ts';
import { VERSION } from '../shared/version.ts';
import type { LiveController } from '../source/live-controller.ts';
import { type Case, caseOf } from './cases.ts';
import type { ChannelData, ElementStep, HoldsOptions } from './channel-data.ts';
import type { DataAttributes } from './data-attributes.ts';
import { dataProperties } from './data-attributes.ts';
import { DataParts, updateOf } from './data-parts.ts';
import type { ElementStatus } from './element-status.ts';

export type * from './element-types.ts';

/** Base class of all elements that show data of a channel or of `data`. */
export interface LpDataElement extends DataAttributes {}

/**
 * A widget that shows a channel, without a `render` method: lp-element.ts adds the card, and inline elements have their own.
 * Its state is in controllers: `live` (connection and subscription), `held` (data), `state` (status), `locale` (language and
 * time zone).
 *
 * @attr {string} lang - language of texts, numbers and times. Default: that of the nearest ancestor, else the browser's
 * @fires {LpDataEvent} lp-data - new data arrived; cancelable: a page that prevents it draws the data itself
 * @fires {LpStatusEvent} lp-status-change - the status changed
 * @fires {LpErrorEvent} lp-error - a payload could not be shown, or a request was refused
 * @fires {LpAuthRequiredEvent} lp-auth-required - on a page without source: the server requires a token; cancelable
 * @fires {LpResetEvent} lp-reset - on a page without source: a channel's history was replaced
 * @cssState idle - no channel yet
 * @cssState loading - no response yet
 * @cssState empty - the channel has no data
 * @cssState live - connected, and the value is not stale
 * @cssState stale - connected, but the value is older than `stale-after`
 * @cssState paused - the viewer or the page paused it
 * @cssState offline - the connection has been lost for a second
 * @cssState error - the payload or the request is bad
 * @cssState denied - the server requires a token
 */
export abstract class LpDataElement extends LitElement {
  static readonly version: string = VERSION;
  static override properties: PropertyDeclarations = { ...dataProperties };
  /** English texts of the class, in addition to those that all elements share. Other languages have one table for all elements. */
  static words: WordsPatch = {};
  /** Options of the entries that are held of the channel. */
  static holds: HoldsOptions = { entries: 500, single: false };

  protected readonly internals: ElementInternals;
  protected readonly locale: LocaleController;
  protected readonly live: LiveController;
  protected readonly held: ChannelData;
  protected readonly state: ElementStatus;
  readonly #parts: DataParts;

  constructor() {
    super();
    this.internals = this.attachInternals();
    this.channel = '';
    this.paused = false;
    this.announce = 'levels';
    this.locale = new LocaleController(this, (this.constructor as typeof LpDataElement).words);
    this.#parts = new DataParts(this, {
      internals: this.internals,
      holds: (this.constructor as typeof LpDataElement).holds,
      words: () => this.locale.words,
      tail: () => this.tail,
      apply: (step) => this.apply(step),
    });
    this.live = this.#parts.live;
    this.held = this.#parts.held;
    this.state = this.#parts.state;
  }

  /** Current data status; a CSS state of the same name follows it. */
  get status(): DataStatus {
    return this.state.word;
  }

  /** Current error; undefined if there is none. */
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

  /** Entries that are kept of the channel, oldest first. */
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

  /** Sends a request to the server at once, also after a refusal. */
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

  /** Number of entries per key to request of the history; undefined = all. */
  protected get tail(): number | undefined {
    return undefined;
  }

  /** Applies new data to the element. Returns false if no update is needed. */
  protected apply(_step: ElementStep): boolean {
    return true;
  }

  /** Returns the update for `.data = payload`. Default: one more entry; null or undefined: no data. */
  protected updateOf(payload: unknown): Update {
    return updateOf(payload, (this.version ?? 0) + 1);
  }

  /** Returns the `<lp-case>` child that applies to a value, in elements that show one value. */
  protected caseOf(value: unknown): Case | undefined {
    const { single } = (this.constructor as typeof LpDataElement).holds;
    return single ? caseOf(this, value) : undefined;
  }

  /** Brings connection and status up to date before the update computes what to draw. A hidden page draws nothing. */
  protected override scheduleUpdate(): void | Promise<unknown> {
    if (this.hasUpdated && !isVisible()) return whenVisible().then(() => this.scheduleUpdate());
    checkAttributes(this);
    if (this.hasUpdated) mendTranslated(this.renderRoot);
    this.#parts.sync();
    return super.scheduleUpdate();
  }
}
