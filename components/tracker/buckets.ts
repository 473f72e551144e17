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
}

/** Options of `bucketsOf`. */
export interface BucketOptions {
  windowMs: number;
  /** Number of buckets. */
  buckets: number;
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
  const { windowMs, buckets, nowMs } = options;
  const sizeMs = windowMs / buckets;
  const first = bucketIndex(nowMs, windowMs, buckets) - buckets + 1;
  const result = Array.from({ length: buckets }, (_, n): Bucket => {
    const fromMs = (first + n) * sizeMs;
    return { ...EMPTY, fromMs, toMs: fromMs + sizeMs };
  });
  const sorted = checks.toSorted((a, b) => a.t - b.t);
  for (const [n, check] of sorted.entries()) mark(result, check, sorted[n + 1]?.t, options);
  return result;
}

const EMPTY = { level: undefined, count: 0, text: undefined, note: undefined, unread: undefined };

function mark(
  buckets: Bucket[],
  check: Check,
  nextMs: number | undefined,
  { nowMs, knownUntilMs = nowMs, holdMs }: BucketOptions,
): void {
  const firstMs = buckets[0]?.fromMs ?? 0;
  const sizeMs = (buckets[0]?.toMs ?? 1) - firstMs;
  const endMs = Math.min(nextMs ?? Infinity, check.t + holdMs, Math.max(knownUntilMs, check.t));
  const at = Math.floor((check.t - firstMs) / sizeMs);
  const last = Math.max(at, Math.ceil((endMs - firstMs) / sizeMs) - 1);
  for (const [n, bucket] of buckets.slice(Math.max(0, at), Math.max(0, last + 1)).entries()) {
    if (Math.max(0, at) + n === at) bucket.count++;
    bucket.unread ??= check.unread;
    if (!isWorse(check.level, bucket.level)) continue;
    bucket.level = check.level;
    bucket.text = check.text;
    bucket.note = check.note;
  }
}

const isWorse = (a: BarLevel, b: BarLevel): boolean => SEVERITY.indexOf(a) > SEVERITY.indexOf(b);
