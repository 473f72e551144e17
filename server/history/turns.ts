/** Maximum time in ms for which history work may block the event loop. */
const TURN_MS = 5;
/** Number of small pieces of work after which the clock is read. */
const SMALL = 16;

/** Yields to the event loop after every 5 ms of history work, so that other work is not delayed for longer. */
export class Turns {
  #begun = performance.now();
  #calls = 0;

  /** True if the time is used up. */
  get over(): boolean {
    return performance.now() - this.#begun >= TURN_MS;
  }

  /** True if the time is used up. For small pieces of work: reads the clock only at every 16th call. */
  get overAtLast(): boolean {
    return ++this.#calls % SMALL === 0 && this.over;
  }

  /** Resolves after other work could run; undefined while the time is not used up. */
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
