import { type Cursor, formatCursor, type Meta } from '../../../protocol/lp1.ts';
import { IDLE_MS, retentionOf, TooManyKeys } from '../channel-table.ts';
import { keyReused } from '../id-window.ts';
import { newTag } from '../log-entry.ts';
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
import { ChannelIndex } from './channel-index.ts';
import type { EngineOptions } from './connection.ts';
import { packItems } from './records.ts';
import { isAhead, type Replica } from './replica.ts';
import { RETRY_MS, RetryingEngine } from './retry.ts';
import { APPEND, keysOf } from './scripts.ts';
import { type Held, Subscriptions, REPAIR_MS } from './subscriptions.ts';

export interface RedisStoreOptions extends Partial<StoreLimits>, EngineOptions {
  /** What all keys start with, where several kits share an engine. Default lp. */
  prefix?: string | undefined;
  now?: (() => number) | undefined;
  random?: (() => number) | undefined;
}

/**
 * Keeps channels in Redis ≥ 7 or Valkey ≥ 8, for several instances behind any balancer: any one answers any cursor.
 * How durable an acknowledgement is, the engine's own settings say: see docs/deploying.md.
 * Needs the package `@redis/client`.
 * @throws StoreError `unsupported`, `unreachable`
 */
export async function redisStore(options: RedisStoreOptions): Promise<Store> {
  const store = new RedisStore(options);
  await store.open();
  return store;
}

/** How long the instance's own ids are known: longer than it retries. */
const OWN_ID_MS = 15_000;
/** Repairs from one putting back of names to the next. */
const NAMES_EVERY = 15;

class RedisStore implements Store {
  readonly kind = 'redis';
  readonly #options: RedisStoreOptions;
  readonly #limits: StoreLimits = { ...STORE_LIMITS };
  readonly #prefix: string;
  readonly #now: () => number;
  readonly #random: () => number;
  readonly #line = new RetryingEngine();
  readonly #names: ChannelIndex;
  readonly #channels: Subscriptions;
  /** Of this instance, for ids of its own. */
  readonly #self = newTag() + newTag();
  #ids = 0;
  #repairs = 0;
  #repairing: NodeJS.Timeout | undefined;

  constructor(options: RedisStoreOptions) {
    const { prefix = 'lp', now = Date.now, random = Math.random } = options;
    this.#options = options;
    this.#prefix = prefix;
    this.#now = now;
    this.#random = random;
    for (const name of Object.keys(STORE_LIMITS) as (keyof StoreLimits)[]) {
      this.#limits[name] = options[name] ?? STORE_LIMITS[name];
    }
    const line = this.#line;
    this.#names = new ChannelIndex({ line, prefix, maxChannels: this.#limits.maxChannels });
    this.#channels = new Subscriptions({ line, prefix, limits: this.#limits });
  }

  async open(): Promise<void> {
    await this.#line.open(this.#options, () => this.#channels.renew());
    this.#repairing = setInterval(() => this.#repair(), REPAIR_MS).unref();
  }

  async append(
    channel: string,
    items: Item[],
    { id, print = '', maxKeys: most = Infinity }: AppendOptions = {},
  ): Promise<AppendResult> {
    const meta = items.find((item) => item.meta);
    const { retain, maxRetain, idWindowMs } = this.#limits;
    const maxKeys = Math.min(most, this.#limits.maxKeys);
    const asked = meta && retentionOf(JSON.parse(meta.json) as Meta, this.#limits).entries;
    const now = this.#now();
    const args = [
      String(id === undefined ? OWN_ID_MS : idWindowMs),
      print,
      String(retain),
      asked === undefined ? '' : String(asked),
      String(maxRetain),
      String(maxKeys),
      String(now),
      String(now - IDLE_MS),
      ...packItems(items, now),
    ];
    // Without an id of the publisher's, one of our own: a retry after a lost reply must not append twice.
    const keys = keysOf(this.#prefix, channel, id ?? `~${this.#self}${(this.#ids++).toString(36)}`);
    const reply = await this.#line.persist(async (engine) => {
      await this.#names.checkPlace(engine, channel);
      return engine.run(APPEND, keys, [newTag(this.#random), ...args]);
    });
    const [what, ...told] = reply as [string, ...string[]];
    if (what === 'keys') throw new TooManyKeys(items, maxKeys, told.map(Number));
    const [cursor, first, count, knownPrint] = told;
    const known = what === 'known';
    if (known && knownPrint !== print) throw keyReused();
    if (first === '1' || !this.#names.has(channel)) await this.#names.add(channel);
    const result = { cursor: cursor as string, first: Number(first) };
    if (!known) return { ...result, count: items.length, replayed: false };
    return { ...result, count: Number(count), replayed: id !== undefined };
  }

  async clear(channel: string): Promise<boolean> {
    const keys = keysOf(this.#prefix, channel);
    const { retain, maxRetain, maxKeys } = this.#limits;
    const args = ['0', '', String(retain), '', String(maxRetain), String(maxKeys), '0', '0'];
    const reply = await this.#line.persist((engine) =>
      engine.run(APPEND, keys, [newTag(this.#random), ...args]),
    );
    await this.#names.remove(channel);
    return (reply as string[])[0] === 'new';
  }

  /** From memory where the copy is known to be current; else, and before any word of reset, the engine is asked. */
  read(channel: string, since: Cursor | undefined, limit: ReadLimit): Slice | Promise<Slice> {
    const held = this.#channels.hold(channel);
    const { replica } = held;
    if (held.subscribed && this.#line.present && replica.current) {
      const slice = this.#slice(replica, since, limit);
      if (!slice.reset || !since) return slice;
    }
    return this.#ask(held, since, limit);
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
    const channels = this.#names.known;
    try {
      this.#line.check();
      return { ok: true, channels };
    } catch (error) {
      return { ok: false, reason: (error as Error).message, channels };
    }
  }

  close(): Promise<void> {
    clearInterval(this.#repairing);
    return this.#line.close();
  }

  /** Wakes and names get lost, and are put right now and then. */
  #repair(): void {
    if (this.#repairs++ % NAMES_EVERY === 0) this.#names.putBack();
    this.#channels.repair();
  }

  #slice(replica: Replica, since: Cursor | undefined, limit: ReadLimit): Slice {
    replica.log.expire(this.#now());
    return replica.log.read(since, limit);
  }

  async #ask(held: Held, since: Cursor | undefined, limit: ReadLimit): Promise<Slice> {
    const { replica } = held;
    try {
      await this.#line.persist(() => replica.refresh(), replica.loaded ? 0 : RETRY_MS);
    } catch (error) {
      if (!replica.loaded) throw error;
      // Engine away: nobody is told of a reset that only the engine could confirm; they are held instead.
      if (since && isAhead(replica.log, since)) {
        return { to: formatCursor(since.v, since.tag, since.at), entries: [], more: false };
      }
    }
    return this.#slice(replica, since, limit);
  }
}
