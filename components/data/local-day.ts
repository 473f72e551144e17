const DAY = 86_400_000;

// Does not use the cache of components/format: a module shared by this lazily loaded code and its page would be one more file.
const formats = new Map<string, Intl.DateTimeFormat>();
const FIELDS = {
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
  hourCycle: 'h23',
} as const;

/** Returns how far clocks in a time zone are ahead of UTC, in ms. @throws RangeError for an unknown zone */
function offsetAt(t: number, timeZone: string | undefined): number {
  const key = timeZone ?? '';
  const format = formats.get(key) ?? new Intl.DateTimeFormat('en-US', { ...FIELDS, timeZone });
  formats.set(key, format);
  const parts = new Map(format.formatToParts(t).map(({ type, value }) => [type, Number(value)]));
  const of = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0;
  const wall = Date.UTC(
    of('year'),
    of('month') - 1,
    of('day'),
    of('hour'),
    of('minute'),
    of('second'),
  );
  return wall - Math.floor(t / 1_000) * 1_000;
}

/** Returns the time at which a day of the calendar begins. `day`: midnight of that date in UTC, ms. */
function dayStart(day: number, timeZone: string | undefined): number {
  const guess = day - offsetAt(day, timeZone);
  return day - offsetAt(guess, timeZone);
}

/** The current day, week or month. */
export type CalendarSpan = 'today' | 'week' | 'month';

/** Options of `calendarStart`. */
export interface LocalDayOptions {
  /** IANA name. Default: the browser's own. */
  timeZone?: string | undefined;
  /** BCP 47: decides on which day a week begins. Default: Monday. */
  language?: string | undefined;
}

/**
 * Returns the start, in ms, of the day, week or month that contains `t`, by the clocks of a time zone. Correct also where clocks
 * change: such a day has 23 or 25 hours.
 */
export function calendarStart(
  span: CalendarSpan,
  t: number,
  { timeZone, language }: LocalDayOptions = {},
): number {
  const day = Math.floor((t + offsetAt(t, timeZone)) / DAY) * DAY;
  const date = new Date(day);
  if (span === 'today') return dayStart(day, timeZone);
  if (span === 'month') return dayStart(day - (date.getUTCDate() - 1) * DAY, timeZone);
  const since = (date.getUTCDay() - firstDay(language) + 7) % 7;
  return dayStart(day - since * DAY, timeZone);
}

/** First day of the week: 0 = Sunday. */
function firstDay(language: string | undefined): number {
  try {
    const locale = new Intl.Locale(language ?? 'de') as Intl.Locale & {
      getWeekInfo?: () => { firstDay: number };
      weekInfo?: { firstDay: number };
    };
    const info = locale.getWeekInfo?.() ?? locale.weekInfo;
    return (info?.firstDay ?? 1) % 7;
  } catch {
    return 1;
  }
}
