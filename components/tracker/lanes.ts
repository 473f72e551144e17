import { NO_VALUE } from '../format/format.ts';
import { isOwnValue } from '../data/value-meta.ts';
import type { LimitAttributes } from '../element/limits.ts';
import type { RowData } from '../row/row-channels.ts';
import type { RowSpec } from '../row/row-spec.ts';
import { limitsOfRow } from '../row/row-spec.ts';
import { staleAfterMs } from '../data/data-status.ts';
import type { DataEntry } from '../data/held.ts';
import { seriesNames } from '../data/keys.ts';
import type { Limits } from '../data/levels.ts';
import { readState } from '../data/levels.ts';
import { plainNumber } from '../data/number.ts';
import { isRecord, shapeOf, valueAt } from '../data/payload.ts';
import type { State } from '../data/states.ts';
import { ownWords } from '../data/states.ts';
import type { BarLevel, BucketOptions, Check } from './buckets.ts';
import { addPast, bucketsOf } from './buckets.ts';
import type { Span } from './lane-reader.ts';
import type { Course, Run } from './runs.ts';
import { courseOf, shareWithin, withPastRuns } from './runs.ts';

/** One series as it is drawn. */
export interface Lane {
  key: string;
  /** Name for people; '' where the channel has only one series. */
  name: string;
  /** Bars of equal length, or on a time line the stretches of its states. */
  spans: readonly Span[];
  /** The current level; undefined if it is unknown. */
  level: BarLevel;
  /** Its states, and since when the current one has lasted. */
  course: Course;
}

/** Options of `lanesOf`. */
export interface LaneOptions extends Omit<BucketOptions, 'holdMs'> {
  /** Draws stretches of one state instead of bars. */
  isTimeline: boolean;
  limits: Limits;
  /** `stale-after` in ms, where the page sets it. */
  staleAfterMs: number | undefined;
  /** Of the channel, in seconds. */
  ttl: unknown;
  /** Returns what may state the level of an entry, and its value. */
  read: (entry: DataEntry) => { payload: unknown; value: unknown };
  /** Returns what the channel's history knows of a lane beyond its entries, oldest first. */
  past?: ((source: PastSource) => readonly Run[]) | undefined;
}

/** The lane whose history is wanted. */
export interface PastSource {
  /** Undefined: those of the element. */
  row: RowSpec | undefined;
  /** Key of the series; of a row undefined, as its entries have their keys. */
  key: string | undefined;
  entries: readonly DataEntry[];
  limits: Limits;
  /** Time that a check is valid, ms. */
  holdMs: number;
}

/** The checks of a channel, by key, each in the order of time. */
export interface KeyedChecks {
  readonly keys: string[];
  of(key: string): readonly DataEntry[];
}

/** Returns a lane for each key of a channel: checks of one series never count for another. */
export function lanesOf(series: KeyedChecks, options: LaneOptions): Lane[] {
  const { keys } = series;
  const names = keys.length > 1 ? seriesNames(keys) : undefined;
  const nameOf = (key: string): string => (names ? names.get(key) || NO_VALUE : '');
  return keys.map((key) => laneOf({ key, name: nameOf(key) }, series.of(key), options));
}

/** Returns the lane of an `<lp-row>`, number `n` of the element `around` it. */
export function laneOfRow(
  { spec, meta, entries }: RowData,
  n: number,
  options: Omit<LaneOptions, 'limits' | 'ttl' | 'read'> & { around: LimitAttributes },
): Lane {
  const name = spec.label ?? (typeof meta.label === 'string' ? meta.label : (spec.channel ?? ''));
  return laneOf({ key: `row ${n}`, name, row: spec }, entries, {
    ...options,
    limits: limitsOfRow(spec, options.around, meta),
    ttl: meta.ttl,
    read: (entry) => {
      const value = valueAt(entry.d, spec.field);
      return { payload: isOwnValue(spec.field) ? entry.d : value, value };
    },
  });
}

function laneOf(
  { key, name, row }: Pick<Lane, 'key' | 'name'> & { row?: RowSpec },
  entries: readonly DataEntry[],
  options: LaneOptions,
): Lane {
  const checks = entries.map((entry) => checkOf(entry, options));
  const ownMs = staleAfterMs(options.staleAfterMs, options.ttl);
  const isGiven = options.staleAfterMs !== undefined || Number.isFinite(ownMs);
  const holdMs = isGiven ? ownMs : usualHoldMs(checks.map(({ t }) => t));
  const last = checks.at(-1);
  const holds = last !== undefined && options.nowMs <= last.t + holdMs;
  const source = { row, key: row ? undefined : key, entries, limits: options.limits, holdMs };
  const past = options.past?.(source) ?? [];
  const own = courseOf(checks, { ...options, holdMs });
  const course = withPastRuns(own, past);
  const level = holds ? last.level : undefined;
  if (options.isTimeline) return { key, name, spans: course.runs, level, course };
  const spans = bucketsOf(checks, { ...options, holdMs });
  addPast(spans, past);
  const runs = [...past, ...own.runs];
  for (const bar of spans) bar.share = shareWithin(runs, bar.fromMs, bar.toMs);
  return { key, name, spans, level, course };
}

/** Reads an entry as a check. A payload that is not understood is reported by its shape, and counts as unknown. */
export function checkOf(
  entry: DataEntry,
  {
    limits,
    read,
    isTimeline = false,
  }: Pick<LaneOptions, 'limits' | 'read'> & { isTimeline?: boolean },
): Check {
  const { payload, value } = read(entry);
  const state = readState(payload, value, limits) ?? (isTimeline ? anyState(value) : undefined);
  const note = noteOf(payload);
  const known = { t: entry.t, note };
  const isLacking = value === undefined && payload === undefined; // it has no such field
  if (!state || isLacking)
    return { ...known, level: undefined, unread: shapeOf(value ?? payload ?? entry.d) };
  if (state.level === 'unknown') return { ...known, level: undefined };
  const text = textOf(state, value, limits);
  return { ...known, level: state.level, text, word: text ?? state.text };
}

/** Maximum length of a word that is a state: a longer text is a message. */
const LONGEST_WORD = 40;

/** On a time line each word is a state, which is good or bad only if `states` says so. */
const anyState = (value: unknown): State | undefined =>
  typeof value === 'string' && value.trim() !== '' && value.length <= LONGEST_WORD
    ? { level: 'none', text: value.trim() }
    : undefined;

/** Returns the text beside the level: the word of `states`; without a level, the state itself. */
function textOf({ level, text }: State, value: unknown, { states }: Limits): string | undefined {
  const own = ownWords(value, states);
  if (own !== undefined || level !== 'none') return own;
  return text || (plainNumber(value) === undefined ? undefined : String(value).trim());
}

function noteOf(payload: unknown): string | undefined {
  const text = isRecord(payload) ? (payload['message'] ?? payload['text']) : undefined;
  return typeof text === 'string' && text !== '' ? text : undefined;
}

/** Returns the shape of a payload that cannot be read, if no bar of any lane could be read; otherwise undefined. */
export function unreadOf(lanes: readonly Lane[]): string | undefined {
  const spans = lanes.flatMap((lane) => lane.spans);
  if (spans.some(({ level }) => level !== undefined)) return undefined;
  return spans.findLast(({ unread }) => unread !== undefined)?.unread;
}

/** Number of the newest steps that the usual step is computed from. */
const LOOKED_AT = 20;
/** An entry is valid for this many usual steps. */
const STEPS = 4;
/** Least time in ms that an entry is valid: entries that come in a burst do not make the state unknown a moment later. */
const LEAST_MS = 10_000;
/** Time in ms that an entry is valid while there are fewer than three, whose step is unknown. */
const UNTIL_KNOWN_MS = 600_000;

/**
 * Returns the time in ms that an entry is valid in a channel without a `ttl`: four usual steps (the median of the last 20), at least 10 s, or
 * ten minutes while there are fewer than three entries. `times` are in ms, ascending. After that time the state is unknown.
 */
export function usualHoldMs(times: readonly number[]): number {
  if (times.length < 3) return UNTIL_KNOWN_MS;
  const newest = times.slice(-LOOKED_AT - 1);
  const steps = newest.slice(1).map((t, n) => t - (newest[n] as number));
  const median = steps.toSorted((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
  return median > 0 ? Math.max(LEAST_MS, median * STEPS) : UNTIL_KNOWN_MS;
}
