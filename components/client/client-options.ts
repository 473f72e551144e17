import { isChannel, shown } from '../../protocol/lp1.ts';
import { type After, after as platformAfter } from './backoff.ts';
import { ClientError } from './client-error.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { PollGroupsOptions } from './poll-groups.ts';
import type { RequestHeaders } from './request.ts';
import type { TabsPlatform } from './tabs/tabs.ts';

/** Options of `liveClient()`. */
export interface LiveClientOptions {
  /** Minimum time in ms between the starts of two polls. Default 100. */
  minIntervalMs?: number;
  /** Time in seconds for which the server is asked to hold a poll. Default 25. */
  waitSeconds?: number;
  /** Request headers, or a function that is called before each request. Without any, polls need no CORS preflight. */
  headers?: RequestHeaders;
  /** `credentials` of `fetch`. Default `same-origin`. */
  credentials?: RequestCredentials;
  /**
   * `tabs`: all tabs of the browser that poll the same server with the same headers share one held poll; one of them
   * makes it, with its own `fetch`. Falls back to `page` where the browser has no Web Locks (on plain http, except
   * localhost) or no BroadcastChannel. Default `page`: each client polls for itself.
   */
  share?: 'page' | 'tabs';
  /** Web Locks and BroadcastChannel for `tabs`. Default: the browser's. */
  tabsPlatform?: TabsPlatform;
  /** Time in ms for which a hidden page keeps polling. Default 5 min; Infinity = without end. */
  suspendAfterMs?: number;
  /** Source of page events (hidden, frozen, offline). Default: the page, where there is a document. */
  lifecycle?: Lifecycle;
  fetch?: typeof globalThis.fetch;
  random?: () => number;
  now?: () => number;
  after?: After;
}

/** Returns the options that polls and publishes need, with all defaults. */
export function completeOptions(
  base: string,
  {
    minIntervalMs = 100,
    waitSeconds = 25,
    headers = {},
    credentials = 'same-origin',
    fetch = (input, init) => globalThis.fetch(input, init),
    random = Math.random,
    now = Date.now,
    after = platformAfter,
  }: LiveClientOptions,
): Omit<PollGroupsOptions, 'onStatus' | 'onAnswer' | 'taking'> {
  const wire = { base, fetch, headers, credentials, now };
  return { wire, minIntervalMs, waitSeconds, random, now, after };
}

/** Returns the base as an absolute URL without a trailing slash. @throws ClientError `bad-request` */
export function parseBase(text: string): string {
  const { document, location } = globalThis as {
    document?: { baseURI: string };
    location?: { href: string };
  };
  try {
    const base = new URL(text, document?.baseURI ?? location?.href);
    const fits = /^https?:$/.test(base.protocol) && !base.search && !base.username;
    if (fits) return base.origin + base.pathname.replace(/\/+$/, '');
  } catch {
    // not a URL: reported below, as other errors
  }
  throw badRequest(`${shown(text)} is not a server's base URL: give one like https://host/lp`);
}

/** Checks a channel name. @throws ClientError `bad-request` */
export function checkChannel(name: string): void {
  if (!isChannel(name)) throw badRequest(`${shown(name)} is not a channel name`);
}

/** Checks a `tail` option. @throws ClientError `bad-request` */
export function checkTail(tail: number | undefined): void {
  if (tail === undefined || (Number.isSafeInteger(tail) && tail >= 0)) return;
  throw badRequest(`tail ${shown(tail)}: give the most entries per key, as a whole number`);
}

/** Checks an idempotency key, which is sent as a quoted string in a header. @throws ClientError `bad-request` */
export function checkKey(key: string): void {
  if (/^[!#-[\]-~]{1,255}$/.test(key)) return;
  throw badRequest(`${shown(key)} is not an idempotency key: use 1–255 visible ASCII characters`);
}

const badRequest = (message: string): ClientError => new ClientError('bad-request', message);
