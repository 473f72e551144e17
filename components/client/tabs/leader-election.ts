import type { After } from '../backoff.ts';

/** The part of the Web Locks API that is used. @see https://w3c.github.io/web-locks/ */
export interface Locks {
  request(
    name: string,
    options: { signal?: AbortSignal; steal?: boolean },
    held: () => Promise<void>,
  ): Promise<unknown>;
}

/** Options of `LeaderElection`. */
export interface LeaderElectionOptions {
  locks: Locks;
  /** Name of the lock. */
  name: string;
  random: () => number;
  after: After;
  /** Called when this tab holds the lock. */
  onWon: () => void;
  /** Called when another tab took the lock away. */
  onLost: () => void;
  /** Called when the browser grants no locks here. */
  onRefused: () => void;
}

/** Time in ms over which tabs that notice a silent leader spread their attempts to replace it. */
const STEAL_SPREAD_MS = 2_000;

/** A lock that one of all tabs holds: the leader. The browser passes it on when that tab leaves or crashes. */
export class LeaderElection {
  readonly #options: LeaderElectionOptions;
  /** Aborted by `leave`: releases the lock, or the place in the queue. */
  #abort: AbortController | undefined;
  #held = false;
  #cancelSteal: (() => void) | undefined;

  constructor(options: LeaderElectionOptions) {
    this.#options = options;
  }

  /** Queues for the lock, unless it is queued or held. */
  join(): void {
    if (!this.#abort) this.#request({});
  }

  /** Takes the lock, within 2 s, from a tab that holds it but is silent. */
  stealSoon(): void {
    if (this.#held) return;
    const { random, after } = this.#options;
    this.#cancelSteal ??= after(random() * STEAL_SPREAD_MS, () => {
      this.#release();
      this.#request({ steal: true });
    });
  }

  /** Cancels `stealSoon`: the tab that holds the lock has answered. */
  cancelSteal(): void {
    this.#cancelSteal?.();
    this.#cancelSteal = undefined;
  }

  /** Releases the lock, or the place in the queue. */
  leave(): void {
    this.cancelSteal();
    this.#release();
  }

  #release(): void {
    this.#abort?.abort();
    this.#abort = undefined;
    this.#held = false;
  }

  #request({ steal = false }: { steal?: boolean }): void {
    const stay = new AbortController();
    this.#abort = stay;
    const { locks, name, onWon } = this.#options;
    const held = (): Promise<void> =>
      new Promise((release) => {
        if (stay.signal.aborted) return release();
        stay.signal.addEventListener('abort', () => release(), { once: true });
        this.#held = true;
        this.cancelSteal();
        onWon();
      });
    const options = steal ? { steal } : { signal: stay.signal }; // the platform allows one of them
    locks.request(name, options, held).catch(() => this.#failed(stay));
  }

  #failed(stay: AbortController): void {
    if (this.#abort !== stay) return; // this tab has left
    const wasHeld = this.#held;
    this.#release();
    if (!wasHeld) return this.#options.onRefused();
    this.join();
    this.#options.onLost();
  }
}
