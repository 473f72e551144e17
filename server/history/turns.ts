/** Time in ms that history may hold up everything else. */
const TURN_MS = 5;

/** Lets other work run whenever history has taken 5 ms: one turn of the event loop never does more of it. */
export class Turns {
  #begun = performance.now();

  /** Resolves at once within the time, else when other work had its turn. Returns nothing where there is nothing to wait for. */
  pause(): Promise<void> | undefined {
    if (performance.now() - this.#begun < TURN_MS) return undefined;
    return new Promise((done) =>
      setImmediate(() => {
        this.#begun = performance.now();
        done();
      }),
    );
  }
}
