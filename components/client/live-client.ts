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
import {
  type ClientStatus,
  type StatusListener,
  StatusListeners,
  statusOf,
} from './client-status.ts';
import type { HistoryOptions } from './history.ts';
import { browserLifecycle } from './lifecycle.ts';
import { PollGroups, type PollGroupsOptions } from './poll-groups.ts';
import { LazyPublishing } from './lazy-publishing.ts';
import type { Published, PublishOptions, PublishPlatform } from './publish.ts';
import type { Producer, ProducerOptions } from './producer.ts';
import { Contact } from './server-clock.ts';
import { browserTabs, type SharedFetch, sharedFetch } from './tabs/shared-fetch.ts';

/** Options of `subscribe`. */
export interface SubscribeOptions {
  /** Number of newest entries per key to start with. Default: all that are retained. A reset may contain more. */
  tail?: number;
}

/** A connection to one server: one long poll for all channels. */
export interface LiveClient {
  /** Base URL of the server's routes, absolute, without a trailing slash. */
  readonly url: string;
  /** Current state of the connection. */
  readonly status: ClientStatus;
  /** Names of the subscribed channels, sorted. */
  readonly channels: string[];
  /**
   * Calls the listener with the channel's history, then with each update. Returns the function that ends the
   * subscription.
   * @throws ClientError `bad-request`, `closed`
   */
  subscribe(channel: string, listener: Listener, options?: SubscribeOptions): () => void;
  /**
   * Requests, once, a time range of the channel's history, as buckets of equal length. A poll continues from its `cursor`: the
   * buckets hold every entry up to it and none after it. Not repeated after an error.
   * @throws ClientError
   * @example const { step, series } = await client.history('cpu', { from: '-24h', points: 400 });
   */
  history(channel: string, options?: HistoryOptions): Promise<HistoryAnswer>;
  /**
   * Calls the listener with the current status, then with each change. Returns the function that removes the listener.
   */
  onStatus(listener: StatusListener): () => void;
  /**
   * Stores a payload as one entry, an array as several. Resolves when the server has stored it. Messages of a channel are
   * stored in the order of the calls. A failed attempt is repeated under the same idempotency key for up to 15 s, then the
   * promise rejects: for messages that must not be dropped, use `producer()`.
   * @throws ClientError
   * @example await client.publish('cpu', { value: 42 });
   */
  publish(channel: string, payload: Json | Json[], options?: PublishOptions): Promise<Appended>;
  /**
   * Returns a queue that stores what it is given, in batches and in order, and retries without a limit (fire and forget).
   * @throws ClientError `bad-request`, `closed`
   * @example
   * const producer = client.producer('log', { onError: (error) => console.warn(error.message) });
   * producer.send({ text: 'started' });
   */
  producer<C = undefined>(channel: string, options?: ProducerOptions<C>): Producer<C>;
  /** Stops polling until each reason given has been resumed. Publishing continues. */
  pause(reason: string): void;
  /** Removes a reason of `pause`; polling continues after the last one. */
  resume(reason: string): void;
  /** Polls now. Ends `denied` and every other refusal, but not a pause. */
  refresh(): void;
  /** Returns an estimate of the server's clock, ms since 1970. */
  serverNow(): number;
  /** Ends everything at once. Pending publishes reject with `closed`, and what producers hold is dropped. */
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
  readonly #contact = new Contact();
  readonly #pausedBy = new Set<string>();
  readonly #listeners: StatusListeners;
  readonly #closed = new AbortController();
  readonly #shared: SharedFetch | undefined;
  readonly #endLifecycle: (() => void) | undefined;

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
      onStatus: () => this.#listeners.notify(),
      onAnswer: ({ now }, ageMs, latencyMs) =>
        this.#contact.note({ now, ageMs, receivedAt: this.#options.now() }, latencyMs),
      taking: () => this.#pausedBy.size === 0,
    };
    this.#groups = new PollGroups(this.#options);
    this.#publishing = publishing(this.#options);
    this.#listeners = new StatusListeners(() => this.status);
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
      offline: this.#contact.isOffline,
      channelError: this.#groups.channelError,
      lastContact: this.#contact.lastAt,
      latencyMs: this.#contact.latencyMs,
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
    this.#checkOpen();
    const { wire, after } = this.#options;
    return requestHistory({ wire, after, closed: this.#closed.signal }, channel, options);
  }

  onStatus(listener: StatusListener): () => void {
    return this.#listeners.add(listener);
  }

  async publish(
    channel: string,
    payload: Json | Json[],
    options: PublishOptions = {},
  ): Promise<Appended> {
    this.#checkOpen();
    checkChannel(channel);
    const { appended, latencyMs } = await this.#publishing.publish(channel, payload, options);
    this.#contact.latencyMs = latencyMs;
    return appended;
  }

  /** Returns the publishing code that makes producers. @throws ClientError `bad-request`, `closed` */
  producing(channel: string): P {
    this.#checkOpen();
    checkChannel(channel);
    return this.#publishing;
  }

  pause(reason: string): void {
    if (this.#closed.signal.aborted || this.#pausedBy.has(reason)) return;
    this.#pausedBy.add(reason);
    this.#groups.pause();
    this.#listeners.notify();
  }

  resume(reason: string): void {
    if (this.#closed.signal.aborted || !this.#pausedBy.delete(reason)) return;
    if (this.#pausedBy.size === 0) this.#groups.resume();
    this.#listeners.notify();
  }

  refresh(): void {
    this.#groups.restart();
  }

  serverNow(): number {
    return this.#contact.serverTime(this.#options.now());
  }

  close(): void {
    if (this.#closed.signal.aborted) return;
    this.#pausedBy.add('closed');
    this.#listeners.clear();
    this.#endLifecycle?.();
    this.#groups.close();
    this.#shared?.close();
    const reason = new ClientError('closed', 'The client was closed');
    this.#publishing.close(reason);
    this.#closed.abort(reason);
  }

  /**
   * Handles the offline event. The running poll will fail. Retries continue: a server on this machine needs no network.
   */
  #wentOffline(): void {
    this.#contact.isOffline = true;
    this.#groups.fail(new ClientError('network', 'The browser is offline'));
    this.#listeners.notify();
  }

  #cameOnline(): void {
    this.#contact.isOffline = false;
    this.#groups.wake();
    this.#listeners.notify();
  }

  #checkOpen(): void {
    this.#closed.signal.throwIfAborted();
  }
}

/** Loads the code for history requests, which few pages need. */
const loadHistory = lazyImport('requestHistory', () => import('./history.ts'));
