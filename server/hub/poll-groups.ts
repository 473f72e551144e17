import { type Answer, type AnswerLimit, deniedPart, type PartText } from './answer.ts';
import type { HubStats } from './hub-stats.ts';
import { type PollQuery, parsePollQuery } from './poll-query.ts';
import type { Group, HeldPoll, ReadRights, WatchedChannels } from './watched-channel.ts';

/** Options of `PollGroups`. */
export interface PollGroupsOptions {
  channels: WatchedChannels;
  /** Maximum of channels that one poll names. */
  maxChannels: number;
  /** Counts every poll that ends. */
  stats: HubStats;
  /** Monotonic clock, in ms. */
  monotonic: () => number;
  random: () => number;
}

/** Interval of the sweep that ends holds, in ms. */
export const SWEEP_MS = 100;

/** The polls that are held, in groups that ask the same. A group exists as long as it has a poll. */
export class PollGroups {
  /** Number of polls held. */
  held = 0;
  readonly #options: PollGroupsOptions;
  readonly #groups = new Map<string, Group>();

  constructor(options: PollGroupsOptions) {
    this.#options = options;
  }

  /** Groups may begin and end during an iteration. */
  [Symbol.iterator](): Iterator<Group> {
    return this.#groups.values();
  }

  /**
   * Returns the key by which polls share everything: the query string, and limited rights. A client that may read other
   * channels gets other bytes.
   */
  keyOf(search: string, { rights }: HeldPoll): string {
    if (!rights) return search;
    return `${rights.varies ? maskOf(search, rights) : rights.id} ${search}`;
  }

  /**
   * Adds a poll, without a deadline until the store was read for it: a slow store is not an empty one.
   * @throws ProtocolError for a query that cannot be read; then nothing has changed
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

  /** Sets the end of a hold: up to an eighth earlier than asked, never later, so that clients do not synchronise. */
  hold(poll: HeldPoll, waitMs: number): void {
    const jitterMs = waitMs / 8;
    const sweepMs = Math.min(SWEEP_MS, jitterMs); // the sweep may be this late
    const earlyMs = sweepMs + this.#options.random() * (jitterMs - sweepMs);
    poll.deadline = poll.since + waitMs - earlyMs;
  }

  /** Ends a poll with an answer, if it is still held. */
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

  /** The store could not be read: held polls stay held (no retry storm), those that arrived since fail. */
  unread(arrivals: HeldPoll[], error: unknown): void {
    if (arrivals.length === 0) console.error('lp-kit: a channel could not be read', error);
    for (const poll of arrivals) this.fail(poll, error);
  }

  /** Ends a poll whose client is gone, if it is still held. */
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

/** One character for each channel of a query: whether it may be read. */
function maskOf(search: string, rights: ReadRights): string {
  const channels = new URLSearchParams(search).get('channels')?.split(',') ?? [];
  return `~${channels.map((name) => (rights.allows(name) ? '1' : '0')).join('')}`;
}

/** The part of a query that a client may read. */
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

const deniedParts = ({ channels, from }: PollQuery, rights: ReadRights): PartText[] =>
  channels.flatMap((name, i) => (rights.allows(name) ? [] : [deniedPart(name, from[i] as string)]));

const NONE: PartText[] = [];

/**
 * Returns the parts of a group's channels past its cursors; empty where none has advanced. Synchronous where the store is:
 * then looking for updates and starting to wait is one step.
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
