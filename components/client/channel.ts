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

/** News of a channel, as a listener gets it. */
export interface Update {
  channel: string;
  /** Replace what you hold by `entries`, and say so to people unless it is `initial`. */
  reset?: ResetReason;
  /** The channel may not be read with these headers: nothing more comes until `refresh()`. There are no entries then. */
  denied?: true;
  /** As on the wire, oldest first; those with `m` in place of `d` changed the meta. */
  entries: Entry[];
  /** The newest meta, where this update tells one: always with a reset of a channel that has any. */
  meta?: Meta;
  /**
   * More of what there is follows at once: show nothing of it as current yet. The last update of such a series has no `more`,
   * and may have no entries.
   */
  more?: true;
  /** Where the listener stands once it has taken this in. */
  cursor: string;
}

/** Called with each update of a channel, in order. */
export type Listener = (update: Update) => void;

interface Subscription {
  listener: Listener;
  /** Entries per key wanted in a reset; undefined = all. */
  tail: number | undefined;
  /** Cursor of what the listener was last told. */
  cursor: string | undefined;
}

/** One channel as this page holds it: a cursor, and who listens. Knows the one rule, no network. */
export class Channel {
  readonly name: string;
  /** '' = holds nothing (or wants the history told once more). */
  cursor = '';
  /** Why it is no longer asked for. */
  stopped: ClientError | undefined;
  /** The last update said that more follows. */
  #catchingUp = false;
  readonly #subscriptions = new Set<Subscription>();

  constructor(name: string) {
    this.name = name;
  }

  /**
   * A newcomer has to hear the history, so the cursor is dropped; those who turn out to hold it already are not told
   * again. The function returned ends the subscription.
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

  /** What stands in `since`: the cursor, or of how many entries per key the history is wanted; '' = all of it. */
  get place(): string {
    const tail = this.#tail;
    return this.cursor === '' && tail < Infinity ? formatTail(tail) : this.cursor;
  }

  /** Whether the channel is asked for from there now. */
  standsAt(from: string): boolean {
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

  /** Takes a part of an answer; `more`: the answer says that more follows. Returns true where it brought something new. */
  take(part: Part, more = false): boolean {
    const step = this.#stepOf(part);
    if (step === 'damaged') this.cursor = '';
    if (step !== 'apply') return false;
    const news = part.reset !== undefined || part.entries.length > 0;
    this.cursor = part.to;
    if (!news) return false;
    this.#catchingUp = more;
    this.#tell(updateOf(this.name, part, more));
    return true;
  }

  /** No more follows: tells it to those who were told that more does. */
  caughtUp(): void {
    if (!this.#catchingUp) return;
    this.#catchingUp = false;
    const { cursor } = this;
    const update = { channel: this.name, entries: [], cursor };
    // Who came in between holds nothing yet.
    for (const subscription of Array.from(this.#subscriptions))
      if (subscription.cursor === cursor) this.#hand(update, subscription);
  }

  /** The server refuses this channel, and no other: it is no longer asked for. */
  deny(error: ClientError): void {
    this.stopped = error;
    const update: Update = { channel: this.name, denied: true, entries: [], cursor: this.cursor };
    for (const subscription of Array.from(this.#subscriptions)) this.#hand(update, subscription);
  }

  /** Nobody is told any more. */
  close(): void {
    this.#subscriptions.clear();
  }

  /** A history with fewer entries than some listener wants (it subscribed during the poll) is not taken, but asked for again. */
  #stepOf(part: Part): Step {
    const tail = parseTail(part.from);
    if (tail === undefined) return stepOf(this.cursor, part);
    const step = stepOf(this.cursor, { ...part, from: '' });
    return step === 'apply' && tail < this.#tail ? 'damaged' : step;
  }

  #tell(update: Update): void {
    const { reset, cursor } = update;
    for (const subscription of Array.from(this.#subscriptions)) {
      const held = subscription.cursor === cursor;
      subscription.cursor = cursor;
      if (!reset || !held) this.#hand(update, subscription);
    }
  }

  /** One broken listener must not stop the others. */
  #hand(update: Update, subscription: Subscription): void {
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
