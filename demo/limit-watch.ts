/** A limit whose crossings are events. */
export interface Limit {
  /** Name of the value: `CPU`. */
  label: string;
  /** The event begins above this value. */
  above: number;
  /** The event ends below this value. It is well below `above`, so that a value near the limit makes few events (hysteresis). */
  below: number;
  /** Returns a value as text: `90 %`. */
  text: (value: number) => string;
}

/** What the feed shows. */
export interface Event {
  text: string;
  level: 'info' | 'warn' | 'error';
}

/**
 * Number of samples that decide. A limit is crossed by as many in a row, so that a spike is no
 * event. The number of pages is the largest of as many counts, because a page between two polls has
 * no held poll.
 */
const SAMPLES = 3;

/**
 * Reports when values exceed a limit and when they are back, once each. Missing values are ignored.
 */
export function limitWatch({ label, above, below, text }: Limit): (value: unknown) => Event[] {
  let isAbove = false;
  let inARow = 0;
  return (value) => {
    if (typeof value !== 'number' || Number.isNaN(value)) return [];
    const turns = isAbove ? value < below : value > above;
    inARow = turns ? inARow + 1 : 0;
    if (inARow < SAMPLES) return [];
    isAbove = !isAbove;
    inARow = 0;
    return [
      isAbove
        ? { text: `${label} is above ${text(above)}`, level: 'warn' }
        : { text: `${label} is below ${text(below)} again`, level: 'info' },
    ];
  };
}

/** Reports pages that connect and leave, from the number of held polls. */
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
