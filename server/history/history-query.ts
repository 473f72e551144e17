import { HISTORY_KEYS, HISTORY_POINTS } from '../../protocol/history.ts';
import { ProtocolError, shown } from '../../protocol/lp1.ts';

/** The parameters of `GET /channels/{channel}/history`. Times in ms since 1970. */
export interface HistoryQuery {
  from: number;
  to: number;
  /**
   * True if the range ends now. Later times are then included too, because a poll that continues from the cursor will not send
   * them again.
   */
  open: boolean;
  points: number;
  /** Requested fields; undefined = all. */
  fields: ReadonlySet<string> | undefined;
  /** Requested keys, '' for entries without a key; undefined = all. */
  keys: ReadonlySet<string> | undefined;
  format: 'json' | 'csv';
  /** True if the response has the times of the latest samples. */
  times: boolean;
}

const DAY_MS = 86_400_000;
const UNITS_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: DAY_MS,
  w: 7 * DAY_MS,
  y: 365 * DAY_MS,
};
/** The range of a `Date` (ECMA-262, 21.4.1.1). */
const MOST_MS = 8.64e15;

/**
 * Reads the query string of a history (without its '?'). `now` is in ms since 1970. Default: the last day, 800 points, all
 * fields and keys, JSON. @throws ProtocolError `bad-request`
 */
export function parseHistoryQuery(search: string, now: number): HistoryQuery {
  const params = new URLSearchParams(search);
  const end = params.get('to');
  const to = parseTime('to', end, now) ?? now;
  const from = parseTime('from', params.get('from'), now) ?? to - DAY_MS;
  if (from >= to) {
    throw bad(
      `from (${shownTime(from)}) is not before to (${shownTime(to)}): give a range, such as from=-24h`,
    );
  }
  return {
    from,
    to,
    open: end === null || end === '' || end === 'now',
    points: parsePoints(params.get('points')),
    fields: parseFields(params.get('fields')),
    keys: parseKeys(params.getAll('key')),
    format: parseFormat(params.get('format')),
    times: parseTimes(params.get('times')),
  };
}

function parseTime(name: string, text: string | null, now: number): number | undefined {
  if (text === null || text === '') return undefined;
  const t = timeOf(text, now);
  if (Math.abs(t) <= MOST_MS) return Math.round(t);
  throw bad(
    `${name}=${shown(text)} is no time: give RFC 3339 (2026-05-01T12:00:00Z), ms since 1970, now, or an age such as -24h (s, m, h, d, w, y)`,
  );
}

/** Returns NaN for text that is not a time. */
function timeOf(text: string, now: number): number {
  if (text === 'now') return now;
  const [, age, unit = ''] = /^-(\d+(?:\.\d+)?)([smhdwy])$/.exec(text) ?? [];
  if (age !== undefined) return now - Number(age) * (UNITS_MS[unit] ?? Number.NaN);
  if (/^-?\d{1,16}$/.test(text)) return Number(text);
  // In a query, + means a space.
  const date = RFC_3339.exec(text.replace(/ (?=\d\d:?\d\d$)/, '+'));
  return date ? Date.parse(date[0]) : Number.NaN;
}

const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:[Zz]|[+-]\d\d:\d\d)$/;

function parsePoints(text: string | null): number {
  if (text === null || text === '') return HISTORY_POINTS.usual;
  const points = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (points >= 1 && points <= HISTORY_POINTS.most) return points;
  throw bad(`points=${shown(text)}: give a whole number from 1 to ${HISTORY_POINTS.most}`);
}

const parseFields = (text: string | null): ReadonlySet<string> | undefined =>
  text === null || text === '' ? undefined : new Set(text.split(','));

function parseKeys(keys: string[]): ReadonlySet<string> | undefined {
  if (keys.length > HISTORY_KEYS) throw tooManyKeys(keys.length);
  return keys.length === 0 ? undefined : new Set(keys);
}

function parseFormat(text: string | null): 'json' | 'csv' {
  if (text === null || text === '' || text === 'json') return 'json';
  if (text === 'csv') return 'csv';
  throw bad(`format=${shown(text)}: use json or csv`);
}

/** Returns the error for a history of too many keys. */
export const tooManyKeys = (count: number): ProtocolError =>
  bad(
    `a history tells at most ${HISTORY_KEYS} keys, and these are ${count}: name some, with key=NAME once for each`,
  );

function parseTimes(text: string | null): boolean {
  if (text === null || text === '' || text === 'last') return text === 'last';
  throw bad(`times=${shown(text)}: use last, or leave it out`);
}

const shownTime = (t: number): string => new Date(t).toISOString();

const bad = (message: string): ProtocolError => new ProtocolError('bad-request', message);
