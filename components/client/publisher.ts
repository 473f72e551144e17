import type { Json } from '../../protocol/lp1.ts';
import { retryDelayMs } from './backoff.ts';
import { ClientError } from './client-error.ts';
import {
  asClientError,
  isPassing,
  jsonOf,
  type Published,
  type PublishPlatform,
  post,
  sleep,
} from './publish.ts';

/** One call of `client.publish()`. */
export interface Publication {
  channel: string;
  payload: Json | Json[];
  idempotencyKey: string;
  headers?: Record<string, string> | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Time in ms after the call until which new attempts start: then a person who waits for a form gets an error.
 */
const RETRY_FOR_MS = 15_000;

/**
 * Publishes in the order of the calls, per channel: the next message of a channel is sent when the one before is stored
 * or has failed. Otherwise a message that needs a second attempt would be stored after later ones.
 */
export class Publisher {
  readonly #platform: PublishPlatform;
  /** The last publication of each channel that is not settled. Never rejects. */
  readonly #tails = new Map<string, Promise<void>>();
  readonly #jobs = new Set<AbortController>();
  readonly #signals = new SharedSignals();

  constructor(platform: PublishPlatform) {
    this.#platform = platform;
  }

  /**
   * Stores a message once, with several attempts within 15 s under the same key.
   * @throws ClientError of the last attempt; at once where another attempt cannot help, and for 429 (see
   * `retryAfterMs`)
   */
  async publish(publication: Publication): Promise<Published> {
    const { channel, payload, signal } = publication;
    const body = jsonOf(payload);
    const job = new AbortController();
    const release = this.#signals.add(signal, job);
    this.#jobs.add(job);
    const before = this.#tails.get(channel);
    const published = this.#inTurn(before, { ...publication, body, signal: job.signal });
    const tail = Promise.allSettled([before, published]).then(ignore); // also if this one is aborted in the queue
    this.#tails.set(channel, tail);
    try {
      return await published;
    } finally {
      release();
      this.#jobs.delete(job);
      if (this.#tails.get(channel) === tail) this.#tails.delete(channel);
    }
  }

  /** Rejects all messages that are not stored yet. */
  close(reason: ClientError): void {
    for (const job of this.#jobs) job.abort(reason);
  }

  async #inTurn(before: Promise<void> | undefined, message: Message): Promise<Published> {
    const endsAt = this.#platform.now() + RETRY_FOR_MS;
    if (before) await untilSettled(before, message.signal);
    if (before && this.#platform.now() > endsAt) throw notSent(message.channel);
    return this.#send(message, endsAt);
  }

  async #send(message: Message, endsAt: number): Promise<Published> {
    const { now, random, after } = this.#platform;
    for (let attempt = 1; ; attempt++) {
      const outcome = await post(this.#platform, message).catch(asClientError);
      if (!(outcome instanceof ClientError)) return outcome;
      message.signal.throwIfAborted();
      if (!isPassing(outcome)) throw outcome;
      const delayMs = retryDelayMs({ attempt, random, floorMs: outcome.retryAfterMs });
      if (now() + delayMs > endsAt) throw outcome;
      await sleep(delayMs, message.signal, after);
    }
  }
}

interface Message extends Publication {
  body: string;
  signal: AbortSignal;
}

const ignore = (): void => {};

const notSent = (channel: string): ClientError =>
  new ClientError(
    'deadline',
    `Not sent: earlier messages for ${channel} waited ${RETRY_FOR_MS / 1000} s for the server`,
  );

function untilSettled(before: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as ClientError);
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    void before.then(() => {
      signal.removeEventListener('abort', abort);
      resolve();
    });
  });
}

/** One listener per signal of a caller, however many messages it ends: Node warns of a leak from the eleventh on. */
class SharedSignals {
  readonly #jobs = new WeakMap<AbortSignal, Set<AbortController>>();

  /** Aborts the job when the signal aborts. Returns the function that ends this. */
  add(signal: AbortSignal | undefined, job: AbortController): () => void {
    if (!signal) return ignore;
    if (signal.aborted) job.abort(aborted());
    const jobs = this.#jobs.get(signal) ?? this.#listen(signal);
    jobs.add(job);
    return () => jobs.delete(job);
  }

  #listen(signal: AbortSignal): Set<AbortController> {
    const jobs = new Set<AbortController>();
    this.#jobs.set(signal, jobs);
    signal.addEventListener('abort', () => {
      for (const job of jobs) job.abort(aborted());
    });
    return jobs;
  }
}

const aborted = (): ClientError => new ClientError('aborted', 'The publish was aborted');
