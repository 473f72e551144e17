import type { DataEntry } from '../data/held.ts';
import { numberIn } from '../data/number.ts';
import { isRecord, valueAt } from '../data/payload.ts';

/** A value at a time; null is a gap, which breaks the line. */
export interface Sample {
  t: number;
  value: number | null;
}

/**
 * Returns the samples of one number in a channel's history, in the order of time. A payload that is a list itself (`[3, 5]`,
 * Smashing's `[{x, y}]`) replaces the history: then `t` is its `x`, or its index.
 */
export function samplesOf(
  history: readonly DataEntry[],
  read: (entry: DataEntry) => unknown,
): Sample[] {
  const newest = history.at(-1);
  const value = newest && read(newest);
  if (Array.isArray(value)) return value.map(pointOf);
  return inTime(history.map((entry) => ({ t: entry.t, value: numberOf(read(entry)) })));
}

/**
 * Joins the means of a history with the newest sample that the page holds. Nothing of the history is later than that sample, nor
 * ahead of the server's clock: a value ahead of time is drawn once its time has come.
 */
export function withPast(past: readonly Sample[], own: readonly Sample[], nowMs: number): Sample[] {
  const endT = Math.min(nowMs, own.at(-1)?.t ?? nowMs);
  return [...past.filter(({ t }) => t < endT), ...own.slice(-1)];
}

/** Samples within a window, and the window itself. */
export interface Seen {
  samples: Sample[];
  fromT: number;
  toT: number;
  /** Time of the oldest sample, where the history does not reach back to the start of the window. */
  sinceT: number | undefined;
}

/**
 * Returns the course of data that a page set itself: the window ends with the newest of them, whenever that was, and the picture
 * begins with the first.
 */
export function ownCourse(samples: readonly Sample[], windowMs: number = Infinity): Seen {
  const toT = samples.at(-1)?.t ?? 0;
  const within = samples.filter(({ t }) => t >= toT - windowMs);
  return { samples: within, fromT: within[0]?.t ?? 0, toT, sinceT: undefined };
}

/** A history may begin late by this share of the window before that is shown. */
const LATE_BEGIN = 0.1;

/**
 * Returns the samples of the last `windowMs` before `nowMs`, the server's clock: the right edge is now, whatever the data.
 * The last sample before the window is included, so that the curve starts at the left edge.
 */
export function lastOf(samples: readonly Sample[], windowMs: number, nowMs: number): Seen {
  const fromT = nowMs - windowMs;
  const first = samples.findIndex(({ t }) => t >= fromT);
  const within = first < 0 ? samples.slice(-1) : samples.slice(Math.max(0, first - 1));
  const oldest = samples[0]?.t;
  const isShort = oldest !== undefined && oldest - fromT > windowMs * LATE_BEGIN;
  return { samples: within, fromT, toT: nowMs, sinceT: isShort ? oldest : undefined };
}

const LOOKED_AT = 33;
const STEPS = 4;

/**
 * Returns the time in ms without samples that breaks a curve where the channel has no `ttl`: four usual steps, the upper end
 * of the usual distances between the newest samples, as in charts; Infinity while fewer than three samples are known.
 */
export function usualGapMs(samples: readonly Sample[]): number {
  if (samples.length < 3) return Number.POSITIVE_INFINITY;
  const newest = samples.slice(-LOOKED_AT);
  const steps = newest.slice(1).map(({ t }, n) => t - (newest[n]?.t ?? t));
  return (steps.toSorted((a, b) => a - b)[Math.floor((steps.length - 1) * 0.9)] ?? 0) * STEPS;
}

/** Returns the number of a value in a curve (see data/number.ts); null for everything else. */
export const numberOf = (value: unknown): number | null => numberIn(value) ?? null;

function pointOf(point: unknown, place: number): Sample {
  if (!isRecord(point)) return { t: place, value: numberOf(point) };
  const t = numberOf(point['t'] ?? point['time'] ?? point['x']) ?? place;
  return { t, value: numberOf(valueAt(point, undefined, ['value', 'y', 'current'])) };
}

// Publishers may give times of their own, in any order.
function inTime(samples: Sample[]): Sample[] {
  const isSorted = samples.every(({ t }, n) => n === 0 || (samples[n - 1]?.t ?? t) <= t);
  return isSorted ? samples : samples.toSorted((a, b) => a.t - b.t);
}
