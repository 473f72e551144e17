/** The two clocks of a server, moved by hand: `startLive({ ...clock.options })`. */
export class HandClock {
  #passedMs = 0;
  #steppedMs = 0;

  readonly options: { now: () => number; monotonic: () => number } = {
    now: () => 1_795_000_000_000 + this.#passedMs + this.#steppedMs,
    monotonic: () => this.#passedMs,
  };

  /** Time passes, on both. */
  pass(ms: number): void {
    this.#passedMs += ms;
  }

  /** The wall clock alone is set to another time. */
  step(ms: number): void {
    this.#steppedMs += ms;
  }
}

/** The server looks at its clock every 100 ms; three looks later it has seen what it says. */
export const sweeps = (): Promise<void> => new Promise((done) => setTimeout(done, 300));
