import type { Json } from '../../server/protocol.ts';
import type { Update } from '../client/index.ts';
import { parseMomentMs } from './format-moment.ts';
import { isRecord } from './payload.ts';

/** What stands for an entry's time in a record. */
const TIMES = ['t', 'time', 'ts'];

/**
 * A list that a page sets as `.data`, as a history of entries: each record's own time, else one second apart, ending now.
 * undefined where it is no list.
 */
export function updateOfList(payload: unknown, nowMs: number): Update | undefined {
  if (!Array.isArray(payload)) return undefined;
  const entries = payload.map((each: unknown, n) => ({
    v: n + 1,
    t: timeOf(each) ?? nowMs - (payload.length - 1 - n) * 1000,
    d: each as Json, // what a page sets is shown as it is, JSON or not
  }));
  return { channel: '', reset: 'initial', entries, cursor: '' };
}

function timeOf(each: unknown): number | undefined {
  if (!isRecord(each)) return undefined;
  const name = TIMES.find((known) => each[known] !== undefined);
  return name === undefined ? undefined : parseMomentMs(each[name]);
}
