import type { DataEntry } from '../../data/held.ts';
import { levelOnly, type States, statedState } from '../../data/states.ts';
import { isRecord } from '../../data/payload.ts';
import { parseMomentMs } from '../../format/format-moment.ts';
import type { Mark } from './marks.ts';

/** A mark of an event on the time axis. */
export type EventMark = Extract<Mark, { kind: 'event' }>;

/** Maximum number of marks kept, the newest ones. */
const MOST_MARKS = 200;

/** Returns the mark of a feed's entry: its text at its time, in the colour of its state. */
export function markOf({ t, d }: Pick<DataEntry, 't' | 'd'>, states?: States): EventMark {
  if (!isRecord(d))
    return { kind: 'event', t, text: typeof d === 'string' ? d : JSON.stringify(d) };
  const parts = [d['title'], d['text']].filter((part) => typeof part === 'string');
  return {
    kind: 'event',
    t: parseMomentMs(d['ts']) ?? t,
    text: parts.join(': '),
    short: parts[0],
    level: levelOnly(statedState(d, states)?.level),
  };
}

/** Returns the marks with those of more entries; the newest are kept. */
export function addMarks(
  held: readonly EventMark[],
  entries: readonly DataEntry[],
  states?: States,
): EventMark[] {
  return [...held, ...entries.map((entry) => markOf(entry, states))].slice(-MOST_MARKS);
}
