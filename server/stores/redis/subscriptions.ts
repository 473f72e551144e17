import type { StoreLimits, Watch } from '../store.ts';
import { Watchers } from '../watchers.ts';
import type { Engine } from './connection.ts';
import { type ReadReply, Replica } from './replica.ts';
import { type RetryingEngine, refusal } from './retry.ts';
import { keysOf, READ } from './scripts.ts';
import { UnknownNames } from './unknown-names.ts';

/** Interval in ms at which the head of a channel without messages is checked. */
export const REPAIR_MS = 2_000;
/** Time for which a channel is kept in memory after its last use, ms. */
const LINGER_MS = 30_000;

/** A channel with a history that this process reads or watches. */
export interface Held {
  name: string;
  replica: Replica;
  /** Settles when the subscription is active; undefined before it was requested. */
  subscribing: Promise<void> | undefined;
  subscribed: boolean;
  /** Times at which its head was last checked, and at which it was last used, ms since 1970. */
  lookedAt: number;
  usedAt: number;
}

/** Options of `Subscriptions`. */
export interface SubscriptionsOptions {
  line: RetryingEngine;
  /** Prefix of all keys. */
  prefix: string;
  limits: StoreLimits;
  /** The engine's clock, ms. */
  now: () => number;
}

/**
 * The channels of this process: their replicas, and the subscriptions that keep those current. Only a channel with a
 * history has a replica and a subscription; a watched name without one is an entry of `UnknownNames`.
 */
export class Subscriptions {
  readonly #options: SubscriptionsOptions;
  readonly #held = new Map<string, Held>();
  readonly #watchers = new Watchers();
  readonly #unknown: UnknownNames;

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
    const { line, prefix } = options;
    this.#unknown = new UnknownNames({ line, prefix, onFound: (name) => this.#found(name) });
  }

  /** Subscribes to messages that concern all channels. */
  open(): Promise<void> {
    return this.#unknown.open();
  }

  /** Watches a channel. Rejects with `overloaded` if the engine is away and the channel was not loaded before. */
  watch(channel: string, onAdvance: () => void): Watch | Promise<Watch> {
    const unwatch = this.#watchers.add(channel, onAdvance);
    const held = this.#held;
    const watch: Watch = {
      get head() {
        return held.get(channel)?.replica.known ?? '0';
      },
      stop: () => {
        unwatch();
        if (!this.#watchers.has(channel)) this.#rest(channel);
      },
    };
    if (this.#follows(channel)) return watch;
    return this.#begin(channel).then(
      () => watch,
      (error: unknown) => {
        if (this.#held.get(channel)?.replica.loaded) return watch; // its entries are served from memory until the engine is back
        watch.stop();
        throw refusal(error);
      },
    );
  }

  /** Returns the channel if this process holds it. */
  get(channel: string): Held | undefined {
    return this.#held.get(channel);
  }

  /** Returns whether a watched name is known to have no history. */
  isUnknown(channel: string): boolean {
    return this.#unknown.has(channel);
  }

  /** Returns the channel with an empty replica, not kept yet: see `keep`. */
  fresh(channel: string): Held {
    const { line, prefix, limits, now } = this.#options;
    const keys = keysOf(prefix, channel).slice(0, 2);
    const replica = new Replica({
      limits,
      now,
      ask: async (version, tag, records) => {
        const args = [version, tag, String(records)];
        return (await (line.engine as Engine).run(READ, keys, args)) as ReadReply;
      },
    });
    const usedAt = Date.now();
    return {
      name: channel,
      replica,
      subscribing: undefined,
      subscribed: false,
      lookedAt: 0,
      usedAt,
    };
  }

  /** Keeps a channel in memory while it is watched, and for `LINGER_MS` after that. */
  keep(held: Held): void {
    if (!this.#held.has(held.name)) this.#held.set(held.name, held);
  }

  /** Called on a new connection: messages published before were lost. */
  renew(): void {
    for (const held of this.#held.values()) {
      held.lookedAt = 0;
      if (this.#watchers.has(held.name)) this.#check(held, true);
    }
    this.#unknown.renew();
  }

  /** Checks the head of each channel without messages, since messages may get lost, and drops channels that are not used. */
  repair(): void {
    const now = Date.now();
    for (const held of this.#held.values()) {
      if (this.#watchers.has(held.name)) {
        if (now - held.lookedAt >= REPAIR_MS) this.#check(held, false);
      } else if (now - held.usedAt >= LINGER_MS) this.#drop(held);
    }
    this.#unknown.repair();
  }

  /** Returns whether the head of a watched channel is known and kept up to date. */
  #follows(channel: string): boolean {
    const held = this.#held.get(channel);
    if (!held) return this.#unknown.has(channel);
    return held.subscribed && held.replica.known !== undefined;
  }

  async #begin(channel: string): Promise<void> {
    if (!this.#held.has(channel) && !(await this.#unknown.exists(channel))) return;
    await this.#start(this.#hold(channel));
  }

  #hold(channel: string): Held {
    this.#unknown.delete(channel);
    const held = this.#held.get(channel) ?? this.fresh(channel);
    this.keep(held);
    return held;
  }

  #start(held: Held): Promise<void> {
    const { line, prefix } = this.#options;
    held.subscribing ??= line
      .persist(async (engine) => {
        const subscribed = engine.subscribe(keysOf(prefix, held.name)[0], (cursor) => {
          held.lookedAt = Date.now();
          if (held.replica.noteCursor(cursor)) this.#watchers.signal(held.name);
        });
        // On the same connection, so after the subscription. Both are awaited at once: either may fail.
        const [, news] = await Promise.all([subscribed, held.replica.look()]);
        held.subscribed = true;
        if (news) this.#watchers.signal(held.name);
      })
      .catch((error: unknown) => {
        held.subscribing = undefined;
        throw error;
      });
    return held.subscribing;
  }

  /** Called when a watched name got a history. */
  #found(name: string): void {
    if (this.#watchers.has(name)) this.#check(this.#hold(name), true);
  }

  #check(held: Held, always: boolean): void {
    if (!this.#options.line.present) return;
    held.lookedAt = Date.now();
    const looked = held.subscribed ? held.replica.look() : this.#start(held).then(() => true);
    looked.then(
      (news) => {
        if (news || always) this.#watchers.signal(held.name);
      },
      () => {
        held.lookedAt = 0; // the next round, or the next connection, checks again
      },
    );
  }

  #rest(channel: string): void {
    this.#unknown.delete(channel);
    const held = this.#held.get(channel);
    if (held) held.usedAt = Date.now();
  }

  #drop(held: Held): void {
    const { line, prefix } = this.#options;
    this.#held.delete(held.name);
    if (!held.subscribed) return;
    held.subscribed = false;
    line.engine?.unsubscribe(keysOf(prefix, held.name)[0]).catch(() => {}); // gone with its connection
  }
}
