/** How a value is written. */
export type Format =
  | 'number'
  | 'percent'
  | 'bytes'
  | 'bits'
  | 'duration'
  | 'currency'
  | 'date'
  | 'time'
  | 'relative'
  | 'text';

/** All formats. */
export const FORMATS: readonly Format[] = [
  'number',
  'percent',
  'bytes',
  'bits',
  'duration',
  'currency',
  'date',
  'time',
  'relative',
  'text',
];

/** How a value is written. Every element with a value has these as attributes. */
export interface FormatOptions {
  /** Default: `number` for numbers, `text` for all else. `percent` takes ratios: 0.42 is 42 %. */
  format?: Format | undefined;
  /** An `Intl.NumberFormat` unit id (`celsius`, `byte-per-second`), else a suffix. For `duration`: of the value; default seconds. */
  unit?: string | undefined;
  /** ISO 4217, for `currency`; default: the unit, where it is such a code, else EUR. */
  currency?: string | undefined;
  /**
   * Fraction digits. Default: as many as the number needs, at most 2 (3 significant for bytes and bits), but at least two
   * significant digits below 1. More are written only if a percentage would otherwise read 0 or 100 % and is neither.
   */
  digits?: number | undefined;
  /**
   * Smallest difference between values, in their own unit, that must be visible in their texts: the step of an axis for its
   * ticks, the smallest distance of the values (`resolutionOf`) for a list. Default: differences below the usual digits vanish.
   */
  resolution?: number | undefined;
  notation?: 'standard' | 'compact' | undefined;
  prefix?: string | undefined;
  suffix?: string | undefined;
  /** BCP 47. Default `en`. */
  language?: string | undefined;
  /** IANA name. Default: the browser's. */
  timeZone?: string | undefined;
  /** What `relative` counts from, in ms since 1970. Default: this machine's clock. */
  nowMs?: number | undefined;
}

/** A part of a formatted value: the number, or the text around it. */
export interface Part {
  kind: 'value' | 'unit';
  text: string;
}

/** A formatted value, cut so that a big number can have a small unit. `text` is always the parts, joined. */
export interface Formatted {
  text: string;
  parts: Part[];
  /** There is no value: `text` is "—", to be read as "no value". */
  missing: boolean;
}

/** Returns the language to write in; English for an invalid tag. */
export function languageIn({ language = 'en' }: FormatOptions): string {
  return isAccepted('language', language, (name) => new Intl.Locale(name)) ? language : 'en';
}

/** Returns the time zone; the default for an unknown one, with one message on the console. */
export function timeZoneIn({ timeZone }: FormatOptions): string | undefined {
  const attempt = (name: string): unknown => new Intl.DateTimeFormat('en', { timeZone: name });
  return timeZone && isAccepted('timeZone', timeZone, attempt) ? timeZone : undefined;
}

/** Whole fraction digits, as far as `Intl` takes them. */
export function digitsIn({ digits }: FormatOptions): number | undefined {
  return digits !== undefined && digits >= 0 && digits <= 20 ? Math.trunc(digits) : undefined;
}

/** True for an `Intl.NumberFormat` unit id. */
export const isIntlUnit = (unit: string): boolean =>
  isAccepted('unit', unit, (name) => new Intl.NumberFormat('en', { style: 'unit', unit: name }));

const accepted = new Map<string, boolean>();

/** Whether `Intl` takes a name: `attempt` throws where it does not. */
function isAccepted(
  kind: 'language' | 'timeZone' | 'unit',
  name: string,
  attempt: (name: string) => unknown,
): boolean {
  const key = `${kind} ${name}`;
  const known = accepted.get(key);
  if (known !== undefined) return known;
  let accepts = true;
  try {
    attempt(name);
  } catch {
    accepts = false;
    if (kind === 'timeZone')
      console.error(`lp-kit: time-zone="${name}" is no IANA name such as Europe/Berlin`);
  }
  accepted.set(key, accepts);
  return accepts;
}

/** How one element writes its value; wins over its format attributes. */
export type Formatter = (value: unknown, context: FormatOptions) => string;
