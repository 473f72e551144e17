import { ProtocolError } from '../../protocol/lp1.ts';
import type { Store } from '../stores/store.ts';
import { Admission, CALM_MS } from './admission.ts';
import { type Answer, type AnswerLimit, Answers, type PartText } from './answer.ts';
import { HubStats } from './hub-stats.ts';
import { PollGroups, SWEEP_MS, updatesFor } from './poll-groups.ts';
import type { ProcessLoad } from './process-load.ts';
import { unknownChannel } from './publisher.ts';
import type { Group, HeldPoll, WatchedChannel } from './watched-channel.ts';
import { WatchedChannels } from './watched-channel.ts';

/** Options of `Hub`. */
export interface HubOptions {
  store: Store;
  /**
   * Maximum number of held polls; from 80 % on, polls without updates are answered at once with `pause`. Default
   * 10,000.
   */
  maxHeld?: number;
  /** Maximum number of channels per poll. Default 100. */
  maxChannelsPerPoll?: number;
  /** Limits of a response. Default 1,000 entries, 1,000,000 bytes. */
  answerLimit?: AnswerLimit;
  /** True if only channels with a history exist; polls of others are refused. Default false. */
  strict?: boolean;
  /** True if responses have a `round`, for shared caches. Default false. */
  shared?: boolean;
  /** Load of the process. Default none. */
  load?: Pick<ProcessLoad, 'lag' | 'heap'>;
  /** Wall clock, in ms since 1970. */
  now?: () => number;
  /** Monotonic clock, in ms, for the ends of holds: the wall clock may be set forwards or back. */
  monotonic?: () => number;
  random?: () => number;
}

/** Holds polls until there is an update. It is the only part of the server that waits for updates. */
export class Hub {
  readonly stats: HubStats = new HubStats();
  /** True once `close` was called. */
  draining = false;
  readonly #store: Store;
  readonly #admission: Admission;
  readonly #strict: boolean;
  readonly #monotonic: () => number;
  readonly #channels: WatchedChannels;
  readonly #groups: PollGroups;
  readonly #answers: Answers;
  #sweeper: NodeJS.Timeout | undefined;

  constructor(options: HubOptions) {
    const { stats } = this;
    this.#store = options.store;
    const { now = Date.now, monotonic = () => performance.now(), random = Math.random } = options;
    const limit = options.answerLimit ?? { entries: 1_000, bytes: 1_000_000 };
    this.#channels = new WatchedChannels(options.store, {
      onAdvance: () => this.#answers.forget(),
      onTurn: (advanced, sinceMs) => this.#wake(advanced, sinceMs),
    });
    this.#groups = new PollGroups({
      channels: this.#channels,
      maxChannels: options.maxChannelsPerPoll ?? 100,
      stats,
      monotonic,
      random,
    });
    this.#admission = new Admission({
      maxHeld: options.maxHeld ?? 10_000,
      load: options.load ?? { lag: 0, heap: 0 },
      stats,
    });
    this.#answers = new Answers({ limit, shared: options.shared ?? false, now, stats });
    this.#strict = options.strict ?? false;
    this.#monotonic = monotonic;
  }

  /** Number of polls held. */
  get held(): number {
    return this.#groups.held;
  }

  /**
   * Answers a poll now, or holds it. `search` is its query string: polls with the same query string and the same rights
   * share one response. A poll that names a channel it may not read is answered at once.
   * @throws ProtocolError for a query that cannot be parsed, `overloaded`, `draining`; later errors are passed to
   * `poll.fail`
   */
  poll(search: string, poll: HeldPoll): void {
    if (this.draining) {
      throw new ProtocolError('draining', 'the server is shutting down', { retryAfter: 1 });
    }
    this.#admission.takeOn();
    const answer = this.#answers.recent(this.#groups.keyOf(search, poll));
    if (answer) {
      this.stats.count(answer);
      poll.send(answer);
      return;
    }
    this.#admission.hold(this.held);
    const group = this.#groups.join(search, poll);
    this.#sweeper ??= setInterval(() => this.#sweep(), SWEEP_MS).unref();
    this.#settle(group);
  }

  /** Removes a poll whose client has disconnected. */
  leave(poll: HeldPoll): void {
    this.#groups.drop(poll);
  }

  /**
   * Ends the held polls whose rights have changed: with an error, or with an empty response, so that the client polls
   * again.
   */
  review(): void {
    this.#answers.forget();
    for (const group of this.#groups) {
      for (const poll of group.polls) {
        const verdict = poll.review();
        if (verdict === 'again') this.#groups.deliver(poll, this.#answers.make([], group));
        else if (verdict !== 'keep') this.#groups.fail(poll, verdict);
      }
    }
  }

  /** Answers all held polls, spread over `graceMs`, and ends the watches. */
  async close(graceMs: number): Promise<void> {
    this.draining = true;
    const polls = [...this.#groups].flatMap((group) => [...group.polls]);
    const step = Math.max(100, Math.ceil(polls.length / 20));
    for (let i = 0; i < polls.length; i += step) {
      if (i > 0 && this.held > 0) await new Promise((done) => setTimeout(done, graceMs / 20));
      this.#dismiss(polls.slice(i, i + step));
    }
    clearInterval(this.#sweeper);
    this.#channels.stop();
  }

  #dismiss(polls: HeldPoll[]): void {
    const answers = new Map<Group, Answer>();
    for (const poll of polls) {
      const { group } = poll;
      if (!group) continue;
      const extra = { pause: CALM_MS / 2, final: true };
      const answer = answers.get(group) ?? this.#answers.make([], group, extra);
      answers.set(group, answer);
      this.#groups.deliver(poll, answer);
    }
  }

  /** All appends of one turn of the event loop wake polls together: a poll of several channels gets one response. */
  #wake(advanced: Iterable<WatchedChannel>, sinceMs: number): void {
    const groups = new Set([...advanced].flatMap((channel) => [...channel.groups]));
    for (const group of groups) this.#settle(group);
    if (groups.size > 0) this.stats.wakes.observe(performance.now() - sinceMs);
  }

  /**
   * Answers the group's polls if there are updates; otherwise holds or refuses those that have just arrived. With a
   * synchronous store, no append can happen between this check and the start of the hold. With an asynchronous one,
   * updates and polls that arrive during the read are handled after it.
   */
  #settle(group: Group): void {
    if (group.reading) group.again = true;
    if (group.reading || group.polls.size === 0) return;
    const arrivals = group.arrivals.splice(0);
    try {
      const parts = updatesFor(group, this.#answers.limit);
      if (parts instanceof Promise) void this.#read(group, arrivals, parts);
      else this.#conclude(group, arrivals, parts);
    } catch (error) {
      this.#groups.readFailed(arrivals, error);
    }
  }

  async #read(group: Group, arrivals: HeldPoll[], parts: Promise<PartText[]>): Promise<void> {
    group.reading = true;
    try {
      this.#conclude(group, arrivals, await parts);
    } catch (error) {
      this.#groups.readFailed(arrivals, error);
    }
    group.reading = false;
    if (!group.again) return;
    group.again = false;
    this.#settle(group);
  }

  #conclude(group: Group, arrivals: HeldPoll[], parts: PartText[]): void {
    const missing = this.#strict && group.channels.find((channel) => channel.head === '0');
    if (missing) {
      for (const poll of group.polls) this.#groups.fail(poll, unknownChannel(missing.name));
      return;
    }
    const updates = [...parts.filter((part) => !part.empty), ...group.denied];
    if (updates.length === 0) {
      for (const poll of arrivals) if (poll.group) this.#hold(group, poll);
      return;
    }
    const answer = this.#answers.make(updates, group, this.#admission.pauseAfterUpdates);
    if (!group.again) this.#answers.keep(group.key, answer);
    const late = new Set(group.arrivals); // arrived during the read, which may lack entries appended before
    for (const poll of group.polls) if (!late.has(poll)) this.#groups.deliver(poll, answer);
  }

  #hold(group: Group, poll: HeldPoll): void {
    const { query } = group;
    this.#groups.hold(poll, query.waitMs);
    const pause = query.waitMs === 0 ? {} : this.#admission.pauseInstead(this.held);
    if (pause) this.#end(poll, this.#emptyResponse(group, pause));
  }

  /**
   * Returns the response for polls without updates: an empty one, or an error where this process cannot know of updates.
   */
  #emptyResponse(group: Group, pause: { pause?: number } = {}): Answer | Error {
    try {
      this.#store.checkLink?.();
      return this.#answers.make([], group, pause);
    } catch (error) {
      return error as Error;
    }
  }

  #end(poll: HeldPoll, outcome: Answer | Error): void {
    if (outcome instanceof Error) this.#groups.fail(poll, outcome);
    else this.#groups.deliver(poll, outcome);
  }

  /** Called by one timer for all polls: ends the holds that are due, drops cached responses and unused channels. */
  #sweep(): void {
    const now = this.#monotonic();
    this.#answers.forget();
    for (const group of this.#groups) {
      let nothing: Answer | Error | undefined;
      for (const poll of group.polls) {
        if (poll.deadline > now) continue;
        nothing ??= this.#emptyResponse(group);
        this.#end(poll, nothing);
      }
    }
    this.#channels.sweep(now);
    if (this.#channels.size > 0) return;
    clearInterval(this.#sweeper);
    this.#sweeper = undefined;
  }
}
