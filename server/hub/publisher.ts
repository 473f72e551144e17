import { type Appended, ProtocolError } from '../../protocol/lp1.ts';
import type { AppendOptions, AppendResult, Item, Store } from '../stores/store.ts';

/** Options of `Publisher`. */
export interface PublisherOptions {
  store: Store;
  /** True if only channels that were declared with meta may be written. */
  strict: boolean;
  /** Time in ms for which idempotency keys are stored, and their maximum number. */
  idWindowMs: number;
  maxIds: number;
  now: () => number;
}

/** Counters of a `Publisher` since the start of the process. */
export interface PublisherStats {
  publishes: number;
  entries: number;
  replayed: number;
  /** Number of refused writes. */
  refused: number;
}

/** Writes to the store, for POST, PUT and the app's own `publish`. */
export class Publisher {
  readonly stats: PublisherStats = { publishes: 0, entries: 0, replayed: 0, refused: 0 };
  readonly #options: PublisherOptions;
  /** Idempotency keys whose first request is still running. */
  readonly #running = new Set<string>();
  /** Fingerprints of the requests with idempotency keys, oldest first. */
  readonly #prints = new Map<string, { print: string | undefined; at: number }>();
  #closed = false;

  constructor(options: PublisherOptions) {
    this.#options = options;
  }

  /**
   * Appends to each channel. A repeated idempotency key gets the first results again.
   * @throws ProtocolError `key-in-use`, `key-reused`, `unknown-channel` (strict), `draining`, and the errors of the
   * store
   */
  async append(
    channels: Map<string, Item[]>,
    options: AppendOptions = {},
  ): Promise<Map<string, AppendResult>> {
    const { id, print } = options;
    this.#checkOpen();
    if (id === undefined) return this.#append(channels, options);
    this.#checkKey(id, print);
    this.#running.add(id);
    try {
      const results = await this.#append(channels, options);
      if ([...results.values()].some(({ replayed }) => !replayed)) this.#remember(id, print);
      return results;
    } finally {
      this.#running.delete(id);
    }
  }

  /**
   * Appends to each channel; an error of one does not stop the others. Returns a result or an error for each. @throws
   * ProtocolError `key-in-use`, `key-reused`, `draining`
   */
  async appendEach(
    channels: Map<string, Item[]>,
    options: AppendOptions = {},
  ): Promise<Map<string, AppendResult | Error>> {
    const { id, print } = options;
    this.#checkOpen();
    if (id !== undefined) {
      this.#checkKey(id, print);
      this.#running.add(id);
    }
    try {
      const { store } = this.#options;
      const appends = [...channels].map(([channel, items]) =>
        store.append(channel, items, options),
      );
      const ended = await Promise.allSettled(appends);
      if (id !== undefined) this.#remember(id, print);
      const names = [...channels.keys()];
      return new Map(ended.map((end, i) => [names[i] as string, this.#outcome(end)]));
    } finally {
      if (id !== undefined) this.#running.delete(id);
    }
  }

  /**
   * Sets a channel's meta where it differs from the stored one; `count` is 0 if nothing changed.
   * @throws ProtocolError as `append`
   */
  async describe(channel: string, meta: Item): Promise<Appended> {
    this.#checkOpen();
    const known = await this.#options.store.info(channel);
    if (known?.meta && JSON.stringify(known.meta) === meta.json) {
      return { cursor: known.cursor, first: 0, count: 0 };
    }
    const results = await this.append(new Map([[channel, [meta]]]));
    return appended(results.get(channel) as AppendResult);
  }

  /** Deletes a channel's entries and meta. */
  async clear(channel: string): Promise<void> {
    this.#checkOpen();
    await this.#options.store.clear(channel);
  }

  /** Refuses all writes from now on: the store is about to close. */
  close(): void {
    this.#closed = true;
  }

  #checkOpen(): void {
    if (!this.#closed) return;
    throw new ProtocolError('draining', 'the server is shutting down', { retryAfter: 1 });
  }

  /**
   * Refuses a key that was used for another request, before any channel is written. (Stores check keys per channel
   * only.)
   */
  #checkKey(id: string, print: string | undefined): void {
    if (this.#running.has(id)) {
      const message = 'the first request with this Idempotency-Key is still running';
      throw new ProtocolError('key-in-use', message, { retryAfter: 1 });
    }
    const known = this.#prints.get(id);
    const { now, idWindowMs } = this.#options;
    if (!known || known.print === print || known.at <= now() - idWindowMs) return;
    throw new ProtocolError(
      'key-reused',
      'this Idempotency-Key came before with another request: take a new key for a new request',
    );
  }

  #remember(id: string, print: string | undefined): void {
    const { now, maxIds } = this.#options;
    this.#prints.delete(id);
    this.#prints.set(id, { print, at: now() });
    const [oldest] = this.#prints.keys();
    if (this.#prints.size > maxIds) this.#prints.delete(oldest as string);
  }

  async #append(
    channels: Map<string, Item[]>,
    options: AppendOptions,
  ): Promise<Map<string, AppendResult>> {
    const { store, strict } = this.#options;
    if (strict) await this.#checkKnown(channels);
    const appends: [string, Promise<AppendResult>][] = [];
    for (const [channel, items] of channels) {
      appends.push([channel, store.append(channel, items, options)]);
    }
    if (appends.length > 1) await Promise.all(appends.map(([, append]) => append));
    const results = new Map<string, AppendResult>();
    for (const [channel, append] of appends) results.set(channel, this.#count(await append));
    return results;
  }

  #outcome(end: PromiseSettledResult<AppendResult>): AppendResult | Error {
    if (end.status === 'fulfilled') return this.#count(end.value);
    return end.reason instanceof Error ? end.reason : new Error(String(end.reason));
  }

  #count(result: AppendResult): AppendResult {
    this.stats.publishes++;
    if (result.replayed) this.stats.replayed++;
    else this.stats.entries += result.count;
    return result;
  }

  /** In strict mode: checks that each channel was declared with meta. */
  async #checkKnown(channels: Map<string, Item[]>): Promise<void> {
    const { store } = this.#options;
    for (const [channel, items] of channels) {
      if (items.some((item) => item.meta)) continue;
      if (await store.info(channel)) continue;
      throw unknownChannel(channel);
    }
  }
}

/** Returns the part of a result that is sent to the client. */
export const appended = ({ cursor, first, count }: AppendResult): Appended => ({
  cursor,
  first,
  count,
});

/** Returns the error of strict mode for a channel that was not declared with meta. */
export const unknownChannel = (channel: string): ProtocolError =>
  new ProtocolError(
    'unknown-channel',
    `there is no channel "${channel}": declare it with PUT, or check its name`,
    { channel },
  );
