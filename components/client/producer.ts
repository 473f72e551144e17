import type { Json } from '../../protocol/lp1.ts';
import { BatchDelivery, type RetryStatus } from './batch-delivery.ts';
import { ClientError } from './client-error.ts';
import { asClientError, jsonOf, type PublishPlatform } from './publish.ts';
import { ItemQueue } from './item-queue.ts';
import { isRecord } from './parse-answer.ts';
import { report } from './report.ts';

/** An item that will not be stored. */
export interface LostItem<C> {
  payload: Json;
  /** The context that was passed to `send()` with it. */
  context: C | undefined;
}

/** The payload to store in place of a refused item. */
export interface Replacement {
  instead: Json;
}

/** State of a producer's queue, and the error for which it waits. */
export interface ProducerStatus {
  /** Number of items that are not stored yet, including the batch that is being sent. */
  waiting: number;
  /** Number of items that were stored. */
  stored: number;
  /** Number of items that were dropped; `onError` was called with each. */
  lost: number;
  /** Number of consecutive failed attempts of the present batch. */
  attempt: number;
  /** Error of the last attempt; undefined after a successful one. */
  error?: ClientError;
  /** Time of the next attempt, in ms by this machine's clock. */
  nextRetryAt?: number;
}

/** Options of `LiveClient.producer`. `C` is the type of the `context` that a caller attaches to an item. */
export interface ProducerOptions<C = undefined> {
  /** Time in ms for which an item may wait for others to share its batch. Default 20; 0 = none. */
  lingerMs?: number;
  /**
   * Maximum size of a batch in bytes; a larger item is sent by itself. Default 200,000 (the server's limit is 262,144).
   */
  maxBatchBytes?: number;
  /** Maximum number of items of a batch. Default 1,000, the server's limit. */
  maxBatchItems?: number;
  /** Maximum number of waiting items. Default 10,000. Beyond it, `send()` refuses items until `ready()` resolves. */
  maxQueue?: number;
  /**
   * Called for each item that is dropped: refused by the server (`bad-item`, `too-large`), not taken (`queue-full`), or
   * still waiting when the client was closed (`closed`). For a refused item it may return `{ instead: payload }` (a
   * `Replacement`), which is stored in its place.
   */
  onError?: (error: ClientError, item: LostItem<C>) => unknown;
  /** Called after each attempt, successful or failed, with the number of waiting items and the error. */
  onStatus?: (status: ProducerStatus) => void;
}

/** A queue of items for one channel. See `LiveClient.producer`. */
export interface Producer<C = undefined> {
  readonly status: ProducerStatus;
  /** Queues an item. Returns false if the queue is full and the item was refused; `onError` was called with it. */
  send(payload: Json, context?: C): boolean;
  /** Resolves when the queue has space: backpressure for a source that can wait. */
  ready(): Promise<void>;
  /** Sends the waiting items without delay; resolves when all are stored or dropped. */
  flush(): Promise<void>;
  /** As `flush()`, and refuses further items. */
  close(): Promise<void>;
}

interface QueuedItem<C> extends LostItem<C> {
  json: string;
  bytes: number;
}

/** Options of `QueueProducer`. */
export interface QueueOptions<C> extends ProducerOptions<C> {
  channel: string;
  /** Called once, when the producer was closed by its owner. */
  onClosed: () => void;
}

/** The producer of a client, which calls `abort()` when it is closed. */
export class QueueProducer<C> implements Producer<C> {
  readonly #platform: PublishPlatform;
  readonly #options: QueueOptions<C> & typeof DEFAULTS;
  readonly #ended = new AbortController();
  readonly #delivery: BatchDelivery<QueuedItem<C>>;
  readonly #items = new ItemQueue<QueuedItem<C>>();
  readonly #counts = { stored: 0, lost: 0 };
  #retry: RetryStatus | undefined;
  #closing = false;
  #cancelLinger: (() => void) | undefined;
  #running: Promise<void> | undefined;

  constructor(platform: PublishPlatform, options: QueueOptions<C>) {
    this.#platform = platform;
    this.#options = { ...DEFAULTS, ...options };
    this.#delivery = new BatchDelivery(platform, {
      channel: options.channel,
      signal: this.#ended.signal,
      onStored: (items) => this.#settled(items),
      onRefused: (item, error) => this.#refused(item, error),
      onRetry: (status) => this.#report(status),
    });
  }

  get status(): ProducerStatus {
    return { waiting: this.#items.waiting, ...this.#counts, attempt: 0, ...this.#retry };
  }

  send(payload: Json, context?: C): boolean {
    const { maxQueue } = this.#options;
    try {
      this.#ended.signal.throwIfAborted();
      if (this.#closing) throw new ClientError('closed', 'The producer was closed');
      if (this.#items.waiting >= maxQueue) throw queueFull(maxQueue);
      const item = queuedItem(payload, context);
      this.#items.push(item);
      this.#linger(item.bytes);
      return true;
    } catch (error) {
      this.#giveUp({ payload, context }, asClientError(error));
      return false;
    }
  }

  ready(): Promise<void> {
    return this.#items.untilFewer(this.#options.maxQueue);
  }

  flush(): Promise<void> {
    this.#start();
    return this.#items.untilFewer(1);
  }

  async close(): Promise<void> {
    this.#closing = true;
    await this.flush();
    this.#options.onClosed();
  }

  /** Drops all waiting items. */
  abort(reason: ClientError): void {
    this.#cancelLinger?.();
    this.#ended.abort(reason);
    for (const item of this.#items.clear()) this.#giveUp(item, reason);
  }

  /** A batch that is full is sent at once, another one after `lingerMs`. */
  #linger(lastBytes: number): void {
    if (this.#running) return; // items sent in between go with the next batch
    const { lingerMs, maxBatchItems, maxBatchBytes } = this.#options;
    const isFull = this.#items.inLine >= maxBatchItems || lastBytes >= maxBatchBytes;
    if (lingerMs <= 0 || isFull) this.#start();
    else this.#cancelLinger ??= this.#platform.after(lingerMs, () => this.#start());
  }

  #start(): void {
    this.#cancelLinger?.();
    this.#cancelLinger = undefined;
    if (this.#items.inLine > 0) this.#running ??= this.#run();
  }

  async #run(): Promise<void> {
    const { maxBatchItems, maxBatchBytes } = this.#options;
    await Promise.resolve(); // items sent in the same turn of the event loop belong to the batch
    try {
      while (this.#items.inLine > 0) {
        await this.#delivery.deliver(this.#items.nextBatch(maxBatchItems, maxBatchBytes));
      }
    } catch (error) {
      if (!this.#ended.signal.aborted) report(error);
    } finally {
      this.#running = undefined;
    }
  }

  #settled(items: QueuedItem<C>[]): void {
    this.#counts.stored += items.length;
    this.#items.settle(items);
    this.#report(undefined);
  }

  #refused(item: QueuedItem<C>, error: ClientError): QueuedItem<C> | undefined {
    const { context } = item;
    const replacement = this.#giveUp(item, error);
    const other = replacement && queuedItem(replacement.instead, context);
    if (other) this.#counts.lost--;
    this.#items.settle([item], other && [other]);
    return other;
  }

  #giveUp({ payload, context }: LostItem<C>, error: ClientError): Replacement | undefined {
    this.#counts.lost++;
    const answer: unknown = guarded(() => this.#options.onError?.(error, { payload, context }));
    return isRecord(answer) && 'instead' in answer ? (answer as unknown as Replacement) : undefined;
  }

  #report(retry: RetryStatus | undefined): void {
    this.#retry = retry;
    guarded(() => this.#options.onStatus?.(this.status));
  }
}

const DEFAULTS = { lingerMs: 20, maxBatchBytes: 200_000, maxBatchItems: 1_000, maxQueue: 10_000 };

/** Returns an item for the queue. @throws ClientError `bad-request` */
function queuedItem<C>(payload: Json, context: C | undefined): QueuedItem<C> {
  const json = jsonOf(payload);
  return { payload, context, json, bytes: utf8Length(json) };
}

/** Calls a function of the caller and reports its errors, which must not stop the queue. */
function guarded<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch (error) {
    report(error);
    return undefined;
  }
}

const queueFull = (maxQueue: number): ClientError =>
  new ClientError(
    'queue-full',
    `The queue already has ${maxQueue} items: await ready(), or raise maxQueue`,
  );

const encoder = new TextEncoder();
const utf8Length = (text: string): number => encoder.encode(text).length;
