import type { ReactiveController } from 'lit';
import type { Json } from '../../protocol/lp1.ts';
import { ClientError, type RequestHeaders } from '../client/index.ts';
import { LpAuthRequiredEvent, LpErrorEvent } from '../data/events.ts';
import { everySecond } from '../shared/clock.ts';
import { addressErrorOf } from '../source/address-error.ts';
import type { Connection } from '../source/connection.ts';
import type { SourceHost } from '../source/source-controller.ts';
import { SourceController } from '../source/source-controller.ts';
import type { Receipt } from './outbox.ts';
import { Outbox } from './outbox.ts';
import type { SendFailure } from './send-failure.ts';
import { sendFailure } from './send-failure.ts';

/** An element that sends. */
export type SenderHost = SourceHost & { channel: string; headers: RequestHeaders | undefined };

/** Sends payloads for an element and keeps the state: under way, failed, or waiting. */
export class Sender implements ReactiveController {
  readonly source: SourceController;
  /** True while a message is being sent. */
  sending = false;
  #host: SenderHost;
  #outbox = new Outbox();
  #failure: SendFailure | undefined;
  #unwatch: () => void = () => {};
  #endClock: (() => void) | undefined;

  /** `onConnection` is called with each new connection, or undefined at its end. */
  constructor(host: SenderHost, onConnection: (connection: Connection | undefined) => void) {
    this.#host = host;
    this.source = new SourceController(host, (connection) => {
      this.#unwatch();
      this.#unwatch = connection?.onStatus(() => host.requestUpdate()) ?? ((): void => {});
      onConnection(connection);
      host.requestUpdate();
    });
    host.addController(this);
  }

  get failure(): SendFailure | undefined {
    return this.#failure;
  }

  set failure(failure: SendFailure | undefined) {
    this.#failure = failure;
    this.#host.requestUpdate();
  }

  /** Whether the connection is known to be lost. */
  get lost(): boolean {
    const state = this.source.connection?.status.state;
    return state === 'reconnecting' || state === 'offline' || state === 'denied';
  }

  /** Time in ms until the server accepts the next message; 0 = now. */
  get waitMs(): number {
    return Math.max(0, (this.#failure?.retryAt ?? 0) - Date.now());
  }

  /** Whether a feed on this page shows the channel and announces new items, so that success need not be announced again. */
  get heard(): boolean {
    const members = [...(this.source.connection?.members ?? [])];
    return members.some(
      (member) =>
        member.channel === this.#host.channel &&
        member instanceof Element &&
        member.localName === 'lp-feed' &&
        member.getAttribute('announce') !== 'off',
    );
  }

  hostUpdated(): void {
    this.#watchClock();
  }

  hostConnected(): void {
    this.#watchClock();
  }

  hostDisconnected(): void {
    this.#endClock?.();
    this.#endClock = undefined;
  }

  /** Sends a payload. Returns the receipt; undefined if it failed, which `failure` and the events report. */
  async send(payload: Json | Json[], retry: () => void): Promise<Receipt | undefined> {
    this.failure = undefined;
    this.sending = true;
    try {
      const connection = this.#connected();
      const { channel } = this.#host;
      return await this.#outbox.send(connection, {
        channel,
        payload,
        ...(await this.#headers()),
      });
    } catch (thrown) {
      this.fail(thrown);
      if (thrown instanceof ClientError && thrown.status === 401) this.#requestToken(retry);
      return undefined;
    } finally {
      this.sending = false;
      this.#host.requestUpdate();
    }
  }

  /** Reports that the message was not sent. */
  fail(thrown: unknown): void {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    this.failure = sendFailure(error, Date.now());
    this.#host.dispatchEvent(new LpErrorEvent(error));
  }

  #connected(): Connection {
    const error = addressErrorOf(this.#host, this);
    if (error) throw error;
    const { connection } = this.source;
    if (connection) return connection;
    throw new ClientError('closed', 'The element is not in a document');
  }

  async #headers(): Promise<{ headers?: Record<string, string> }> {
    const { headers } = this.#host;
    if (!headers) return {};
    return { headers: typeof headers === 'function' ? await headers() : headers };
  }

  #requestToken(retry: () => void): void {
    const url = this.source.connection?.address.url ?? '';
    this.#host.dispatchEvent(new LpAuthRequiredEvent(url, retry));
  }

  // Only while there is a countdown to show.
  #watchClock(): void {
    const waits = this.waitMs > 0;
    if (waits) this.#endClock ??= everySecond(() => this.#host.requestUpdate());
    else this.hostDisconnected();
  }
}
