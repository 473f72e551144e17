import type { Json } from '../../protocol/lp1.ts';
import type { Update } from '../client/index.ts';
import type { Words } from '../locale/messages.ts';
import type { LiveHost } from '../source/live-controller.ts';
import { LiveController } from '../source/live-controller.ts';
import type { ChannelDataHost, ElementStep, HoldsOptions } from './channel-data.ts';
import { ChannelData } from './channel-data.ts';
import type { StatusHost } from './element-status.ts';
import { ElementStatus } from './element-status.ts';

/** An element that shows the data of a channel. */
export type DataHost = LiveHost & ChannelDataHost & StatusHost;

/** What `DataParts` needs of its element. */
export interface DataPartsOptions {
  internals: ElementInternals;
  holds: HoldsOptions;
  words: () => Words;
  /** Returns the number of entries per key to request of the history; undefined = all. */
  tail: () => number | undefined;
  /** Applies a step to what is drawn. Returns false if no update of the element is needed. */
  apply: (step: ElementStep) => boolean;
}

/** The connection, the data and the status of an element, joined to each other. */
export class DataParts {
  readonly live: LiveController;
  readonly held: ChannelData;
  readonly state: ElementStatus;

  constructor(host: DataHost, { internals, holds, words, tail, apply }: DataPartsOptions) {
    this.live = new LiveController(host, {
      tail,
      onUpdate: (update) => this.held.receive(update, true),
      onChannel: () => this.#forget(),
      onChange: () => this.state.settle(true),
    });
    this.held = new ChannelData(host, {
      holds,
      attempt: (stage, work) => this.state.attempt(stage, work),
      serverNow: () => this.live.serverNow(),
      apply,
      onTaken: (outside, draws) => {
        this.state.settle(outside);
        if (draws) host.requestUpdate();
      },
    });
    this.state = new ElementStatus(host, { internals, live: this.live, held: this.held, words });
  }

  /** Applies the properties of the host, before an update computes what to draw. */
  sync(): void {
    if (this.held.choose()) {
      this.#forget();
      this.live.renew();
    }
    this.live.sync();
    this.state.settle(false);
  }

  #forget(): void {
    this.state.forget();
    this.held.forget();
  }
}

/** Returns the update for `.data = payload`: one more entry, of version `v`; null or undefined: no data. */
export function updateOf(payload: unknown, v: number): Update {
  if (payload === undefined || payload === null)
    return { channel: '', reset: 'cleared', entries: [], cursor: '' };
  // A payload that the page sets is shown unchanged, JSON or not.
  const entry = { v, t: Date.now(), d: payload as Json };
  return { channel: '', entries: [entry], cursor: '' };
}
