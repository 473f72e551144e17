import type { DataEntry } from '../../data/held.ts';
import { isRecord } from '../../data/payload.ts';
import { parseMomentMs } from '../../format/format-moment.ts';
import type { Mark } from './marks.ts';

export type EventMark = Extract<Mark, { kind: 'event' }>;

/** Marks kept: what is older has left every window. */
const MOST_MARKS = 200;

/** What a feed's entry marks on a chart: its text at its time. */
export function markOf({ t, d }: Pick<DataEntry, 't' | 'd'>): EventMark {
  if (!isRecord(d))
    return { kind: 'event', t, text: typeof d === 'string' ? d : JSON.stringify(d) };
  const level = typeof d['level'] === 'string' ? d['level'] : undefined;
  const text = [d['title'], d['text']].filter((part) => typeof part === 'string').join(': ');
  return { kind: 'event', t: parseMomentMs(d['ts']) ?? t, text, level };
}

/** The marks after some more entries, the newest kept. */
export function addMarks(held: readonly EventMark[], entries: readonly DataEntry[]): EventMark[] {
  return [...held, ...entries.map(markOf)].slice(-MOST_MARKS);
}
