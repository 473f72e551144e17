import { parsePollQuery } from './poll-query.ts';
import type { Group, Reader } from './watched-channel.ts';
import type { WatchedChannels } from '../watched-channels.ts';

/** The readers that wait, by what they ask. A group is there as long as it has a reader. */
export class ReaderGroups {
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
