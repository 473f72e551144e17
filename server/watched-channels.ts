import type { Store } from './stores/store.ts';
import { WatchedChannel } from './hub/watched-channel.ts';

/** How long a channel stays watched after its last reader: readers come back at once, and watching may cost a round trip. */
const LINGER_MS = 60_000;
/** Past so many channels nothing lingers, or polls of made-up names would fill the memory. */
const MAX_LINGERING = 20_000;

/** The channels that somebody polls, or polled a moment ago. */
export class WatchedChannels {
  readonly #store: Store;
  readonly #onAdvance: (channel: WatchedChannel) => void;
  readonly #channels = new Map<string, WatchedChannel>();

  constructor(store: Store, onAdvance: (channel: WatchedChannel) => void) {
    this.#store = store;
    this.#onAdvance = onAdvance;
  }

  get size(): number {
    return this.#channels.size;
  }

  /** The channel of that name, watched from now on. */
  get(name: string): WatchedChannel {
    const known = this.#channels.get(name);
    if (known && !known.failed) return known;
    const channel = new WatchedChannel(name, this.#store, this.#onAdvance);
    this.#channels.set(name, channel);
    return channel;
  }

  /** Nobody waits for the channel any more. `now` is in ms. */
  rest(channel: WatchedChannel, now: number): void {
    channel.idleSince = now;
    if (this.#channels.size > MAX_LINGERING) this.#drop(channel);
  }

  /** Lets go of channels that nobody asks for, and of what was just read. */
  sweep(now: number): void {
    for (const channel of this.#channels.values()) {
      channel.forgetParts();
      if (channel.groups.size === 0 && channel.idleSince <= now - LINGER_MS) this.#drop(channel);
    }
  }

  stop(): void {
    for (const channel of this.#channels.values()) this.#drop(channel);
  }

  #drop(channel: WatchedChannel): void {
    channel.stop();
    if (this.#channels.get(channel.name) === channel) this.#channels.delete(channel.name);
  }
}
