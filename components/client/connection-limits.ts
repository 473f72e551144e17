/** The server's limits of a poll, its defaults. */
const MAX_CHANNELS = 100;
const MAX_URL_LENGTH = 8_000;
/** What `since`, `wait` and `round` add at most to a URL, and a cursor with its comma. */
const PARAMS_LENGTH = 100;
const CURSOR_LENGTH = 34;

/** Whether one poll of the server at `base` can ask for all these channels. */
export function fitsOnePoll(base: string, names: Iterable<string>): boolean {
  let length = base.length + PARAMS_LENGTH;
  let count = 0;
  for (const name of names) {
    length += name.length + 1 + CURSOR_LENGTH;
    count++;
  }
  return count <= 1 || (count <= MAX_CHANNELS && length <= MAX_URL_LENGTH);
}

/** Browsers open six connections to a host under HTTP/1.1; publishes and the page itself need some of them. */
export const MAX_POLLS = 4;

/** Lets at most `MAX_POLLS` polls go at a time; the others queue. */
export class ConnectionLimit {
  readonly places: number = MAX_POLLS;
  #taken = 0;
  readonly #queue = new Set<() => void>();

  /** Resolves when this poll may start; never if `signal` aborts first. The abort frees the place. */
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
