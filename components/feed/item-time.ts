import { ageText } from '../element/format-moment.ts';
import { dateFormat } from '../element/intl-cache.ts';

export interface TimeOptions {
  mode: 'relative' | 'time';
  nowMs: number;
  language: string;
  timeZone?: string | undefined;
  /** With seconds. */
  seconds: boolean;
}

/**
 * A moment as a feed shows it: how long ago (in whole minutes, so that it stays calm), or the time of day, with the date
 * where it is not today's.
 */
export function itemTime(ts: number, options: TimeOptions): string {
  const { mode, nowMs, language } = options;
  if (mode === 'time') return clockTime(ts, options);
  const age = Math.max(0, nowMs - ts);
  return ageText(age < 60_000 ? 0 : -age, language);
}

/** The moment in full. */
export function fullTime(ts: number, language: string, timeZone?: string): string {
  const zone = timeZone ? { timeZone } : {};
  return dateFormat(language, { dateStyle: 'medium', timeStyle: 'medium', ...zone }).format(ts);
}

function clockTime(ts: number, { nowMs, language, timeZone, seconds }: TimeOptions): string {
  const zone = timeZone ? { timeZone } : {};
  const day = dateFormat(language, { dateStyle: 'short', ...zone });
  const time: Intl.DateTimeFormatOptions = { timeStyle: seconds ? 'medium' : 'short', ...zone };
  if (day.format(ts) === day.format(nowMs)) return dateFormat(language, time).format(ts);
  return dateFormat(language, { dateStyle: 'short', ...time }).format(ts);
}

/** Writes the text of all `<time>` below, where it differs: once a second, so nothing else is drawn. */
export function writeTimes(root: ParentNode, options: TimeOptions): void {
  for (const place of root.querySelectorAll('time')) {
    const ts = Date.parse(place.dateTime);
    const text = itemTime(ts, options);
    if (place.textContent === text) continue;
    place.textContent = text;
    place.title = fullTime(ts, options.language, options.timeZone);
  }
}
