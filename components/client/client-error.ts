import type { ItemError } from '../../protocol/lp1.ts';

/**
 * An error of the client. Switch on `code`; `message` is for people and may change.
 *
 * The server's own codes are those of its problem details (RFC 9457, docs/protocol.md). The client's codes:
 * - `network`: no response. `deadline`: no response in time.
 * - `intermediary`: an HTTP error that is not a problem of the protocol, such as 403 or 407: something between the page
 * and the server (a proxy, a firewall, a login portal) refused the request. See `status`.
 * - `http-error`: the same with a temporary status: 408, 425, 429 or 5xx.
 * - `not-an-answer`: a success that is not of the protocol: a login page, another program.
 * - `fast-loop`: the server repeatedly answers at once, with nothing new.
 * - `frozen-clock`: responses repeat the same server time: a cache answers in place of the server.
 * - `headers`: the page's `headers` function failed.
 * - `bad-request`: an invalid argument. `aborted`: by the caller's signal. `closed`: the client is closed.
 * - `queue-full`: the queue of a producer is full.
 */
export class ClientError extends Error {
  readonly code: string;
  /** HTTP status, if there was a response. */
  readonly status: number | undefined;
  /** `Retry-After` of the response, in ms. */
  readonly retryAfterMs: number | undefined;
  /** The channel that the server named, with `unknown-channel`. */
  readonly channel: string | undefined;
  /** The bad items of a batch, with `bad-item`. */
  readonly errors: ItemError[] | undefined;

  constructor(code: string, message: string, options: ClientErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = 'ClientError';
    this.code = code;
    this.status = options.status;
    this.retryAfterMs = options.retryAfterMs;
    this.channel = options.channel;
    this.errors = options.errors;
  }
}

/** Properties of a `ClientError` beside its code and message. */
export interface ClientErrorOptions {
  status?: number | undefined;
  retryAfterMs?: number | undefined;
  channel?: string | undefined;
  errors?: ItemError[] | undefined;
  cause?: unknown;
}

/** Reaction of a poll to an error: see the table in docs/protocol.md. */
export type Verdict = 'retry' | 'deny' | 'stop' | 'drop-cursors' | 'stop-channel';

const VERDICTS = new Map<string, Verdict>([
  ['unauthorized', 'deny'],
  ['forbidden', 'deny'],
  ['bad-cursor', 'drop-cursors'],
  ['unknown-channel', 'stop-channel'],
  ['bad-request', 'stop'],
  ['too-many-channels', 'stop'],
  ['too-large', 'stop'],
  ['url-too-long', 'stop'],
  ['media-type', 'stop'],
]);

/**
 * Returns the reaction to an error. Only a problem of the protocol ends a poll. A status without one (401, 403, 413 …)
 * may come from a proxy that is being reloaded or from a login portal, and must not stop a page permanently: it is
 * retried.
 */
export const verdictOf = ({ code }: Pick<ClientError, 'code'>): Verdict =>
  VERDICTS.get(code) ?? 'retry';
