/** Number of responses that the estimate is computed from. */
const SAMPLES = 8;
/**
 * An offset that is smaller than the estimate by more than this, ms, means that a clock was set: no response travels longer
 * than its deadline.
 */
const STEP_MS = 60_000;
/** A shared cache may repeat a response for 5 s (`s-maxage=5`), and a clock in seconds rounds by one more. */
const REPEAT_MS = 6_000;

/** The server's time in a response. */
export interface ServerTime {
  /** `now` of the answer, ms since 1970. */
  now: number;
  /** Time that the response spent in caches: its `Age`, ms. */
  ageMs: number;
  /** When it arrived, by this machine's clock, ms. */
  receivedAt: number;
}

/**
 * Estimates the server's clock. When a response arrives, its `now` is late by the travel time, and by the `Age` of a cached
 * response. So the largest of the last offsets is the best estimate.
 */
export class ServerClock {
  #offsets: number[] = [];
  /** The last values of `now`, and when each one first arrived. */
  readonly #seen = new Map<number, number>();
  /** `now` of a response that was far behind the estimate. */
  #behind: number | undefined;
  #frozen = false;

  /**
   * Notes a response. Returns false if it repeats a `now` that first came more than 6 s ago: then a cache answers in
   * place of the server. A repeated `now` never moves the estimate back.
   */
  note({ now, ageMs, receivedAt }: ServerTime): boolean {
    const firstAt = this.#seen.get(now);
    this.#frozen = firstAt !== undefined && receivedAt - firstAt > REPEAT_MS;
    if (firstAt === undefined) this.#learn(now, now + ageMs - receivedAt, receivedAt);
    return !this.#frozen;
  }

  /** Returns the server's time, ms, when this machine's clock says `ownNow`; `ownNow` before the first response. */
  at(ownNow: number): number {
    const estimate = ownNow + (this.#offsets.length > 0 ? Math.max(...this.#offsets) : 0);
    // The first response may have been old already. While only a cache answers, ages must not look too young.
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

  /** One response far behind may be an old one from a cache. A second one with a later `now` means that a clock was set. */
  #isConfirmed(now: number): boolean {
    const confirmed = this.#behind !== undefined && now > this.#behind;
    this.#behind = now;
    if (confirmed) this.#offsets = [];
    return confirmed;
  }
}

/** The last contact with the server, and the estimate of its clock. */
export class Contact {
  readonly #clock = new ServerClock();
  /** When the last good answer came, by this machine's clock, ms. */
  lastAt: number | undefined;
  /** Round trip of the last answer that was not held, ms. */
  latencyMs: number | undefined;
  /** The browser reports that it is offline, and no answer came since. */
  isOffline = false;

  /** Notes an answer. Returns false for one that a cache repeats: it proves no contact with the server. */
  note(time: ServerTime, latencyMs: number | undefined): boolean {
    if (!this.#clock.note(time)) return false;
    this.isOffline = false;
    this.lastAt = time.receivedAt;
    this.latencyMs = latencyMs ?? this.latencyMs;
    return true;
  }

  /** The server's time, ms, when this machine's clock says `ownNow`. */
  serverTime(ownNow: number): number {
    return this.#clock.at(ownNow);
  }
}
