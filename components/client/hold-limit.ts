/**
 * Minimum hold in seconds. A request that is lost earlier was not cut because of its hold; shorter holds are not used.
 */
const LEAST_SECONDS = 5;
/** The next hold, as a fraction of the time after which a hold was cut. */
const SHARE = 0.8;
/** Two cuts whose times differ by less than this fraction are taken to come from the same proxy. */
const LIKENESS = 0.1;
/** Time in ms for which a learned limit is used, as the route to the server may change. */
const LEARNT_FOR_MS = 3_600_000;

/**
 * The longest hold that survives the route to the server. A proxy may cut connections that are silent for ten or twenty
 * seconds, without an error. So two consecutive held polls that were lost after the same time are taken as such a cut.
 */
export class HoldLimit {
  #lostAfter = Number.NaN;
  #limit = Number.POSITIVE_INFINITY;
  #learnedAt = Number.NEGATIVE_INFINITY;

  /** Returns the hold to request, in seconds: `wanted`, or less where a limit is known. `now` is in ms. */
  seconds(wanted: number, now: number): number {
    if (now - this.#learnedAt > LEARNT_FOR_MS) this.#limit = Number.POSITIVE_INFINITY;
    return Math.min(wanted, this.#limit);
  }

  /** Notes that a held poll was answered after `ms`. */
  answered(ms: number): void {
    if (ms / 1000 > this.#lostAfter) this.#lostAfter = Number.NaN;
  }

  /** Notes that a held poll was lost after `ms`. */
  lost(ms: number, now: number): void {
    const seconds = ms / 1000;
    if (seconds < LEAST_SECONDS) return;
    if (Math.abs(seconds - this.#lostAfter) <= seconds * LIKENESS) {
      this.#limit = Math.max(LEAST_SECONDS, Math.floor(seconds * SHARE));
      this.#learnedAt = now;
    }
    this.#lostAfter = seconds;
  }
}
