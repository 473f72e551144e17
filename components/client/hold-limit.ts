/** A request lost earlier than this, in seconds, was not cut for being held; and shorter holds would be no long poll. */
const LEAST_SECONDS = 5;
/** The next hold is this share of the time after which one was cut. */
const SHARE = 0.8;
/** Two cuts within this share of each other come from the same proxy. */
const LIKENESS = 0.1;
/** Time in ms that a learnt limit is used: the route to the server may have changed since. */
const LEARNT_FOR_MS = 3_600_000;

/**
 * The longest hold that survives the route to the server. A proxy may cut connections that are silent for ten or twenty
 * seconds, without a notice; so two held polls in a row that were lost at the same age are taken as such a cut.
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
