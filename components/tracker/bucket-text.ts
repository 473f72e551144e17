import { formatValue } from '../format/format.ts';
import { durationText } from '../format/format-duration.ts';
import { dateFormat } from '../format/intl-cache.ts';
import type { Words } from '../locale/messages.ts';
import type { Span } from './lane-reader.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** How the time of a bar is written. */
export interface TimeOptions {
  windowMs: number;
  /** Of one bucket. */
  sizeMs: number;
  language: string;
  timeZone: string | undefined;
}

/** Returns a time for the axis: as exact as the buckets are, with the date where the window is longer than a day. */
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

/** A length of time in its two largest units, without seconds from a minute on: `8h 6m`, `48m`, `12s`. */
export function spanText(ms: number, language: string): string {
  const sizeMs = ms < 60_000 ? 1000 : 60_000;
  return durationText((Math.floor(ms / sizeMs) * sizeMs) / 1000, { language });
}

/** Returns a bucket as text: its time, its worst state, the share of good time, and the number of checks. */
export function bucketText(
  bucket: Span,
  words: Words,
  time: TimeOptions,
  goodWord = '',
): { period: string; level: string; details: string[]; whole: string } {
  const { toMs, count, note, unread, share } = bucket;
  const period = periodText(bucket, words, time);
  const level = levelText(bucket, words);
  // Of a minute, a share says nothing.
  const isMixed = time.sizeMs >= HOUR_MS && share !== undefined && share > 0 && share < 1;
  const isTold = unread === undefined || bucket.level === undefined; // then the level already says so
  const details = [
    ...('startMs' in bucket ? [spanText(toMs - bucket.startMs, time.language)] : []),
    ...(isMixed ? [`${shareText(share, time.language)} ${goodWord}`.trim()] : []),
    ...(count > 0 && !('startMs' in bucket) ? [words.trackerCounts(count)] : []),
    ...(note ? [note] : []),
    ...(isTold ? [] : [words.cannotRead(unread)]),
  ];
  return { period, level, details, whole: words.listed([period, level, ...details]) };
}

/** Of a bar of a day, its date; else its start and end. */
function periodText({ fromMs, toMs }: Span, words: Words, time: TimeOptions): string {
  const { language, timeZone, sizeMs } = time;
  if (sizeMs !== DAY_MS) return words.trackerPeriod(axisTime(fromMs, time), axisTime(toMs, time));
  const zone = timeZone ? { timeZone } : {};
  const day = { weekday: 'short', month: 'short', day: 'numeric' } as const;
  return dateFormat(language, { ...day, ...zone }).format((fromMs + toMs) / 2);
}

/** Returns a share as a percentage with two digits. What is not all or nothing is never written as that. */
export function shareText(share: number, language: string): string {
  const digits = share === 1 || share === 0 ? 0 : 2;
  return formatValue(share, { format: 'percent', digits, language });
}

function levelText({ level, text, unread }: Span, words: Words): string {
  if (level === 'none') return text || words.trackerNeutral;
  if (level)
    return text && text.toLowerCase() !== level ? `${words[level]}: ${text}` : words[level];
  return unread === undefined ? words.trackerNone : words.cannotRead(unread);
}
