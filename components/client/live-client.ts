import type { HistoryAnswer } from '../../protocol/history.ts';
import type { Appended, Json } from '../../protocol/lp1.ts';
import { lazyImport } from '../shared/lazy-import.ts';
import type { Listener } from './channel.ts';
import { ClientError } from './client-error.ts';
import {
  checkChannel,
  checkTail,
  completeOptions,
  type LiveClientOptions,
  parseBase,
} from './client-options.ts';
import { type ClientStatus, sameStatus, statusOf } from './client-status.ts';
import type { HistoryOptions } from './history.ts';
import { browserLifecycle } from './lifecycle.ts';
import type { CheckedAnswer } from './parse-answer.ts';
import { PollGroups, type PollGroupsOptions } from './poll-groups.ts';
import { LazyPublishing } from './lazy-publishing.ts';
import type { Published, PublishOptions, PublishPlatform } from './publish.ts';
import type { Producer, ProducerOptions } from './producer.ts';
import { report } from './report.ts';
import { ServerClock } from './server-clock.ts';
import { browserTabs, type SharedFetch, sharedFetch } from './tabs/shared-fetch.ts';

export interface SubscribeOptions {
  /** Entries per key wanted of the history; default all that is retained. A reset may hold more. */
  tail?: number;
}

export type StatusListener = (status: ClientStatus) => void;

/** A connection to one server: one long poll, however many channels. */
export interface LiveClient {
  /** Absolute, without a trailing slash. */
  readonly url: string;
  readonly status: ClientStatus;
  /** Names of the channels that are listened to, sorted. */
  readonly channels: string[];
  /** Tells the channel's history, then its news. The function returned ends it. @throws ClientError `bad-request`, `closed` */
  subscribe(channel: string, listener: Listener, options?: SubscribeOptions): () => void;
  /**
   * Asks once for a range of the channel's past, as buckets of equal length. Its `cursor` is where a poll goes on: the buckets
   * hold every entry up to there and none after it. Not repeated after an error.
   * @throws ClientError
   * @example const { step, series } = await client.history('cpu', { from: '-24h', points: 400 });
   */
  history(channel: string, options?: HistoryOptions): Promise<HistoryAnswer>;
  /** Tells the status at once, then each change of it. The function returned ends it. */
  onStatus(listener: StatusListener): () => void;
  /**
   * Stores a payload as one entry, an array as several. Resolves when the server has stored it. Messages of a channel are
   * stored in the order of the calls. A failed attempt is repeated under the same idempotency key for up to 15 s, then the
   * promise rejects: for messages that must not be given up, use `producer()`.
   * @throws ClientError
   * @example await client.publish('cpu', { value: 42 });
   */
  publish(channel: string, payload: Json | Json[], options?: PublishOptions): Promise<Appended>;
  /**
   * Returns a queue that stores what it is given, in batches and in order, and tries again for ever: fire and forget.
   * @throws ClientError `bad-request`, `closed`
   * @example
   * const producer = client.producer('log', { onError: (error) => console.warn(error.message) });
   * producer.send({ text: 'started' });
   */
  producer<C = undefined>(channel: string, options?: ProducerOptions<C>): Producer<C>;
  /** No polls while any reason stands. Publishing goes on. */
  pause(reason: string): void;
  resume(reason: string): void;
  /** Polls now; leaves `denied` and every other refusal, but not a pause. */
  refresh(): void;
  /** Estimate of the server's clock, ms. */
  serverNow(): number;
  /** Ends everything, in this turn; pending publishes reject with `closed`, and what producers hold is given up. */
  close(): void;
}

/** As `liveClient`, without producers; the code for publishing is loaded with the first message. */
export function readingClient(url: string, options: LiveClientOptions = {}): ReadingClient {
  return new Client(parseBase(url), options, (platform) => new LazyPublishing(platform));
}

/** A client whose page is likely only to read. */
export type ReadingClient = Omit<LiveClient, 'producer'>;

interface PublishingCode {
  publish(channel: string, payload: Json | Json[], options: PublishOptions): Promise<Published>;
  close(reason: ClientError): void;
}

/** The one implementation of a client; `publishing` is how it publishes. */
export class Client<P extends PublishingCode> implements ReadingClient {
  readonly url: string;
  readonly #options: PollGroupsOptions;
  readonly #groups: PollGroups;
  readonly #publishing: P;
  readonly #clock = new ServerClock();
  readonly #pausedBy = new Set<string>();
  readonly #statusListeners = new Set<StatusListener>();
  readonly #closed = new AbortController();
  readonly #shared: SharedFetch | undefined;
  readonly #endLifecycle: (() => void) | undefined;
  #lastContact: number | undefined;
  #latencyMs: number | undefined;
  #offline = false;
  #told: ClientStatus;

  constructor(
    url: string,
    options: LiveClientOptions,
    publishing: (platform: PublishPlatform) => P,
  ) {
    this.url = url;
    const lifecycle = options.lifecycle ?? browserLifecycle(options);
    const complete = completeOptions(url, options);
    const platform = options.share === 'tabs' && (options.tabsPlatform ?? browserTabs());
    this.#shared = platform ? sharedFetch({ ...complete, lifecycle, platform }) : undefined;
    this.#options = {
      ...complete,
      wire: { ...complete.wire, ...(this.#shared && { fetch: this.#shared.fetch }) },
      onStatus: () => this.#tellStatus(),
      onAnswer: (answer, ageMs, latencyMs) => this.#noteAnswer(answer, ageMs, latencyMs),
      taking: () => this.#pausedBy.size === 0,
    };
    this.#groups = new PollGroups(this.#options);
    this.#publishing = publishing(this.#options);
    this.#told = this.status;
    this.#endLifecycle = lifecycle?.({
      pause: (reason) => this.pause(reason),
      resume: (reason) => this.resume(reason),
      wake: () => this.#groups.wake(),
      offline: () => this.#wentOffline(),
      online: () => this.#cameOnline(),
    });
  }

  get status(): ClientStatus {
    return statusOf({
      polls: this.#groups.statuses,
      pausedBy: [...this.#pausedBy],
      offline: this.#offline,
      channelError: this.#groups.channelError,
      lastContact: this.#lastContact,
      latencyMs: this.#latencyMs,
    });
  }

  get channels(): string[] {
    return this.#groups.names;
  }

  subscribe(channel: string, listener: Listener, { tail }: SubscribeOptions = {}): () => void {
    this.#checkOpen();
    checkChannel(channel);
    checkTail(tail);
    return this.#groups.subscribe(channel, listener, tail);
  }

  async history(channel: string, options: HistoryOptions = {}): Promise<HistoryAnswer> {
    this.#checkOpen();
    checkChannel(channel);
    const { requestHistory } = await loadHistory().catch((cause: unknown) => {
      throw new ClientError('network', 'The code for history could not be loaded', { cause });
    });
    const { wire, after } = this.#options;
    return requestHistory({ wire, after, closed: this.#closed.signal }, channel, options);
  }

  onStatus(listener: StatusListener): () => void {
    const own: StatusListener = (status) => listener(status); // a function given twice is two listeners
    this.#statusListeners.add(own);
    tell(own, this.status);
    return () => this.#statusListeners.delete(own);
  }

  async publish(
    channel: string,
    payload: Json | Json[],
    options: PublishOptions = {},
  ): Promise<Appended> {
    this.#checkOpen();
    checkChannel(channel);
    const { appended, latencyMs } = await this.#publishing.publish(channel, payload, options);
    this.#latencyMs = latencyMs;
    return appended;
  }

  /** What producers of a channel are made by. @throws ClientError `bad-request`, `closed` */
  producing(channel: string): P {
    this.#checkOpen();
    checkChannel(channel);
    return this.#publishing;
  }

  pause(reason: string): void {
    if (this.#closed.signal.aborted || this.#pausedBy.has(reason)) return;
    this.#pausedBy.add(reason);
    this.#groups.pause();
    this.#tellStatus();
  }

  resume(reason: string): void {
    if (this.#closed.signal.aborted || !this.#pausedBy.delete(reason)) return;
    if (this.#pausedBy.size === 0) this.#groups.resume();
    this.#tellStatus();
  }

  refresh(): void {
    this.#groups.restart();
  }

  serverNow(): number {
    return this.#clock.at(this.#options.now());
  }

  close(): void {
    if (this.#closed.signal.aborted) return;
    this.#pausedBy.add('closed');
    this.#statusListeners.clear();
    this.#endLifecycle?.();
    this.#groups.close();
    this.#shared?.close();
    const reason = new ClientError('closed', 'The client was closed');
    this.#publishing.close(reason);
    this.#closed.abort(reason);
  }

  /** False for a response that a cache repeats: it proves no contact with the server. */
  #noteAnswer({ now }: CheckedAnswer, ageMs: number, latencyMs: number | undefined): boolean {
    const receivedAt = this.#options.now();
    if (!this.#clock.note({ now, ageMs, receivedAt })) return false;
    this.#offline = false;
    this.#lastContact = receivedAt;
    this.#latencyMs = latencyMs ?? this.#latencyMs;
    return true;
  }

  /** The poll under way is as good as lost. Retries go on: a server on this very machine needs no network. */
  #wentOffline(): void {
    this.#offline = true;
    this.#groups.fail(new ClientError('network', 'The browser is offline'));
    this.#tellStatus();
  }

  #cameOnline(): void {
    this.#offline = false;
    this.#groups.wake();
    this.#tellStatus();
  }

  #tellStatus(): void {
    const status = this.status;
    if (sameStatus(this.#told, status)) return;
    this.#told = status;
    for (const listener of Array.from(this.#statusListeners)) {
      if (this.#told !== status) return; // an earlier listener changed it, and all have been told
      if (this.#statusListeners.has(listener)) tell(listener, status);
    }
  }

  #checkOpen(): void {
    this.#closed.signal.throwIfAborted();
  }
}

/** Loads the code that asks for history, which few pages need. */
const loadHistory = lazyImport('requestHistory', () => import('./history.ts'));

function tell(listener: StatusListener, status: ClientStatus): void {
  try {
    listener(status);
  } catch (error) {
    report(error);
  }
}
