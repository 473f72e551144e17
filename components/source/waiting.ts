import type { Update } from '../client/index.ts';

/** Entries kept while paused; past it the channel's history is asked for anew on resume. */
const MOST_WAITING = 1000;

/** Updates that came while an element was paused, joined into one, so that resuming is one step and no replay. */
export class Waiting {
  #joined: Update | undefined;
  /** Data entries that wait. */
  count = 0;
  /** More came than are kept: what `take` gives is not the whole story. */
  overflowed = false;

  add(update: Update): void {
    const before = update.reset ? undefined : this.#joined;
    const entries = before ? [...before.entries, ...update.entries] : update.entries;
    if (update.reset) this.overflowed = false;
    if (entries.length > MOST_WAITING && before) this.overflowed = true;
    this.count += update.entries.filter((entry) => entry.d !== undefined).length;
    const { reset, meta } = { ...before, ...update };
    this.#joined = {
      ...update,
      ...(reset && { reset }),
      ...(meta && { meta }),
      entries: this.overflowed ? entries.slice(-MOST_WAITING) : entries,
    };
  }

  /** The joined update, if any; empties the store. */
  take(): Update | undefined {
    const joined = this.#joined;
    this.#joined = undefined;
    this.count = 0;
    this.overflowed = false;
    return joined;
  }
}
