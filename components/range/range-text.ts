import type { CalendarSpan } from '../data/local-day.ts';
import type { TimeRange } from '../shared/range.ts';
import { MOST_MS, parseDurationMs } from '../shared/duration.ts';

/**
 * Parses a range in the notation of a page's URL: a window (`24h`), `today`, `week` or `month`, or two times with a slash between them
 * (ISO 8601, 4.4.4.1: `2026-05-01T08:00Z/2026-05-01T12:00Z`). undefined for anything else, and for times more than a thousand
 * years apart.
 */
export function parseRange(text: string | null): TimeRange | undefined {
  if (!text) return undefined;
  const [from = '', to] = text.split('/');
  if (to === undefined) {
    const calendar = CALENDAR.find((each) => each === from);
    if (calendar) return { calendar };
    const windowMs = parseDurationMs(from);
    return windowMs !== undefined && windowMs > 0 && Number.isFinite(windowMs)
      ? { windowMs }
      : undefined;
  }
  const [fromT, toT] = [Date.parse(from), Date.parse(to)];
  return fromT < toT && toT - fromT <= MOST_MS ? { fromT, toT } : undefined;
}

const CALENDAR: readonly CalendarSpan[] = ['today', 'week', 'month'];

const UNITS: readonly (readonly [unit: string, ms: number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
];

/** Returns a range in the notation of `parseRange`, with times in UTC. */
export function rangeText(range: TimeRange): string {
  if ('fromT' in range)
    return [range.fromT, range.toT].map((t) => new Date(t).toISOString()).join('/');
  if ('calendar' in range) return range.calendar;
  const [unit, ms] = UNITS.find(([, each]) => range.windowMs % each === 0) ?? ['ms', 1];
  return `${range.windowMs / ms}${unit}`;
}

const DAY_MS = 86_400_000;

/** Returns the start of a day, week or month at a time in ms; passed in, because that code is loaded only if it is needed. */
export type StartOf = (span: CalendarSpan, t: number) => number;

/** Returns the start and the end of a range. */
export function spanOf(range: TimeRange, now: number, startOf: StartOf | undefined): FixedRange {
  if ('fromT' in range) return range;
  if ('windowMs' in range) return { fromT: now - range.windowMs, toT: now };
  return { fromT: startOf?.(range.calendar, now) ?? now - DAY_MS, toT: now };
}

type FixedRange = Extract<TimeRange, { fromT: number }>;

/**
 * A range moved by its own length (`steps` −1: earlier); from the current day, week or month to the whole one before. It becomes a
 * span that stays. One that would end after `now` ends there.
 */
export function movedRange(
  range: TimeRange,
  steps: number,
  now: number,
  startOf: StartOf | undefined,
): FixedRange {
  const { fromT, toT } = spanOf(range, now, startOf);
  if ('calendar' in range && steps < 0 && startOf)
    return { fromT: startOf(range.calendar, fromT - 1), toT: fromT };
  const spanMs = toT - fromT;
  const end = Math.min(now, toT + spanMs * steps);
  return { fromT: end - spanMs, toT: end };
}

/** A time as a `datetime-local` field has it: on the browser's clock, to the minute. */
export function localText(t: number): string {
  const date = new Date(t);
  const two = (n: number): string => String(n).padStart(2, '0');
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}
