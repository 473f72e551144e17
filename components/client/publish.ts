import type { Appended, Json } from '../../protocol/lp1.ts';
import { type After, retryDelayMs } from './backoff.ts';
import { ClientError } from './client-error.ts';
import { parseAppended } from './parse-answer.ts';
import { requestJson, type Wire } from './request.ts';

export interface PublishOptions {
  /** The same key, the same message: the server stores it once. Default: a new random one, kept over the retries. */
  idempotencyKey?: string;
  /** Gives up; the message may have arrived all the same. */
  signal?: AbortSignal;
  /** Beside the client's own, over which they win. */
  headers?: Record<string, string>;
}

export interface Publication extends PublishOptions {
  channel: string;
  payload: Json | Json[];
  idempotencyKey: string;
  /** Aborted with a ClientError as its reason when the client closes. */
  closed: AbortSignal;
  now: () => number;
  random: () => number;
  after: After;
}

export interface Published {
  appended: Appended;
  /** Round trip of the try that went through. */
  latencyMs: number;
}

const TRIES = 4;
const DEADLINE_MS = 10_000;
/** A person who waits for a form is better told than kept waiting longer. */
const MAX_PATIENCE_MS = 10_000;

/**
 * Posts entries, and tries again after a lost answer under the same key, so that they are stored once.
 * @throws ClientError the last try's; at once for what a retry can't mend, and for 429 (see `retryAfterMs`)
 */
export async function publish(wire: Wire, publication: Publication): Promise<Published> {
  const { closed, signal, random, after } = publication;
  const job = new AbortController();
  const close = (): void => job.abort(closed.reason);
  const abort = (): void => job.abort(new ClientError('aborted', 'The publish was aborted'));
  if (closed.aborted) close();
  if (signal?.aborted) abort();
  closed.addEventListener('abort', close);
  signal?.addEventListener('abort', abort);
  try {
    for (let attempt = 1; ; attempt++) {
      const outcome = await post(wire, publication, job.signal).catch(asError);
      if (!(outcome instanceof ClientError)) return outcome;
      job.signal.throwIfAborted();
      if (attempt === TRIES || !isPassing(outcome)) throw outcome;
      const delayMs = retryDelayMs({ attempt, random, floorMs: outcome.retryAfterMs });
      await sleep(delayMs, job.signal, after);
    }
  } finally {
    closed.removeEventListener('abort', close);
    signal?.removeEventListener('abort', abort);
  }
}

/** A key that no other message has. Not randomUUID, which pages without https lack. */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** One try, with its own deadline. */
async function post(
  wire: Wire,
  { channel, payload, headers, idempotencyKey, now, after }: Publication,
  signal: AbortSignal,
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
    const answer = requestJson(wire, {
      path: () => `/channels/${channel}`,
      method: 'POST',
      headers: {
        ...headers,
        'Content-Type': 'application/json',
        'Idempotency-Key': `"${idempotencyKey}"`,
      },
      body: JSON.stringify(payload),
      signal: request.signal,
    });
    const { body } = await untilAborted(answer, request.signal);
    const appended = parseAppended(body);
    return { appended, latencyMs: now() - startedAt };
  } finally {
    cancel();
    signal.removeEventListener('abort', abort);
    request.abort(); // frees the connection of an answer that was not read to its end
  }
}

const asError = (error: unknown): ClientError =>
  error instanceof ClientError
    ? error
    : new ClientError('bad-request', `Can't publish this: ${String(error)}`, { cause: error });

/** Codes that are worth another attempt, whatever the status. */
const PASSING = new Set(['network', 'deadline', 'not-an-answer', 'intermediary', 'key-in-use']);

/** Whether another attempt may succeed, and soon. */
function isPassing({ code, status = 0, retryAfterMs = 0 }: ClientError): boolean {
  if (retryAfterMs > MAX_PATIENCE_MS) return false;
  if (PASSING.has(code)) return true;
  return status === 408 || status === 425 || status >= 500;
}

/** A fetch need not settle when it is aborted: after a sleep, some never do. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as ClientError), { once: true });
    promise.then(resolve, reject);
  });
}

function sleep(ms: number, signal: AbortSignal, after: After): Promise<void> {
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
