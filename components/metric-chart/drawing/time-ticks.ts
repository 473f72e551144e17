import { offsetAt, offsetChange } from './time-zone.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 7, 14, 28].map((n) => n * DAY),
];

/** The smallest step (ms) of whole seconds, minutes, hours or days that gives a span at most `maxTicks` ticks. */
export function timeStep(spanMs: number, maxTicks: number): number {
  const least = spanMs / Math.max(1, maxTicks);
  return STEPS.find((step) => step >= least) ?? Math.ceil(least / (28 * DAY)) * 28 * DAY;
}

/**
 * Returns the instants (ms) within `[from, to]` at which a clock in `timeZone` shows a multiple of `stepMs`. Where clocks go
 * forward, the hour left out has no tick; where they go back, an hour shown twice gets both ticks, unless they would be
 * closer than half a step. A day whose midnight does not exist starts at its first instant.
 */
export function timeTicks(from: number, to: number, stepMs: number, timeZone: string): number[] {
  const ticks: number[] = [];
  let last = -Infinity;
  let at = from;
  while (at <= to) {
    const offset = offsetAt(at, timeZone);
    const tick = Math.ceil((at + offset) / stepMs) * stepMs - offset;
    const change = offsetChange(at, Math.min(tick, to), timeZone);
    const skippedMidnight = change === tick && stepMs >= DAY;
    if (change !== undefined && !skippedMidnight) {
      at = change;
      continue;
    }
    if (tick <= to && tick - last > stepMs / 2) ticks.push((last = tick));
    at = tick + 1;
  }
  return ticks;
}

/** Detail of a time as text. */
export type TimeDetail = 'second' | 'minute' | 'day' | 'full';

/** Returns the detail that labels of ticks `stepMs` apart need. */
export function timeDetail(stepMs: number): TimeDetail {
  if (stepMs < MINUTE) return 'second';
  return stepMs < DAY ? 'minute' : 'day';
}

/**
 * Returns the label of a tick in the viewer's language. The first instant of a day is written as its date, because a time
 * alone would hide the day. That instant is not always midnight: clocks in Cairo go from 23:59 to 01:00 once a year.
 */
export function tickLabel(t: number, stepMs: number, timeZone: string, locale: string): string {
  const dayOf = (at: number): number => Math.floor((at + offsetAt(at, timeZone)) / DAY);
  const isFirst = dayOf(t) !== dayOf(t - 1);
  return timeLabel(t, isFirst ? 'day' : timeDetail(stepMs), timeZone, locale);
}

/** Returns the label for a narrow chart: digits alone, without AM and PM. */
export function shortLabel(t: number, stepMs: number, timeZone: string, locale: string): string {
  const label = tickLabel(t, stepMs, timeZone, locale);
  return label.match(/\p{Nd}+[:.٫h]\p{Nd}+(?:[:.]\p{Nd}+)?/u)?.[0] ?? label;
}

const PARTS: Record<TimeDetail, Intl.DateTimeFormatOptions> = {
  second: { hour: 'numeric', minute: '2-digit', second: '2-digit' },
  minute: { hour: 'numeric', minute: '2-digit' },
  day: { month: 'short', day: 'numeric' },
  full: {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    second: '2-digit',
  },
};

/** Formatters take milliseconds to make and are cached: a page has few zones and languages. */
const formats = new Map<string, Intl.DateTimeFormat>();

/** Returns a time as text. @throws RangeError for an unknown zone or language */
export function timeLabel(t: number, detail: TimeDetail, timeZone: string, locale: string): string {
  const key = `${detail} ${timeZone} ${locale}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(locale, { ...PARTS[detail], timeZone });
    formats.set(key, format);
  }
  return format.format(t);
}
