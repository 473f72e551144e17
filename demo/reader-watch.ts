import type { Event } from './limit-watch.ts';

/** A reader between two polls is still there: the most of so many counts is how many there are. */
const SAMPLES = 3;

/** Tells when readers come and go, from the number of polls that are held. Each page is one reader. */
export function readerWatch(): (held: unknown) => Event[] {
  let recent: number[] = [];
  let readers = 0;
  return (held) => {
    if (typeof held !== 'number') return [];
    recent = [...recent, held].slice(-SAMPLES);
    const before = readers;
    readers = Math.max(...recent);
    if (readers === before) return [];
    const what = readers > before ? 'joined' : 'left';
    const moved = Math.abs(readers - before);
    const who = moved === 1 ? 'A page' : `${moved} pages`;
    return [{ text: `${who} ${what}: ${readers} connected`, level: 'info' }];
  };
}
