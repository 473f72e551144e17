import type { Json } from '../../protocol/lp1.ts';
import type { Update } from '../client/index.ts';
import { parseMomentMs } from '../format/format-moment.ts';
import { isRecord } from './payload.ts';

/** Names of the field that holds an entry's time in a record; the first present one counts. */
const TIMES = ['time', 't', 'ts'];

/**
 * Converts a list that a page sets as `.data` to a history of entries: with each record's own time, else one second apart,
 * ending now. Returns undefined if it is not a list.
 */
export function updateOfList(payload: unknown, nowMs: number): Update | undefined {
  if (!Array.isArray(payload)) return undefined;
  const entries = payload.map((each: unknown, n) => ({
    v: n + 1,
    t: timeOf(each) ?? nowMs - (payload.length - 1 - n) * 1000,
    d: each as Json, // the page's own data need not be JSON
  }));
  return { channel: '', reset: 'initial', entries, cursor: '' };
}

/** The field of a record that holds its time: `time`, `t` or `ts`; undefined if there is none. */
export function timeField(record: Record<string, unknown>): string | undefined {
  return TIMES.find((known) => record[known] !== undefined);
}

function timeOf(each: unknown): number | undefined {
  const name = isRecord(each) ? timeField(each) : undefined;
  return name === undefined ? undefined : parseMomentMs((each as Record<string, unknown>)[name]);
}
