import { retryDelayMs } from './backoff.ts';
import { ClientError } from './client-error.ts';
import { asClientError, newIdempotencyKey, type PublishPlatform, post, sleep } from './publish.ts';

/** An item of a batch. */
export interface BatchItem {
  json: string;
}

/** Why a batch waits. */
export interface RetryStatus {
  /** Number of consecutive failed attempts. */
  attempt: number;
  error: ClientError;
  /** Time of the next attempt, in ms by this machine's clock. */
  nextRetryAt: number;
}

/** Options of `BatchDelivery`. */
export interface BatchDeliveryOptions<I extends BatchItem> {
  channel: string;
  /** Ends the delivery. */
  signal: AbortSignal;
  onStored: (items: I[]) => void;
  /** Returns what to store in place of a refused item; undefined = nothing. */
  onRefused: (item: I, error: ClientError) => I | undefined;
  onRetry: (status: RetryStatus) => void;
}

/** Codes of refusals that one item of the batch may have caused. */
const ITEM_FAULTS = new Set(['bad-item', 'bad-request', 'too-large']);
/** Codes of refusals that last until a person acts; they are retried with longer delays, from 2 s on. */
const LASTING = new Set([
  'intermediary',
  'unauthorized',
  'forbidden',
  'unknown-channel',
  'not-found',
  'too-many-channels',
]);

/**
 * Stores batches of items, each under its own idempotency key, and retries without a limit. Items that the server
 * refuses are dropped one by one; the others of their batch are stored.
 */
export class BatchDelivery<I extends BatchItem> {
  readonly #platform: PublishPlatform;
  readonly #options: BatchDeliveryOptions<I>;

  constructor(platform: PublishPlatform, options: BatchDeliveryOptions<I>) {
    this.#platform = platform;
    this.#options = options;
  }

  /** Resolves when each item is stored or refused. @throws the signal's reason */
  async deliver(items: I[]): Promise<void> {
    if (items.length === 0) return;
    const { channel, signal, onStored } = this.#options;
    const body = `[${items.map(({ json }) => json).join(',')}]`;
    const message = { channel, body, signal };
    let idempotencyKey = newIdempotencyKey();
    for (let attempt = 1; ; attempt++) {
      const outcome = await post(this.#platform, { ...message, idempotencyKey }).catch(
        asClientError,
      );
      signal.throwIfAborted();
      if (!(outcome instanceof ClientError)) return onStored(items);
      if (ITEM_FAULTS.has(outcome.code)) return this.#divide(items, outcome);
      if (outcome.code === 'key-reused') idempotencyKey = newIdempotencyKey();
      await this.#wait(attempt, outcome);
    }
  }

  /** Drops the items that the server names and sends the others; if it names none, finds them by bisection. */
  async #divide(items: I[], error: ClientError): Promise<void> {
    const reasons = new Map((error.errors ?? []).map(({ index, message }) => [index, message]));
    const bad = new Set(items.length === 1 ? [0] : [...reasons.keys()].filter((i) => i in items));
    const rest = items.map((item, i) => {
      if (!bad.has(i)) return item;
      const reason = reasons.get(i) ?? error.message;
      const { code, status } = error;
      return this.#options.onRefused(item, new ClientError(code, reason, { status }));
    });
    if (bad.size > 0) return this.deliver(rest.filter((item) => item !== undefined));
    const half = Math.ceil(items.length / 2);
    await this.deliver(items.slice(0, half));
    await this.deliver(items.slice(half));
  }

  #wait(attempt: number, error: ClientError): Promise<void> {
    const { random, now, after } = this.#platform;
    const slow = LASTING.has(error.code);
    const delayMs = retryDelayMs({ attempt, random, floorMs: error.retryAfterMs, slow });
    this.#options.onRetry({ attempt, error, nextRetryAt: now() + delayMs });
    return sleep(delayMs, this.#options.signal, after);
  }
}
