import { type Cursor, formatCursor } from '../../../protocol/lp1.ts';
import {
  type AppendOptions,
  type AppendResult,
  type ChannelInfo,
  type Item,
  type ReadLimit,
  type Slice,
  STORE_LIMITS,
  type Store,
  type StoreHealth,
  type StoreLimits,
  type Watch,
} from '../store.ts';
import { isTier } from '../tiers.ts';
import { Appender } from './appender.ts';
import { ByteCount } from './byte-count.ts';
import { ChannelIndex } from './channel-index.ts';
import type { EngineOptions } from './connection.ts';
import { EngineClock } from './engine-clock.ts';
import { RedisHistory } from './history.ts';
import { isAhead } from './replica.ts';
import { RETRY_MS, RetryingEngine } from './retry.ts';
import { type Held, REPAIR_MS, Subscriptions } from './subscriptions.ts';
import { Trims } from './trims.ts';

/** Options of `redisStore`. */
export interface RedisStoreOptions extends Partial<StoreLimits>, EngineOptions {
  /** Prefix of all keys, for several kits on one engine. Default `lp`. */
  prefix?: string | undefined;
  /** The clock of this process, ms: the time of entries that have none. */
  now?: (() => number) | undefined;
  /** Replaces the engine's own clock, by which ages count on all instances, ms. For tests. */
  engineNow?: (() => number) | undefined;
  random?: (() => number) | undefined;
  /** Default age of history in ms, 0 = none if the meta of a channel does not say; left out: no history is kept. */
  historyMs?: number | undefined;
}

/**
 * Keeps channels in Redis ≥ 7 or Valkey ≥ 8, for several instances behind any load balancer: each instance answers every
 * cursor. The engine's settings determine how durable an acknowledgement is: see docs/deploying.md.
 * Needs the package `@redis/client`.
 * @throws StoreError `unsupported`, `unreachable`
 */
export async function redisStore(options: RedisStoreOptions): Promise<Store> {
  const store = new RedisStore(options);
  try {
    await store.open();
  } catch (error) {
    await store.close(); // the connection may be up already
    throw error;
  }
  return store;
}

/** Number of repair rounds after which the names are added to the index again. */
const NAMES_EVERY = 15;

const ALL: ReadLimit = { entries: Infinity, bytes: Infinity };

/** The response for a new client of a name without history. */
const NOTHING: Slice = { to: '0', reset: 'initial', entries: [], more: false };

class RedisStore implements Store {
  readonly kind = 'redis';
  readonly #options: RedisStoreOptions;
  readonly #limits: StoreLimits = { ...STORE_LIMITS };
  readonly #line = new RetryingEngine();
  readonly #clock: EngineClock;
  readonly #bytes: ByteCount;
  readonly #names: ChannelIndex;
  readonly #trims: Trims;
  readonly #channels: Subscriptions;
  readonly #appender: Appender;
  readonly history: RedisHistory | undefined;
  #repairs = 0;
  #repairing: NodeJS.Timeout | undefined;

  constructor(options: RedisStoreOptions) {
    const { prefix = 'lp', now = Date.now, random = Math.random } = options;
    this.#options = options;
    for (const name of Object.keys(STORE_LIMITS) as (keyof StoreLimits)[]) {
      this.#limits[name] = options[name] ?? STORE_LIMITS[name];
    }
    const line = this.#line;
    this.#names = new ChannelIndex({ line, prefix, maxChannels: this.#limits.maxChannels });
    const names = this.#names;
    const clock = new EngineClock({ line, now: options.engineNow });
    this.#clock = clock;
    const bytes = new ByteCount({ line, prefix, maxBytes: this.#limits.maxBytes });
    this.#bytes = bytes;
    const history = new RedisHistory({
      line,
      prefix,
      limits: this.#limits,
      bytes,
      usualMs: options.historyMs,
      now: () => clock.now(),
      random,
      readAll: (channel) => this.read(channel, undefined, ALL),
    });
    if (options.historyMs !== undefined) this.history = history;
    const trims = new Trims({ line, prefix, bytes, history, now: () => clock.now() });
    this.#trims = trims;
    this.#channels = new Subscriptions({
      line,
      prefix,
      limits: this.#limits,
      now: () => clock.now(),
    });
    this.#appender = new Appender({
      line,
      prefix,
      limits: this.#limits,
      names,
      bytes,
      trims,
      history,
      clock: now,
      now: () => clock.now(),
      random,
    });
  }

  async open(): Promise<void> {
    await this.#line.open(this.#options, () => {
      void this.#clock.measure(); // another engine may have another clock
      this.#channels.renew();
    });
    await this.#clock.measure();
    await this.#channels.open();
    await this.#names.recount();
    await this.#bytes.refresh({ names: true });
    this.#repairing = setInterval(() => this.#repair(), REPAIR_MS).unref();
  }

  append(channel: string, items: Item[], options?: AppendOptions): Promise<AppendResult> {
    if (this.history && isTier(channel)) return this.history.append(channel, items, options);
    return this.#appender.append(channel, items, options);
  }

  clear(channel: string): Promise<boolean> {
    return this.#appender.clear(channel);
  }

  /** Reads from memory where the replica is known to be current; otherwise, and before any reset, asks the engine. */
  read(channel: string, since: Cursor | undefined, limit: ReadLimit): Slice | Promise<Slice> {
    if (this.history && isTier(channel)) return this.history.blocks(channel);
    const held = this.#channels.get(channel);
    if (this.#line.present) {
      if (held?.subscribed && held.replica.current) {
        const slice = held.replica.slice(since, limit);
        if (!slice.reset || !since) return slice;
      }
      if (!held && !since && this.#channels.isUnknown(channel)) return NOTHING;
    }
    return this.#readReplica(held ?? this.#channels.fresh(channel), since, limit);
  }

  watch(channel: string, onAdvance: () => void): Watch | Promise<Watch> {
    return this.#channels.watch(channel, onAdvance);
  }

  list(): Promise<ChannelInfo[]> {
    return this.#line.persist((engine) => this.#names.infos(engine));
  }

  info(channel: string): Promise<ChannelInfo | undefined> {
    return this.#line.persist((engine) => this.#names.info(engine, channel));
  }

  health(): StoreHealth {
    const { maxBytes } = this.#limits;
    const counts = { channels: this.#names.count, bytes: this.#bytes.total, maxBytes };
    try {
      this.#line.check();
      return { ok: true, ...counts };
    } catch (error) {
      return { ok: false, reason: (error as Error).message, ...counts };
    }
  }

  checkLink(): void {
    this.#line.check();
  }

  close(): Promise<void> {
    clearInterval(this.#repairing);
    this.history?.stop();
    return this.#line.close();
  }

  /** Runs at intervals: repairs the effects of lost messages and names, and deletes entries that are too old. */
  #repair(): void {
    const rarely = this.#repairs++ % NAMES_EVERY === 0;
    if (rarely) {
      this.#names.putBack();
      this.#trims.putBack();
    }
    void this.#names.recount();
    void this.#bytes.refresh({ names: rarely });
    void this.#clock.measure().then((setBack) => {
      if (setBack) this.#trims.makeAllDue();
      return this.#trims.expire();
    });
    this.#channels.repair();
  }

  async #readReplica(held: Held, since: Cursor | undefined, limit: ReadLimit): Promise<Slice> {
    const { replica } = held;
    held.usedAt = Date.now();
    try {
      await this.#line.persist(() => replica.refresh(), replica.loaded ? 0 : RETRY_MS);
      if (replica.log.head > 0) this.#channels.keep(held);
    } catch (error) {
      if (!replica.loaded) throw error;
      // The engine is away: a reset that only the engine could confirm is not sent; the polls are held instead.
      if (since && isAhead(replica.log, since)) {
        return { to: formatCursor(since.v, since.tag, since.at), entries: [], more: false };
      }
    }
    return replica.slice(since, limit);
  }
}
