import {
  type Entry,
  formatTail,
  type Meta,
  type Part,
  parseTail,
  type ResetReason,
} from '../../protocol/lp1.ts';
import { type Step, stepOf } from './apply-rule.ts';
import type { ClientError } from './client-error.ts';
import { report } from './report.ts';

/** An update of a channel, as passed to a listener. */
export interface Update {
  channel: string;
  /** Why `entries` replace everything held so far. Tell the user about it unless it is `initial`. */
  reset?: ResetReason;
  /**
   * Set where the channel may not be read with these headers: no updates follow until `refresh()`, and `entries` is
   * empty.
   */
  denied?: true;
  /** The entries as sent by the server, oldest first; those with `m` in place of `d` changed the meta. */
  entries: Entry[];
  /** The newest meta, where it changed; always present in a reset of a channel that has meta. */
  meta?: Meta;
  /**
   * More updates of the same response follow at once: do not show this one as current yet. The last of such a series has
   * no `more` and may have no entries.
   */
  more?: true;
  /** Cursor of the listener after this update. */
  cursor: string;
}

/** Called with each update of a channel, in order. */
export type Listener = (update: Update) => void;

interface Subscription {
  listener: Listener;
  /** Entries per key wanted in a reset; undefined = all. */
  tail: number | undefined;
  /** Cursor after the last update that the listener got. */
  cursor: string | undefined;
}

/**
 * One channel of a client: its cursor and its listeners. It applies the rule for updates (see `stepOf`) and makes no
 * requests.
 */
export class Channel {
  readonly name: string;
  /** Cursor of the last update; '' = no history yet, or the history has to be sent again. */
  cursor = '';
  /** Error for which the channel is no longer requested. */
  stopped: ClientError | undefined;
  /** True if the last update had `more`. */
  #catchingUp = false;
  readonly #subscriptions = new Set<Subscription>();
  /** The last part was cut: the rest follows, perhaps not in the very next response. */
  isCut = false;

  constructor(name: string) {
    this.name = name;
  }

  /**
   * Adds a listener. It needs the history, so the cursor is dropped; listeners that have the history already do not get
   * it again. Returns the function that ends the subscription.
   */
  subscribe(listener: Listener, tail: number | undefined): () => void {
    const subscription: Subscription = { listener, tail, cursor: undefined };
    this.#subscriptions.add(subscription);
    this.cursor = '';
    this.stopped = undefined;
    return () => this.#subscriptions.delete(subscription);
  }

  get idle(): boolean {
    return this.#subscriptions.size === 0;
  }

  /**
   * The channel's value in `since`: its cursor, or the number of entries per key wanted from the history; '' = all of
   * it.
   */
  get place(): string {
    const tail = this.#tail;
    return this.cursor === '' && tail < Infinity ? formatTail(tail) : this.cursor;
  }

  /** Whether the channel's present value in `since` is `from`. */
  isAt(from: string): boolean {
    return (parseTail(from) === undefined ? from : '') === this.cursor;
  }

  /** Entries per key that satisfy every listener; Infinity = all. */
  get #tail(): number {
    let tail = 0;
    for (const subscription of this.#subscriptions) {
      tail = Math.max(tail, subscription.tail ?? Infinity);
    }
    return tail;
  }

  /** Applies a part of a response; `more`: the response says that more follows. Returns true for entries or a reset. */
  take(part: Part, more = false): boolean {
    const step = this.#stepOf(part);
    if (step === 'damaged') this.cursor = '';
    if (step !== 'apply') return false;
    const news = part.reset !== undefined || part.entries.length > 0;
    this.cursor = part.to;
    if (!news) return false;
    this.#catchingUp = more;
    this.isCut = part.more === true;
    this.#notify(updateOf(this.name, part, more));
    return true;
  }

  /** Called when no more follows: sends a last, empty update to the listeners whose last update had `more`. */
  caughtUp(): void {
    if (!this.#catchingUp) return;
    this.#catchingUp = false;
    this.isCut = false;
    const { cursor } = this;
    const update = { channel: this.name, entries: [], cursor };
    // a listener that subscribed in between has no history yet
    for (const subscription of Array.from(this.#subscriptions))
      if (subscription.cursor === cursor) this.#deliver(update, subscription);
  }

  /** Stops requesting the channel, as the server refuses it (and possibly no other). */
  deny(error: ClientError): void {
    this.stopped = error;
    const update: Update = { channel: this.name, denied: true, entries: [], cursor: this.cursor };
    for (const subscription of Array.from(this.#subscriptions)) this.#deliver(update, subscription);
  }

  /** Ends all subscriptions. */
  close(): void {
    this.#subscriptions.clear();
  }

  /**
   * As `stepOf`; a history with fewer entries than some listener wants (it subscribed during the poll) is requested
   * again.
   */
  #stepOf(part: Part): Step {
    const tail = parseTail(part.from);
    if (tail === undefined) return stepOf(this.cursor, part);
    const step = stepOf(this.cursor, { ...part, from: '' });
    return step === 'apply' && tail < this.#tail ? 'damaged' : step;
  }

  #notify(update: Update): void {
    const { reset, cursor } = update;
    for (const subscription of Array.from(this.#subscriptions)) {
      const held = subscription.cursor === cursor;
      subscription.cursor = cursor;
      if (!reset || !held) this.#deliver(update, subscription);
    }
  }

  /** Calls one listener. Its errors are reported, and do not stop the others. */
  #deliver(update: Update, subscription: Subscription): void {
    if (!this.#subscriptions.has(subscription)) return; // an earlier listener ended it
    try {
      subscription.listener(update);
    } catch (error) {
      report(error);
    }
  }
}

function updateOf(channel: string, { reset, entries, meta, to }: Part, more: boolean): Update {
  const newest = entries.findLast((entry) => entry.m)?.m ?? meta;
  return {
    channel,
    ...(reset && { reset }),
    entries,
    ...(newest && { meta: newest }),
    ...(more && { more }),
    cursor: to,
  };
}
