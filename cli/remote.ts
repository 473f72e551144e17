import type { Problem } from '../protocol/lp1.ts';
import { authorization, UsageError } from './usage.ts';

/** The server that a command sends its requests to, and the token. */
export interface Remote {
  /** Base URL, without a trailing slash. */
  base: string;
  token: string | undefined;
}

/** @throws UsageError for an invalid URL */
export function parseRemote(url: string, token: string | undefined): Remote {
  const base = URL.canParse(url) ? new URL(url) : undefined;
  if (base && /^https?:$/.test(base.protocol)) return { base: url.replace(/\/+$/, ''), token };
  throw new UsageError(`--url ${url} is not a URL: give one like http://127.0.0.1:3000/lp`);
}

/** Options of one request to a server. */
export interface RequestOptions {
  method?: string;
  /** JSON. */
  body?: string;
}

/**
 * Returns the JSON of a response; undefined for one without a body.
 * @throws Error with the server's message, or a description of what answered instead
 */
export async function requestJson(
  { base, token }: Remote,
  path: string,
  { method = 'GET', body }: RequestOptions = {},
): Promise<unknown> {
  const url = base + path;
  const type = body === undefined ? {} : { 'Content-Type': 'application/json' };
  const response = await fetch(url, {
    method,
    headers: { ...authorization(token), ...type },
    redirect: 'manual', // a redirect must not carry the token elsewhere
    signal: AbortSignal.timeout(30_000),
    ...(body !== undefined && { body }),
  }).catch((cause: unknown) => {
    throw new Error(`no response from ${url}: ${reasonOf(cause)}`, { cause });
  });
  const text = await response.text();
  if (response.status === 204) return undefined;
  const json = parsed(text);
  if (response.ok && json !== undefined) return json;
  const { code, detail } = (json ?? {}) as Partial<Problem>;
  if (code !== undefined && detail !== undefined) throw new Error(detail);
  throw new Error(
    `${url} answered ${response.status}, and not as lp-kit does: is that its base URL? (lp-kit doctor)`,
  );
}

/** Returns the reason why a fetch failed: the system error, which Node puts into `cause`. */
export function reasonOf(error: unknown): string {
  const { cause, message } = error as Error & { cause?: NodeJS.ErrnoException };
  return cause?.code ?? cause?.message ?? message;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
