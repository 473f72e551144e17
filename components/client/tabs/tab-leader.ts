import type { After } from '../backoff.ts';
import type { ConnectionLimit } from '../connection-limits.ts';
import { MergedPoll, type Waiting } from './merged-poll.ts';
import type { PollRequest } from './poll-request.ts';
import { type RelayedResponse, relayOf } from './relayed-response.ts';

/** Where polls have to take turns, each holds its place for so long. */
const CROWDED_WAIT_S = 2;

export interface TabLeaderOptions {
  base: string;
  fetch: typeof globalThis.fetch;
  now: () => number;
  after: After;
  minIntervalMs: number;
  /** Whether one poll can ask for all these channels. */
  fits: (names: Iterable<string>) => boolean;
  turns: ConnectionLimit;
  /** Answers questions, of whatever tab. */
  tell: (ids: string[], relay: RelayedResponse) => void;
}

/** Polls for all tabs of the browser, with as few requests as their questions allow. */
export class TabLeader {
  readonly #options: TabLeaderOptions;
  readonly #polls = new Set<MergedPoll>();

  constructor(options: TabLeaderOptions) {
    this.#options = options;
  }

  /** A question that is here already stays as it is. */
  ask(question: PollRequest): void {
    const polls = [...this.#polls];
    if (polls.some((poll) => poll.questions.some(({ id }) => id === question.id))) return;
    this.#place({ ...question, askedAt: this.#options.now() });
  }

  drop(id: string): void {
    for (const poll of this.#polls) poll.drop(id);
  }

  /** Ends all requests; nobody is told. */
  close(): void {
    for (const poll of this.#polls) poll.close();
    this.#polls.clear();
  }

  get #crowded(): boolean {
    const busy = [...this.#polls].filter((poll) => !poll.idle);
    return busy.length > this.#options.turns.places;
  }

  #place(question: Waiting): void {
    if (![...this.#polls].some((poll) => poll.take(question))) this.#open(question);
  }

  /** For another token, more channels than a request can name, or a tab that stands elsewhere. */
  #open(question: Waiting): void {
    const wasCrowded = this.#crowded;
    for (const poll of this.#polls) if (poll.idle) this.#polls.delete(poll);
    const poll = new MergedPoll(question, {
      ...this.#options,
      holdSeconds: (waitSeconds) =>
        this.#crowded ? Math.min(CROWDED_WAIT_S, waitSeconds) : waitSeconds,
      exchange: (path, init) => this.#exchange(path, init),
      onMoved: () => this.#gather(),
    });
    this.#polls.add(poll);
    poll.take(question);
    // From now on they take turns: those under way hold a place for too long.
    if (this.#crowded && !wasCrowded) for (const other of this.#polls) other.restart();
  }

  /** Polls that have come to stand where another one stands end, and leave it their questions. */
  #gather(): void {
    const polls = [...this.#polls];
    for (const [i, poll] of polls.entries()) {
      for (const later of polls.slice(i + 1)) {
        const { questions } = later;
        const suited = questions.every((question) => poll.suits(question, { staying: true }));
        if (later.idle || !suited) continue;
        later.close();
        for (const question of questions) this.#place(question);
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
