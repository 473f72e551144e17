import { Channel, type Listener } from './channel.ts';
import type { ClientError } from './client-error.ts';
import { ConnectionLimit } from './connection-limits.ts';
import type { PollStatus } from './poll.ts';
import { PollGroup, type PollGroupOptions } from './poll-group.ts';

/** Options of `PollGroups`. */
export interface PollGroupsOptions extends Omit<PollGroupOptions, 'turn' | 'waitSeconds'> {
  waitSeconds: number;
}

/** All channels of a client, distributed over as few polls as possible. */
export class PollGroups {
  readonly #options: PollGroupOptions;
  readonly #turns = new ConnectionLimit();
  readonly #channels = new Map<string, Channel>();
  readonly #groups = new Set<PollGroup>();
  readonly #groupOf = new Map<Channel, PollGroup>();
  /** Channels whose listeners have changed in this microtask. */
  readonly #changed = new Set<Channel>();
  #paused = false;

  constructor(options: PollGroupsOptions) {
    const { waitSeconds } = options;
    this.#options = {
      ...options,
      turn: (signal) => this.#turns.take(signal),
      waitSeconds: () =>
        this.#crowded ? Math.min(this.#turns.crowdedWaitSeconds, waitSeconds) : waitSeconds,
    };
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

  /** The error for a channel that is unknown to the server. */
  get channelError(): ClientError | undefined {
    for (const { stopped } of this.#channels.values()) if (stopped) return stopped;
    return undefined;
  }

  /**
   * Subscribes in a microtask, together with all other changes made until then, so that one request covers all of them.
   */
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

  get #crowded(): boolean {
    return this.#groups.size > this.#turns.places;
  }

  #changeSoon(channel: Channel): void {
    if (this.#channels.get(channel.name) !== channel) return; // closed, or already removed
    if (this.#changed.size === 0) queueMicrotask(() => this.#change());
    this.#changed.add(channel);
  }

  #change(): void {
    const changed = [...this.#changed].toSorted((a, b) => (a.name < b.name ? -1 : 1));
    this.#changed.clear();
    const wasCrowded = this.#crowded;
    const idle = changed.filter((channel) => channel.idle);
    const busy = changed.filter((channel) => !channel.idle);
    const left = idle.map((channel) => this.#remove(channel)); // first: they free places
    const joined = busy.map((channel) => this.#groupFor(channel));
    const touched = new Set([...left, ...joined]);
    for (const group of touched) group?.change();
    if (this.#crowded && !wasCrowded) this.#cutHolds(touched);
    this.#options.onStatus(); // a poll that ended may have been the failing one
  }

  /** Restarts the running polls, as they are held for too long now that polls share connections. */
  #cutHolds(except: Set<PollGroup | undefined>): void {
    for (const group of this.#groups) if (!except.has(group)) group.poll.change();
  }

  #remove(channel: Channel): PollGroup | undefined {
    const group = this.#groupOf.get(channel);
    this.#channels.delete(channel.name);
    this.#groupOf.delete(channel);
    group?.channels.delete(channel.name);
    if (group?.channels.size !== 0) return group;
    this.#groups.delete(group);
    group.poll.pause();
    return undefined;
  }

  /** Returns the group of a channel. It never changes, so that a new channel restarts one poll only. */
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
