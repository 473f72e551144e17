import type { Update } from '../client/index.ts';
import type { DataStatus, StatusFacts } from '../data/data-status.ts';
import { staleAfterMs } from '../data/data-status.ts';
import { LpErrorEvent, LpStatusEvent } from '../data/events.ts';
import type { Held } from '../data/held.ts';
import { everySecond, isVisible, whenVisible } from '../shared/clock.ts';
import { parseDurationMs } from '../shared/duration.ts';
import { addressTrouble } from '../source/address-error.ts';
import { LiveController } from '../source/live-controller.ts';
import { sayConnection } from './announcer.ts';
import type { Stage } from './element-status.ts';
import { Attempts, ElementStatus } from './element-status.ts';
import { LpBase } from './lp-base.ts';

/**
 * A widget's connection, and how it stands: the status half of lp-data-element.ts, which holds the data.
 *
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
export abstract class LpLiveElement extends LpBase {
  protected readonly live: LiveController;
  #standing: ElementStatus;
  #attempts: Attempts = new Attempts((stage, error) => this.#onFailure(stage, error));
  #endClock: () => void = () => {};

  constructor() {
    super();
    this.live = new LiveController(this, {
      tail: () => this.tail,
      onUpdate: (update) => this.take(update, true),
      onChannel: () => this.forget(),
      onChange: () => this.settle(true),
    });
    this.#standing = new ElementStatus({
      internals: this.internals,
      facts: () => this.#facts(),
      onChange: () => this.requestUpdate(),
      onNews: (status, previous) => this.#tellStatus(status, previous),
    });
  }

  /** What it can say of its data; a CSS state of the same name follows it. */
  get status(): DataStatus {
    return this.#standing.status;
  }

  /** What is wrong, where something is. */
  get error(): Error | undefined {
    return this.#trouble() ?? this.live.status?.error;
  }

  /** Server time in ms of the newest data. */
  get updatedAt(): number | undefined {
    return this.holding.updatedAt;
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

  override connectedCallback(): void {
    super.connectedCallback();
    this.#endClock();
    this.#endClock = everySecond(
      () => this.tick(),
      () => this.serverNow,
    );
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#endClock();
  }

  /** A move within the document (`moveBefore`) breaks nothing off; another source may enclose us now. */
  connectedMoveCallback(): void {
    this.live.source.look();
  }

  /** Entries per key wanted of the history; undefined = all. */
  protected get tail(): number | undefined {
    return undefined;
  }

  /** What is held of the channel. */
  protected abstract get holding(): Held;
  /** An update came; `outside`: not because the page set `.data`. */
  protected abstract take(update: Update, outside: boolean): void;
  /** The channel is another one: what is held belongs to the former. */
  protected forget(): void {
    this.#attempts.forget();
  }

  protected get serverNow(): number {
    return this.live.serverNow();
  }

  /** The value is past its age limit, whatever the connection. */
  protected get old(): boolean {
    return this.#standing.old;
  }

  /** Once a second while visible. */
  protected tick(): void {
    this.settle(true);
  }

  /** Status and age are those of the facts. `outside`: not because the page set a property. */
  protected settle(outside: boolean): void {
    this.#standing.settle(outside);
  }

  /** The viewer pressed pause or resume. */
  protected togglePaused(): void {
    this.paused = !this.paused;
    this.live.sync();
    this.settle(true);
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
    this.settle(false);
    super.performUpdate();
    this.settle(true); // drawing may have failed, or succeeded again
  }

  #onFailure(stage: Stage, error: Error): void {
    console.error(`lp-kit: <${this.localName} channel="${this.channel}">`, error);
    this.dispatchEvent(new LpErrorEvent(error));
    if (stage !== 'draw') this.settle(true); // an update in progress settles when it ends
  }

  #trouble(): Error | undefined {
    return this.#attempts.error ?? addressTrouble(this, this.live) ?? this.live.refusal;
  }

  #facts(): StatusFacts {
    const { live, holding } = this;
    const { updatedAt } = holding;
    return {
      wanted: this.channel !== '',
      connection: live.status?.state,
      lostMs: live.lostMs,
      paused: live.paused,
      failed: this.#trouble() !== undefined,
      answered: holding.answered,
      held: holding.newest !== undefined,
      forgotten: holding.forgotten,
      ageMs: updatedAt === undefined ? undefined : this.serverNow - updatedAt,
      staleAfterMs: staleAfterMs(parseDurationMs(this.staleAfter), holding.meta.ttl),
    };
  }

  #tellStatus(status: DataStatus, previous: DataStatus): void {
    this.dispatchEvent(new LpStatusEvent(status, previous, this.error));
    if (this.announce !== 'off') sayConnection(this.live.connection, status, this.words);
  }
}
