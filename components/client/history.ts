import type { HistoryAnswer, HistorySeries } from '../../protocol/history.ts';
import { shown } from '../../protocol/lp1.ts';
import type { After } from './backoff.ts';
import { ClientError } from './client-error.ts';
import { isRecord } from './parse-answer.ts';
import { requestJson, type Wire } from './request.ts';

/** A point in time: ms since 1970, a `Date`, RFC 3339, `now`, or an age such as `-24h` (s, m, h, d, w, y). */
export type HistoryTime = number | Date | string;

/** Options of `client.history()`. */
export interface HistoryOptions {
  /** Start of the range. Default: a day before `to`. */
  from?: HistoryTime | undefined;
  /** End of the range, which itself is left out. Default: now. */
  to?: HistoryTime | undefined;
  /** Maximum number of buckets per series, 1 to 5,000. Default 800. */
  points?: number | undefined;
  /** Fields to return. Default: all with numbers, and the words of `level` and `status`. */
  fields?: readonly string[] | undefined;
  /**
   * Keys to return, at most 64; '' for entries without a key. Default: all; required for a channel with more than 64
   * keys.
   */
  keys?: readonly string[] | undefined;
  /** `last`: adds the column `at`, the times of the latest samples. */
  times?: 'last' | undefined;
  /** Aborts the request. */
  signal?: AbortSignal | undefined;
}

/** The parts of a client that a history request uses. */
export interface HistoryPlatform {
  wire: Wire;
  after: After;
  /** Aborts when the client is closed. */
  closed: AbortSignal;
}

/** Deadline of a history request in ms: the server may need long for the range of a year. */
const DEADLINE_MS = 30_000;

/**
 * Requests the history of a channel, once, within 30 s.
 * @throws ClientError; its code is `aborted` after `signal`, `closed` after the client was closed
 */
export async function requestHistory(
  { wire, after, closed }: HistoryPlatform,
  channel: string,
  options: HistoryOptions,
): Promise<HistoryAnswer> {
  const path = pathOf(channel, options);
  const request = new AbortController();
  const cancel = after(DEADLINE_MS, () =>
    request.abort(
      new ClientError('deadline', `The server did not send the history of ${channel} within 30 s`),
    ),
  );
  const abort = (): void => request.abort(aborted(channel));
  const requests = requestsUntil(closed);
  requests.add(request);
  options.signal?.addEventListener('abort', abort);
  try {
    if (options.signal?.aborted) abort();
    const { body } = await requestJson(wire, { path: () => path, signal: request.signal });
    return parseHistory(body);
  } catch (error) {
    throw request.signal.aborted ? request.signal.reason : error;
  } finally {
    cancel();
    requests.delete(request);
    options.signal?.removeEventListener('abort', abort);
  }
}

const underWay = new WeakMap<AbortSignal, Set<AbortController>>();

/**
 * Returns the set of requests that the signal aborts. It adds one listener for all: Node warns of a leak from the
 * eleventh on.
 */
function requestsUntil(closed: AbortSignal): Set<AbortController> {
  const known = underWay.get(closed);
  if (known) return known;
  const requests = new Set<AbortController>();
  underWay.set(closed, requests);
  closed.addEventListener('abort', () => {
    for (const request of requests) request.abort(closed.reason);
  });
  return requests;
}

/** Checks the body of a history. @throws ClientError `not-an-answer` */
export function parseHistory(body: unknown): HistoryAnswer {
  if (!isRecord(body)) throw strange(body);
  const { now, channel, cursor, from, to, step, since, series } = body;
  const sound =
    [now, from, to, step].every((each) => Number.isFinite(each)) &&
    (step as number) > 0 &&
    (since === undefined || Number.isFinite(since)) &&
    typeof channel === 'string' &&
    typeof cursor === 'string' &&
    Array.isArray(series) &&
    series.every(isSeries);
  if (!sound) throw strange(body);
  return body as unknown as HistoryAnswer; // each field was checked above
}

/** Names of the columns that a series may have. */
const COLUMNS = ['min', 'max', 'sum', 'last', 'at', 'g', 'inc'] satisfies (keyof HistorySeries)[];

function isSeries(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { key, field, t, n } = value;
  if (typeof field !== 'string' || (key !== undefined && typeof key !== 'string')) return false;
  if (!isColumn(t) || !isColumn(n, t.length) || !ascends(t)) return false;
  return COLUMNS.every((name) => value[name] === undefined || isColumn(value[name], t.length));
}

function isColumn(value: unknown, length?: number): value is (number | null)[] {
  if (!Array.isArray(value) || (length !== undefined && value.length !== length)) return false;
  return value.every((each) => each === null || Number.isFinite(each));
}

const ascends = (times: readonly (number | null)[]): boolean =>
  times.every((t, i) => t !== null && (i === 0 || t > (times[i - 1] as number)));

function pathOf(
  channel: string,
  { from, to, points, fields, keys = [], times }: HistoryOptions,
): string {
  const query = new URLSearchParams();
  if (from !== undefined) query.set('from', timeText('from', from));
  if (to !== undefined) query.set('to', timeText('to', to));
  if (points !== undefined) query.set('points', String(points));
  if (fields) query.set('fields', fields.join(','));
  if (times) query.set('times', times);
  for (const key of keys) query.append('key', key);
  const search = query.toString();
  return `/channels/${channel}/history${search && `?${search}`}`;
}

function timeText(name: string, time: HistoryTime): string {
  const ms = time instanceof Date ? time.getTime() : time;
  if (typeof ms === 'string') return ms;
  if (Number.isFinite(ms)) return String(Math.round(ms));
  throw new ClientError(
    'bad-request',
    `${name} ${shown(time)} is not a time: give -24h, RFC 3339 or ms`,
  );
}

const strange = (body: unknown): ClientError =>
  new ClientError(
    'not-an-answer',
    `The server's response is not a history of LP/1: ${shown(body)}`,
  );

const aborted = (channel: string): ClientError =>
  new ClientError('aborted', `The request for the history of ${channel} was aborted`);
