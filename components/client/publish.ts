import type { Appended, Json } from '../../protocol/lp1.ts';
import type { After } from './backoff.ts';
import { ClientError } from './client-error.ts';
import { parseAppended } from './parse-answer.ts';
import { requestJson, type Wire } from './request.ts';

/** Options of `client.publish()`. */
export interface PublishOptions {
  /**
   * Identifies the message: the server stores it once, however often it arrives. 1–255 visible ASCII characters.
   * Default: a new random key, which all attempts of this call share.
   */
  idempotencyKey?: string;
  /**
   * Cursor that the channel must have: where another write came before, nothing is stored and the error is `moved`. All
   * attempts of one call have the same result, by their key. `0` = the channel has no history. Default: any.
   */
  ifMatch?: string;
  /** Aborts the attempts; the message may have been stored nevertheless. */
  signal?: AbortSignal;
  /** Request headers beside those of the client, which they override. */
  headers?: Record<string, string>;
}

/** A message that was stored. */
export interface Published {
  appended: Appended;
  /** Round trip of the attempt that succeeded, ms. */
  latencyMs: number;
}

/** The options of a client that publishers use. */
export interface PublishPlatform {
  wire: Wire;
  now: () => number;
  random: () => number;
  after: After;
}

const DEADLINE_MS = 10_000;

/** Options of `post`. */
export interface PostOptions {
  channel: string;
  /** JSON of the payload. */
  body: string;
  idempotencyKey: string;
  headers?: Record<string, string> | undefined;
  signal: AbortSignal;
}

/** Makes one attempt to store entries, within 10 s. @throws ClientError, or the signal's reason */
export async function post(
  { wire, now, after }: PublishPlatform,
  { channel, body, idempotencyKey, headers, signal }: PostOptions,
): Promise<Published> {
  signal.throwIfAborted();
  const startedAt = now();
  const request = new AbortController();
  const cancel = after(DEADLINE_MS, () =>
    request.abort(new ClientError('deadline', 'The server did not answer in time')),
  );
  const abort = (): void => {
    cancel();
    request.abort(signal.reason);
  };
  signal.addEventListener('abort', abort);
  try {
    const response = requestJson(wire, {
      path: () => `/channels/${channel}`,
      method: 'POST',
      headers: {
        ...headers,
        'Content-Type': 'application/json',
        'Idempotency-Key': `"${idempotencyKey}"`,
      },
      body,
      signal: request.signal,
    });
    const { body: answer } = await untilAborted(response, request.signal);
    return { appended: parseAppended(answer), latencyMs: now() - startedAt };
  } finally {
    cancel();
    signal.removeEventListener('abort', abort);
    request.abort(); // frees the connection of a response that was not read to its end
  }
}

/** Waits, in ms. @throws the signal's reason */
export function sleep(ms: number, signal: AbortSignal, after: After): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      cancel();
      reject(signal.reason as ClientError);
    };
    const cancel = after(ms, () => {
      signal.removeEventListener('abort', abort);
      resolve();
    });
    signal.addEventListener('abort', abort, { once: true });
  });
}

/** Returns a new unique key. `randomUUID` is not used, as pages without HTTPS lack it. */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Returns the JSON of a payload. @throws ClientError `bad-request` for values without JSON: a cycle, a BigInt, a
 * function
 */
export function jsonOf(payload: Json | Json[]): string {
  try {
    const body = JSON.stringify(payload) as string | undefined;
    if (body !== undefined) return body;
  } catch (cause) {
    throw new ClientError('bad-request', `This payload is not JSON: ${String(cause)}`, { cause });
  }
  throw new ClientError('bad-request', `A ${typeof payload} is not JSON: publish a value`);
}

/** Returns the error as a `ClientError`; of any other kind, with code `network`. */
export const asClientError = (error: unknown): ClientError =>
  error instanceof ClientError
    ? error
    : new ClientError('network', `The publish failed: ${String(error)}`, { cause: error });

/** Codes of temporary errors, after which another attempt makes sense, whatever the status. */
const PASSING = new Set([
  'network',
  'deadline',
  'not-an-answer',
  'intermediary',
  'headers',
  'key-in-use',
]);

/** Whether another attempt may succeed. */
export const isPassing = ({ code, status = 0 }: ClientError): boolean =>
  PASSING.has(code) || status === 408 || status === 425 || status >= 500;

/** Rejects when the signal aborts, as some fetches do not settle then, for example after the machine slept. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as ClientError), { once: true });
    promise.then(resolve, reject);
  });
}
