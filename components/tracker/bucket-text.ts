import { dateFormat } from '../format/intl-cache.ts';
import type { Words } from '../locale/messages.ts';
import type { Bucket } from './buckets.ts';

const DAY_MS = 86_400_000;

/** How the time of a bar is written. */
export interface TimeOptions {
  windowMs: number;
  /** Of one bucket. */
  sizeMs: number;
  language: string;
  timeZone: string | undefined;
}

/** A time on the axis: as exact as the buckets are, with the date where the window is longer than a day. */
export function axisTime(
  atMs: number,
  { windowMs, sizeMs, language, timeZone }: TimeOptions,
): string {
  const exact = sizeMs < 60_000 ? 'medium' : 'short';
  const day: Intl.DateTimeFormatOptions =
    windowMs > DAY_MS ? { month: 'short', day: 'numeric' } : {};
  const zone = timeZone ? { timeZone } : {};
  if (windowMs <= DAY_MS) return dateFormat(language, { timeStyle: exact, ...zone }).format(atMs);
  const time: Intl.DateTimeFormatOptions =
    sizeMs < DAY_MS ? { hour: 'numeric', minute: '2-digit' } : {};
  return dateFormat(language, { ...day, ...time, ...zone }).format(atMs);
}

/** A bucket in words: its time, the worst of it, and from how much that is known. */
export function bucketText(
  bucket: Bucket,
  words: Words,
  time: TimeOptions,
): { period: string; level: string; details: string[]; whole: string } {
  const { fromMs, toMs, count, note, unread } = bucket;
  const period = words.trackerPeriod(axisTime(fromMs, time), axisTime(toMs, time));
  const level = levelText(bucket, words);
  const isTold = unread === undefined || bucket.level === undefined; // then the level says so already
  const details = [
    ...(count > 0 ? [words.trackerCounts(count)] : []),
    ...(note ? [note] : []),
    ...(isTold ? [] : [words.cannotRead(unread)]),
  ];
  return { period, level, details, whole: words.listed([period, level, ...details]) };
}

function levelText({ level, text, unread }: Bucket, words: Words): string {
  if (level === 'none') return text || words.trackerNeutral;
  if (level)
    return text && text.toLowerCase() !== level ? `${words[level]}: ${text}` : words[level];
  return unread === undefined ? words.trackerNone : words.cannotRead(unread);
}
