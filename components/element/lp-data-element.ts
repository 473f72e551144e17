import type { PropertyDeclarations } from 'lit';
import type { Json, Meta } from '../../server/protocol.ts';
import type { Update } from '../client/index.ts';
import { addressTrouble } from './address-error.ts';
import { sayConnection } from './announcements.ts';
import type { Stage } from './attempts.ts';
import { Attempts } from './attempts.ts';
import { everySecond, isVisible, whenVisible } from './clock.ts';
import { csvOf } from './csv.ts';
import type { DataStatus, StatusFacts } from './data-status.ts';
import { staleAfterMs } from './data-status.ts';
import { parseDurationMs } from './duration.ts';
import { LpDataEvent, LpErrorEvent, LpStatusEvent } from './events.ts';
import type { DataEntry, Step } from './held.ts';
import { Held } from './held.ts';
import { LiveController } from './live-controller.ts';
import { LpBase } from './lp-base.ts';
import { valueAt } from './payload.ts';
import { Standing } from './standing.ts';

/**
 * A widget's data and their status, without pixels: lp-element.ts adds the card, inline elements their own.
 *
 * @fires {LpDataEvent} lp-data - data came; cancelable: a page that prevents it draws the data itself
 * @fires {LpStatusEvent} lp-status - the status changed
 * @fires {LpErrorEvent} lp-error - a payload could not be shown, or a request was refused
 * @fires {LpAuthRequiredEvent} lp-auth-required - on a page without source: the server asks for a token; cancelable
 * @fires {LpResetEvent} lp-reset - on a page without source: a channel's history was replaced
 * @cssState idle - no channel yet
 * @cssState loading - no answer yet
 * @cssState empty - the channel has no data
 * @cssState live - connected, and young enough
 * @cssState stale - connected, but older than `stale-after`
 * @cssState paused - the viewer or the page paused it
 * @cssState offline - the connection has been gone for a second
 * @cssState error - the payload or the request is bad
 * @cssState denied - the server wants a token
 */
export abstract class LpDataElement extends LpBase {
  static override properties: PropertyDeclarations = {
    data: { attribute: false, noAccessor: true },
  };
  /** Entries kept for `history`. */
  static historyEntries = 500;

  protected readonly live: LiveController;
  #standing: Standing;
  #held: Held = this.#emptyHanded();
  #shown: DataEntry | undefined;
  #attempts: Attempts = new Attempts((stage, error) => this.#onFailure(stage, error));
  /** What the last `lp-data` told. */
  #told: unknown;
  #news = false;
  #endClock: () => void = () => {};

  constructor() {
    super();
    this.live = new LiveController(this, {
      tail: () => this.tail,
      onUpdate: (update) => this.#take(update, true),
      onChannel: () => this.#forget(),
      onChange: () => this.#standing.settle(true),
    });
    this.#standing = new Standing({
      internals: this.internals,
      facts: () => this.#facts(),
      onChange: () => this.requestUpdate(),
      onNews: (status, previous) => this.#tellStatus(status, previous),
    });
  }

  /** The newest payload, after `transform`. Set it to use the element without a server. */
  get data(): unknown {
    const shown = this.#shown;
    return shown && this.attempt('read', () => this.#transformed(shown));
  }

  set data(payload: unknown) {
    this.#take(this.updateOf(payload), false);
  }

  /** What is kept of the channel, oldest first. */
  get history(): readonly DataEntry[] {
    return this.#held.history;
  }

  /** What it can say of its data; a CSS state of the same name follows it. */
  get status(): DataStatus {
    return this.#standing.status;
  }

  /** What is wrong, where something is. */
  get error(): Error | undefined {
    return this.#trouble() ?? this.live.status?.error;
  }

  /** Of the newest entry. */
  get version(): number | undefined {
    return this.#held.newest?.v;
  }

  /** Server time in ms of the newest data. */
  get updatedAt(): number | undefined {
    return this.#held.updatedAt;
  }

  /** Asks the server at once; also after a refusal. */
  refresh(): void {
    this.live.refresh();
  }

  /** Stands still; updates wait. */
  pause(): void {
    this.paused = true;
  }

  /** Shows in one step what has waited. */
  resume(): void {
    this.paused = false;
  }

  /** The history as CSV. */
  toCSV(): string {
    return csvOf(this.history);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#endClock();
    this.#endClock = everySecond(() => this.tick());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#endClock();
  }

  /** A move within the document (`moveBefore`) breaks nothing off; another source may enclose us now. */
  connectedMoveCallback(): void {
    this.live.source.look();
  }

  /** Replace what you hold. */
  protected applyReset(_entries: DataEntry[]): void {}
  /** Add to what you hold. */
  protected applyEntries(_entries: DataEntry[]): void {}
  /** `this.meta` changed. */
  protected applyMeta(_meta: Meta): void {}

  /** What `.data = payload` means. */
  protected updateOf(payload: unknown): Update {
    if (payload === undefined || payload === null)
      return { channel: '', reset: 'cleared', entries: [], cursor: '' };
    // What a page sets is shown as it is, JSON or not.
    const entry = { v: (this.version ?? 0) + 1, t: Date.now(), d: payload as Json };
    return { channel: '', entries: [entry], cursor: '' };
  }

  /** Entries per key wanted of the history; undefined = all. */
  protected get tail(): number | undefined {
    return undefined;
  }

  /** The newest value. */
  protected get value(): unknown {
    return this.#shown && this.read(this.#shown);
  }

  /** An entry's value, through `transform` and `field`; undefined, and the status `error`, where `transform` throws. */
  protected read(entry: DataEntry): unknown {
    return this.attempt('read', () => valueAt(this.#transformed(entry), this.field));
  }

  protected get meta(): Meta {
    return this.#held.meta;
  }

  protected get name(): string {
    return this.label ?? this.meta.label ?? this.channel;
  }

  protected get serverNow(): number {
    return this.live.serverNow();
  }

  /** The value is past its age limit, whatever the connection. */
  protected get old(): boolean {
    return this.#standing.old;
  }

  /** A value is held. */
  protected get held(): boolean {
    return this.#held.newest !== undefined;
  }

  /** Something came from outside since the last update. */
  protected get news(): boolean {
    return this.#news;
  }

  /** Once a second while visible. */
  protected tick(): void {
    this.#standing.settle(true);
  }

  /** The viewer pressed pause or resume. */
  protected togglePaused(): void {
    this.paused = !this.paused;
    this.live.sync();
    this.#standing.settle(true);
  }

  /** Runs what may throw because of the payload. A failure makes the status `error` until the same stage succeeds. */
  protected attempt<T>(stage: Stage, work: () => T): T | undefined {
    return this.#attempts.run(stage, work);
  }

  protected override scheduleUpdate(): void | Promise<unknown> {
    if (!this.hasUpdated || isVisible()) return super.scheduleUpdate();
    return whenVisible().then(() => super.scheduleUpdate()); // a hidden page draws nothing
  }

  protected override performUpdate(): void {
    this.live.sync();
    this.#standing.settle(false);
    super.performUpdate();
    this.#news = false;
    this.#standing.settle(true); // drawing may have failed, or succeeded again
  }

  #emptyHanded(): Held {
    return new Held((this.constructor as typeof LpDataElement).historyEntries);
  }

  #transformed({ d }: DataEntry): unknown {
    return this.transform ? this.transform(d) : d;
  }

  #take(update: Update, outside: boolean): void {
    const step = this.#held.take(update, this.serverNow);
    this.#news ||= outside;
    if (step.meta) this.attempt('apply', () => this.applyMeta(this.meta));
    if (step.kind !== 'none' && (!outside || this.#tell(step)))
      this.attempt('apply', () => this.#apply(step));
    this.#standing.settle(outside);
    this.requestUpdate();
  }

  #apply({ kind, entries }: Step): void {
    this.#shown = this.#held.newest;
    if (kind === 'reset') this.applyReset(entries);
    else this.applyEntries(entries);
  }

  /** False where the page prevents it, to draw the data itself. */
  #tell({ kind, entries }: Step): boolean {
    const newest = entries.at(-1);
    if (!newest) return true;
    const { channel, version, updatedAt } = this;
    const data = this.attempt('read', () => this.#transformed(newest));
    const initial = kind === 'reset';
    const previous = this.#told;
    this.#told = data;
    return this.dispatchEvent(
      new LpDataEvent({ channel, data, previous, version, updatedAt, initial, entries }),
    );
  }

  #forget(): void {
    this.#held = this.#emptyHanded();
    this.#shown = undefined;
    this.#attempts.forget();
    this.#told = undefined;
    this.attempt('apply', () => this.applyReset([]));
    this.attempt('apply', () => this.applyMeta({}));
    this.requestUpdate();
  }

  #onFailure(stage: Stage, error: Error): void {
    console.error(`lp-kit: <${this.localName} channel="${this.channel}">`, error);
    this.dispatchEvent(new LpErrorEvent(error));
    if (stage !== 'draw') this.#standing.settle(true); // an update in progress settles when it ends
  }

  #trouble(): Error | undefined {
    return this.#attempts.error ?? addressTrouble(this, this.live) ?? this.live.refusal;
  }

  #facts(): StatusFacts {
    const { live, updatedAt } = this;
    return {
      wanted: this.channel !== '',
      connection: live.status?.state,
      lostMs: live.lostMs,
      paused: live.paused,
      failed: this.#trouble() !== undefined,
      answered: this.#held.answered,
      held: this.held,
      forgotten: this.#held.forgotten,
      ageMs: updatedAt === undefined ? undefined : this.serverNow - updatedAt,
      staleAfterMs: staleAfterMs(parseDurationMs(this.staleAfter), this.meta.ttl),
    };
  }

  #tellStatus(status: DataStatus, previous: DataStatus): void {
    this.dispatchEvent(new LpStatusEvent(status, previous, this.error));
    if (this.announce !== 'off') sayConnection(this.live.connection, status, this.words);
  }
}
