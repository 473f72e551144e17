/** Shorter holds are no long poll; and what ends so soon had other reasons. */
const LEAST_SECONDS = 5;
/** The next time is tried shorter by so much. */
const SHARE = 0.8;
/** How far two cuts may lie apart and still be the same proxy's. */
const LIKENESS = 0.1;
/** The way to the server may have changed meanwhile. */
const LEARNT_FOR_MS = 3_600_000;

/**
 * How long polls survive on the way to the server. Between it and us a proxy may cut whatever says nothing for ten or
 * twenty seconds; nobody tells us, so two held polls in a row that were lost at the same age are taken for it.
 */
export class HoldLimit {
  #lostAfter = Number.NaN;
  #limit = Number.POSITIVE_INFINITY;
  #learntAt = Number.NEGATIVE_INFINITY;

  /** The hold to ask for, in seconds, where `wanted` would be best. `now` in ms. */
  seconds(wanted: number, now: number): number {
    if (now - this.#learntAt > LEARNT_FOR_MS) this.#limit = Number.POSITIVE_INFINITY;
    return Math.min(wanted, this.#limit);
  }

  /** A held poll was answered after `ms`. */
  answered(ms: number): void {
    if (ms / 1000 > this.#lostAfter) this.#lostAfter = Number.NaN;
  }

  /** A held poll was lost after `ms`. */
  lost(ms: number, now: number): void {
    const seconds = ms / 1000;
    if (seconds < LEAST_SECONDS) return;
    if (Math.abs(seconds - this.#lostAfter) <= seconds * LIKENESS) {
      this.#limit = Math.max(LEAST_SECONDS, Math.floor(seconds * SHARE));
      this.#learntAt = now;
    }
    this.#lostAfter = seconds;
  }
}
