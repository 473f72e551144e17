import type { Answer } from './answer.ts';
import { type PollQuery, parsePollQuery } from './poll-query.ts';
import type { WatchedChannel } from './watched-channel.ts';
import type { WatchedChannels } from './watched-channels.ts';

/** A poll that waits: a small record, no promise, no signal, no timer of its own. */
export interface Reader {
  /** Set by the hub: held since and until when (monotonic ms), and with whom. */
  since: number;
  deadline: number;
  group: Group | undefined;
  /** Neither throws: one broken reader must not stop the others. */
  send(answer: Answer): void;
  fail(error: unknown): void;
}

/** All readers that ask the very same: they get the same bytes. */
export interface Group {
  search: string;
  query: PollQuery;
  channels: WatchedChannel[];
  readers: Set<Reader>;
  /** Those not looked after yet. */
  arrivals: Reader[];
  /** The store is being read; `again`: something moved, or somebody came, meanwhile. */
  reading: boolean;
  again: boolean;
}

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
