import type { After } from '../backoff.ts';
import type { ConnectionLimit } from '../connection-limits.ts';
import { MergedPoll, type WaitingRequest } from './merged-poll.ts';
import type { PollRequest } from './poll-request.ts';
import { type RelayedResponse, relayOf } from './relayed-response.ts';

/** Options of `TabLeader`. */
export interface TabLeaderOptions {
  base: string;
  fetch: typeof globalThis.fetch;
  now: () => number;
  after: After;
  minIntervalMs: number;
  /** Whether one poll can name all these channels. */
  fits: (names: Iterable<string>) => boolean;
  turns: ConnectionLimit;
  /** Answers poll requests of any tab, by their ids. */
  respond: (ids: string[], relay: RelayedResponse) => void;
}

/** Polls for all tabs of the browser, with as few merged polls as possible. */
export class TabLeader {
  readonly #options: TabLeaderOptions;
  readonly #polls = new Set<MergedPoll>();

  constructor(options: TabLeaderOptions) {
    this.#options = options;
  }

  /** Accepts a request of a tab; one that it already has is ignored. */
  ask(request: PollRequest): void {
    const polls = [...this.#polls];
    if (polls.some((poll) => poll.requests.some(({ id }) => id === request.id))) return;
    this.#place({ ...request, askedAt: this.#options.now() });
  }

  /** Removes the request of this id. */
  drop(id: string): void {
    for (const poll of this.#polls) poll.drop(id);
  }

  /** Ends all polls; requests that wait get no response. */
  close(): void {
    for (const poll of this.#polls) poll.close();
    this.#polls.clear();
  }

  get #crowded(): boolean {
    const busy = [...this.#polls].filter((poll) => !poll.idle);
    return busy.length > this.#options.turns.places;
  }

  #place(request: WaitingRequest): void {
    if (![...this.#polls].some((poll) => poll.take(request))) this.#open(request);
  }

  /** Opens a poll: for another token, more channels than a request can name, or a tab at other cursors. */
  #open(request: WaitingRequest): void {
    const wasCrowded = this.#crowded;
    for (const poll of this.#polls) if (poll.idle) this.#polls.delete(poll);
    const poll = new MergedPoll(request, {
      ...this.#options,
      holdSeconds: (waitSeconds) =>
        this.#crowded ? Math.min(this.#options.turns.crowdedWaitSeconds, waitSeconds) : waitSeconds,
      exchange: (path, init) => this.#exchange(path, init),
      onMoved: () => this.#gather(),
    });
    this.#polls.add(poll);
    poll.take(request);
    // Polls share connections now: those that are running are held for too long.
    if (this.#crowded && !wasCrowded) for (const other of this.#polls) other.restart();
  }

  /** Merges polls that have reached the cursors of another one. */
  #gather(): void {
    const polls = [...this.#polls];
    for (const [i, poll] of polls.entries()) {
      for (const later of polls.slice(i + 1)) {
        const { requests } = later;
        const suited = requests.every((request) => poll.suits(request, { staying: true }));
        if (later.idle || !suited) continue;
        later.close();
        for (const request of requests) this.#place(request);
      }
    }
  }

  async #exchange(
    path: string,
    init: RequestInit & { signal: AbortSignal },
  ): Promise<RelayedResponse> {
    const { base, fetch, turns } = this.#options;
    await turns.take(init.signal);
    return relayOf(fetch(base + path, init));
  }
}
