/**
 * LP/1, the response of `GET {base}/channels/{channel}/history`. `docs/protocol.md` explains it; both change together. Imports
 * nothing, so that the browser's half can use it.
 */

/** The body of a 200 from `GET {base}/channels/{channel}/history`. Times are in ms since 1970. */
export interface HistoryAnswer {
  /** Server time. */
  now: number;
  channel: string;
  /**
   * Cursor of the channel when the history was read: it holds every entry up to there, and none after it. A poll with this
   * cursor as `since` continues without a gap and counts nothing twice.
   */
  cursor: string;
  /** The range that was asked for: from `from` on, and before `to`. */
  from: number;
  to: number;
  /** Length of a bucket in ms. Buckets start at multiples of it. */
  step: number;
  /** Start of the channel's history, as far as it was requested; absent if there is none. */
  since?: number;
  series: HistorySeries[];
}

/**
 * One field of one key. All columns have one item per bucket that holds samples or gaps; empty buckets are left out. A word
 * of `level`, `status`, `state`, `value`, `current` or `text` is a series of its own, with the field `level=error` and with `t` and `n` alone.
 */
export interface HistorySeries {
  /** Key of the entries, where they have one. */
  key?: string;
  /** Path of the field in the payload; `value` for a payload that is no object. */
  field: string;
  /** Start of each bucket, ascending. */
  t: number[];
  /** Number of samples. */
  n: number[];
  /** Smallest, largest, sum and latest of the samples; null if a bucket holds only gaps. */
  min?: (number | null)[];
  max?: (number | null)[];
  sum?: (number | null)[];
  last?: (number | null)[];
  /** Time of `last`, in ms after the start of its bucket; only if the request has `times=last`. */
  at?: (number | null)[];
  /** Number of explicit gaps (`null` and so on), if there are any. */
  g?: number[];
  /** Increase, for the fields that the meta calls a `counter`. */
  inc?: number[];
}

/** Maximum and default number of points of a history; a bucket is a point. */
export const HISTORY_POINTS = { most: 5_000, usual: 800 } as const;

/** Maximum number of keys in one response. */
export const HISTORY_KEYS = 64;

/** How long history is kept by default: option `history`. */
export const HISTORY_USUAL = '30d';

const HOUR_MS = 3_600_000;
const UNITS_MS: Readonly<Record<string, number>> = {
  h: HOUR_MS,
  d: 24 * HOUR_MS,
  w: 7 * 24 * HOUR_MS,
  y: 365 * 24 * HOUR_MS,
};

/**
 * Reads how long history is kept: `none`, or a whole number of hours, days, weeks or years (`12h`, `90d`, `8w`, `1y`). Returns
 * ms, 0 for `none`, and undefined for anything else.
 */
export function historyMs(text: string): number | undefined {
  if (text === 'none') return 0;
  const [, count, unit = ''] = /^([1-9]\d{0,4})([hdwy])$/.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * (UNITS_MS[unit] ?? 0);
}
