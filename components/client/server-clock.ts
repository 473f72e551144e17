const SAMPLES = 8;
/** No answer travels longer than its deadline allows: a larger fall means that our own clock was set. */
const STEP_MS = 60_000;

/**
 * Estimates the server's clock. An answer's `now` is older by its way here, so of the last offsets the largest is the
 * nearest to the truth.
 */
export class ServerClock {
  #offsets: number[] = [];

  /** An answer that said `serverNow` has just come, at `receivedAt` of our clock. */
  note(serverNow: number, receivedAt: number): void {
    const offset = serverNow - receivedAt;
    if (offset < this.offsetMs - STEP_MS) this.#offsets = [];
    this.#offsets.push(offset);
    if (this.#offsets.length > SAMPLES) this.#offsets.shift();
  }

  /** To be added to our clock; 0 before the first answer. */
  get offsetMs(): number {
    return this.#offsets.length > 0 ? Math.max(...this.#offsets) : 0;
  }
}
