import {
  type Appended,
  type Part,
  parseCursor,
  parseTail,
  type ResetReason,
  shown,
} from '../../protocol/lp1.ts';
import { clampFloorMs } from './backoff.ts';
import { ClientError } from './client-error.ts';

/** A validated response: all its members have the declared types. */
export interface CheckedAnswer {
  now: number;
  /** Parts by channel. A map, because `__proto__` is a valid channel name. */
  parts: Map<string, Part>;
  more: boolean;
  /** Pause in ms that the server asked for; 0 = none. */
  pauseMs: number;
  round: string | undefined;
}

/** Validates the body of a poll's 200. @throws ClientError `not-an-answer` */
export function parseAnswer(body: unknown): CheckedAnswer {
  if (!isRecord(body) || !isTime(body['now']) || !isRecord(body['channels'])) throw strange(body);
  const { now, channels, more, pause, round } = body;
  const parts = new Map(Object.entries(channels).map(([name, part]) => [name, parsePart(part)]));
  return {
    now,
    parts,
    more: more === true,
    pauseMs: isTime(pause) ? clampFloorMs(pause) : 0,
    round: typeof round === 'string' ? round : undefined,
  };
}

/** Validates the body of a publish's 201. @throws ClientError `not-an-answer` */
export function parseAppended(body: unknown): Appended {
  if (!isRecord(body)) throw strange(body);
  const { cursor, first, count } = body;
  if (!isCursor(cursor) || !isVersion(first) || !isVersion(count)) throw strange(body);
  return { cursor, first, count };
}

/** Whether a value is an object, and not an array. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parsePart(value: unknown): Part {
  if (!isRecord(value)) throw strange(value);
  const { from, to, reset, meta, entries } = value;
  if (value['denied'] === true && isPlace(from)) {
    return { from, to: from, denied: true, entries: [] };
  }
  const sound =
    isPlace(from) &&
    isCursor(to) &&
    (reset === undefined || typeof reset === 'string') &&
    (meta === undefined || isRecord(meta)) &&
    Array.isArray(entries) &&
    entries.every(isEntry);
  if (!sound) throw strange(value);
  // Each field was checked above; TypeScript cannot infer that from `sound`.
  const part = value as unknown as Part;
  return reset === undefined || isKnownReset(reset) ? part : { ...part, reset: 'unknown' };
}

const RESETS: readonly string[] = ['initial', 'trimmed', 'unknown', 'cleared'];

/** Whether a reset reason is known. A newer server may send others: every reset means replace. */
const isKnownReset = (value: unknown): value is ResetReason => RESETS.includes(value as string);

function isEntry(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { v, t, k, m } = value;
  return (
    isVersion(v) &&
    isTime(t) &&
    (k === undefined || typeof k === 'string') &&
    (m === undefined ? Object.hasOwn(value, 'd') : isRecord(m))
  );
}

/** Maximum time in ms that a `Date` can represent. */
const MAX_TIME = 8.64e15;

const isTime = (value: unknown): value is number =>
  typeof value === 'number' && Math.abs(value) <= MAX_TIME;

const isVersion = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) > 0;

/** Whether a value can be one of `since`: a cursor, '' or `-N`. */
const isPlace = (value: unknown): value is string =>
  value === '' || isCursor(value) || (typeof value === 'string' && parseTail(value) !== undefined);

function isCursor(value: unknown): value is string {
  if (typeof value !== 'string' || value === '') return false;
  try {
    parseCursor(value);
    return true;
  } catch {
    return false;
  }
}

const strange = (value: unknown): ClientError =>
  new ClientError(
    'not-an-answer',
    `The server's response is not an LP/1 response: ${shown(value)}`,
  );
