import { durationText } from '../format/format-duration.ts';
import { ageText, SECOND, UNITS } from '../format/format-moment.ts';
import { dateFormat, numberFormat, relativeFormat } from '../format/intl-cache.ts';

/** How a time is written: relative to now, as time of day, as date, as both, as a duration, or the current time. */
export type TimeFormat = 'relative' | 'time' | 'date' | 'datetime' | 'duration' | 'clock';

/** The smallest unit written. */
export type Precision = 'second' | 'minute' | 'hour' | 'day';

/** What `lp-time` shows. */
export interface TimeView {
  format: TimeFormat;
  /** ms since 1970; `clock` needs none. */
  momentMs: number | undefined;
  nowMs: number;
  /** Default: `second` for `clock` and `duration`, `minute` for `time` and `datetime`; for `relative`, seconds in fives. */
  precision: Precision | undefined;
  hourCycle: 'h11' | 'h12' | 'h23' | 'h24' | undefined;
  language: string;
  /** IANA name; undefined = the browser's. */
  timeZone: string | undefined;
}

/** A time as text. */
export interface TimeText {
  text: string;
  /** For `<time datetime>`; changes only when `text` does. */
  iso: string;
}

/** Returns a time as text; undefined if there is none. */
export function timeText(view: TimeView): TimeText | undefined {
  const { format, nowMs } = view;
  const momentMs = format === 'clock' ? clockMs(view) : view.momentMs;
  if (momentMs === undefined) return undefined;
  const iso = new Date(momentMs).toISOString();
  if (format === 'relative') return { text: distance(momentMs - nowMs, view), iso };
  if (format === 'duration') {
    const text = length(Math.abs(nowMs - momentMs), view);
    return { text: momentMs > nowMs ? `\u2212${text}` : text, iso }; // still to come
  }
  return { text: dateFormat(view.language, dateOptions(view)).format(momentMs), iso };
}

/** The moment in full, for a tooltip. */
export const fullText = (momentMs: number, { language, timeZone }: TimeView): string =>
  dateFormat(language, {
    dateStyle: 'full',
    timeStyle: 'long',
    ...(timeZone && { timeZone }),
  }).format(momentMs);

/** Whether the text changes with time. */
export const isTicking = (format: TimeFormat): boolean =>
  format === 'relative' || format === 'duration' || format === 'clock';

// Whole units, so that nothing changes between two texts that are alike.
function clockMs({ nowMs, precision = 'second' }: TimeView): number {
  const unitMs = precision === 'second' ? 1000 : 60_000;
  return Math.floor(nowMs / unitMs) * unitMs;
}

function dateOptions(view: TimeView): Intl.DateTimeFormatOptions {
  const { format, timeZone, hourCycle } = view;
  const precision = view.precision ?? (format === 'clock' ? 'second' : 'minute');
  const options: Intl.DateTimeFormatOptions = { ...(timeZone && { timeZone }) };
  if (format !== 'time' && format !== 'clock') options.dateStyle = 'medium';
  if (format === 'date' || (format === 'datetime' && precision === 'day')) return options;
  options.timeStyle = precision === 'second' ? 'medium' : 'short';
  return hourCycle ? { ...options, hourCycle } : options;
}

function distance(deltaMs: number, { precision, language }: TimeView): string {
  if (!precision) return ageText(deltaMs, language);
  const [unit, sizeMs] =
    UNITS.find(([each, eachMs]) => each === precision || Math.abs(deltaMs) >= eachMs) ?? SECOND;
  const format = relativeFormat(language, { style: 'short', numeric: 'auto' });
  return format.format(Math.trunc(deltaMs / sizeMs), unit);
}

function length(spanMs: number, { precision = 'second', language }: TimeView): string {
  const [, sizeMs] = UNITS.find(([unit]) => unit === precision) ?? SECOND;
  const wholeMs = Math.floor(spanMs / sizeMs) * sizeMs;
  if (wholeMs > 0) return durationText(wholeMs / 1000, { language });
  const unit = { style: 'unit', unit: precision, unitDisplay: 'narrow' } as const;
  return numberFormat(language, unit).format(0);
}
