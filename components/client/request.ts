import type { ItemError } from '../../protocol/lp1.ts';
import { parseRetryAfter } from './backoff.ts';
import { ClientError, verdictOf } from './client-error.ts';
import { isRecord } from './parse-answer.ts';

/** Extra request headers, or a function that returns them before each request (for a fresh token). */
export type RequestHeaders =
  | Record<string, string>
  | (() => Record<string, string> | Promise<Record<string, string>>);

/** How to reach the server; the same for polls and publishes. */
export interface Wire {
  /** Absolute, without a trailing slash. */
  base: string;
  fetch: typeof globalThis.fetch;
  headers: RequestHeaders;
  credentials: RequestCredentials;
  now: () => number;
}

/** Options of one request. */
export interface RequestOptions {
  /** Returns the path that follows the base, with a leading slash. Called for each attempt. */
  path: () => string;
  signal: AbortSignal;
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string;
}

/** The body of a good response, and how long a cache has kept it (its `Age`, RFC 9111 §5.1). */
export interface JsonResponse {
  body: unknown;
  ageMs: number;
}

/**
 * Sends one request and returns the JSON of its response. If the page's headers changed while a request that got a 401
 * or 403 was under way (a token that expired during a hold), the request is repeated once with the new ones.
 * @throws ClientError
 */
export async function requestJson(wire: Wire, options: RequestOptions): Promise<JsonResponse> {
  const sent = await pageHeaders(wire);
  try {
    return await exchange(wire, options, sent);
  } catch (error) {
    if (!isDenial(error) || typeof wire.headers !== 'function') throw error;
    const fresh = await pageHeaders(wire);
    if (JSON.stringify(fresh) === JSON.stringify(sent)) throw error;
    return await exchange(wire, options, fresh);
  }
}

const isDenial = (error: unknown): boolean =>
  error instanceof ClientError && verdictOf(error) === 'deny';

async function pageHeaders({ headers }: Wire): Promise<Record<string, string>> {
  try {
    return typeof headers === 'function' ? await headers() : headers;
  } catch (cause) {
    throw new ClientError('headers', `The headers function failed: ${String(cause)}`, { cause });
  }
}

async function exchange(
  wire: Wire,
  options: RequestOptions,
  pageHeaders: Record<string, string>,
): Promise<JsonResponse> {
  const { fetch } = wire; // called unbound: browsers refuse a fetch that has a `this`
  const url = wire.base + options.path();
  try {
    options.signal.throwIfAborted();
    const response = await fetch(url, requestInit(wire, options, pageHeaders));
    return { body: await bodyOf(response, url, wire.now()), ageMs: ageMs(response) };
  } catch (cause) {
    if (cause instanceof ClientError) throw cause;
    throw new ClientError('network', `No response from ${url}: ${String(cause)}`, { cause });
  }
}

function requestInit(
  { credentials }: Wire,
  { signal, method = 'GET', headers, body }: RequestOptions,
  pageHeaders: Record<string, string>,
): RequestInit {
  const all = { ...pageHeaders, ...headers };
  const bare = Object.keys(all).length === 0;
  return {
    method,
    cache: 'no-store', // otherwise Chromium lets identical GETs wait for each other, also across tabs
    credentials,
    redirect: bare ? 'follow' : 'manual', // so that a redirect does not send a token to another server
    signal,
    ...(!bare && { headers: all }), // without headers a poll is a simple request of CORS
    ...(body !== undefined && { body }),
  };
}

async function bodyOf(response: Response, url: string, now: number): Promise<unknown> {
  if (response.redirected && new URL(response.url).origin !== new URL(url).origin) {
    throw notAnAnswer(response, `${url} was redirected to ${response.url}`);
  }
  if (!response.ok) throw await refusal(response, url, now);
  if (!isJson(response)) throw notAnAnswer(response, `${url} answered ${mediaType(response)}`);
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ClientError('not-an-answer', `The response of ${url} is not JSON`, {
      status: response.status,
      cause,
    });
  }
}

/** Returns the `Age` of a response in ms; 0 without the header, or where the server does not expose it to another origin. */
function ageMs({ headers }: Response): number {
  const age = headers.get('Age')?.trim() ?? '';
  return /^\d{1,9}$/.test(age) ? Number(age) * 1000 : 0;
}

/** Returns the error of a response with an error status: from its problem details, else a code by its status. */
async function refusal(response: Response, url: string, now: number): Promise<ClientError> {
  const { status } = response;
  if (status < 400) return notAnAnswer(response, `${url} answered a redirect`);
  const retryAfterMs = parseRetryAfter(response.headers.get('Retry-After'), now);
  const { code, detail, channel, errors } = await problemOf(response);
  if (typeof code !== 'string') return foreignError(url, status, retryAfterMs);
  return new ClientError(
    code,
    typeof detail === 'string' ? detail : `${url} answered with status ${status}`,
    {
      status,
      retryAfterMs,
      channel: typeof channel === 'string' ? channel : undefined,
      errors: Array.isArray(errors) ? (errors as ItemError[]) : undefined, // only shown, so its items are not checked
    },
  );
}

/** Statuses of temporary errors, from servers and proxies alike. */
const isTemporary = (status: number): boolean =>
  status === 408 || status === 425 || status === 429 || (status >= 500 && status !== 511);

/**
 * Maximum of `Retry-After`, ms, in a response of a proxy between page and server: a maintenance page must not stop a display
 * for an hour.
 */
const MAX_FOREIGN_WAIT_MS = 300_000;

/** Returns the error of a status without the protocol's problem details, which therefore another program sent. */
function foreignError(url: string, status: number, waitMs: number | undefined): ClientError {
  const retryAfterMs = waitMs === undefined ? undefined : Math.min(waitMs, MAX_FOREIGN_WAIT_MS);
  if (isTemporary(status)) {
    return new ClientError('http-error', `${url} answered with status ${status}`, {
      status,
      retryAfterMs,
    });
  }
  return new ClientError(
    'intermediary',
    `A proxy between this page and the server refused the request (status ${status}): ${url}`,
    { status, retryAfterMs },
  );
}

/** Reads the problem details of the protocol; returns {} for anything else, such as a proxy's page or another program's JSON. */
async function problemOf(response: Response): Promise<Record<string, unknown>> {
  if (mediaType(response) !== 'application/problem+json') return {};
  try {
    const body: unknown = await response.json();
    return isRecord(body) ? body : {};
  } catch {
    return {}; // not JSON: the status is enough
  }
}

function notAnAnswer(response: Response, message: string): ClientError {
  return new ClientError('not-an-answer', message, { status: response.status });
}

const mediaType = (response: Response): string =>
  (response.headers.get('Content-Type') ?? 'no content type').split(';')[0]?.trim().toLowerCase() ??
  '';

const isJson = (response: Response): boolean =>
  /^application\/(.+\+)?json$/.test(mediaType(response));
