/** What is needed of the Web Locks API. @see https://w3c.github.io/web-locks/ */
export interface Locks {
  request(
    name: string,
    options: { signal?: AbortSignal; steal?: boolean },
    held: () => Promise<void>,
  ): Promise<unknown>;
}

export interface LeaderElectionOptions {
  locks: Locks;
  /** Of the lock. */
  name: string;
  onWon: () => void;
  /** Somebody stole it. */
  onLost: () => void;
  /** There are no locks to be had here. */
  onRefused: () => void;
}

/** The lock that one tab of all holds: the browser passes it on when that tab leaves or crashes. */
export class LeaderElection {
  readonly #options: LeaderElectionOptions;
  /** Aborted by leaving: ends the hold, or the place in the queue. */
  #stay: AbortController | undefined;
  #held = false;

  constructor(options: LeaderElectionOptions) {
    this.#options = options;
  }

  /** Queues for the lock. */
  join(): void {
    if (!this.#stay) this.#request({});
  }

  /** Takes it from a tab that holds it, but does nothing. */
  steal(): void {
    if (this.#held) return;
    this.leave();
    this.#request({ steal: true });
  }

  leave(): void {
    this.#stay?.abort();
    this.#stay = undefined;
    this.#held = false;
  }

  #request({ steal = false }: { steal?: boolean }): void {
    const stay = new AbortController();
    this.#stay = stay;
    const { locks, name, onWon } = this.#options;
    const held = (): Promise<void> =>
      new Promise((release) => {
        if (stay.signal.aborted) return release();
        stay.signal.addEventListener('abort', () => release(), { once: true });
        this.#held = true;
        onWon();
      });
    const options = steal ? { steal } : { signal: stay.signal }; // the platform allows one of them
    locks.request(name, options, held).catch(() => this.#failed(stay));
  }

  #failed(stay: AbortController): void {
    if (this.#stay !== stay) return; // we left
    const wasHeld = this.#held;
    this.leave();
    if (!wasHeld) return this.#options.onRefused();
    this.join();
    this.#options.onLost();
  }
}
