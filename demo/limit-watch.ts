export interface Limit {
  /** How people call it: `CPU`. */
  label: string;
  above: number;
  /** How people call the limit: `90 %`. */
  limitText: string;
}

/** What the feed shows. */
export interface Event {
  text: string;
  level: 'info' | 'warn' | 'error';
}

/** So many samples in a row decide, so that a spike is not an event. */
const SAMPLES = 3;

/** Tells when values go above a limit and come back, once each. A missing value decides nothing. */
export function limitWatch({ label, above, limitText }: Limit): (value: unknown) => Event[] {
  let isAbove = false;
  let against = 0;
  return (value) => {
    if (typeof value !== 'number' || Number.isNaN(value)) return [];
    against = value > above === isAbove ? 0 : against + 1;
    if (against < SAMPLES) return [];
    isAbove = !isAbove;
    against = 0;
    return [
      isAbove
        ? { text: `${label} is above ${limitText}`, level: 'warn' }
        : { text: `${label} is below ${limitText} again`, level: 'info' },
    ];
  };
}
