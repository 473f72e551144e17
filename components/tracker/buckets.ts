import type { StateLevel } from '../data/states.ts';

/** Level of a bar: a level, `none` for a state without good or bad; undefined: nothing is known. */
export type BarLevel = Exclude<StateLevel, 'unknown'> | undefined;

/** The state at a time. */
export interface Check {
  t: number;
  /** Undefined: the publisher does not know it, or the payload cannot be read. */
  level: BarLevel;
  /** The state as text, where it has no level. */
  text?: string | undefined;
  /** The state in the publisher's or the page's word. */
  word?: string | undefined;
  /** The publisher's remark. */
  note?: string | undefined;
  /** Shape of a payload that cannot be read. */
  unread?: string | undefined;
}

/** A span of time and its worst known state. */
export interface Bucket {
  fromMs: number;
  toMs: number;
  level: BarLevel;
  /** Number of checks in it. */
  count: number;
  /** Of the worst check. */
  text: string | undefined;
  note: string | undefined;
  /** Shape of a payload in it that cannot be read. */
  unread: string | undefined;
  /** Share of good time in it, 0 to 1; undefined where no time is good or bad. */
  share?: number | undefined;
}

/** Options of `bucketsOf`. */
export interface BucketOptions {
  windowMs: number;
  /** Number of buckets. */
  buckets: number;
  /** Where the buckets begin, and where the last one ends, in ms: days of a time zone. Default: whole multiples of their length. */
  edges?: readonly number[] | undefined;
  nowMs: number;
  /** Until when a check can hold: while the connection is lost nothing is known. Default: now. */
  knownUntilMs?: number | undefined;
  /** Time that a check is valid, ms; Infinity = until the next one. */
  holdMs: number;
}

/** Levels, in ascending order of severity. */
const SEVERITY: BarLevel[] = [undefined, 'none', 'ok', 'warn', 'danger'];

/**
 * Returns the number of the bucket that contains a time. Buckets start at whole multiples, so that they do not move with
 * time.
 */
const bucketIndex = (atMs: number, windowMs: number, buckets: number): number =>
  Math.floor(atMs / (windowMs / buckets));

/**
 * Returns the last `buckets` spans of time, oldest first, each with the worst check that arrived or was still valid in it.
 */
export function bucketsOf(checks: readonly Check[], options: BucketOptions): Bucket[] {
  const edges = options.edges ?? multiples(options);
  const result = edges
    .slice(0, -1)
    .map((fromMs, n): Bucket => ({ ...EMPTY, fromMs, toMs: edges[n + 1] ?? fromMs }));
  const sorted = checks.toSorted((a, b) => a.t - b.t);
  for (const [n, check] of sorted.entries()) mark(result, check, sorted[n + 1]?.t, options);
  return result;
}

function multiples({ windowMs, buckets, nowMs }: BucketOptions): number[] {
  const first = bucketIndex(nowMs, windowMs, buckets) - buckets + 1;
  return Array.from({ length: buckets + 1 }, (_, n) => ((first + n) * windowMs) / buckets);
}

const EMPTY = { level: undefined, count: 0, text: undefined, note: undefined, unread: undefined };

function mark(
  buckets: Bucket[],
  check: Check,
  nextMs: number | undefined,
  { nowMs, knownUntilMs = nowMs, holdMs }: BucketOptions,
): void {
  const endMs = Math.min(nextMs ?? Infinity, check.t + holdMs, Math.max(knownUntilMs, check.t));
  const at = placeOf(buckets, check.t);
  const first = Math.max(0, at);
  const last = Math.max(at, endMs > check.t ? lastBefore(buckets, endMs) : at);
  for (const [n, bucket] of buckets.slice(first, Math.max(0, last + 1)).entries()) {
    if (first + n === at) bucket.count++;
    bucket.unread ??= check.unread;
    worsen(bucket, check);
  }
}

function worsen(
  bucket: Bucket,
  { level, text, note }: Pick<Check, 'level' | 'text' | 'note'>,
): void {
  if (!isWorse(level, bucket.level)) return;
  bucket.level = level;
  bucket.text = text;
  bucket.note = note;
}

/** Index of the bucket that contains a time: -1 before the first, their number after the last. */
function placeOf(buckets: readonly Bucket[], atMs: number): number {
  const firstMs = buckets[0]?.fromMs ?? 0;
  const count = buckets.length;
  const endMs = buckets.at(-1)?.toMs ?? firstMs;
  if (atMs < firstMs) return -1;
  if (atMs >= endMs) return count;
  // Buckets are of nearly the same length: days have 23 to 25 hours.
  let at = Math.min(count - 1, Math.floor(((atMs - firstMs) / (endMs - firstMs)) * count));
  while ((buckets[at]?.toMs ?? Infinity) <= atMs) at++;
  while ((buckets[at]?.fromMs ?? -Infinity) > atMs) at--;
  return at;
}

/** Index of the last bucket that begins before a time. */
function lastBefore(buckets: readonly Bucket[], endMs: number): number {
  if (endMs > (buckets.at(-1)?.toMs ?? 0)) return buckets.length - 1;
  const at = placeOf(buckets, endMs);
  return buckets[at] && buckets[at].fromMs < endMs ? at : at - 1;
}

/** Adds what the history knows to the buckets. A run longer than a bucket counts in the first one, and is shown in all. */
export function addPast(buckets: Bucket[], past: readonly Bucket[]): void {
  for (const run of past) {
    const { fromMs, toMs, count } = run;
    const first = buckets[placeOf(buckets, fromMs)];
    const isLong = toMs - fromMs > (first ? first.toMs - first.fromMs : 0);
    const at = placeOf(buckets, isLong ? fromMs : (fromMs + toMs) / 2);
    const last = isLong ? lastBefore(buckets, toMs) : at;
    for (const bucket of buckets.slice(Math.max(0, at), Math.max(0, last + 1))) worsen(bucket, run);
    const counted = buckets[at];
    if (counted) counted.count += count;
  }
}

const isWorse = (a: BarLevel, b: BarLevel): boolean => SEVERITY.indexOf(a) > SEVERITY.indexOf(b);
