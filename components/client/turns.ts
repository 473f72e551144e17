/** Browsers open six connections to a host under HTTP/1.1; publishes and the page itself need some of them. */
export const MAX_POLLS = 4;

/** Lets at most `MAX_POLLS` polls go at a time; the others queue. */
export class Turns {
  readonly places: number = MAX_POLLS;
  #taken = 0;
  readonly #queue = new Set<() => void>();

  /** Resolves when it is this poll's turn, never if `signal` aborts first. The abort frees the place. */
  take(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const start = (): void => {
        this.#taken++;
        signal.addEventListener('abort', () => this.#leave(), { once: true });
        resolve();
      };
      if (this.#taken < this.places) return start();
      this.#queue.add(start);
      signal.addEventListener('abort', () => this.#queue.delete(start), { once: true });
    });
  }

  #leave(): void {
    this.#taken--;
    const [next] = this.#queue;
    if (!next) return;
    this.#queue.delete(next);
    next();
  }
}
