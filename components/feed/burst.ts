/** Items within this time belong together. */
const WINDOW_MS = 1000;

/**
 * Decides who tells of new items. A log speaks for itself (`role=log`): each item that is added is read. More than `most` in
 * a second is a burst: the log is hushed, and the count is said instead, until the burst is over.
 */
export class Burst {
  /** The log is hushed. From the start: a history is not read out. */
  hushed = true;
  #since = Number.NEGATIVE_INFINITY;
  #until = Number.NEGATIVE_INFINITY;
  #count = 0;

  /** Hushes the log for what comes at once. `nowMs` is any clock. */
  hush(nowMs: number): void {
    this.hushed = true;
    this.#until = nowMs + WINDOW_MS;
  }

  /** How many of these new items have to be told as a count; 0 = the log reads them. */
  take(count: number, most: number, nowMs: number): number {
    if (nowMs - this.#since >= WINDOW_MS) {
      this.#since = nowMs;
      this.#count = 0;
    }
    this.#count += count;
    if (!this.hushed && this.#count <= most) return 0;
    this.hush(nowMs);
    return count;
  }

  /** Lets the log speak again once it has been quiet. True where that changed. */
  settle(nowMs: number): boolean {
    if (!this.hushed || nowMs < this.#until) return false;
    this.hushed = false;
    return true;
  }
}
