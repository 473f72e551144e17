import type { HistoryAnswer, HistorySeries } from '../client/index.ts';
import type { DataEntry } from '../data/held.ts';
import type { Limits } from '../data/levels.ts';
import { levelOf } from '../data/levels.ts';
import { isRecord, valueAt } from '../data/payload.ts';
import { ownWords, stateOf } from '../data/states.ts';
import type { BarLevel } from './buckets.ts';
import type { Run, RunPart } from './runs.ts';

/** Fields whose words are counted; the first of them that states something is the state, as in an entry. */
const WORD_FIELDS = ['status', 'level', 'state', 'value', 'current', 'text'];
/** Fields that state something before the value does. */
const STATE_FIELDS = ['status', 'level', 'state'];
/** Fields that hold the value of a payload, if the page names none. */
const VALUE_FIELDS = ['value', 'current'];
const ORDER: readonly BarLevel[] = [undefined, 'none', 'ok', 'warn', 'danger'];

/** Options for reading the history of one lane. Times in ms. */
export interface PastRunOptions {
  /** Field of the lane; undefined: the payload's own state or value. */
  field: string | undefined;
  limits: Limits;
  /** Start of the window. */
  fromMs: number;
  /** Time that a check is valid; Infinity = until the next one. */
  holdMs: number;
  /** The entries that the page holds of the lane, in the order of time. They are distinguished from the history by version. */
  entries: readonly DataEntry[];
}

/**
 * Returns the history of a lane without the entries that the page holds: a run for each bucket, oldest first. Times
 * before the first held entry come only from the history. A bucket that contains only held entries is left out. A late
 * entry after that has no length: it counts in its bar and not in the share.
 */
export function pastRunsOf(
  { step, cursor }: Pick<HistoryAnswer, 'step' | 'cursor'>,
  series: readonly HistorySeries[],
  { field, limits, fromMs, holdMs, entries }: PastRunOptions,
): Run[] {
  const held = heldCounts(entries, step, Number.parseInt(cursor, 10) || 0);
  const edgeMs = entries[0]?.t ?? Infinity;
  const found = [...partsByTime(series, { field, limits, entries })].sort(([a], [b]) => a - b);
  const runs: Run[] = [];
  for (const [n, [startMs, parts]] of found.entries()) {
    const count = sum(parts) - (held.get(startMs) ?? 0);
    const holds = parts.length === 1 ? holdMs : 0;
    const endMs = Math.min(startMs + step + holds, found[n + 1]?.[0] ?? Infinity, edgeMs);
    const toMs = Math.max(startMs, endMs);
    if (count <= 0 || startMs + step <= fromMs) continue;
    const atMs = Math.max(startMs, Math.min(fromMs, toMs));
    const { level, text, word } = tellingPart(parts);
    const times = { startMs: atMs, fromMs: atMs, toMs };
    runs.push({ ...times, level, text, word, count, note: undefined, unread: undefined, parts });
  }
  return runs;
}

/** Returns for each bucket the number of entries that both the history and the page hold. */
function heldCounts(entries: readonly DataEntry[], step: number, after: number) {
  const counts = new Map<number, number>();
  for (const { t, v } of entries) {
    const start = Math.floor(t / step) * step;
    if (v <= after) counts.set(start, (counts.get(start) ?? 0) + 1);
  }
  return counts;
}

const sum = (parts: readonly RunPart[]): number => parts.reduce((all, { n }) => all + n, 0);

/** Returns the worst part if that is bad, else the most frequent one. */
function tellingPart(parts: readonly RunPart[]): RunPart {
  const rank = ({ level }: RunPart): number => Math.max(2, ORDER.indexOf(level));
  return parts.toSorted((a, b) => rank(b) - rank(a) || b.n - a.n)[0] as RunPart;
}

type Source = Pick<PastRunOptions, 'field' | 'limits' | 'entries'>;

/** Returns the states of each bucket. Words with a state take precedence over numbers, as in an entry. */
function partsByTime(series: readonly HistorySeries[], source: Source): Map<number, RunPart[]> {
  const { field } = source;
  const names = field === undefined || field === 'value' ? WORD_FIELDS : [field];
  const [number, ...words] = [
    numberParts(series, source),
    ...names.map((name) => wordParts(series, name, source.limits)),
  ];
  const all = new Map(number);
  for (const parts of words.toReversed())
    for (const [t, each] of parts) {
      const isStated = each.some(({ level }) => level !== 'none');
      if (isStated || !all.has(t)) all.set(t, each);
    }
  return all;
}

function wordParts(series: readonly HistorySeries[], name: string, limits: Limits) {
  const found = new Map<number, RunPart[]>();
  for (const { field, t, n } of series) {
    if (!field.startsWith(`${name}=`)) continue;
    const part = wordPart(field.slice(name.length + 1), limits);
    if (!part) continue;
    t.forEach((start, i) => add(found, start, { ...part, n: n[i] ?? 0 }));
  }
  return found;
}

/** Returns a word as a state; undefined where it is not known, or says that nothing is known. */
function wordPart(value: string | boolean, { states }: Limits): Omit<RunPart, 'n'> | undefined {
  const state = stateOf(value, states);
  if (!state || state.level === 'unknown') return undefined;
  const text = ownWords(value, states) ?? (state.level === 'none' ? state.text : undefined);
  return { level: state.level, text, word: text ?? state.text };
}

function numberParts(series: readonly HistorySeries[], { field, limits, entries }: Source) {
  const found = new Map<number, RunPart[]>();
  const stated = STATE_FIELDS.filter((name) => wordPair(entries, name)); // such as {"status": true}
  const wanted = field === undefined ? [...stated, ...VALUE_FIELDS] : [field];
  const names = wanted.filter((name) => series.some((each) => each.field === name));
  const pair = wordPair(entries, names[0]);
  for (const each of series) {
    if (each.field !== names[0]) continue;
    each.t.forEach((start, i) => {
      const parts = pair ? pairParts(each, i, pair, limits) : limitParts(each, i, limits);
      for (const part of parts) add(found, start, part);
    });
  }
  return found;
}

/** Pairs of words that the history stores as 1 and 0. */
type WordPair = [on: string | boolean, off: string | boolean];
const PAIRS: readonly WordPair[] = [
  ['on', 'off'],
  ['open', 'closed'],
  ['yes', 'no'],
];

/** Returns the words of a field, by the newest entries; undefined where it holds numbers. */
function wordPair(entries: readonly DataEntry[], field = ''): WordPair | undefined {
  const payload = entries.at(-1)?.d;
  const value = isRecord(payload) ? valueAt(payload, field) : payload;
  if (typeof value === 'boolean') return [true, false];
  if (typeof value !== 'string') return undefined;
  const word = value.trim().toLowerCase();
  if (word === 'true' || word === 'false') return [true, false];
  return PAIRS.find((pair) => pair.includes(word));
}

function pairParts(
  { n, sum: sums }: HistorySeries,
  i: number,
  [on, off]: WordPair,
  limits: Limits,
): RunPart[] {
  const all = n[i] ?? 0;
  const ons = Math.round(sums?.[i] ?? 0);
  return [
    { value: on, count: ons },
    { value: off, count: all - ons },
  ].flatMap(({ value, count }) => {
    const part = count > 0 ? wordPart(value, limits) : undefined;
    return part ? [{ ...part, n: count }] : [];
  });
}

/**
 * Returns the level of numbers by their limits. If the smallest and the largest differ in level, the whole bucket has the worse
 * one: a time that may have been bad is not shown as good.
 */
function limitParts(
  { n, min, max, sum: sums }: HistorySeries,
  i: number,
  limits: Limits,
): RunPart[] {
  const mean = (sums?.[i] ?? 0) / (n[i] || 1);
  const ends = [min?.[i] ?? mean, max?.[i] ?? mean];
  if (!sums || sums[i] === null) return [];
  const levels = ends.map((value) => levelOf(value, limits) ?? 'none');
  const level = levels.toSorted((a, b) => ORDER.indexOf(b) - ORDER.indexOf(a))[0];
  return [{ level, text: undefined, word: '', n: n[i] ?? 0 }];
}

function add(found: Map<number, RunPart[]>, t: number, part: RunPart): void {
  const parts = found.get(t) ?? [];
  const same = parts.find(({ level, word }) => level === part.level && word === part.word);
  if (same) same.n += part.n;
  else parts.push({ ...part });
  found.set(t, parts);
}
