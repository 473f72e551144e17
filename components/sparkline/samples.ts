import type { DataEntry } from '../data/held.ts';
import { numberIn } from '../data/number.ts';
import { isRecord, valueAt } from '../data/payload.ts';

/** A value at a time; null where there was none, which breaks the line. */
export interface Sample {
  t: number;
  value: number | null;
}

/**
 * What a channel's history holds of one number, in the order of time. A payload that is a list itself (`[3, 5]`, Smashing's
 * `[{x, y}]`) stands for all: then `t` is its `x`, or its place.
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

/** The samples of the last `windowMs`, counted from the newest. */
export function lastOf(samples: readonly Sample[], windowMs: number): Sample[] {
  const newest = samples.at(-1);
  if (!newest) return [];
  return samples.filter(({ t }) => t >= newest.t - windowMs);
}

/** Returns the number that a value stands for in a curve (see data/number.ts); null for all else. */
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
