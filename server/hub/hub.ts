import { ProtocolError } from '../../protocol/lp1.ts';
import type { Store } from '../stores/store.ts';
import { CALM_MS, Admission } from './admission.ts';
import { Answer, type AnswerLimit, type PartText } from './answer.ts';
import { HubStats } from './hub-stats.ts';
import { updatesFor, PollGroups } from './poll-groups.ts';
import { nextRound, type PollQuery } from './poll-query.ts';
import type { ProcessLoad } from './process-load.ts';
import type { Group, Reader, WatchedChannel } from './watched-channel.ts';
import { WatchedChannels } from './watched-channel.ts';

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
  /** How hard the process has it. Default never hard. */
  strain?: Pick<ProcessLoad, 'lag' | 'heap'>;
  /** Wall clock, ms. */
  now?: () => number;
  /** Clock that never steps, ms: the wall clock does, and a hold must end all the same. */
  monotonic?: () => number;
  random?: () => number;
}

const SWEEP_MS = 100;

/** Holds polls until there is news: the only code that waits. */
export class Hub {
  readonly stats: HubStats = new HubStats();
  held = 0;
  draining = false;
  readonly #load: Admission;
  readonly #limit: AnswerLimit;
  readonly #strict: boolean;
  readonly #shared: boolean;
  readonly #now: () => number;
  readonly #monotonic: () => number;
  readonly #random: () => number;
  readonly #channels: WatchedChannels;
  readonly #groups: PollGroups;
  /** Answers just built, for the next who asks the same; gone with the next append or sweep. */
  readonly #answers = new Map<string, Answer>();
  #advanced = new Set<WatchedChannel>();
  #advancedAt = 0;
  #sweeper: NodeJS.Timeout | undefined;

  constructor(options: HubOptions) {
    this.#channels = new WatchedChannels(options.store, (channel) => this.#advance(channel));
    this.#groups = new PollGroups(this.#channels, options.maxChannelsPerPoll ?? 100);
    this.#load = new Admission({
      maxHeld: options.maxHeld ?? 10_000,
      strain: options.strain ?? { lag: 0, heap: 0 },
      stats: this.stats,
    });
    this.#limit = options.answerLimit ?? { entries: 1_000, bytes: 1_000_000 };
    this.#strict = options.strict ?? false;
    this.#shared = options.shared ?? false;
    this.#now = options.now ?? Date.now;
    this.#monotonic = options.monotonic ?? (() => performance.now());
    this.#random = options.random ?? Math.random;
  }

  /**
   * Answers a poll now, or holds it. `search` is its query string: readers with the same one share everything.
   * @throws ProtocolError for a query that cannot be read, `overloaded`, `draining`; later trouble goes to `reader.fail`
   */
  poll(search: string, reader: Reader): void {
    if (this.draining) {
      throw new ProtocolError('draining', 'the server is going down', { retryAfter: 1 });
    }
    this.#load.takeOn();
    const answer = this.#answers.get(search);
    if (answer) {
      this.stats.count(answer);
      reader.send(answer);
      return;
    }
    this.#load.hold(this.held);
    const group = this.#groups.join(search, reader);
    reader.since = this.#monotonic();
    reader.deadline = Infinity; // until it has been looked after: a slow store is not an empty one
    this.held++;
    this.#sweeper ??= setInterval(() => this.#sweep(), SWEEP_MS).unref();
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
    const readers = [...this.#groups].flatMap((group) => [...group.readers]);
    const step = Math.max(100, Math.ceil(readers.length / 20));
    for (let i = 0; i < readers.length; i += step) {
      if (i > 0 && this.held > 0) await new Promise((done) => setTimeout(done, graceMs / 20));
      this.#dismiss(readers.slice(i, i + step));
    }
    clearInterval(this.#sweeper);
    this.#channels.stop();
  }

  #dismiss(readers: Reader[]): void {
    const answers = new Map<Group, Answer>();
    for (const reader of readers) {
      const { group } = reader;
      if (!group) continue;
      const extra = { pause: CALM_MS / 2, final: true };
      const answer = answers.get(group) ?? this.#answer([], group.query, extra);
      answers.set(group, answer);
      this.#deliver(reader, answer);
    }
  }

  /** Ends up to an eighth earlier than asked, never later: the sweep's own step comes out of that eighth. */
  #holdMs(waitMs: number): number {
    const jitterMs = waitMs / 8;
    const sweepMs = Math.min(SWEEP_MS, jitterMs);
    return waitMs - sweepMs - this.#random() * (jitterMs - sweepMs);
  }

  /** All appends of one event-loop turn wake together. */
  #advance(channel: WatchedChannel): void {
    this.#answers.clear();
    if (this.#advanced.size === 0) {
      this.#advancedAt = performance.now();
      setImmediate(() => this.#wake());
    }
    this.#advanced.add(channel);
  }

  #wake(): void {
    const groups = new Set([...this.#advanced].flatMap((channel) => [...channel.groups]));
    this.#advanced = new Set();
    for (const group of groups) this.#settle(group);
    if (groups.size === 0) return;
    this.stats.wakes.observe(performance.now() - this.#advancedAt);
  }

  /**
   * Answers the group's readers if there is news; else those who have just arrived are held, or refused.
   * Where the store answers at once, looking for news and starting to wait is one synchronous step; where it does not,
   * whatever moves or arrives during the read is looked after by another one.
   */
  #settle(group: Group): void {
    if (group.reading) group.again = true;
    if (group.reading || group.readers.size === 0) return;
    const arrivals = group.arrivals.splice(0);
    try {
      const parts = updatesFor(group, this.#limit);
      if (parts instanceof Promise) void this.#read(group, arrivals, parts);
      else this.#conclude(group, arrivals, parts);
    } catch (error) {
      this.#unread(arrivals, error);
    }
  }

  async #read(group: Group, arrivals: Reader[], parts: Promise<PartText[]>): Promise<void> {
    group.reading = true;
    try {
      this.#conclude(group, arrivals, await parts);
    } catch (error) {
      this.#unread(arrivals, error);
    }
    group.reading = false;
    if (!group.again) return;
    group.again = false;
    this.#settle(group);
  }

  /** The store could not be read: whoever was held stays so (no retry storm), whoever came since is told. */
  #unread(arrivals: Reader[], error: unknown): void {
    if (arrivals.length === 0) console.error('lp-kit: a channel could not be read', error);
    for (const reader of arrivals) this.#fail(reader, error);
  }

  #conclude(group: Group, arrivals: Reader[], parts: PartText[]): void {
    const missing = this.#strict && group.channels.find((channel) => channel.head === '0');
    if (missing) {
      for (const reader of group.readers) this.#fail(reader, unknownChannel(missing.name));
      return;
    }
    const news = parts.filter((part) => !part.empty);
    if (news.length === 0) {
      for (const reader of arrivals) if (reader.group) this.#hold(group, reader);
      return;
    }
    const answer = this.#answer(news, group.query, this.#load.pauseAfterNews);
    if (!group.again) this.#answers.set(group.search, answer);
    const late = new Set(group.arrivals); // came during the read: what was appended before they asked may not be in it
    for (const reader of group.readers) if (!late.has(reader)) this.#deliver(reader, answer);
  }

  #hold(group: Group, reader: Reader): void {
    const { query } = group;
    reader.deadline = reader.since + this.#holdMs(query.waitMs);
    if (query.waitMs === 0) return this.#deliver(reader, this.#answer([], query));
    const pause = this.#load.pauseInstead(this.held);
    if (pause) this.#deliver(reader, this.#answer([], query, pause));
  }

  #answer(
    parts: PartText[],
    query: PollQuery,
    extra: { pause?: number; final?: boolean } = {},
  ): Answer {
    this.stats.answersBuilt++;
    const now = this.#now();
    const round = this.#shared ? nextRound(now, query) : undefined;
    return new Answer(parts, { now, limit: this.#limit, round, ...extra });
  }

  #deliver(reader: Reader, answer: Answer): void {
    if (!reader.group) return;
    this.stats.count(answer);
    this.#release(reader);
    reader.send(answer);
  }

  #fail(reader: Reader, error: unknown): void {
    if (!reader.group) return;
    this.stats.failed++;
    this.#release(reader);
    reader.fail(error);
  }

  #release(reader: Reader): void {
    const now = this.#monotonic();
    const group = this.#groups.leave(reader, now);
    this.held--;
    this.stats.holds.observe(now - reader.since);
    this.stats.listenedMs += (now - reader.since) * group.channels.length;
  }

  /** One coarse timer for all: ends holds that are due, forgets answers, lets go of channels nobody asks for. */
  #sweep(): void {
    const now = this.#monotonic();
    this.#answers.clear();
    for (const group of this.#groups) {
      let empty: Answer | undefined;
      for (const reader of group.readers) {
        if (reader.deadline > now) continue;
        empty ??= this.#answer([], group.query);
        this.#deliver(reader, empty);
      }
    }
    this.#channels.sweep(now);
    if (this.#channels.size > 0) return;
    clearInterval(this.#sweeper);
    this.#sweeper = undefined;
  }
}

const unknownChannel = (channel: string): ProtocolError =>
  new ProtocolError(
    'unknown-channel',
    `there is no channel "${channel}": declare it with PUT, or check its name`,
    { channel },
  );
