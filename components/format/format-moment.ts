import type { FormatOptions } from './format-options.ts';
import { languageIn, timeZoneIn } from './format-options.ts';
import { dateFormat, relativeFormat } from './intl-cache.ts';

/** A date or a time of day; what is no moment is shown as it is. */
export function momentText(
  value: unknown,
  format: 'date' | 'time',
  options: FormatOptions,
): string {
  const moment = parseMomentMs(value);
  if (moment === undefined) return String(value);
  const style: Intl.DateTimeFormatOptions =
    format === 'date' ? { dateStyle: 'medium' } : { timeStyle: 'medium' };
  const timeZone = timeZoneIn(options);
  return dateFormat(languageIn(options), { ...style, ...(timeZone && { timeZone }) }).format(
    moment,
  );
}

/** "4 min. ago", "in 2 hr."; what is no moment is shown as it is. */
export function relativeText(value: unknown, options: FormatOptions): string {
  const moment = parseMomentMs(value);
  if (moment === undefined) return String(value);
  return ageText(moment - (options.nowMs ?? Date.now()), languageIn(options));
}

/** A distance in time (negative = past), in its largest unit. Seconds go in fives, so that ages do not flicker. */
export function ageText(deltaMs: number, language: string): string {
  const format = relativeFormat(language, { style: 'short', numeric: 'auto' });
  const seconds = deltaMs / 1000;
  const size = Math.abs(seconds);
  if (size < 60) return format.format(Math.trunc(seconds / 5) * 5, 'second');
  if (size < 3600) return format.format(Math.trunc(seconds / 60), 'minute');
  if (size < 86_400) return format.format(Math.trunc(seconds / 3600), 'hour');
  return format.format(Math.trunc(seconds / 86_400), 'day');
}

/** Milliseconds since 1970 of a number, a Date or an ISO 8601 text; undefined for anything else. */
export function parseMomentMs(value: unknown): number | undefined {
  if (value instanceof Date) return finite(value.getTime());
  if (typeof value === 'number') return Math.abs(value) <= 8.64e15 ? value : undefined;
  return typeof value === 'string' ? finite(Date.parse(value)) : undefined;
}

const finite = (ms: number): number | undefined => (Number.isNaN(ms) ? undefined : ms);
