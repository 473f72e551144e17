import type { FormatOptions } from './format-options.ts';
import { languageIn, timeZoneIn } from './format-options.ts';
import { dateFormat, relativeFormat } from './intl-cache.ts';

/** Returns a date or a time of day; anything else is returned as text. */
export function momentText(
  value: unknown,
  format: 'date' | 'time',
  options: FormatOptions,
): string {
  const moment = parseMomentMs(inMs(value, options));
  if (moment === undefined) return String(value);
  const timeZone = timeZoneIn(options);
  const style = { ...momentStyle(format, resolutionMs(options)), ...(timeZone && { timeZone }) };
  return dateFormat(languageIn(options), style).format(moment);
}

/** Returns the `Intl` style: for dates less than a day apart with the time of day, for times less than a second apart with fractions. */
function momentStyle(
  format: 'date' | 'time',
  resolution: number = Infinity,
): Intl.DateTimeFormatOptions {
  if (resolution < 1000)
    return { hour: 'numeric', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 };
  if (format === 'time') return { timeStyle: 'medium' };
  if (resolution >= DAY_MS) return { dateStyle: 'medium' };
  return { dateStyle: 'medium', timeStyle: resolution < 60_000 ? 'medium' : 'short' };
}

const DAY_MS = 86_400_000;

/** Returns "4 min. ago", "in 2 hr."; anything that is no time is returned as text. */
export function relativeText(value: unknown, options: FormatOptions): string {
  const moment = parseMomentMs(inMs(value, options));
  if (moment === undefined) return String(value);
  const deltaMs = moment - (options.nowMs ?? Date.now());
  const resolution = resolutionMs(options);
  if (resolution === undefined) return ageText(deltaMs, languageIn(options));
  const [unit, sizeMs] = UNITS.find(([, each]) => each <= resolution) ?? SECOND;
  const format = relativeFormat(languageIn(options), { style: 'short', numeric: 'auto' });
  return format.format(Math.round(deltaMs / sizeMs), unit);
}

/** A unit of time with its length in ms. */
type TimeUnit = readonly [name: 'day' | 'hour' | 'minute' | 'second', ms: number];

/** The smallest unit of `UNITS`. */
export const SECOND: TimeUnit = ['second', 1000];

/** Units of time, the longest first. */
export const UNITS: readonly TimeUnit[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  SECOND,
];

/** Returns a time for use within a sentence ("since 14:02"): the time of day, with the date where it is not today. */
export function momentName(ms: number, options: FormatOptions): string {
  const language = languageIn(options);
  const timeZone = timeZoneIn(options);
  const zone = timeZone ? { timeZone } : {};
  const day = dateFormat(language, { dateStyle: 'short', ...zone });
  const isToday = day.format(ms) === day.format(options.nowMs ?? Date.now());
  const date = isToday ? {} : ({ month: 'short', day: 'numeric' } as const);
  return dateFormat(language, { ...date, hour: 'numeric', minute: '2-digit', ...zone }).format(ms);
}

/** Returns a distance in time (negative = past) in its largest unit. Seconds are rounded to multiples of five, so that ages do not change constantly. */
export function ageText(deltaMs: number, language: string): string {
  const format = relativeFormat(language, { style: 'short', numeric: 'auto' });
  const [unit, sizeMs] = UNITS.find(([, each]) => Math.abs(deltaMs) >= each) ?? SECOND;
  const count = Math.trunc(deltaMs / sizeMs);
  if (unit === 'second') return format.format(Math.trunc(count / 5) * 5, unit);
  if (unit !== 'day' || Math.abs(count) < 60) return format.format(count, unit);
  if (Math.abs(count) < 365) return format.format(Math.trunc(count / 30.44), 'month');
  return format.format(Math.trunc(count / 365.25) || Math.sign(count), 'year');
}

/** Returns a number of seconds as ms. Prometheus and OpenTelemetry publish times as seconds since 1970, with the unit `second`. */
export const inMs = <T>(value: T, { unit }: FormatOptions): T | number =>
  typeof value === 'number' && unit === 'second' ? value * 1000 : value;

const resolutionMs = (options: FormatOptions): number | undefined =>
  inMs(options.resolution, options);

/**
 * Returns the milliseconds since 1970 of a number of them, a Date or an ISO 8601 text; undefined for anything else.
 */
export function parseMomentMs(value: unknown): number | undefined {
  if (value instanceof Date) return finite(value.getTime());
  if (typeof value === 'number') return Math.abs(value) <= 8.64e15 ? value : undefined;
  return typeof value === 'string' && isDay(value) ? finite(Date.parse(value)) : undefined;
}

/** Whether the day exists: Date.parse reads 2026-02-30 as 2 March. */
function isDay(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)/.exec(text.trim()) ?? [];
  if (day === undefined) return true;
  return Number(day) <= new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
}

const finite = (ms: number): number | undefined => (Number.isNaN(ms) ? undefined : ms);
