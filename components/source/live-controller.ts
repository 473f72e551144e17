import type { ReactiveController } from 'lit';
import { isChannel } from '../../protocol/lp1.ts';
import type { ClientStatus, Update } from '../client/index.ts';
import type { Connection, Member } from './connection.ts';
import { LostSince } from './lost-since.ts';
import type { SourceHost } from './source-controller.ts';
import { SourceController } from './source-controller.ts';
import { UpdateQueue } from './waiting.ts';

/**
 * An element that shows a channel. `channel` is used unless the options name another; `src` and `paused` are used where the
 * element has them; with `status` and `updatedAt` it is counted by `lp-status`.
 */
export type LiveHost = SourceHost & Member & { paused?: boolean };

/** Options of `LiveController`. */
export interface LiveOptions {
  /** The channel to follow; '' = none. Default: the host's own. */
  channel?: () => string;
  /** Number of entries per key to request of the history. Default: all that the server retains. */
  tail?: () => number | undefined;
  /** Called with updates, in order; not while paused. After a pause the queued updates are passed as one. */
  onUpdate: (update: Update) => void;
  /** Called when the channel has changed: held data belong to the former one. */
  onChannel?: () => void;
  /** Called when the connection, its status, or the number of waiting updates has changed. */
  onChange?: () => void;
}

/**
 * Connects one channel to an element: finds the source, subscribes, passes the updates on, and keeps them while the host is
 * paused. An element may have several, each for another channel.
 */
export class LiveController implements ReactiveController {
  readonly source: SourceController;
  /** True while the server answers the page, but not this channel. */
  denied = false;
  #host: LiveHost;
  #options: LiveOptions;
  #channel = '';
  #followed: Connection | undefined;
  #subscription: { stop: () => void; tail: number | undefined } | undefined;
  #unwatch: () => void = () => {};
  #queue: UpdateQueue;
  #lost = new LostSince();

  constructor(host: LiveHost, options: LiveOptions) {
    this.#host = host;
    this.#options = options;
    this.#queue = new UpdateQueue((update) => options.onUpdate(update));
    this.source = new SourceController(host, (connection) => this.#join(connection));
    host.addController(this);
  }

  get connection(): Connection | undefined {
    return this.source.connection;
  }

  get status(): ClientStatus | undefined {
    return this.connection?.status;
  }

  /** Time since the connection was lost, in ms; undefined while it is not. */
  get lostMs(): number | undefined {
    return this.#lost.ms;
  }

  /** Entries held back by a pause of the host. */
  get waiting(): number {
    return this.#queue.count;
  }

  /** Whether the viewer or the page paused this host or its whole source. */
  get paused(): boolean {
    return this.#host.paused === true || (this.status?.pausedBy?.includes('viewer') ?? false);
  }

  /** Reason why the server refuses this channel until someone acts. */
  get refusal(): Error | undefined {
    const { state, error, nextRetryAt } = this.status ?? {};
    if (!error || state === 'denied') return undefined;
    if (error.channel !== undefined && error.channel === this.#channel) return error;
    const gaveUp = state === 'offline' && nextRetryAt === undefined && error.status !== undefined;
    return gaveUp ? error : undefined;
  }

  /** Returns the server's time in ms; without a connection, that of this machine. */
  serverNow(): number {
    return this.connection?.client.serverNow() ?? Date.now();
  }

  /** Polls at once; also after a refusal. */
  refresh(): void {
    this.connection?.client.refresh();
  }

  /** Requests the channel's history again, because the host needs another part of it. */
  renew(): void {
    this.#queue.clear();
    this.#follow(this.connection);
  }

  hostUpdate(): void {
    this.sync();
  }

  /** Applies the host's current properties. Hosts call it before they compute what to draw. */
  sync(): void {
    const channel = this.#wanted();
    if (channel !== this.#channel) {
      const former = this.#channel;
      this.#channel = channel;
      this.#queue.clear();
      this.denied = false;
      if (former) this.#options.onChannel?.();
      this.#follow(this.connection);
    } else if (this.#subscription && isWider(this.#options.tail?.(), this.#subscription.tail))
      this.renew();
    if (!this.#host.paused && this.#queue.release()) this.#follow(this.connection);
  }

  #wanted(): string {
    const channel = this.#options.channel?.() ?? this.#host.channel ?? '';
    return isChannel(channel) ? channel : '';
  }

  #join(connection: Connection | undefined): void {
    this.#unwatch();
    this.#lost.forget();
    this.#channel = this.#wanted();
    this.#follow(connection);
    this.#unwatch =
      connection?.onStatus((status) => {
        this.#lost.see(status);
        this.#options.onChange?.();
      }) ?? (() => {});
    this.#options.onChange?.();
  }

  #follow(connection: Connection | undefined): void {
    this.#subscription?.stop();
    this.#subscription = undefined;
    // A host is one member of its connection, by its own channel, however many controllers it has.
    const isMember = !this.#options.channel;
    if (isMember) this.#followed?.members.delete(this.#host);
    this.#followed = this.#channel ? connection : undefined;
    if (!this.#followed) return;
    const tail = this.#options.tail?.();
    if (isMember) this.#followed.members.add(this.#host);
    const onUpdate = (update: Update): void => {
      const was = this.denied;
      this.denied = update.denied === true;
      const waits = !this.denied && this.#queue.receive(update, this.#host.paused === true);
      if (waits || was !== this.denied) this.#options.onChange?.();
    };
    const options = tail === undefined ? {} : { tail };
    this.#subscription = {
      tail,
      stop: this.#followed.subscribe(this.#channel, onUpdate, options),
    };
  }
}

/** Whether more of the history is needed than was requested; undefined = all. */
const isWider = (tail: number | undefined, before: number | undefined): boolean =>
  before !== undefined && (tail === undefined || tail > before);
