import type { DataEntry } from '../../data/held.ts';
import { isRecord } from '../../data/payload.ts';
import { parseMomentMs } from '../../format/format-moment.ts';
import type { Mark } from './marks.ts';

/** A mark of an event on the time axis. */
export type EventMark = Extract<Mark, { kind: 'event' }>;

/** Maximum number of marks kept, the newest ones. */
const MOST_MARKS = 200;

/** Returns the mark of a feed's entry: its text at its time. */
export function markOf({ t, d }: Pick<DataEntry, 't' | 'd'>): EventMark {
  if (!isRecord(d))
    return { kind: 'event', t, text: typeof d === 'string' ? d : JSON.stringify(d) };
  const level = typeof d['level'] === 'string' ? d['level'] : undefined;
  const text = [d['title'], d['text']].filter((part) => typeof part === 'string').join(': ');
  return { kind: 'event', t: parseMomentMs(d['ts']) ?? t, text, level };
}

/** Returns the marks with those of more entries; the newest are kept. */
export function addMarks(held: readonly EventMark[], entries: readonly DataEntry[]): EventMark[] {
  return [...held, ...entries.map(markOf)].slice(-MOST_MARKS);
}
