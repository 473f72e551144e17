import { CURRENT_TAIL } from '../../data/held.ts';
import { numberAt } from '../../data/number.ts';
import type { Sample } from './chart-data.ts';

/** An entry of a channel: a sample with its version. */
export type VersionedSample = Sample & { v: number };

/** Number of samples and gaps of one field of a key in a history. */
export interface SeriesCount {
  /** Path of the field; undefined = the payload's own value. */
  field: string | undefined;
  key: string | undefined;
  count: number;
}

/** A key with fewer entries than this has lost none, because a channel that retains fewer keeps no history. */
const LEAST_RETAINED = 100;
/** Number of entries kept while no history is requested. */
const MOST_REMEMBERED = 2_000;

/**
 * The newest entries of a channel, with which its history is joined: those that the history does not contain are added to it. It
 * also computes the time from which on the received samples are complete.
 */
export class RecentEntries {
  entries: VersionedSample[] = [];
  /** Version after which `entries` is complete. */
  after = 0;
  /** Highest version seen. */
  newest = 0;
  /** Time in ms from which on the samples are complete; -Infinity: from the beginning of the channel. */
  wholeFrom: number = -Infinity;
  /** Time in ms that all retained entries would reach back to, by their usual distance; undefined if all were received. */
  reachFrom: number | undefined;
  /** Maximum number of entries per key that the page can receive. */
  #retain = 0;

  /** Replaces all. `tail`: entries per key that were requested; undefined = all. `retain`: entries that the server keeps per key. */
  reset(entries: readonly VersionedSample[], tail: number | undefined, retain: number): void {
    const cut = cutKeys(entries, tail);
    this.#retain = retain;
    this.entries = [...entries];
    this.newest = entries.reduce((v, entry) => Math.max(v, entry.v), 0);
    this.wholeFrom = Math.max(-Infinity, ...cut.map(startOf));
    this.after = cutAfter(entries, tail);
    this.reachFrom = cut.length === 0 ? undefined : Math.max(...cut.map(reachOf(retain)));
  }

  add(entries: readonly VersionedSample[]): void {
    for (const entry of entries) {
      this.entries.push(entry);
      this.newest = Math.max(this.newest, entry.v);
    }
  }

  /**
   * Returns the new ones of `entries`, if they continue the held ones without a gap: the client passes on a channel again
   * when another widget subscribes to it. Returns undefined if there may be a gap, or if they belong to another history.
   */
  continuation(
    entries: readonly VersionedSample[],
    tail: number | undefined,
  ): VersionedSample[] | undefined {
    const held = new Map(this.entries.map((entry) => [entry.v, entry]));
    const both = entries.filter(({ v }) => held.has(v));
    const isSame = both.every(({ v, t, k }) => held.get(v)?.t === t && held.get(v)?.k === k);
    if (!isSame || both.length === 0 || cutAfter(entries, tail) > this.newest) return undefined;
    return entries.filter(({ v }) => v > this.newest);
  }

  /**
   * Notes a history of the channel from its beginning, by the number of samples in each of its series. If all of them were
   * received, the samples are complete; if all are retained, they may be requested.
   */
  compare(series: readonly SeriesCount[], cursorVersion: number): void {
    const isHeld = ({ field, key, count }: SeriesCount): boolean => {
      const has = ({ d, k, v }: VersionedSample): boolean =>
        k === key && v <= cursorVersion && numberAt(d, field) !== undefined;
      return this.entries.filter(has).length >= count;
    };
    const known = new Set(series.map(({ key = '' }) => key));
    const isKnown = [...byKey(this.entries)].every(
      ([key, own]) => own.length < CURRENT_TAIL || known.has(key),
    );
    if (!isKnown) return;
    if (series.every(isHeld)) this.wholeFrom = -Infinity;
    else if (series.every(({ count }) => count <= 0.9 * this.#retain)) this.reachFrom = -Infinity;
  }

  /** Drops the oldest entries beyond 2,000. Do not call it while a history is requested. */
  trim(): void {
    const surplus = this.entries.length - MOST_REMEMBERED;
    if (surplus < MOST_REMEMBERED / 2) return;
    const gone = this.entries.splice(0, surplus);
    this.after = gone.reduce((v, entry) => Math.max(v, entry.v), this.after);
  }
}

/** Returns the entries of those keys that may have more than were received. */
function cutKeys(
  entries: readonly VersionedSample[],
  tail: number | undefined,
): VersionedSample[][] {
  const most = Math.min(tail ?? Infinity, LEAST_RETAINED);
  return [...byKey(entries).values()].filter((own) => own.length >= most);
}

/** Returns the version after which no entry is missing. */
const cutAfter = (entries: readonly VersionedSample[], tail: number | undefined): number =>
  Math.max(0, ...cutKeys(entries, tail).map((own) => Math.min(...own.map(({ v }) => v)) - 1));

function byKey(entries: readonly VersionedSample[]): Map<string, VersionedSample[]> {
  const keys = new Map<string, VersionedSample[]>();
  for (const entry of entries) {
    const own = keys.get(entry.k ?? '');
    if (own) own.push(entry);
    else keys.set(entry.k ?? '', [entry]);
  }
  return keys;
}

/** Returns the time in ms at which the entries of a key begin: the median of the first five, since one may be a late sample. */
function startOf(own: readonly VersionedSample[]): number {
  const first = own.slice(0, 5).map(({ t }) => t);
  return first.sort((a, b) => a - b)[Math.floor(first.length / 2)] ?? -Infinity;
}

/** Returns the time in ms that the `retain` newest entries of a key reach back to, by the median distance of those received. */
const reachOf =
  (retain: number) =>
  (own: readonly VersionedSample[]): number => {
    const times = own.map(({ t }) => t).sort((a, b) => a - b);
    const steps = times.slice(1).map((t, i) => t - (times[i] ?? t));
    const usual = steps.sort((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
    return (times.at(-1) ?? 0) - usual * retain * 0.9;
  };
