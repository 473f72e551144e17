/** The two clocks of a server, controlled by the test: `startLive({ ...clock.options })`. */
export class HandClock {
  #passedMs = 0;
  #steppedMs = 0;

  readonly options: { now: () => number; monotonic: () => number } = {
    now: () => 1_795_000_000_000 + this.#passedMs + this.#steppedMs,
    monotonic: () => this.#passedMs,
  };

  /** Advances both clocks. */
  pass(ms: number): void {
    this.#passedMs += ms;
  }

  /** Sets only the wall clock. */
  step(ms: number): void {
    this.#steppedMs += ms;
  }
}

/** Waits for three sweeps of the server, which reads its clock every 100 ms. */
export const sweeps = (): Promise<void> => new Promise((done) => setTimeout(done, 300));
