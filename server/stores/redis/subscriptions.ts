import type { StoreLimits, Watch } from '../store.ts';
import { Watchers } from '../watchers.ts';
import type { Engine } from './connection.ts';
import { type ReadReply, Replica } from './replica.ts';
import { type RetryingEngine, refusal } from './retry.ts';
import { keysOf, READ } from './scripts.ts';

/** From one look at a quiet channel's head to the next. */
export const REPAIR_MS = 2_000;
const LINGER_MS = 30_000;

/** A channel that this process reads or watches. */
export interface Held {
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

export interface SubscriptionsOptions {
  line: RetryingEngine;
  /** What all keys start with. */
  prefix: string;
  limits: StoreLimits;
}

/** The channels of this process: their replicas, and how they hear of news. */
export class Subscriptions {
  readonly #options: SubscriptionsOptions;
  readonly #held = new Map<string, Held>();
  readonly #watchers = new Watchers();

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
  }

  watch(channel: string, onAdvance: () => void): Watch | Promise<Watch> {
    const held = this.hold(channel);
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

  hold(channel: string): Held {
    let held = this.#held.get(channel);
    if (!held) {
      const { line, prefix, limits } = this.#options;
      const keys = keysOf(prefix, channel).slice(0, 2);
      const replica = new Replica({
        limits,
        ask: async (version, tag, records) => {
          const args = [version, tag, String(records)];
          return (await (line.engine as Engine).run(READ, keys, args)) as ReadReply;
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
    const { line, prefix } = this.#options;
    held.subscribing ??= line
      .persist(async (engine) => {
        const subscribed = engine.subscribe(keysOf(prefix, held.name)[0], (cursor) => {
          held.lookedAt = Date.now();
          if (held.replica.tell(cursor)) this.#watchers.signal(held.name);
        });
        const looked = held.replica.look(); // on the same connection, so after the subscription
        await subscribed;
        held.subscribed = true;
        if (await looked) this.#watchers.signal(held.name);
      })
      .catch((error: unknown) => {
        held.subscribing = undefined;
        throw error;
      });
    return held.subscribing;
  }

  /** A new connection: whatever was published meanwhile went unheard. */
  renew(): void {
    for (const held of this.#held.values()) {
      held.lookedAt = 0;
      if (held.watches > 0) this.#look(held, true);
    }
  }

  /** Wakes get lost; so the head of each quiet channel is looked at now and then. */
  repair(): void {
    const now = Date.now();
    for (const held of this.#held.values()) {
      if (held.watches > 0) {
        if (now - held.lookedAt >= REPAIR_MS) this.#look(held, false);
      } else if (now - held.usedAt >= LINGER_MS) this.#drop(held);
    }
  }

  #look(held: Held, always: boolean): void {
    if (!this.#options.line.present) return;
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
    const { line, prefix } = this.#options;
    this.#held.delete(held.name);
    if (!held.subscribed) return;
    held.subscribed = false;
    line.engine?.unsubscribe(keysOf(prefix, held.name)[0]).catch(() => {}); // gone with its connection
  }
}
