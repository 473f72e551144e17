import { ProtocolError } from './protocol.ts';
import type { AppendOptions, AppendResult, Item, Store } from './store.ts';

export interface PublisherStats {
  publishes: number;
  entries: number;
  replayed: number;
}

/** Writes to the store: what POST, PUT and the app's own `publish` share. */
export class Publisher {
  readonly stats: PublisherStats = { publishes: 0, entries: 0, replayed: 0 };
  readonly #store: Store;
  readonly #strict: boolean;
  /** Idempotency keys whose first request is not answered yet. */
  readonly #running = new Set<string>();
  #closed = false;

  constructor(store: Store, strict: boolean) {
    this.#store = store;
    this.#strict = strict;
  }

  /**
   * Appends to each channel; a key that was seen gets the first results again.
   * @throws ProtocolError `key-in-use`, `key-reused`, `unknown-channel` (strict), and the store's
   */
  async append(
    channels: Map<string, Item[]>,
    options: AppendOptions = {},
  ): Promise<Map<string, AppendResult>> {
    const { id } = options;
    this.#checkOpen();
    if (id === undefined) return this.#append(channels, options);
    if (this.#running.has(id)) {
      throw new ProtocolError(
        'key-in-use',
        'the first request with this Idempotency-Key still runs',
        {
          retryAfter: 1,
        },
      );
    }
    this.#running.add(id);
    try {
      return await this.#append(channels, options);
    } finally {
      this.#running.delete(id);
    }
  }

  /** Forgets a channel's entries and meta. */
  async clear(channel: string): Promise<void> {
    this.#checkOpen();
    await this.#store.clear(channel);
  }

  /** From now on nothing is written: the store is about to close. */
  close(): void {
    this.#closed = true;
  }

  #checkOpen(): void {
    if (!this.#closed) return;
    throw new ProtocolError('draining', 'the server has gone down', { retryAfter: 1 });
  }

  async #append(
    channels: Map<string, Item[]>,
    options: AppendOptions,
  ): Promise<Map<string, AppendResult>> {
    if (this.#strict) await this.#checkKnown(channels);
    const results = await Promise.all(
      [...channels].map(([channel, items]) => this.#store.append(channel, items, options)),
    );
    for (const { count, replayed } of results) {
      this.stats.publishes++;
      if (replayed) this.stats.replayed++;
      else this.stats.entries += count;
    }
    return new Map([...channels.keys()].map((name, i) => [name, results[i] as AppendResult]));
  }

  /** In strict mode a channel begins with its meta. */
  async #checkKnown(channels: Map<string, Item[]>): Promise<void> {
    for (const [channel, items] of channels) {
      if (items.some((item) => item.meta)) continue;
      const { to } = await this.#store.read(channel, undefined, { entries: 1, bytes: 1, tail: 0 });
      if (to !== '0') continue;
      const message = `there is no channel "${channel}": declare it with PUT, or check its name`;
      throw new ProtocolError('unknown-channel', message, { channel });
    }
  }
}
