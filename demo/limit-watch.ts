export interface Limit {
  /** How people call it: `CPU`. */
  label: string;
  above: number;
  /** Where it counts as mended: well below, or a value at the limit would make an event of each tremble. */
  below: number;
  /** How people write such values: `90 %`. */
  text: (value: number) => string;
}

/** What the feed shows. */
export interface Event {
  text: string;
  level: 'info' | 'warn' | 'error';
}

/** So many samples in a row decide, so that a spike is not an event. */
const SAMPLES = 3;

/** Tells when values go above a limit and come back, once each. A missing value decides nothing. */
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
