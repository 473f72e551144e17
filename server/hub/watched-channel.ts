import type { Cursor } from '../../protocol/lp1.ts';
import type { ReadLimit, Store, Watch } from '../stores/store.ts';
import { type Answer, type PartText, partText } from './answer.ts';
import type { PollQuery } from './poll-query.ts';

/** The channels that a client may read. Clients with the same `id` may read the same channels. */
export interface ReadRights {
  readonly id: string;
  /** True if a function of the app decides: polls share responses if it allows them the same channels, not by `id`. */
  readonly varies?: boolean;
  /** True if every channel may be read. */
  readonly all: boolean;
  /** True for the rights of clients without a token. */
  readonly open: boolean;
  /** Returns whether the channel may be read. */
  allows(channel: string): boolean;
}

/** A held poll: a small record without its own promise, signal or timer. */
export interface HeldPoll {
  /** Monotonic time in ms at which the hold began; set by the hub, as the next two fields. */
  since: number;
  /** Monotonic time in ms at which the hold ends without updates. */
  deadline: number;
  /** The group of the poll; undefined once the poll has ended. */
  group: Group | undefined;
  /** What its client may read; undefined = everything. */
  readonly rights: ReadRights | undefined;
  /**
   * Called after rights have changed. Returns `keep` where the poll may stay held, `again` where its client has to poll
   * again, or the error with which the poll ends.
   */
  review(): 'keep' | 'again' | Error;
  /** Sends the response. Never throws: one broken connection must not affect the other polls. */
  send(answer: Answer): void;
  /** Sends the error. Never throws either. */
  fail(error: unknown): void;
}

/** The held polls with the same query and the same rights: they get the same bytes. */
export interface Group {
  /** See `PollGroups.keyOf`. */
  key: string;
  /** The query, reduced to the channels that may be read. */
  query: PollQuery;
  /** The channels of `query`, in its order. */
  channels: WatchedChannel[];
  /** Response parts for the channels that may not be read. */
  denied: PartText[];
  /** True if no shared cache may store the responses. */
  private: boolean;
  polls: Set<HeldPoll>;
  /** Polls for which the store has not been read yet. */
  arrivals: HeldPoll[];
  /** True while the store is being read. */
  reading: boolean;
  /** True if a channel advanced, or a poll arrived, during the read: another read has to follow. */
  again: boolean;
}

/**
 * A channel that is polled: its newest cursor, the groups that wait for it, and a short-lived cache of its response
 * parts.
 */
export class WatchedChannel {
  readonly name: string;
  readonly groups: Set<Group> = new Set();
  idleSince = 0;
  readonly #store: Store;
  readonly #onAdvance: (channel: WatchedChannel) => void;
  readonly #parts = new Map<string, PartText | Promise<PartText>>();
  #watch: Watch | undefined;
  #starting: Promise<void> | undefined;
  #stopped = false;

  constructor(name: string, store: Store, onAdvance: (channel: WatchedChannel) => void) {
    this.name = name;
    this.#store = store;
    this.#onAdvance = onAdvance;
    void this.ready();
  }

  /**
   * Returns a promise that resolves once the store watches the channel, and rejects if it cannot; undefined if it
   * watches the channel already. A watch that failed is started again: a poll of an unwatched channel would never be
   * woken.
   */
  ready(): Promise<void> | undefined {
    if (this.#watch) return undefined;
    if (this.#starting) return this.#starting;
    const watch = this.#store.watch(this.name, () => {
      this.forgetParts();
      this.#onAdvance(this);
    });
    if (!(watch instanceof Promise)) {
      this.#watch = watch;
      return undefined;
    }
    this.#starting = this.#start(watch);
    this.#starting.catch(() => {}); // the polls get the error; without any, it must not be unhandled
    return this.#starting;
  }

  /** The newest cursor of the channel; '0' without history. */
  get head(): string {
    return this.#watch?.head ?? '0';
  }

  /**
   * Whether a client with the cursor `from` is known to be up to date. For a cursor without a tag, only versions are
   * compared.
   */
  isAt(from: string): boolean {
    if (from === '' || !this.#watch) return false;
    const { head } = this;
    return head === from || (!from.includes('.') && from !== '0' && head.startsWith(`${from}.`));
  }

  /** Returns the updates past `from`, which are read and serialized once for all polls. */
  part(from: string, since: Cursor | undefined, limit: ReadLimit): PartText | Promise<PartText> {
    const key = `${from} ${limit.tail ?? ''}`;
    const known = this.#parts.get(key);
    if (known) return known;
    const slice = this.#store.read(this.name, since, limit);
    const part =
      slice instanceof Promise
        ? slice.then((read) => partText(this.name, from, read))
        : partText(this.name, from, slice);
    this.#parts.set(key, part);
    if (part instanceof Promise) part.catch(() => this.forgetParts());
    return part;
  }

  /** Clears the cache of response parts: the channel has advanced, or their time is over. */
  forgetParts(): void {
    this.#parts.clear();
  }

  /** Ends the watch. */
  stop(): void {
    this.#stopped = true;
    this.#watch?.stop();
  }

  async #start(watch: Promise<Watch>): Promise<void> {
    try {
      this.#watch = await watch;
      if (this.#stopped) this.#watch.stop();
    } finally {
      this.#starting = undefined;
    }
  }
}

/**
 * Time in ms for which a channel stays watched after its last poll has ended. The next poll usually follows at once,
 * and to start a watch may cost a round trip. A name without history is dropped at once: otherwise polls of invented
 * names would fill the memory.
 */
const LINGER_MS = 60_000;
/** Above this number of watched channels, a channel is dropped as soon as its last poll ends. */
const MAX_LINGERING = 20_000;

/** Functions that are called when channels have new versions. */
export interface AdvanceHandlers {
  /** Called synchronously for each new version. */
  onAdvance: () => void;
  /**
   * Called once for all channels that advanced in one turn of the event loop. `sinceMs`: time of the first advance
   * (`performance.now()`).
   */
  onTurn: (advanced: Iterable<WatchedChannel>, sinceMs: number) => void;
}

/** The channels that are polled, or were within the last minute. */
export class WatchedChannels {
  readonly #store: Store;
  readonly #handlers: AdvanceHandlers;
  readonly #channels = new Map<string, WatchedChannel>();
  /** Channels that advanced in this turn of the event loop. `#advancedAt`: time of the first advance, in ms. */
  #advanced = new Set<WatchedChannel>();
  #advancedAt = 0;

  constructor(store: Store, handlers: AdvanceHandlers) {
    this.#store = store;
    this.#handlers = handlers;
  }

  /** Number of watched channels. */
  get size(): number {
    return this.#channels.size;
  }

  /** Returns the channel with this name, and starts to watch it where it is not watched yet. */
  get(name: string): WatchedChannel {
    const known = this.#channels.get(name);
    if (known) return known;
    const channel = new WatchedChannel(name, this.#store, this.#advance);
    this.#channels.set(name, channel);
    return channel;
  }

  /** Called when the last group of a channel has ended. `now` is monotonic, in ms. */
  rest(channel: WatchedChannel, now: number): void {
    channel.idleSince = now;
    if (channel.head === '0' || this.#channels.size > MAX_LINGERING) this.#drop(channel);
  }

  /** Drops the channels that are no longer polled, and clears the caches of response parts. */
  sweep(now: number): void {
    for (const channel of this.#channels.values()) {
      channel.forgetParts();
      if (channel.groups.size === 0 && channel.idleSince <= now - LINGER_MS) this.#drop(channel);
    }
  }

  /** Ends all watches. */
  stop(): void {
    for (const channel of this.#channels.values()) this.#drop(channel);
  }

  readonly #advance = (channel: WatchedChannel): void => {
    this.#handlers.onAdvance();
    if (this.#advanced.size === 0) {
      this.#advancedAt = performance.now();
      setImmediate(() => this.#endTurn());
    }
    this.#advanced.add(channel);
  };

  #endTurn(): void {
    const advanced = this.#advanced;
    this.#advanced = new Set();
    this.#handlers.onTurn(advanced, this.#advancedAt);
  }

  #drop(channel: WatchedChannel): void {
    channel.stop();
    if (this.#channels.get(channel.name) === channel) this.#channels.delete(channel.name);
  }
}
