import { Channel, type Listener } from './channel.ts';
import type { ClientError } from './client-error.ts';
import type { PollStatus } from './poll.ts';
import { PollGroup, type PollGroupOptions } from './poll-group.ts';

/** All channels of a client, dealt out to as few polls as can name them. */
export class PollGroups {
  readonly #options: PollGroupOptions;
  readonly #channels = new Map<string, Channel>();
  readonly #groups = new Set<PollGroup>();
  readonly #groupOf = new Map<Channel, PollGroup>();
  /** Channels whose listeners have changed in this turn. */
  readonly #changed = new Set<Channel>();
  #paused = false;

  constructor(options: PollGroupOptions) {
    this.#options = options;
  }

  get names(): string[] {
    return [...this.#channels.values()]
      .filter((channel) => !channel.idle)
      .map((channel) => channel.name)
      .toSorted();
  }

  get statuses(): PollStatus[] {
    return [...this.#groups].map((group) => group.poll.status);
  }

  /** Of a channel that the server does not know. */
  get channelError(): ClientError | undefined {
    for (const { stopped } of this.#channels.values()) if (stopped) return stopped;
    return undefined;
  }

  /** Takes effect in a microtask, with all other changes of this turn: one request for all of them. */
  subscribe(name: string, listener: Listener, tail: number | undefined): () => void {
    const channel = this.#channels.get(name) ?? new Channel(name);
    this.#channels.set(name, channel);
    const undo = channel.subscribe(listener, tail);
    this.#changeSoon(channel);
    return () => {
      undo();
      this.#changeSoon(channel);
    };
  }

  pause(): void {
    this.#paused = true;
    for (const group of this.#groups) group.poll.pause();
  }

  resume(): void {
    this.#paused = false;
    for (const group of this.#groups) group.poll.resume();
  }

  restart(): void {
    for (const group of this.#groups) group.restart();
  }

  wake(): void {
    for (const group of this.#groups) group.poll.wake();
  }

  fail(error: ClientError): void {
    for (const group of this.#groups) group.poll.fail(error);
  }

  close(): void {
    this.pause();
    for (const channel of this.#channels.values()) channel.close();
    this.#channels.clear();
    this.#groups.clear();
    this.#groupOf.clear();
    this.#changed.clear();
  }

  #changeSoon(channel: Channel): void {
    if (this.#channels.get(channel.name) !== channel) return; // closed, or let go already
    if (this.#changed.size === 0) queueMicrotask(() => this.#change());
    this.#changed.add(channel);
  }

  #change(): void {
    const changed = [...this.#changed].toSorted((a, b) => (a.name < b.name ? -1 : 1));
    this.#changed.clear();
    const idle = changed.filter((channel) => channel.idle);
    const busy = changed.filter((channel) => !channel.idle);
    const left = idle.map((channel) => this.#letGo(channel)); // first: they make room
    const joined = busy.map((channel) => this.#groupFor(channel));
    for (const group of new Set([...left, ...joined])) group?.change();
    this.#options.onStatus(); // a poll that ended may have been the one in trouble
  }

  #letGo(channel: Channel): PollGroup | undefined {
    const group = this.#groupOf.get(channel);
    this.#channels.delete(channel.name);
    this.#groupOf.delete(channel);
    group?.channels.delete(channel.name);
    if (group?.channels.size !== 0) return group;
    this.#groups.delete(group);
    group.poll.pause();
    return undefined;
  }

  /** A channel stays where it is, so that a newcomer disturbs one poll only. */
  #groupFor(channel: Channel): PollGroup {
    const group =
      this.#groupOf.get(channel) ??
      [...this.#groups].find((some) => some.hasRoomFor(channel)) ??
      this.#newGroup();
    group.channels.set(channel.name, channel);
    this.#groupOf.set(channel, group);
    return group;
  }

  #newGroup(): PollGroup {
    const group = new PollGroup(this.#options);
    if (this.#paused) group.poll.pause();
    this.#groups.add(group);
    return group;
  }
}
