import { ageText } from '../format/format-moment.ts';
import { dateFormat } from '../format/intl-cache.ts';

/** How the time of an item is written. */
export interface TimeOptions {
  mode: 'relative' | 'time';
  nowMs: number;
  language: string;
  timeZone?: string | undefined;
  /** With seconds. */
  seconds: boolean;
}

/** With two digits, so that the lines of a log align. */
const COLUMN = { hour: '2-digit', minute: '2-digit', second: '2-digit' } as const;

/**
 * Returns a function that writes times as a feed shows them: the age (in whole minutes, so that it changes seldom), or the
 * time of day, with the date where it is not today. Valid for `nowMs`: create a new one for another time.
 */
export function itemTimes(options: TimeOptions): (ts: number) => string {
  const { mode, nowMs, language, timeZone, seconds } = options;
  if (mode === 'relative') return (ts) => ageText(nowMs - ts < 60_000 ? 0 : ts - nowMs, language);
  const zone = timeZone ? { timeZone } : {};
  const day = dateFormat(language, { dateStyle: 'short', ...zone });
  const timeStyle = seconds ? 'medium' : 'short';
  const today = day.format(nowMs);
  const onToday = dateFormat(language, { ...(seconds ? COLUMN : { timeStyle }), ...zone });
  const onOther = dateFormat(language, { dateStyle: 'short', timeStyle, ...zone });
  return (ts) => (day.format(ts) === today ? onToday : onOther).format(ts);
}

/** Writes the text of all `<time>` elements below `root` where it differs: called once a second instead of an update. */
export function writeTimes(root: ParentNode, options: TimeOptions): void {
  const { language, timeZone } = options;
  const textOf = itemTimes(options);
  const zone = timeZone ? { timeZone } : {};
  const full = dateFormat(language, { dateStyle: 'medium', timeStyle: 'medium', ...zone });
  for (const place of root.querySelectorAll('time')) {
    const ts = Date.parse(place.dateTime);
    const text = textOf(ts);
    if (place.textContent === text) continue;
    place.textContent = text;
    place.title = full.format(ts);
  }
}
