import type { Update } from '../../client/index.ts';
import { LiveController, type LiveHost } from '../../source/live-controller.ts';

/** The channels that a chart subscribes to beside its own: those of its series and its annotations. */
export class SideChannels {
  #host: LiveHost;
  #onUpdate: (channel: string, update: Update) => void;
  #channels: readonly string[] = [];
  #controllers: LiveController[] = [];

  constructor(host: LiveHost, onUpdate: (channel: string, update: Update) => void) {
    this.#host = host;
    this.#onUpdate = onUpdate;
  }

  /** Subscribes to these channels and no others, with the host's next update. */
  follow(channels: Iterable<string>): void {
    this.#channels = [...new Set(channels)].sort();
    while (this.#controllers.length < this.#channels.length) this.#add(this.#controllers.length);
  }

  #add(n: number): void {
    const channel = (): string => this.#channels[n] ?? '';
    const onUpdate = (update: Update): void => this.#onUpdate(channel(), update);
    this.#controllers.push(new LiveController(this.#host, { channel, onUpdate }));
  }
}
