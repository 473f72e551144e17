import type { After } from '../backoff.ts';
import type { PollRequest } from './poll-request.ts';
import type { RelayedResponse } from './relayed-response.ts';

/** The content of the next HTTP request. */
export interface RequestPlan {
  /** The cursor of each channel. */
  cursors: Map<string, string>;
  /** Seconds that the server may hold the request. */
  waitSeconds: number;
}

/** Options of `MergedRequest`. */
export interface MergedRequestOptions {
  /** Sent with each request. */
  init: RequestInit;
  now: () => number;
  after: After;
  /** Minimum time in ms between the starts of two requests. */
  minIntervalMs: number;
  /** Called when a request starts; `now` is in ms. */
  plan: (now: number) => RequestPlan;
  /** Sends one request; `path` follows the base URL. Never rejects. */
  exchange: (path: string, init: RequestInit & { signal: AbortSignal }) => Promise<RelayedResponse>;
  /** Called with the response of the current request; the one of an ended request is dropped. */
  onResponse: (response: RelayedResponse) => void;
}

/** The HTTP requests of a merged poll, one at a time, at a limited rate. */
export class MergedRequest {
  readonly #options: MergedRequestOptions;
  /** The running request. */
  #current: (RequestPlan & { controller: AbortController }) | undefined;
  #startedAt = Number.NEGATIVE_INFINITY;
  #cancelTimer: (() => void) | undefined;
  /** `round` of the last response, which the next request repeats for shared caches. */
  round: string | undefined;
  /** True if a tab has given up on the running request: its connection may be dead. */
  isDoubted = false;

  constructor(options: MergedRequestOptions) {
    this.#options = options;
  }

  /** Whether a request is running. */
  get isActive(): boolean {
    return this.#current !== undefined;
  }

  /** Whether the running request also answers this poll request, in time. */
  covers({ cursors, waitSeconds }: PollRequest): boolean {
    const current = this.#current;
    if (!current || this.isDoubted || current.waitSeconds > waitSeconds) return false;
    return [...cursors].every(([name, cursor]) => current.cursors.get(name) === cursor);
  }

  /** Starts a request now, or when the rate limit allows it. Until then the running one continues. */
  startSoon(): void {
    const { minIntervalMs, now, after } = this.#options;
    const ms = Math.min(minIntervalMs, this.#startedAt + minIntervalMs - now());
    if (ms <= 0) return this.#start();
    this.#cancelTimer ??= after(ms, () => this.#start());
  }

  /** Aborts the running request and cancels the timer. */
  end(): void {
    const current = this.#current;
    this.#current = undefined;
    this.isDoubted = false;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    current?.controller.abort();
  }

  #start(): void {
    this.end();
    const now = this.#options.now();
    this.#startedAt = now;
    const current = { ...this.#options.plan(now), controller: new AbortController() };
    this.#current = current;
    const { cursors, waitSeconds, controller } = current;
    const round = this.round === undefined ? '' : `&round=${this.round}`;
    const path =
      `/poll?channels=${[...cursors.keys()].join(',')}` +
      `&since=${[...cursors.values()].join(',')}&wait=${waitSeconds}${round}`;
    const init = { ...this.#options.init, signal: controller.signal };
    void this.#options.exchange(path, init).then((response) => {
      if (this.#current !== current) return;
      this.end();
      this.#options.onResponse(response);
    });
  }
}
