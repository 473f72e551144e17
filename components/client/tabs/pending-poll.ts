import type { After } from '../backoff.ts';
import type { PollRequest } from './poll-request.ts';
import { type RelayedResponse, responseOf } from './relayed-response.ts';

/** A leader that says nothing for so long is not there, or can't speak. */
const RETRY_MS = 2_000;
/** A leader that holds a question is asked so often whether it still does. */
const RECALL_MS = 5_000;

export interface PendingPollOptions {
  question: PollRequest;
  fetch: typeof globalThis.fetch;
  url: string;
  init: RequestInit;
  after: After;
  /** Asks the leader; true where that is this tab. */
  ask: (question: PollRequest) => boolean;
  /** The leader did not even say that it heard. */
  onMute: () => void;
  /** It is answered, or nobody waits for it any more. */
  onEnd: (withdrawn: boolean) => void;
}

/** A question of this tab on its way to a response: from the leader, or, as long as that is mute, by our own request. */
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

  /** Asks the leader, again too: it answers a question once. */
  send(): void {
    if (this.#ended) return;
    const { ask, question, after } = this.#options;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (ask(question)) return this.#endOwn();
    if (this.#ended) return;
    this.#cancelTimer = after(RETRY_MS, () => {
      this.askDirectly();
      this.#options.onMute();
    });
  }

  /** The leader has it. */
  acknowledged(): void {
    if (this.#ended) return;
    this.#endOwn();
    this.#cancelTimer?.();
    this.#cancelTimer = this.#options.after(RECALL_MS, () => this.send());
  }

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

  /** By a request of our own, unless there is one; the leader may still be quicker. */
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
