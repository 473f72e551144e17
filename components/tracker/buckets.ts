import type { Level, Limits } from '../data/levels.ts';
import { levelOf, levelOfWord, statedLevel } from '../data/levels.ts';
import { isMissing } from '../format/format.ts';

/** What was found at a time. Without a level it is not known whether that was good. */
export interface Check {
  t: number;
  level: Level | undefined;
  /** What the publisher says of it. */
  note?: string | undefined;
}

/** A span of time and the worst that was known of it. */
export interface Bucket {
  fromMs: number;
  toMs: number;
  /** undefined = nothing is known of this time. */
  level: Level | undefined;
  /** Checks that came in it. */
  count: number;
  /** Of the worst check. */
  note: string | undefined;
}

export interface BucketOptions {
  windowMs: number;
  /** How many. */
  buckets: number;
  nowMs: number;
  /** Until when a check can hold: while the connection is lost nothing is known. Default: now. */
  knownUntilMs?: number | undefined;
  /** A check says something of so long; Infinity = until the next one. */
  holdMs: number;
}

const SEVERITY: (Level | undefined)[] = [undefined, 'ok', 'warn', 'danger'];

/** Words of monitors, beside those of levels. */
const WORDS = new Map<string, Level>([
  ['up', 'ok'],
  ['down', 'danger'],
  ['degraded', 'warn'],
  ['pending', 'warn'],
  ['maintenance', 'warn'],
]);

/** The level of one payload: stated, else by limits; true and false are up and down. No value has none. */
export function checkLevel(payload: unknown, value: unknown, limits: Limits): Level | undefined {
  const stated = statedLevel(payload);
  if (stated) return stated;
  if (isMissing(value)) return undefined;
  if (typeof value === 'boolean') return value ? 'ok' : 'danger';
  if (typeof value === 'string') return levelOfWord(value) ?? WORDS.get(value.trim().toLowerCase());
  return levelOf(value, limits);
}

/** The number of the bucket that a moment falls into. Buckets stand still while time goes on: they start at whole multiples. */
export const bucketIndex = (atMs: number, windowMs: number, buckets: number): number =>
  Math.floor(atMs / (windowMs / buckets));

/** The last `buckets` spans of time, oldest first, each as bad as the worst check that came or still held in it. */
export function bucketsOf(checks: readonly Check[], options: BucketOptions): Bucket[] {
  const { windowMs, buckets, nowMs } = options;
  const sizeMs = windowMs / buckets;
  const first = bucketIndex(nowMs, windowMs, buckets) - buckets + 1;
  const result = Array.from({ length: buckets }, (_, n): Bucket => {
    const fromMs = (first + n) * sizeMs;
    return { fromMs, toMs: fromMs + sizeMs, level: undefined, count: 0, note: undefined };
  });
  const sorted = checks.toSorted((a, b) => a.t - b.t);
  for (const [n, check] of sorted.entries()) mark(result, check, sorted[n + 1]?.t, options);
  return result;
}

/** How many buckets have which level; `none` = nothing known. */
export function tally(buckets: readonly Bucket[]): Record<Level | 'none', number> {
  const counts = { ok: 0, warn: 0, danger: 0, none: 0 };
  for (const { level } of buckets) counts[level ?? 'none']++;
  return counts;
}

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
    if (!isWorse(check.level, bucket.level)) continue;
    bucket.level = check.level;
    bucket.note = check.note;
  }
}

const isWorse = (a: Level | undefined, b: Level | undefined): boolean =>
  SEVERITY.indexOf(a) > SEVERITY.indexOf(b);
