import type { ItemError } from '../../protocol/lp1.ts';

/**
 * Whatever goes wrong on this side. `code` is the server's (RFC 9457 problem details), or one of our own:
 * `network` (no answer), `deadline` (no answer in time), `not-an-answer` (an answer, but not of LP/1: a captive
 * portal, a login page), `http-error` (a bare status of something in between), `fast-loop` (the server answers at
 * once for ever), `headers` (the page's `headers` function failed), `bad-request`, `aborted`, `closed`.
 */
export class ClientError extends Error {
  readonly code: string;
  /** HTTP status, where there was an answer. */
  readonly status: number | undefined;
  /** `Retry-After`, in ms. */
  readonly retryAfterMs: number | undefined;
  /** The channel that the server named, with `unknown-channel`. */
  readonly channel: string | undefined;
  /** Bad items of a batch. */
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

export interface ClientErrorOptions {
  status?: number | undefined;
  retryAfterMs?: number | undefined;
  channel?: string | undefined;
  errors?: ItemError[] | undefined;
  cause?: unknown;
}

/** What a poll does about an error: the table in docs/protocol.md. */
export type Verdict = 'retry' | 'deny' | 'stop' | 'drop-cursors' | 'stop-channel';

const CERTAIN_TO_REPEAT = new Set([413, 414, 415]);

/** 401 and 403 deny and 413–415 stop whoever sent them; a 400 stops only in LP/1's own words, for proxies have bad moments. */
export function verdictOf({ code, status }: Pick<ClientError, 'code' | 'status'>): Verdict {
  if (status === 401 || status === 403) return 'deny';
  if (code === 'bad-cursor') return 'drop-cursors';
  if (code === 'unknown-channel') return 'stop-channel';
  if (status !== undefined && CERTAIN_TO_REPEAT.has(status)) return 'stop';
  if (status === 400 && code !== 'http-error') return 'stop';
  return 'retry';
}
