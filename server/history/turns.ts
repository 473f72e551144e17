/** Time in ms that history may hold up everything else. */
const TURN_MS = 5;
/** Small pieces of work per look at the clock. */
const SMALL = 16;

/** Lets other work run whenever history has taken 5 ms, so that it never delays a turn of the event loop by more. */
export class Turns {
  #begun = performance.now();
  #small = 0;

  /** True where the time is up. */
  get over(): boolean {
    return performance.now() - this.#begun >= TURN_MS;
  }

  /** True where the time is up, after one of many small pieces of work: looks at the clock at every 16th. */
  get overAtLast(): boolean {
    return ++this.#small % SMALL === 0 && this.over;
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
