import type { Cursor } from '../../protocol/lp1.ts';
import type { ReadLimit, Store, Watch } from '../stores/store.ts';
import { type Answer, type PartText, partText } from './answer.ts';
import type { PollQuery } from './poll-query.ts';

/** What a client may read. Clients with the same `id` may read the same. */
export interface ReadRights {
  readonly id: string;
  /** The rights are a function: polls share answers by its result for their channels, not by `id`. */
  readonly varies?: boolean;
  /** Every channel may be read. */
  readonly all: boolean;
  /** The rights of clients without a token. */
  readonly open: boolean;
  allows(channel: string): boolean;
}

/** A held poll: a small record without its own promise, signal or timer. */
export interface HeldPoll {
  /** Set by the hub: since and until when it is held (monotonic ms), and its group. */
  since: number;
  deadline: number;
  group: Group | undefined;
  /** What its client may read; undefined = everything. */
  readonly rights: ReadRights | undefined;
  /**
   * Returns, after rights have changed, whether the poll may stay; `again`: its client has to poll again; else the error.
   */
  review(): 'keep' | 'again' | Error;
  /** Neither throws: one broken connection must not stop the others. */
  send(answer: Answer): void;
  fail(error: unknown): void;
}

/** All polls that ask exactly the same: they get the same bytes. */
export interface Group {
  key: string;
  /** What is asked for, as far as it may be read. */
  query: PollQuery;
  channels: WatchedChannel[];
  /** Parts of the channels that may not be read. */
  denied: PartText[];
  /** No shared cache may keep its answers. */
  private: boolean;
  polls: Set<HeldPoll>;
  /** Polls for which the store was not read yet. */
  arrivals: HeldPoll[];
  /** The store is being read; `again`: a channel advanced, or a poll arrived, during the read. */
  reading: boolean;
  again: boolean;
}

/** A channel that is polled: its head, the groups that wait for it, and the parts just made of it. */
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
   * Settles once the store watches the channel; undefined where it does already. A watch that failed is started again: no
   * poll may wait for a channel without a watch.
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
    this.#starting.catch(() => {}); // each poll gets the error; there may be none left
    return this.#starting;
  }

  /** The newest cursor; '0' without history. */
  get head(): string {
    return this.#watch?.head ?? '0';
  }

  /** Whether a client at `from` is known to be up to date. Without a tag, only the number is compared. */
  isAt(from: string): boolean {
    if (from === '' || !this.#watch) return false;
    const { head } = this;
    return head === from || (!from.includes('.') && from !== '0' && head.startsWith(`${from}.`));
  }

  /** The updates past `from`, read and made into text once for all polls. */
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

  forgetParts(): void {
    this.#parts.clear();
  }

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
 * Time in ms that a channel stays watched after its last poll: the next one comes at once, and watching may cost a round
 * trip. A name without history does not linger, or polls of made-up names would fill the memory.
 */
const LINGER_MS = 60_000;
/** Above this number of channels nothing lingers. */
const MAX_LINGERING = 20_000;

/** What is called when channels have new versions. */
export interface AdvanceHandlers {
  /** At once, at each of them. */
  onAdvance: () => void;
  /** Once for all channels of one turn of the event loop; `sinceMs`: when the first one advanced (`performance.now()`). */
  onTurn: (advanced: Iterable<WatchedChannel>, sinceMs: number) => void;
}

/** The channels that are polled, or were a moment ago. */
export class WatchedChannels {
  readonly #store: Store;
  readonly #handlers: AdvanceHandlers;
  readonly #channels = new Map<string, WatchedChannel>();
  /** Channels that advanced in this turn of the event loop, and when the first of them did. */
  #advanced = new Set<WatchedChannel>();
  #advancedAt = 0;

  constructor(store: Store, handlers: AdvanceHandlers) {
    this.#store = store;
    this.#handlers = handlers;
  }

  get size(): number {
    return this.#channels.size;
  }

  /** Returns the channel of a name, watched from now on. */
  get(name: string): WatchedChannel {
    const known = this.#channels.get(name);
    if (known) return known;
    const channel = new WatchedChannel(name, this.#store, this.#advance);
    this.#channels.set(name, channel);
    return channel;
  }

  /** Notes that no group waits for the channel. `now` is in ms. */
  rest(channel: WatchedChannel, now: number): void {
    channel.idleSince = now;
    if (channel.head === '0' || this.#channels.size > MAX_LINGERING) this.#drop(channel);
  }

  /** Drops channels that are no longer polled, and parts just made. */
  sweep(now: number): void {
    for (const channel of this.#channels.values()) {
      channel.forgetParts();
      if (channel.groups.size === 0 && channel.idleSince <= now - LINGER_MS) this.#drop(channel);
    }
  }

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
