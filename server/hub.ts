import { Answer, type AnswerLimit, type PartText } from './answer.ts';
import { HubStats } from './hub-stats.ts';
import { type PollQuery, parsePollQuery } from './poll-query.ts';
import { ProtocolError } from './protocol.ts';
import type { Store } from './store.ts';
import { type Group, type Reader, WatchedChannel } from './watched-channel.ts';

export interface HubOptions {
  store: Store;
  /** Polls held at most; from 80 % on, polls without news are answered at once with `pause`. Default 10,000. */
  maxHeld?: number;
  /** Channels one poll may name. Default 100. */
  maxChannelsPerPoll?: number;
  /** An answer ends with the entry that passes one of these. Default 1,000 entries, 1,000,000 bytes. */
  answerLimit?: AnswerLimit;
  /** Only channels with a history exist. Default false. */
  strict?: boolean;
  /** Answers carry a `round`, for shared caches. Default false. */
  shared?: boolean;
  now?: () => number;
  random?: () => number;
}

const SWEEP_MS = 100;
const LINGER_MS = 60_000;
const CALM_AT = 0.8;
const CALM_MS = 2_000;

/** Holds polls until there is news: the only code that waits. */
export class Hub {
  readonly stats: HubStats = new HubStats();
  held = 0;
  draining = false;
  readonly #store: Store;
  readonly #maxHeld: number;
  readonly #maxChannels: number;
  readonly #limit: AnswerLimit;
  readonly #strict: boolean;
  readonly #shared: boolean;
  readonly #now: () => number;
  readonly #random: () => number;
  readonly #groups = new Map<string, Group>();
  readonly #channels = new Map<string, WatchedChannel>();
  /** Answers just built, for the next who asks the same; gone with the next append or sweep. */
  readonly #answers = new Map<string, Answer>();
  #dirty = new Set<WatchedChannel>();
  #dirtySince = 0;
  #sweeper: NodeJS.Timeout | undefined;

  constructor(options: HubOptions) {
    this.#store = options.store;
    this.#maxHeld = options.maxHeld ?? 10_000;
    this.#maxChannels = options.maxChannelsPerPoll ?? 100;
    this.#limit = options.answerLimit ?? { entries: 1_000, bytes: 1_000_000 };
    this.#strict = options.strict ?? false;
    this.#shared = options.shared ?? false;
    this.#now = options.now ?? Date.now;
    this.#random = options.random ?? Math.random;
  }

  /**
   * Answers a poll now, or holds it. `search` is its query string: readers with the same one share everything.
   * @throws ProtocolError for a query that cannot be read; later trouble goes to `reader.fail`
   */
  poll(search: string, reader: Reader): void {
    if (this.draining)
      throw new ProtocolError('draining', 'the server is going down', { retryAfter: 1 });
    const shared = this.#answers.get(search);
    if (shared) {
      this.stats.count(shared);
      reader.send(shared);
      return;
    }
    const group = this.#groups.get(search) ?? this.#open(search);
    const now = this.#now();
    reader.since = now;
    reader.deadline = now + this.#holdMs(group.query.waitMs);
    reader.group = group;
    group.readers.add(reader);
    group.arrivals.push(reader);
    this.held++;
    this.#settle(group);
  }

  /** The client of a held poll is gone. */
  leave(reader: Reader): void {
    if (!reader.group) return;
    this.stats.gone++;
    this.#release(reader);
  }

  /** Answers all held polls, spread over `graceMs`, and ends the watches. */
  async close(graceMs: number): Promise<void> {
    this.draining = true;
    const readers = [...this.#groups.values()].flatMap((group) => [...group.readers]);
    const batch = Math.max(100, Math.ceil(readers.length / 20));
    while (readers.length > 0) {
      const answer = this.#answer([], undefined, { pause: CALM_MS / 2, final: true });
      for (const reader of readers.splice(0, batch)) {
        if (reader.group) this.#deliver(reader, answer);
      }
      if (readers.length > 0) await new Promise((done) => setTimeout(done, graceMs / 20));
    }
    clearInterval(this.#sweeper);
    this.#sweeper = undefined;
    for (const channel of this.#channels.values()) channel.stop();
    this.#channels.clear();
  }

  /** Ends up to an eighth earlier than asked, never later: the sweep's own step comes out of that eighth. */
  #holdMs(waitMs: number): number {
    const jitterMs = waitMs / 8;
    return (
      waitMs - Math.min(SWEEP_MS, jitterMs) - this.#random() * Math.max(0, jitterMs - SWEEP_MS)
    );
  }

  #open(search: string): Group {
    const query = parsePollQuery(search, this.#maxChannels);
    const channels = query.channels.map((name) => this.#channel(name));
    const group: Group = {
      search,
      query,
      channels,
      readers: new Set(),
      arrivals: [],
      reading: false,
      again: false,
    };
    this.#groups.set(search, group);
    for (const channel of channels) channel.groups.add(group);
    this.#sweeper ??= setInterval(() => this.#sweep(), SWEEP_MS).unref();
    return group;
  }

  #channel(name: string): WatchedChannel {
    let channel = this.#channels.get(name);
    if (!channel || channel.failed) {
      channel = new WatchedChannel(name, this.#store, (advanced) => this.#advance(advanced));
      this.#channels.set(name, channel);
    }
    return channel;
  }

  /** All appends of one event-loop turn wake together. */
  #advance(channel: WatchedChannel): void {
    this.#answers.clear();
    if (this.#dirty.size === 0) {
      this.#dirtySince = performance.now();
      setImmediate(() => this.#wake());
    }
    this.#dirty.add(channel);
  }

  #wake(): void {
    const groups = new Set<Group>();
    for (const channel of this.#dirty) for (const group of channel.groups) groups.add(group);
    this.#dirty = new Set();
    for (const group of groups) this.#settle(group);
    if (groups.size === 0) return;
    this.stats.wakes++;
    this.stats.wakeMs += performance.now() - this.#dirtySince;
  }

  /**
   * Answers the group's readers if there is news; else those who have just arrived are held, or refused.
   * Where the store answers at once, looking for news and starting to wait is one synchronous step; where it does not,
   * the heads are compared again after the read, so an append meanwhile is not lost.
   */
  #settle(group: Group): void {
    if (group.reading) group.again = true;
    if (group.reading || group.readers.size === 0) return;
    const parts = this.#news(group);
    if (parts instanceof Promise) {
      group.reading = true;
      parts.then(
        (read) => this.#settled(group, read),
        (error) => this.#unread(group, error),
      );
      return;
    }
    this.#conclude(group, parts);
  }

  #settled(group: Group, parts: PartText[]): void {
    group.reading = false;
    if (group.readers.size > 0) this.#conclude(group, parts);
    if (!group.again) return;
    group.again = false;
    this.#settle(group);
  }

  /** The store could not be read: whoever was held stays so (no retry storm), whoever came since is told. */
  #unread(group: Group, error: unknown): void {
    group.reading = false;
    for (const reader of group.arrivals.splice(0)) {
      if (!reader.group) continue;
      this.stats.failed++;
      this.#release(reader);
      reader.fail(error);
    }
  }

  #conclude(group: Group, parts: PartText[]): void {
    const arrivals = group.arrivals.splice(0);
    if (this.#strict) {
      const missing = group.channels.find((channel) => channel.head === '0');
      if (missing) return this.#refuse(group, missing.name);
    }
    const news = parts.filter((part) => !part.empty);
    if (news.length > 0) {
      const answer = this.#answer(news, group.query);
      this.#answers.set(group.search, answer);
      for (const reader of group.readers) this.#deliver(reader, answer);
      return;
    }
    for (const reader of arrivals) if (reader.group) this.#hold(group, reader);
  }

  #hold(group: Group, reader: Reader): void {
    if (group.query.waitMs === 0) this.#deliver(reader, this.#answer([], group.query));
    else if (this.held > this.#maxHeld) {
      this.stats.failed++;
      this.#release(reader);
      reader.fail(
        new ProtocolError('overloaded', `${this.#maxHeld} polls are held already`, {
          retryAfter: 2,
        }),
      );
    } else if (this.held > this.#maxHeld * CALM_AT) {
      this.#deliver(reader, this.#answer([], group.query, { pause: CALM_MS }));
    }
  }

  #refuse(group: Group, channel: string): void {
    const message = `there is no channel "${channel}": declare it with PUT, or check its name`;
    const error = new ProtocolError('unknown-channel', message, { channel });
    for (const reader of group.readers) {
      this.stats.failed++;
      this.#release(reader);
      reader.fail(error);
    }
  }

  #news(group: Group): PartText[] | Promise<PartText[]> {
    const { channels, query } = group;
    const unready = channels.flatMap((channel) => channel.starting ?? []);
    if (unready.length > 0) return Promise.all(unready).then(() => this.#news(group));
    const parts: (PartText | Promise<PartText>)[] = [];
    let waits = false;
    channels.forEach((channel, i) => {
      const from = query.from[i] as string;
      if (channel.isAt(from)) return;
      const part = channel.part(from, query.since[i], { ...this.#limit, tail: query.tail });
      waits ||= part instanceof Promise;
      parts.push(part);
    });
    return waits ? Promise.all(parts) : (parts as PartText[]);
  }

  #answer(
    parts: PartText[],
    query: PollQuery | undefined,
    extra: { pause?: number; final?: boolean } = {},
  ): Answer {
    this.stats.answersBuilt++;
    const now = this.#now();
    const round = this.#shared && query ? nextRound(now, query) : undefined;
    return new Answer(parts, { now, limit: this.#limit, round, ...extra });
  }

  #deliver(reader: Reader, answer: Answer): void {
    this.stats.count(answer);
    this.#release(reader);
    reader.send(answer);
  }

  #release(reader: Reader): void {
    const group = reader.group as Group;
    reader.group = undefined;
    this.held--;
    const heldMs = this.#now() - reader.since;
    this.stats.heldMs += heldMs;
    this.stats.listenedMs += heldMs * group.channels.length;
    group.readers.delete(reader);
    if (group.readers.size > 0) return;
    this.#groups.delete(group.search);
    for (const channel of group.channels) {
      channel.groups.delete(group);
      channel.idleSince = this.#now();
    }
  }

  /** One coarse timer for all: ends holds that are due, forgets answers, lets go of channels nobody asks for. */
  #sweep(): void {
    const now = this.#now();
    this.#answers.clear();
    for (const group of this.#groups.values()) {
      let empty: Answer | undefined;
      for (const reader of group.readers) {
        if (reader.deadline > now) continue;
        empty ??= this.#answer([], group.query);
        this.#deliver(reader, empty);
      }
    }
    for (const channel of this.#channels.values()) {
      channel.forgetParts();
      if (channel.groups.size > 0 || channel.idleSince > now - LINGER_MS) continue;
      channel.stop();
      this.#channels.delete(channel.name);
    }
    if (this.#channels.size > 0) return;
    clearInterval(this.#sweeper);
    this.#sweeper = undefined;
  }
}

/** Changes with time, and never equals the one that was sent, so that a cached empty answer cannot loop. */
function nextRound(now: number, { waitMs, round }: PollQuery): string {
  const n = Math.floor(now / Math.max(1_000, waitMs));
  const text = n.toString(36);
  return text === round ? (n + 1).toString(36) : text;
}
