import assert from 'node:assert/strict';
import type { Answer, Part } from '../../protocol/lp1.ts';
import { settled } from './manual-time.ts';

/** One request as it reached the network, for the test to answer. */
export class Exchange {
  readonly url: URL;
  readonly init: RequestInit;
  aborted = false;
  readonly response: Promise<Response>;
  readonly #now: () => number;
  #resolve: (response: Response) => void = () => {};
  #reject: (error: unknown) => void = () => {};
  open = true;

  /** `deaf`: never settles, not even when aborted, as after the machine slept. */
  constructor(url: URL, init: RequestInit, { deaf, now }: { deaf: boolean; now: () => number }) {
    this.url = url;
    this.init = init;
    this.#now = now;
    this.response = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    init.signal?.addEventListener('abort', () => {
      if (!this.open) return;
      this.aborted = true;
      if (!deaf) this.fail(new DOMException('aborted', 'AbortError'));
    });
  }

  /** Returns a query parameter; undefined if it is missing. */
  param(name: string): string | undefined {
    return this.url.searchParams.get(name) ?? undefined;
  }

  header(name: string): string | null {
    return new Headers(this.init.headers).get(name);
  }

  /** A valid response to a poll; `init` as for a Response. */
  answer(
    channels: Record<string, Part>,
    rest: Partial<Answer> = {},
    init: ResponseInit = {},
  ): void {
    this.json({ now: this.#now(), channels, ...rest }, init);
  }

  json(body: unknown, init: ResponseInit = {}): void {
    this.respond(Response.json(body, init));
  }

  problem(status: number, code: string, headers: Record<string, string> = {}, rest = {}): void {
    const body = JSON.stringify({ type: 'about:blank', title: code, status, code, ...rest });
    const type = { 'Content-Type': 'application/problem+json' };
    this.respond(new Response(body, { status, headers: { ...type, ...headers } }));
  }

  html(status: number, headers: Record<string, string> = {}): void {
    const type = { 'Content-Type': 'text/html; charset=utf-8' };
    this.respond(new Response('<h1>Welcome</h1>', { status, headers: { ...type, ...headers } }));
  }

  respond(response: Response): void {
    this.open = false;
    this.#resolve(response);
  }

  fail(error: unknown = new TypeError('fetch failed')): void {
    this.open = false;
    this.#reject(error);
  }
}

/** A network in which the test answers, fails or ignores each request. */
export class ScriptedNetwork {
  readonly exchanges: Exchange[] = [];
  /** The server's clock. */
  readonly now: () => number;
  /** Requests from now on never settle by themselves. */
  deaf = false;
  #seen = 0;

  constructor(now: () => number = Date.now) {
    this.now = now;
  }

  fetch: typeof globalThis.fetch = (input, init = {}) => {
    const exchange = new Exchange(new URL(input as string), init, this);
    this.exchanges.push(exchange);
    return exchange.response;
  };

  /** The next request that the test has not seen. Fails if there is none without advancing the time. */
  async next(): Promise<Exchange> {
    await settled();
    const exchange = this.exchanges[this.#seen];
    assert(exchange, 'a request was expected');
    this.#seen++;
    return exchange;
  }

  /** Asserts that there is no request that the test has not seen. */
  async quiet(): Promise<void> {
    await settled();
    const unseen = this.exchanges.slice(this.#seen).map(({ url }) => url.search);
    assert.deepEqual(unseen, []);
  }

  get open(): number {
    return this.exchanges.filter((exchange) => exchange.open).length;
  }
}
