import type { Json } from '../../protocol/lp1.ts';
import type { ClientError } from './client-error.ts';
import { checkKey } from './client-options.ts';
import { type Producer, type ProducerOptions, QueueProducer } from './producer.ts';
import {
  newIdempotencyKey,
  type Published,
  type PublishOptions,
  type PublishPlatform,
} from './publish.ts';
import { Publisher } from './publisher.ts';

/** The publishing part of a client. Pages that only read do not load it: see `LazyPublishing`. */
export class Publishing {
  readonly #platform: PublishPlatform;
  readonly #publisher: Publisher;
  readonly #producers = new Set<Pick<QueueProducer<unknown>, 'abort'>>();

  constructor(platform: PublishPlatform) {
    this.#platform = platform;
    this.#publisher = new Publisher(platform);
  }

  /** See `LiveClient.publish`. @throws ClientError */
  async publish(
    channel: string,
    payload: Json | Json[],
    { idempotencyKey = newIdempotencyKey(), ifMatch, ...options }: PublishOptions,
  ): Promise<Published> {
    checkKey(idempotencyKey);
    const condition = ifMatch !== undefined && { 'If-Match': `"${ifMatch}"` };
    const headers = { ...options.headers, ...condition };
    return this.#publisher.publish({ ...options, headers, channel, payload, idempotencyKey });
  }

  /** See `LiveClient.producer`. */
  producer<C>(channel: string, options: ProducerOptions<C>): Producer<C> {
    const producer: QueueProducer<C> = new QueueProducer(this.#platform, {
      ...options,
      channel,
      onClosed: () => this.#producers.delete(producer),
    });
    this.#producers.add(producer);
    return producer;
  }

  /** Rejects all messages that are not stored yet. */
  close(reason: ClientError): void {
    this.#publisher.close(reason);
    for (const producer of this.#producers) producer.abort(reason);
  }
}
