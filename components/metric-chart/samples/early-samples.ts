/** What a line takes of an entry. */
export interface Sample {
  /** Time in ms since 1970. */
  t: number;
  /** Key. */
  k?: string;
  /** Payload. */
  d: unknown;
}

/** Clocks differ by network delay and drift: a sample ahead by no more than this keeps its time. */
const SKEW_MS = 250;
/** A sample that is ahead by up to this counts as taken now: the publisher's clock is a little fast. */
const NOW_MS = 5_000;
/** Samples held back at most. The oldest ones go first. */
const MOST_HELD = 10_000;

/** A sample that waits for its time. */
export interface EarlySample {
  channel: string;
  sample: Sample;
}

/**
 * Samples from later than the server's now. A time that is up to 5 s ahead becomes now; one that is further ahead is held
 * back until it has come, because one publisher with a fast clock must not move the window away from all other data.
 */
export class EarlySamples {
  #held: EarlySample[] = [];
  #nextT = Infinity;

  /** Returns the time to place a sample at, or undefined where the sample is held back. */
  hold(channel: string, sample: Sample, nowMs: number): number | undefined {
    const { t } = sample;
    if (!(t > nowMs + SKEW_MS)) return t;
    if (t <= nowMs + NOW_MS) return nowMs;
    if (this.#held.length >= MOST_HELD) this.#held.shift();
    this.#held.push({ channel, sample });
    this.#nextT = Math.min(this.#nextT, t);
    return undefined;
  }

  /** Hands out the samples whose time has come, oldest first. */
  due(nowMs: number): readonly EarlySample[] {
    if (nowMs < this.#nextT) return [];
    const due = this.#held.filter(({ sample }) => sample.t <= nowMs);
    this.#keep(this.#held.filter(({ sample }) => sample.t > nowMs));
    return due.sort((a, b) => a.sample.t - b.sample.t);
  }

  /** Drops the samples of a channel. */
  clear(channel: string): void {
    if (this.#held.length > 0) this.#keep(this.#held.filter((held) => held.channel !== channel));
  }

  #keep(held: EarlySample[]): void {
    this.#held = held;
    this.#nextT = held.reduce((t, { sample }) => Math.min(t, sample.t), Infinity);
  }
}
