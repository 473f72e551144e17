import { newTag } from '../channel-log.ts';
import { type Cursor, formatCursor, type Meta, ProtocolError } from '../protocol.ts';
import {
  type AppendOptions,
  type AppendResult,
  type ChannelInfo,
  type Item,
  type ReadLimit,
  type Slice,
  STORE_LIMITS,
  type Store,
  type StoreLimits,
  type Watch,
} from '../store.ts';
import { retentionOf, tooManyChannels, tooManyKeys } from './channel-table.ts';
import { keyReused } from './id-window.ts';
import {
  type Engine,
  type EngineOptions,
  isPassing,
  messageOf,
  openEngine,
} from './redis-engine.ts';
import { packItems, parseRecord, type RawRecord } from './redis-records.ts';
import { isAhead, type ReadReply, Replica } from './redis-replica.ts';
import { APPEND, keysOf, namesKey, READ } from './redis-scripts.ts';
import { Watchers } from './watchers.ts';

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

/** How long an append, or a read that only the engine can answer, waits for it. */
const PATIENCE_MS = 5_000;
/** How long the instance's own ids are known: longer than it retries. */
const OWN_ID_MS = 15_000;
const REPAIR_MS = 2_000;
const LINGER_MS = 30_000;
/** Repairs from one putting back of names to the next. */
const NAMES_EVERY = 15;

interface Held {
  name: string;
  replica: Replica;
  watches: number;
  /** Settled when the engine publishes to us; undefined before we asked. */
  subscribing: Promise<void> | undefined;
  subscribed: boolean;
  /** ms: when it was last looked at, and last of use. */
  lookedAt: number;
  usedAt: number;
}

class RedisStore implements Store {
  readonly kind = 'redis';
  readonly #options: RedisStoreOptions;
  readonly #limits: StoreLimits;
  readonly #prefix: string;
  readonly #now: () => number;
  readonly #random: () => number;
  readonly #held = new Map<string, Held>();
  readonly #watchers = new Watchers();
  /** Channels that are known to exist, so that an append need not ask. */
  readonly #existing = new Set<string>();
  /** Of this instance, for ids of its own. */
  readonly #self = newTag() + newTag();
  #ids = 0;
  #repairs = 0;
  readonly #due = new Deadlines();
  #engine: Engine | undefined;
  #repairing: NodeJS.Timeout | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: RedisStoreOptions) {
    const { prefix = 'lp', now = Date.now, random = Math.random } = options;
    this.#options = options;
    this.#prefix = prefix;
    this.#now = now;
    this.#random = random;
    this.#limits = { ...STORE_LIMITS };
    for (const name of Object.keys(STORE_LIMITS) as (keyof StoreLimits)[]) {
      this.#limits[name] = options[name] ?? STORE_LIMITS[name];
    }
  }

  async open(): Promise<void> {
    this.#engine = await openEngine(this.#options, () => this.#renew());
    this.#repairing = setInterval(() => this.#repair(), REPAIR_MS).unref();
  }

  async append(
    channel: string,
    items: Item[],
    { id, print = '' }: AppendOptions = {},
  ): Promise<AppendResult> {
    const meta = items.find((item) => item.meta);
    const { retain, maxRetain, maxKeys, idWindowMs } = this.#limits;
    const asked = meta && retentionOf(JSON.parse(meta.json) as Meta, this.#limits).entries;
    const args = [
      String(id === undefined ? OWN_ID_MS : idWindowMs),
      print,
      String(retain),
      asked === undefined ? '' : String(asked),
      String(maxRetain),
      String(maxKeys),
      ...packItems(items, this.#now()),
    ];
    // Without an id of the publisher's, one of our own: a retry after a lost reply must not append twice.
    const keys = keysOf(this.#prefix, channel, id ?? `~${this.#self}${(this.#ids++).toString(36)}`);
    const reply = await this.#persist(async (engine) => {
      await this.#checkPlace(engine, channel);
      return engine.run(APPEND, keys, [newTag(this.#random), ...args]);
    });
    const [what, cursor, first, count, knownPrint] = reply as [string, ...string[]];
    if (what === 'keys') throw tooManyKeys(items, maxKeys);
    const known = what === 'known';
    if (known && knownPrint !== print) throw keyReused();
    if (first === '1' || !this.#existing.has(channel)) await this.#name(channel);
    const result = { cursor: cursor as string, first: Number(first) };
    if (!known) return { ...result, count: items.length, replayed: false };
    return { ...result, count: Number(count), replayed: id !== undefined };
  }

  async clear(channel: string): Promise<boolean> {
    const keys = keysOf(this.#prefix, channel);
    const { retain, maxRetain, maxKeys } = this.#limits;
    const args = ['0', '', String(retain), '', String(maxRetain), String(maxKeys)];
    const reply = await this.#persist((engine) =>
      engine.run(APPEND, keys, [newTag(this.#random), ...args]),
    );
    this.#existing.delete(channel);
    await this.#persist((engine) => engine.command(['SREM', namesKey(this.#prefix), channel]));
    return (reply as string[])[0] === 'new';
  }

  /** From memory where the copy is known to be current; else, and before any word of reset, the engine is asked. */
  read(channel: string, since: Cursor | undefined, limit: ReadLimit): Slice | Promise<Slice> {
    const held = this.#hold(channel);
    const { replica } = held;
    if (held.subscribed && this.#engine?.ready && replica.current) {
      const slice = this.#slice(replica, since, limit);
      if (!slice.reset || !since) return slice;
    }
    return this.#ask(held, since, limit);
  }

  watch(channel: string, onAdvance: () => void): Watch | Promise<Watch> {
    const held = this.#hold(channel);
    const unwatch = this.#watchers.add(channel, onAdvance);
    held.watches++;
    let stopped = false;
    const watch: Watch = {
      get head() {
        return held.replica.known ?? '0';
      },
      stop: () => {
        if (stopped) return;
        stopped = true;
        unwatch();
        held.watches--;
        held.usedAt = Date.now();
      },
    };
    if (held.subscribed && held.replica.known !== undefined) return watch;
    return this.#start(held).then(
      () => watch,
      (error: unknown) => {
        if (held.replica.loaded) return watch; // what we have will do until the engine is back
        watch.stop();
        throw refusal(error);
      },
    );
  }

  list(): Promise<ChannelInfo[]> {
    return this.#persist((engine) => this.#infos(engine));
  }

  check(): void {
    const awayMs = this.#engine?.awayMs ?? Infinity;
    if (awayMs < PATIENCE_MS) return;
    throw new ProtocolError('overloaded', `the engine is away for ${Math.round(awayMs / 1000)} s`);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    clearInterval(this.#repairing);
    this.#due.stop();
    await this.#engine?.close();
  }

  #slice(replica: Replica, since: Cursor | undefined, limit: ReadLimit): Slice {
    replica.log.expire(this.#now());
    return replica.log.read(since, limit);
  }

  async #ask(held: Held, since: Cursor | undefined, limit: ReadLimit): Promise<Slice> {
    const { replica } = held;
    try {
      await this.#persist(() => replica.refresh(), replica.loaded ? 0 : PATIENCE_MS);
    } catch (error) {
      if (!replica.loaded) throw error;
      // Engine away: nobody is told of a reset that only the engine could confirm; they are held instead.
      if (since && isAhead(replica.log, since)) {
        return { to: formatCursor(since.v, since.tag), entries: [], more: false };
      }
    }
    return this.#slice(replica, since, limit);
  }

  /** Tries until the engine answers, or patience ends. @throws ProtocolError `overloaded`, `draining` */
  async #persist<T>(what: (engine: Engine) => Promise<T>, patienceMs = PATIENCE_MS): Promise<T> {
    const until = performance.now() + patienceMs;
    for (;;) {
      if (this.#closing) throw new ProtocolError('draining', 'the store is closed');
      const leftMs = until - performance.now();
      try {
        const engine = this.#engine as Engine;
        if (!engine.ready) await engine.whenReady(Math.max(0, leftMs));
        return await this.#due.within(what(engine), Math.max(leftMs, 1_000));
      } catch (error) {
        if (error instanceof ProtocolError) throw error;
        if (!isPassing(error) || performance.now() >= until) throw refusal(error);
        await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 80));
      }
    }
  }

  #hold(channel: string): Held {
    let held = this.#held.get(channel);
    if (!held) {
      const keys = keysOf(this.#prefix, channel).slice(0, 2);
      const replica = new Replica({
        limits: this.#limits,
        ask: async (version, tag, records) => {
          const args = [version, tag, String(records)];
          return (await (this.#engine as Engine).run(READ, keys, args)) as ReadReply;
        },
      });
      held = {
        name: channel,
        replica,
        watches: 0,
        subscribing: undefined,
        subscribed: false,
        lookedAt: 0,
        usedAt: 0,
      };
      this.#held.set(channel, held);
    }
    held.usedAt = Date.now();
    return held;
  }

  /** Subscribes first, then reads the head: an append in between is then told by one of the two. */
  #start(held: Held): Promise<void> {
    held.subscribing ??= this.#persist(async (engine) => {
      const subscribed = engine.subscribe(keysOf(this.#prefix, held.name)[0], (cursor) => {
        held.lookedAt = Date.now();
        if (held.replica.tell(cursor)) this.#watchers.signal(held.name);
      });
      const looked = held.replica.look(); // on the same connection, so after the subscription
      await subscribed;
      held.subscribed = true;
      if (await looked) this.#watchers.signal(held.name);
    }).catch((error: unknown) => {
      held.subscribing = undefined;
      throw error;
    });
    return held.subscribing;
  }

  /** A new connection: whatever was published meanwhile went unheard. */
  #renew(): void {
    for (const held of this.#held.values()) {
      held.lookedAt = 0;
      if (held.watches > 0) this.#look(held, true);
    }
  }

  /** Wakes get lost; so the head of each quiet channel is looked at now and then. */
  #repair(): void {
    const now = Date.now();
    if (this.#repairs++ % NAMES_EVERY === 0) this.#nameAll();
    for (const held of this.#held.values()) {
      if (held.watches > 0) {
        if (now - held.lookedAt >= REPAIR_MS) this.#look(held, false);
      } else if (now - held.usedAt >= LINGER_MS) this.#drop(held);
    }
  }

  #look(held: Held, always: boolean): void {
    if (!this.#engine?.ready) return;
    held.lookedAt = Date.now();
    const looked = held.subscribed ? held.replica.look() : this.#start(held).then(() => true);
    looked.then(
      (news) => {
        if (news || always) this.#watchers.signal(held.name);
      },
      () => {
        held.lookedAt = 0; // the next round, or the next connection, looks again
      },
    );
  }

  #drop(held: Held): void {
    this.#held.delete(held.name);
    if (!held.subscribed) return;
    held.subscribed = false;
    this.#engine?.unsubscribe(keysOf(this.#prefix, held.name)[0]).catch(() => {}); // gone with its connection
  }

  /** Several instances that add at once may pass the limit by a few. */
  async #checkPlace(engine: Engine, channel: string): Promise<void> {
    if (this.#existing.has(channel)) return;
    const { maxChannels } = this.#limits;
    const names = namesKey(this.#prefix);
    const [known, count] = await Promise.all([
      engine.command(['SISMEMBER', names, channel]),
      engine.command(['SCARD', names]),
    ]);
    if (known === 1 || Number(count) < maxChannels) return;
    if (await this.#info(engine, channel)) return;
    if ((await this.#infos(engine)).length >= maxChannels) throw tooManyChannels(maxChannels);
  }

  async #name(channel: string): Promise<void> {
    await this.#persist((engine) => engine.command(['SADD', namesKey(this.#prefix), channel]));
    if (this.#existing.size >= 2 * this.#limits.maxChannels) this.#existing.clear();
    this.#existing.add(channel);
  }

  /** Names get lost with the rest: each instance puts back what it wrote to. */
  #nameAll(): void {
    if (!this.#engine?.ready || this.#existing.size === 0) return;
    const names = ['SADD', namesKey(this.#prefix), ...this.#existing];
    this.#engine.command(names).catch(() => {}); // the next round does it
  }

  /** All channels with entries; names of others are taken off the list. */
  async #infos(engine: Engine): Promise<ChannelInfo[]> {
    const names = (await engine.command(['SMEMBERS', namesKey(this.#prefix)])) as string[];
    const infos: ChannelInfo[] = [];
    for (let at = 0; at < names.length; at += 100) {
      const some = names.slice(at, at + 100);
      const told = await Promise.all(some.map((name) => this.#info(engine, name)));
      for (const info of told) if (info) infos.push(info);
      const gone = some.filter((_, i) => !told[i]);
      for (const name of gone) this.#existing.delete(name);
      if (gone.length > 0) await engine.command(['SREM', namesKey(this.#prefix), ...gone]);
    }
    return infos;
  }

  /** undefined for a channel without entries. The count is of the stream alone. */
  async #info(engine: Engine, name: string): Promise<ChannelInfo | undefined> {
    const [stream, hash] = keysOf(this.#prefix, name);
    const [first, last, latest] = (await Promise.all([
      engine.command(['XRANGE', stream, '-', '+', 'COUNT', '1']),
      engine.command(['XREVRANGE', stream, '+', '-', 'COUNT', '1']),
      engine.command(['HGET', hash, 'm']),
    ])) as [RawRecord[], RawRecord[], string | null];
    if (!first[0] || !last[0]) return undefined;
    const { entries, last: firstLast } = parseRecord(first[0]);
    const newest = parseRecord(last[0]);
    if (newest.cleared) return undefined;
    const from = firstLast - entries.length;
    const meta = latest?.slice(latest.indexOf('"m":') + 4, -1);
    const metaIn = latest && parseInt(latest) > from ? 1 : 0;
    return {
      name,
      cursor: formatCursor(newest.last, newest.tag),
      entries: newest.last - from - metaIn,
      updated: newest.entries.at(-1)?.t ?? 0,
      ...(meta !== undefined && { meta: JSON.parse(meta) as Meta }),
    };
  }
}

/** A reply that never comes is no better than none. One coarse timer for all. */
class Deadlines {
  readonly #waiting = new Set<{ due: number; late: () => void }>();
  readonly #sweep = setInterval(() => {
    const now = performance.now();
    for (const { due, late } of this.#waiting) if (due <= now) late();
  }, 250).unref();

  within<T>(work: Promise<T>, ms: number): Promise<T> {
    return new Promise((resolve, reject) => {
      const late = () => {
        this.#waiting.delete(waiting);
        reject(new Error('the engine does not answer'));
      };
      const waiting = { due: performance.now() + ms, late };
      this.#waiting.add(waiting);
      work.then(
        (value) => {
          this.#waiting.delete(waiting);
          resolve(value);
        },
        (error: unknown) => {
          this.#waiting.delete(waiting);
          reject(error);
        },
      );
    });
  }

  stop(): void {
    clearInterval(this.#sweep);
  }
}

const refusal = (error: unknown): ProtocolError =>
  error instanceof ProtocolError
    ? error
    : new ProtocolError('overloaded', `the engine cannot be used now: ${messageOf(error)}`, {
        retryAfter: 2,
        cause: error,
      });
