/** Default limits of the server for one poll: channels, and bytes of the URL. */
const MAX_CHANNELS = 100;
const MAX_URL_LENGTH = 8_000;
/** Maximum length that `since`, `wait` and `round` add to a URL, and that of a cursor with its comma. */
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

/** Limits the polls that run at the same time to `MAX_POLLS`; the others wait in a queue. */
export class ConnectionLimit {
  readonly places: number = MAX_POLLS;
  /** Maximum hold in seconds while more polls than `places` share the connections. */
  readonly crowdedWaitSeconds: number = 2;
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
