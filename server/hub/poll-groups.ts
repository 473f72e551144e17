import { type Answer, type AnswerLimit, deniedPart, type PartText } from './answer.ts';
import type { HubStats } from './hub-stats.ts';
import { type PollQuery, parsePollQuery } from './poll-query.ts';
import type { Group, HeldPoll, ReadRights, WatchedChannels } from './watched-channel.ts';

/** Options of `PollGroups`. */
export interface PollGroupsOptions {
  /** The channels that held polls wait for. */
  channels: WatchedChannels;
  /** Maximum number of channels that one poll names. */
  maxChannels: number;
  /** Counts every poll that ends. */
  stats: HubStats;
  /** Monotonic clock, in ms. */
  monotonic: () => number;
  /** Random number from 0 to 1 (1 excluded), for the jitter of holds. */
  random: () => number;
}

/** Interval in ms at which the hub looks for polls whose deadline has passed, and answers them without updates. */
export const SWEEP_MS = 100;

/**
 * The held polls: requests that wait for updates. Polls with the same query and the same read rights form a group: the
 * store is read, and the response is made, once for all of them. A group exists as long as it has a poll.
 */
export class PollGroups {
  /** Number of polls held. */
  held = 0;
  readonly #options: PollGroupsOptions;
  readonly #groups = new Map<string, Group>();

  constructor(options: PollGroupsOptions) {
    this.#options = options;
  }

  /** Iterates over the groups. Groups may be added and removed during the iteration. */
  [Symbol.iterator](): Iterator<Group> {
    return this.#groups.values();
  }

  /**
   * Returns the key of a poll's group: its query string, preceded by its client's read rights where these are limited.
   * Clients that may read different channels get different responses, so they cannot share a group.
   */
  keyOf(search: string, { rights }: HeldPoll): string {
    if (!rights) return search;
    return `${rights.varies ? maskOf(search, rights) : rights.id} ${search}`;
  }

  /**
   * Adds a poll to its group. It gets its deadline (see `hold`) only after the store has been read for it: otherwise a
   * slow read could end in a response without updates although there are some.
   * @throws ProtocolError for a query that cannot be parsed; then nothing has changed
   */
  join(search: string, poll: HeldPoll): Group {
    const key = this.keyOf(search, poll);
    const group = this.#groups.get(key) ?? this.#open(key, search, poll.rights);
    poll.group = group;
    poll.since = this.#options.monotonic();
    poll.deadline = Infinity;
    this.held++;
    group.polls.add(poll);
    group.arrivals.push(poll);
    return group;
  }

  /**
   * Sets the deadline of a poll: up to an eighth of `waitMs` earlier than the client requested, never later. The random
   * part (jitter) prevents clients from polling in step.
   */
  hold(poll: HeldPoll, waitMs: number): void {
    const jitterMs = waitMs / 8;
    const sweepMs = Math.min(SWEEP_MS, jitterMs); // The sweep may detect the deadline this much later.
    const earlyMs = sweepMs + this.#options.random() * (jitterMs - sweepMs);
    poll.deadline = poll.since + waitMs - earlyMs;
  }

  /** Ends a poll with a response, if it is still held. */
  deliver(poll: HeldPoll, answer: Answer): void {
    if (!poll.group) return;
    this.#options.stats.count(answer);
    this.#release(poll, poll.group);
    poll.send(answer);
  }

  /** Ends a poll with an error, if it is still held. */
  fail(poll: HeldPoll, error: unknown): void {
    if (!poll.group) return;
    this.#options.stats.failed++;
    this.#release(poll, poll.group);
    poll.fail(error);
  }

  /**
   * Handles a failed read of the store. The polls that have arrived since the last read fail with the error. Those that
   * were held before stay held: if all failed at once, all clients would retry at once. Without new polls nobody gets
   * the error, so it is logged.
   */
  readFailed(arrivals: HeldPoll[], error: unknown): void {
    if (arrivals.length === 0)
      console.error(
        'lp-kit: the store could not read a polled channel; its polls stay held',
        error,
      );
    for (const poll of arrivals) this.fail(poll, error);
  }

  /** Removes a poll whose client has disconnected, if it is still held. */
  drop(poll: HeldPoll): void {
    if (!poll.group) return;
    this.#options.stats.gone++;
    this.#release(poll, poll.group);
  }

  #release(poll: HeldPoll, group: Group): void {
    const { stats, monotonic } = this.#options;
    const now = monotonic();
    poll.group = undefined;
    group.polls.delete(poll);
    this.held--;
    if (group.polls.size === 0) this.#close(group, now);
    stats.holds.observe(now - poll.since);
    stats.listenedMs += (now - poll.since) * group.channels.length;
  }

  #open(key: string, search: string, rights: ReadRights | undefined): Group {
    const { channels, maxChannels } = this.#options;
    const asked = parsePollQuery(search, maxChannels);
    const query = rights ? readable(asked, rights) : asked;
    const group: Group = {
      key,
      query,
      channels: query.channels.map((name) => channels.get(name)),
      denied: rights ? deniedParts(asked, rights) : [],
      private:
        rights !== undefined && (!rights.open || query.channels.length < asked.channels.length),
      polls: new Set(),
      arrivals: [],
      reading: false,
      again: false,
    };
    this.#groups.set(key, group);
    for (const channel of group.channels) channel.groups.add(group);
    return group;
  }

  #close(group: Group, now: number): void {
    this.#groups.delete(group.key);
    for (const channel of group.channels) {
      channel.groups.delete(group);
      if (channel.groups.size === 0) this.#options.channels.rest(channel, now);
    }
  }
}

/** Returns `~` and one character for each channel of a query: 1 where it may be read, 0 if not. */
function maskOf(search: string, rights: ReadRights): string {
  const channels = new URLSearchParams(search).get('channels')?.split(',') ?? [];
  return `~${channels.map((name) => (rights.allows(name) ? '1' : '0')).join('')}`;
}

/** Returns the query with only those channels that the client may read. */
function readable(query: PollQuery, rights: ReadRights): PollQuery {
  const may = query.channels.map((name) => rights.allows(name));
  return {
    ...query,
    channels: query.channels.filter((_, i) => may[i]),
    from: query.from.filter((_, i) => may[i]),
    since: query.since.filter((_, i) => may[i]),
    tails: query.tails.filter((_, i) => may[i]),
  };
}

/** Returns a response part that reports `denied` for each channel of a query that the client may not read. */
const deniedParts = ({ channels, from }: PollQuery, rights: ReadRights): PartText[] =>
  channels.flatMap((name, i) => (rights.allows(name) ? [] : [deniedPart(name, from[i] as string)]));

const NONE: PartText[] = [];

/**
 * Returns one response part for each channel of the group that has advanced past the cursor of its polls; an empty list
 * where none has. Returns a promise only if the store has to be waited for. With a synchronous store, no append can
 * happen between this check and the start of the hold.
 */
export function updatesFor(group: Group, limit: AnswerLimit): PartText[] | Promise<PartText[]> {
  const { channels, query } = group;
  if (channels.every((channel, i) => channel.isAt(query.from[i] as string))) return NONE;
  const unready = channels.flatMap((channel) => channel.ready() ?? []);
  if (unready.length > 0) return Promise.all(unready).then(() => updatesFor(group, limit));
  const parts = channels.flatMap((channel, i) => {
    const from = query.from[i] as string;
    if (channel.isAt(from)) return [];
    return [channel.part(from, query.since[i], { ...limit, tail: query.tails[i] })];
  });
  const waits = parts.some((part) => part instanceof Promise);
  return waits ? Promise.all(parts.map(async (part) => part)) : (parts as PartText[]);
}
