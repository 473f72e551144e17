/** Number of responses that the estimate is computed from. */
const SAMPLES = 8;
/**
 * An offset that is smaller than the estimate by more than this, in ms, means that a clock was set, because no response takes
 * longer than its deadline.
 */
const STEP_MS = 60_000;
/** Maximum age in ms of a repeated response: a shared cache repeats it for 5 s (`s-maxage=5`), and its clock may round by 1 s. */
const REPEAT_MS = 6_000;

/** The server's time in a response. */
export interface ServerTime {
  /** `now` of the response, ms since 1970. */
  now: number;
  /** Time that the response spent in caches: its `Age`, ms. */
  ageMs: number;
  /** Time of arrival by this machine's clock, ms since 1970. */
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
   * Records a response. Returns false if it repeats a `now` that first arrived more than 6 s ago, which means that a cache
   * responds in place of the server. A repeated `now` never moves the estimate back.
   */
  note({ now, ageMs, receivedAt }: ServerTime): boolean {
    const firstAt = this.#seen.get(now);
    this.#frozen = firstAt !== undefined && receivedAt - firstAt > REPEAT_MS;
    if (firstAt === undefined) this.#addSample(now, now + ageMs - receivedAt, receivedAt);
    return !this.#frozen;
  }

  /** Returns the server's time in ms at the time `ownNow` of this machine's clock; `ownNow` before the first response. */
  at(ownNow: number): number {
    const estimate = ownNow + (this.#offsets.length > 0 ? Math.max(...this.#offsets) : 0);
    // The first response may already have been old. While only a cache responds, ages must not be too small.
    return this.#frozen ? Math.max(estimate, ownNow) : estimate;
  }

  #addSample(now: number, offset: number, receivedAt: number): void {
    this.#seen.set(now, receivedAt);
    if (this.#seen.size > SAMPLES) this.#seen.delete(this.#seen.keys().next().value as number);
    if (this.#isFarBehind(offset) && !this.#isConfirmed(now)) return;
    this.#behind = undefined;
    this.#offsets.push(offset);
    if (this.#offsets.length > SAMPLES) this.#offsets.shift();
  }

  #isFarBehind(offset: number): boolean {
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
  /** Time of the last valid response by this machine's clock, ms since 1970. */
  lastAt: number | undefined;
  /** Round-trip time of the last response that was not held, ms. */
  latencyMs: number | undefined;
  /** Whether the browser reported that it is offline, and no response has arrived since. */
  isOffline = false;

  /** Records a response. Returns false for one that a cache repeats, which is no contact with the server. */
  note(time: ServerTime, latencyMs: number | undefined): boolean {
    if (!this.#clock.note(time)) return false;
    this.isOffline = false;
    this.lastAt = time.receivedAt;
    this.latencyMs = latencyMs ?? this.latencyMs;
    return true;
  }

  /** Returns the server's time in ms at the time `ownNow` of this machine's clock. */
  serverTime(ownNow: number): number {
    return this.#clock.at(ownNow);
  }
}
