import type { DataEntry } from '../data/held.ts';
import { seriesNames } from '../data/keys.ts';
import type { Limits } from '../data/levels.ts';
import { readState } from '../data/levels.ts';
import { isRecord } from '../data/payload.ts';
import type { Level, State } from '../data/states.ts';
import { levelOnly, ownWords } from '../data/states.ts';

/** A series with the level `warn` or `danger`. */
export interface Alert {
  /** Key of its series. */
  key: string;
  level: Exclude<Level, 'ok'>;
  /** Text of the alert: the payload's title, else the name of the series and its state: `db-1 down`. */
  what: string;
  /** Time in ms since when the series has had this level. */
  sinceMs: number;
  /** The publisher's text about it; '' without one. */
  detail: string;
}

/** The states of all series of a channel. */
export interface Situation {
  /** Worst first; of the same level, the one that has lasted longest first. */
  alerts: readonly Alert[];
  /** Number of series in a good state. */
  good: number;
  /** Number of series whose state is good or bad. */
  judged: number;
  /** The word that all good states have in common; '' if there is none. */
  goodWord: string;
  /** Number of series whose state is unknown. */
  unknown: number;
}

/** Options of `situationOf`. */
export interface SituationOptions {
  /** Name of the channel, for entries without a key. */
  name: string;
  limits: Limits;
  nowMs: number;
  /** Age in ms from which on an entry no longer counts, so that the state is unknown. */
  staleAfterMs: number;
  /** Returns the payload that may contain the level of an entry, and its value. */
  read: (entry: DataEntry) => { payload: unknown; value: unknown };
}

/** The entries of a channel, by key, each in the order of time. */
export interface KeyedEntries {
  readonly keys: string[];
  of(key: string): readonly DataEntry[];
}

/** Returns the alerts of a channel, and how many of its series are good, by the newest entry of each series. */
export function situationOf(series: KeyedEntries, options: SituationOptions): Situation {
  const names = seriesNames(series.keys);
  const alerts: Alert[] = [];
  const goodWords = new Set<string>();
  let good = 0;
  let unknown = 0;
  for (const key of series.keys) {
    const entries = series.of(key);
    const last = entries.at(-1);
    const isOld = last === undefined || options.nowMs - last.t > options.staleAfterMs;
    const state = isOld ? undefined : stateOf(last, options);
    const level = levelOnly(state?.level);
    if (!state || state.level === 'unknown') unknown++;
    else if (level === 'ok') {
      good++;
      goodWords.add(state.text);
    } else if (level && last)
      alerts.push(
        alertOf(
          { key, name: names.get(key) || key || options.name, level, state, entries },
          options,
        ),
      );
  }
  const [goodWord = ''] = goodWords.size === 1 ? goodWords : [];
  return { alerts: alerts.sort(worstFirst), good, judged: good + alerts.length, goodWord, unknown };
}

function stateOf(entry: DataEntry, { limits, read }: SituationOptions): State | undefined {
  const { payload, value } = read(entry);
  const state = readState(payload, value, limits);
  return state && { level: state.level, text: ownWords(value, limits.states) ?? state.text };
}

interface Facts {
  key: string;
  name: string;
  level: Alert['level'];
  state: State;
  entries: readonly DataEntry[];
}

function alertOf({ key, name, level, state, entries }: Facts, options: SituationOptions): Alert {
  const last = entries.at(-1) as DataEntry;
  const from = entries.findLastIndex((entry) => stateOf(entry, options)?.level !== level);
  const payload = isRecord(last.d) ? last.d : {};
  const title = textOf(payload['title']) || textOf(payload['label']);
  return {
    key,
    level,
    what: title || [name, state.text].filter(Boolean).join(' '),
    sinceMs: (entries[from + 1] ?? last).t,
    detail: textOf(payload['message']) || (title ? textOf(payload['text']) : ''),
  };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');

const worstFirst = (a: Alert, b: Alert): number =>
  Number(b.level === 'danger') - Number(a.level === 'danger') || a.sinceMs - b.sinceMs;
