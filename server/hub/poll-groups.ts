import type { AnswerLimit, PartText } from './answer.ts';
import { parsePollQuery } from './poll-query.ts';
import type { Group, Reader, WatchedChannels } from './watched-channel.ts';

/** The readers that wait, by what they ask. A group is there as long as it has a reader. */
export class PollGroups {
  readonly #channels: WatchedChannels;
  readonly #maxChannels: number;
  readonly #groups = new Map<string, Group>();

  constructor(channels: WatchedChannels, maxChannels: number) {
    this.#channels = channels;
    this.#maxChannels = maxChannels;
  }

  /** Groups may begin and end while they are gone through. */
  [Symbol.iterator](): Iterator<Group> {
    return this.#groups.values();
  }

  /** @throws ProtocolError for a query that cannot be read; then nothing has changed */
  join(search: string, reader: Reader): Group {
    const group = this.#groups.get(search) ?? this.#open(search);
    reader.group = group;
    group.readers.add(reader);
    group.arrivals.push(reader);
    return group;
  }

  /** Gives the group that the reader was in. `now` is in ms. */
  leave(reader: Reader, now: number): Group {
    const group = reader.group as Group;
    reader.group = undefined;
    group.readers.delete(reader);
    if (group.readers.size === 0) this.#close(group, now);
    return group;
  }

  #open(search: string): Group {
    const query = parsePollQuery(search, this.#maxChannels);
    const channels = query.channels.map((name) => this.#channels.get(name));
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
    return group;
  }

  #close(group: Group, now: number): void {
    this.#groups.delete(group.search);
    for (const channel of group.channels) {
      channel.groups.delete(group);
      if (channel.groups.size === 0) this.#channels.rest(channel, now);
    }
  }
}

const NONE: PartText[] = [];

/**
 * What the channels of a group have past its cursors, in words; empty where all stand still. At once where the store
 * answers at once: then looking for news and starting to wait are one synchronous step.
 */
export function updatesFor(group: Group, limit: AnswerLimit): PartText[] | Promise<PartText[]> {
  const { channels, query } = group;
  if (channels.every((channel, i) => channel.isAt(query.from[i] as string))) return NONE;
  const unready = channels.flatMap((channel) => channel.starting ?? []);
  if (unready.length > 0) return Promise.all(unready).then(() => updatesFor(group, limit));
  const parts = channels.flatMap((channel, i) => {
    const from = query.from[i] as string;
    if (channel.isAt(from)) return [];
    return [channel.part(from, query.since[i], { ...limit, tail: query.tail })];
  });
  const waits = parts.some((part) => part instanceof Promise);
  return waits ? Promise.all(parts.map(async (part) => part)) : (parts as PartText[]);
}
