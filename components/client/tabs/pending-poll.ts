import type { After } from '../backoff.ts';
import type { PollRequest } from './poll-request.ts';
import { type RelayedResponse, responseOf } from './relayed-response.ts';

/** Time in ms within which a leader has to acknowledge a request; otherwise it is gone or cannot send. */
const RETRY_MS = 2_000;
/** Interval in ms at which a pending request is sent again, in case the leader has been replaced. */
const RECALL_MS = 5_000;

/** Options of `PendingPoll`. */
export interface PendingPollOptions {
  request: PollRequest;
  fetch: typeof globalThis.fetch;
  url: string;
  init: RequestInit;
  after: After;
  /** Sends the request to the leader; returns true if that is this tab. */
  ask: (request: PollRequest) => boolean;
  /** Called when the leader has not acknowledged the request in time. */
  onMute: () => void;
  /** Called when it is answered, or `withdrawn`. */
  onEnd: (withdrawn: boolean) => void;
}

/**
 * A poll of this tab that waits for its response: from the leader or, while that is silent, from a request of its own.
 */
export class PendingPoll {
  readonly response: Promise<Response>;
  readonly #options: PendingPollOptions;
  #resolve: (response: Response | Promise<Response>) => void = () => {};
  #reject: (error: unknown) => void = () => {};
  #own: AbortController | undefined;
  #cancelTimer: (() => void) | undefined;
  #ended = false;

  constructor(options: PendingPollOptions) {
    this.#options = options;
    this.response = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    options.init.signal?.addEventListener('abort', this.#withdraw, { once: true });
  }

  /** Sends the request to the leader. May be repeated: the leader answers it once. */
  send(): void {
    if (this.#ended) return;
    const { ask, request, after } = this.#options;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (ask(request)) return this.#endOwn();
    if (this.#ended) return;
    this.#cancelTimer = after(RETRY_MS, () => {
      this.askDirectly();
      this.#options.onMute();
    });
  }

  /** Notes that the leader has the request. */
  acknowledged(): void {
    if (this.#ended) return;
    this.#endOwn();
    this.#cancelTimer?.();
    this.#cancelTimer = this.#options.after(RECALL_MS, () => this.send());
  }

  /** Ends the poll with the leader's response. */
  settle(relay: RelayedResponse): void {
    if (relay === 'direct') return this.askDirectly();
    if (this.#ended) return;
    this.#endOwn();
    this.#end(false);
    try {
      this.#resolve(responseOf(relay));
    } catch (error) {
      this.#reject(error);
    }
  }

  /** Sends a request of its own, unless there is one. A response of the leader that comes first still counts. */
  askDirectly(): void {
    if (this.#ended || this.#own) return;
    const own = new AbortController();
    this.#own = own;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const { fetch, url, init } = this.#options;
    const settle = (take: () => void): void => {
      if (this.#ended || this.#own !== own) return;
      this.#end(true);
      take();
    };
    fetch(url, { ...init, signal: own.signal }).then(
      (response) => settle(() => this.#resolve(response)),
      (error: unknown) => settle(() => this.#reject(error)),
    );
  }

  #withdraw = (): void => {
    this.#own?.abort(); // also while its body is being read
    if (this.#ended) return;
    this.#end(true);
    this.#reject(this.#options.init.signal?.reason);
  };

  #endOwn(): void {
    this.#own?.abort();
    this.#own = undefined;
  }

  #end(withdrawn: boolean): void {
    this.#ended = true;
    this.#cancelTimer?.();
    this.#options.onEnd(withdrawn);
  }
}
