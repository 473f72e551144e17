/** Time in ms that history may hold up everything else. */
const TURN_MS = 5;

/** Lets other work run whenever history has taken 5 ms, so that it never delays a turn of the event loop by more. */
export class Turns {
  #begun = performance.now();

  /** True where the time is up. */
  get over(): boolean {
    return performance.now() - this.#begun >= TURN_MS;
  }

  /** Resolves after other work had its turn; undefined while the time is not used up. */
  pause(): Promise<void> | undefined {
    if (!this.over) return undefined;
    return new Promise((done) =>
      setImmediate(() => {
        this.#begun = performance.now();
        done();
      }),
    );
  }
}
