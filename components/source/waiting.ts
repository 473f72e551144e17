import type { Update } from '../client/index.ts';

/** Number of entries kept while paused; past it the channel's history is requested again on resume. */
const MOST_WAITING = 1000;

/**
 * Joins updates into one: those that arrived while an element was paused, and the parts of a history that comes in several
 * responses.
 */
export class Waiting {
  /** More of the history follows: none of it is shown yet. */
  isPartial = false;
  #joined: Update | undefined;
  /** Data entries that wait. */
  count = 0;
  /** More entries arrived than are kept: what `take` returns is incomplete. */
  overflowed = false;

  /** Adds an update. `most`: entries that are kept. */
  add(update: Update, most: number = MOST_WAITING): void {
    this.isPartial = update.more === true;
    const before = update.reset ? undefined : this.#joined;
    const entries = before ? [...before.entries, ...update.entries] : update.entries;
    if (update.reset) this.overflowed = false;
    if (entries.length > most && before) this.overflowed = true;
    this.count += update.entries.filter((entry) => entry.d !== undefined).length;
    const { reset, meta } = { ...before, ...update };
    const { channel, cursor } = update;
    this.#joined = {
      channel,
      cursor,
      ...(reset && { reset }),
      ...(meta && { meta }),
      entries: this.overflowed ? entries.slice(-most) : entries,
    };
  }

  /** The joined update, if any; empties the store. */
  take(): Update | undefined {
    const joined = this.#joined;
    this.#joined = undefined;
    this.count = 0;
    this.overflowed = false;
    this.isPartial = false;
    return joined;
  }
}

/** Passes updates on in steps: none while the element is paused, and a history only once it is complete. */
export class UpdateQueue {
  #waiting = new Waiting();
  #isFirst = true;
  #onUpdate: (update: Update) => void;

  constructor(onUpdate: (update: Update) => void) {
    this.#onUpdate = onUpdate;
  }

  /** Data entries that wait. */
  get count(): number {
    return this.#waiting.count;
  }

  /** Takes an update. An element that starts paused still shows the current state. Returns whether the update waits. */
  receive(update: Update, isPaused: boolean): boolean {
    const waits = isPaused && !this.#isFirst;
    const isWhole = !update.more && !this.#waiting.isPartial && this.#waiting.count === 0;
    if (isWhole && !waits) {
      this.#isFirst = false;
      this.#onUpdate(update);
      return false;
    }
    this.#waiting.add(update, waits ? MOST_WAITING : Number.POSITIVE_INFINITY);
    if (!waits) this.release();
    return true;
  }

  /** Passes the waiting updates on as one. Returns true if more arrived than is kept: request the history again. */
  release(): boolean {
    const { overflowed, isPartial } = this.#waiting;
    if (isPartial) return false;
    const update = this.#waiting.take();
    if (!update) return false;
    this.#isFirst = false;
    this.#onUpdate(update);
    return overflowed;
  }

  /** Drops what waits: it belongs to another channel, or comes again. */
  clear(): void {
    this.#waiting.take();
    this.#isFirst = true;
  }
}
