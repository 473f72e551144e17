import type { Json } from '../../../protocol/lp1.ts';
import type { Update } from '../../client/index.ts';
import { timeField } from '../../data/entry-list.ts';
import type { DataEntry } from '../../data/held.ts';
import { isRecord } from '../../data/payload.ts';
import { parseMomentMs } from '../../format/format-moment.ts';

/**
 * Returns a page's own data as an update: a list of records, each with its `time`, `t` or `ts` (ms, Date or ISO 8601), is
 * the whole history, and records without one are left out; one such record is one more sample. Undefined for anything else,
 * also for a list in which no record has a time. `v`: the version held so far.
 */
export function updateOfRecords(payload: unknown, v: number): Update | undefined {
  if (Array.isArray(payload)) {
    const entries = payload.flatMap((record, n): DataEntry[] => entryOf(record, n + 1));
    if (entries.length === 0 && payload.length > 0) return undefined;
    return { channel: '', reset: 'initial', entries, cursor: '' };
  }
  const entries = entryOf(payload, v + 1);
  return entries.length > 0 ? { channel: '', entries, cursor: '' } : undefined;
}

function entryOf(record: unknown, v: number): DataEntry[] {
  if (!isRecord(record)) return [];
  const name = timeField(record);
  if (name === undefined) return [];
  const { [name]: time, ...d } = record;
  const t = parseMomentMs(time);
  return t === undefined ? [] : [{ v, t, d: d as Json }]; // the page's own data need not be JSON
}
