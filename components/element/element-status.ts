import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { isServer } from 'lit';
import type { DataStatus } from '../data/data-status.ts';
import { dataStatus, isOld, staleAfterMs } from '../data/data-status.ts';
import { LpErrorEvent, LpStatusEvent } from '../data/events.ts';
import type { Words } from '../locale/messages.ts';
import { everySecond } from '../shared/clock.ts';
import { parseDurationMs } from '../shared/duration.ts';
import { addressErrorOf } from '../source/address-error.ts';
import type { LiveController } from '../source/live-controller.ts';
import { sayConnection } from './announcer.ts';
import type { ChannelData } from './channel-data.ts';

/** When a widget announces to screen readers: never; on a change of level or connection; or for new data as well. */
export type Announce = 'off' | 'levels' | 'all';

/** The element that has the status. */
export interface StatusHost extends ReactiveControllerHost, HTMLElement {
  channel: string;
  src: string | undefined;
  staleAfter: string | undefined;
  announce: Announce;
}

/** Options of `ElementStatus`. */
export interface ElementStatusOptions {
  /** Internals of the element, whose custom states and `ariaBusy` are set. */
  internals: ElementInternals;
  live: LiveController;
  held: ChannelData;
  words: () => Words;
}

const empty = new Set<string>();
const MOST_EMPTY = 1000;

/** Logs once how to publish to a channel without data. */
function noteEmpty({ localName, channel }: StatusHost, { connection }: LiveController): void {
  const url = connection && `${connection.address.url}/channels/${channel}`;
  if (!url || channel === '' || empty.has(url) || empty.size >= MOST_EMPTY) return;
  empty.add(url);
  console.info(
    `lp-kit: <${localName} channel="${channel}">: no data yet. Publish some: curl -d 42 ${url}`,
  );
}

/** Stage in which a payload may fail: when its value is chosen, read, applied or drawn. */
export type Stage = 'choose' | 'read' | 'apply' | 'draw';

/** What to show for each status. `other` is for those that are not listed. */
export type StatusViews<T> = Partial<Record<DataStatus, () => T>> & { other: () => T };

/**
 * The status of an element: one word that follows the connection, the age of the data and failures. It updates the
 * custom states and `ariaBusy`, fires `lp-status-change` and `lp-error`, and checks the age once a second while the
 * page is visible.
 */
export class ElementStatus implements ReactiveController {
  /** Current status. */
  #word: DataStatus = 'idle';
  /** True when the value is past its age limit, whatever the connection. */
  old = false;
  #host: StatusHost;
  #options: ElementStatusOptions;
  #failure: { stage: Stage; error: Error } | undefined;
  #endClock: () => void = () => {};

  constructor(host: StatusHost, options: ElementStatusOptions) {
    this.#host = host;
    this.#options = options;
    host.addController(this);
  }

  hostConnected(): void {
    this.#endClock();
    this.#endClock = everySecond(
      () => {
        if (!this.#options.live.paused) this.#options.held.tick();
        this.settle(true);
      },
      () => this.#options.live.serverNow(),
    );
  }

  hostDisconnected(): void {
    this.#endClock();
  }

  hostUpdated(): void {
    this.#options.held.isNews = false;
    this.settle(true); // drawing may have failed, or succeeded again
  }

  /** Current status. On a server, which loads no data, an element with a channel is `loading`. */
  get word(): DataStatus {
    return isServer && this.#host.channel !== '' ? 'loading' : this.#word;
  }

  /**
   * Current error: a payload that failed, a wrong address, a refused request, or the connection's error; undefined without one.
   */
  get error(): Error | undefined {
    return this.#fault ?? this.#options.live.status?.error;
  }

  /** Returns the view for the current status, like `Task.render` of `@lit/task`. */
  render<T>(views: StatusViews<T>): T {
    return (views[this.word] ?? views.other)();
  }

  /** Recomputes status and age. `outside` is false if the page set a property itself, and then no event is fired. */
  settle(outside: boolean): void {
    const { live, held } = this.#options;
    const { updatedAt, historyLost } = held;
    const facts = {
      wanted: this.#host.channel !== '',
      connection: live.denied ? 'denied' : live.status?.state,
      lostMs: live.lostMs,
      paused: live.paused,
      failed: this.#fault !== undefined,
      answered: held.answered,
      held: held.hasData,
      historyLost,
      ageMs: updatedAt === undefined ? undefined : live.serverNow() - updatedAt,
      staleAfterMs: staleAfterMs(parseDurationMs(this.#host.staleAfter), held.meta.ttl),
    };
    const old = isOld(facts);
    if (old !== this.old) this.#host.requestUpdate();
    this.old = old;
    this.#setStatus(dataStatus(facts), outside);
  }

  /**
   * Runs code that may throw because of a payload, and returns its result, or undefined if it throws. A failure
   * makes the status `error` until the same stage succeeds; the same failure is reported once.
   */
  attempt<T>(stage: Stage, work: () => T): T | undefined {
    try {
      const result = work();
      if (this.#failure?.stage === stage) this.#failure = undefined;
      return result;
    } catch (thrown) {
      this.#fail(stage, thrown instanceof Error ? thrown : new Error(String(thrown)));
      return undefined;
    }
  }

  /** Clears the failure, for another channel. */
  forget(): void {
    this.#failure = undefined;
  }

  get #fault(): Error | undefined {
    const { live } = this.#options;
    return this.#failure?.error ?? addressErrorOf(this.#host, live) ?? live.refusal;
  }

  #fail(stage: Stage, error: Error): void {
    const isKnown = this.#failure?.stage === stage && this.#failure.error.message === error.message;
    this.#failure = { stage, error };
    if (isKnown) return;
    const host = this.#host;
    console.error(`lp-kit: <${host.localName} channel="${host.channel}">`, error);
    host.dispatchEvent(new LpErrorEvent(error));
    if (stage !== 'draw') this.settle(true); // an update in progress settles when it ends
  }

  #setStatus(status: DataStatus, outside: boolean): void {
    const { internals } = this.#options;
    const previous = this.word;
    if (status === previous && internals.states.has(status)) return;
    this.#word = status;
    internals.states.delete(previous);
    internals.states.add(status);
    internals.ariaBusy = status === 'loading' ? 'true' : 'false';
    this.#host.requestUpdate();
    const { ahead, otherKeys } = this.#options.held;
    const isBare = ahead.dueAt === undefined && otherKeys.size === 0; // otherwise the card already explains why it has no value
    if (status === 'empty' && isBare) noteEmpty(this.#host, this.#options.live);
    if (outside && status !== previous) this.#dispatch(status, previous);
  }

  #dispatch(status: DataStatus, previous: DataStatus): void {
    const { live, words } = this.#options;
    this.#host.dispatchEvent(new LpStatusEvent(status, previous, this.error));
    if (this.#host.announce !== 'off') sayConnection(live.connection, status, words());
  }
}
