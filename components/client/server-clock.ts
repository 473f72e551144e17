const SAMPLES = 8;
/** No response travels longer than its deadline allows: a larger fall means that a clock was set, ours or the server's. */
const STEP_MS = 60_000;
/** A shared cache may repeat a response for 5 s (`s-maxage=5`), and a clock in seconds rounds by one more. */
const REPEAT_MS = 6_000;

/** The server's time in a response. */
export interface ServerTime {
  /** `now` of the answer, ms. */
  now: number;
  /** How long a cache has kept the response: its `Age`, ms. */
  ageMs: number;
  /** Our clock's ms. */
  receivedAt: number;
}

/**
 * Estimates the server's clock. A response's `now` is older by its travel time when it arrives, and by its `Age` if it
 * comes out of a cache, so of the last offsets the largest is the nearest to the truth.
 */
export class ServerClock {
  #offsets: number[] = [];
  /** The last values of `now`, and when each one first came. */
  readonly #seen = new Map<number, number>();
  /** `now` of a response that lies far behind. */
  #behind: number | undefined;
  #frozen = false;

  /**
   * Notes a response. False if it repeats a `now` that first came more than 6 s ago: then a cache answers in the
   * server's place. A repeated `now` never moves the estimate back.
   */
  note({ now, ageMs, receivedAt }: ServerTime): boolean {
    const firstAt = this.#seen.get(now);
    this.#frozen = firstAt !== undefined && receivedAt - firstAt > REPEAT_MS;
    if (firstAt === undefined) this.#learn(now, now + ageMs - receivedAt, receivedAt);
    return !this.#frozen;
  }

  /** The server's time, ms, when our clock says `ownNow`; our own before the first response. */
  at(ownNow: number): number {
    const estimate = ownNow + (this.#offsets.length > 0 ? Math.max(...this.#offsets) : 0);
    // The first response may have been old already. As long as only a cache answers, ages must not look too young.
    return this.#frozen ? Math.max(estimate, ownNow) : estimate;
  }

  #learn(now: number, offset: number, receivedAt: number): void {
    this.#seen.set(now, receivedAt);
    if (this.#seen.size > SAMPLES) this.#seen.delete(this.#seen.keys().next().value as number);
    if (this.#fallsFar(offset) && !this.#isConfirmed(now)) return;
    this.#behind = undefined;
    this.#offsets.push(offset);
    if (this.#offsets.length > SAMPLES) this.#offsets.shift();
  }

  #fallsFar(offset: number): boolean {
    return this.#offsets.length > 0 && offset < Math.max(...this.#offsets) - STEP_MS;
  }

  /** One response far behind may be an old one out of a cache. A second one that moved on since means a clock was set. */
  #isConfirmed(now: number): boolean {
    const confirmed = this.#behind !== undefined && now > this.#behind;
    this.#behind = now;
    if (confirmed) this.#offsets = [];
    return confirmed;
  }
}
