import { plainNumber } from './number.ts';
import { isRecord } from './payload.ts';

/** Level of a value. A missing value, or one without limits, has none. */
export type Level = 'ok' | 'warn' | 'danger';

/** Level of a state; `none`: known, and neither good nor bad; `unknown`: the publisher does not know it. */
export type StateLevel = Level | 'none' | 'unknown';

/** Severity of a word, as detailed as in logs; the level of a value is derived from it. */
export type Severity = 'debug' | 'info' | 'none' | 'ok' | 'warn' | 'error' | 'critical' | 'unknown';

/** A state to show: its level and its text. */
export interface State {
  level: StateLevel;
  /** Text as published, or from `states`. */
  text: string;
}

/** The page's own states, by lower-case word. */
export type States = ReadonlyMap<string, { level: StateLevel; text: string | undefined }>;

/** The words of each severity, used by all elements: feeds, lists, trackers, numbers and alerts. */
const WORDS: Record<Severity, string> = {
  debug: 'debug trace verbose',
  info: 'info information informational notice',
  none:
    'on off open opened closed true false yes no idle standby paused locked unlocked home away ' +
    'stopped inactive disabled exited cancelled canceled skipped',
  ok:
    'ok okay up online healthy pass passed passing success successful succeeded running resolved normal good ' +
    'operational available active ready alive connected completed started serving synced stable recovered green',
  warn:
    'warn warning degraded degraded-performance maintenance under-maintenance pending starting stopping restarting queued ' +
    'in-progress slow unstable partial partial-outage minor retrying yellow amber',
  error:
    'error err errored down offline fail failed failing failure unhealthy outage firing timeout timed-out ' +
    'disconnected dead crashed broken unreachable lost not-ok not-ready major major-outage alarm red',
  critical: 'critical crit fatal danger alert emergency emerg panic',
  unknown: 'unknown unavailable none null n/a na nan no-data nodata',
};

const BY_WORD = new Map<string, Severity>(
  Object.entries(WORDS).flatMap(([severity, words]) =>
    words.split(' ').map((word) => [word, severity as Severity] as const),
  ),
);

const LEVELS: Record<Severity, StateLevel> = {
  debug: 'none',
  info: 'none',
  none: 'none',
  ok: 'ok',
  warn: 'warn',
  error: 'danger',
  critical: 'danger',
  unknown: 'unknown',
};

/** Fields that may contain the state of a payload, in this order. */
const STATE_FIELDS = ['status', 'level', 'state'];

/** Returns the severity of a word in any spelling (`WARNING`, `Timed out`, `Error2`); undefined for another word. */
export function severityOf(word: unknown): Severity | undefined {
  if (typeof word !== 'string') return undefined;
  const plain = plainWord(word);
  return BY_WORD.get(plain) ?? BY_WORD.get(plain.replace(/\d+$/, ''));
}

/** Returns the level of a word (`degraded` is `warn`); undefined for words without one, and unknown words. */
export function levelOfWord(word: unknown): Level | undefined {
  const severity = severityOf(word);
  return severity && levelOnly(LEVELS[severity]);
}

/** `none` and `unknown` have no level. */
export const levelOnly = (level: StateLevel | undefined): Level | undefined =>
  level === 'none' || level === 'unknown' ? undefined : level;

/**
 * Reads one value as a state: a known word, a boolean, or any value that `states` names, numbers included. Undefined for
 * everything else. Booleans, on/off and open/closed have the level `none` unless `states` says otherwise; `true` also
 * matches `on`.
 */
export function stateOf(value: unknown, states?: States): State | undefined {
  if (typeof value !== 'string' && typeof value !== 'boolean' && typeof value !== 'number')
    return undefined;
  const own = ownState(value, states);
  if (own) return { level: own.level, text: own.text ?? String(value) };
  if (typeof value === 'boolean') return { level: 'none', text: String(value) };
  const severity = severityOf(value);
  return severity && { level: LEVELS[severity], text: String(value).trim() };
}

/**
 * Reads the state in a payload's `status`, `level` or `state`, the first that holds one; undefined if none does. Numbers
 * there are states only if `states` names them. An alert that is `firing` has the level of its `level`, if it has one: `firing`
 * says only that it is active.
 */
export function statedState(payload: unknown, states?: States): State | undefined {
  if (!isRecord(payload)) return undefined;
  for (const name of STATE_FIELDS) {
    const state = Object.hasOwn(payload, name) ? stateOf(payload[name], states) : undefined;
    if (state) return name === 'status' ? ofAlert(state, payload, states) : state;
  }
  return undefined;
}

function ofAlert(state: State, payload: Record<string, unknown>, states?: States): State {
  if (plainWord(state.text) !== 'firing' || ownState('firing', states)) return state;
  const { level } = stateOf(payload['level'], states) ?? state;
  return { level, text: state.text };
}

const STATE = /^([^:]*):\s*(\w+)\s*(?::(.*))?$/;
const STATE_LEVELS: readonly string[] = ['ok', 'warn', 'danger', 'none', 'unknown'];

/**
 * Parses `states="on:ok, off:none:Aus"`: word, level (`ok`, `warn`, `danger`, `none`, `unknown`), words to show. Later words
 * replace earlier ones. @throws Error which names the part that cannot be read, and the cure
 */
export function parseStates(text: string): States {
  const states = new Map<string, { level: StateLevel; text: string | undefined }>();
  for (const part of text.split(',').filter((each) => each.trim() !== '')) {
    const [, before = '', level = '', shown] = STATE.exec(part) ?? [];
    const word = before.trim();
    if (word === '' || !STATE_LEVELS.includes(level))
      throw new Error(
        `"${part.trim()}" is not a state: write word:level or word:level:text, with ok, warn, danger, none or unknown as level`,
      );
    states.set(plainWord(word), { level: level as StateLevel, text: shown?.trim() });
  }
  return states;
}

const known = new Map<string, States>();
const MOST_KNOWN = 100;

/**
 * Returns the states of an attribute (`states="…"`) and of the meta together; those of the attribute win, word by word.
 * Parts that cannot be read are left out, with one message on the console.
 */
export function statesOf(attribute: string | null | undefined, meta: unknown): States | undefined {
  const inMeta = typeof meta === 'string' ? meta : '';
  if (!attribute && !inMeta) return undefined;
  const text = `${inMeta}\n${attribute ?? ''}`;
  const found = known.get(text);
  if (found) return found;
  if (known.size >= MOST_KNOWN) known.clear();
  const states: States = new Map([...readStates(inMeta), ...readStates(attribute ?? '')]);
  known.set(text, states);
  return states;
}

function readStates(text: string): States {
  try {
    return parseStates(text);
  } catch (error) {
    console.error(`lp-kit: states="${text}": ${(error as Error).message}`);
    return new Map();
  }
}

/** Returns the page's own text for a value (`off:none:Aus`); undefined if it has none. */
export function ownWords(value: unknown, states: States | undefined): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'boolean' && typeof value !== 'number')
    return undefined;
  return ownState(value, states)?.text;
}

const ALIASES: Record<string, string> = { true: 'on', false: 'off' };

function ownState(
  value: string | boolean | number,
  states: States | undefined,
): ReturnType<States['get']> {
  if (!states || states.size === 0) return undefined;
  const word = plainWord(String(plainNumber(value) ?? value));
  return (
    states.get(word) ?? (typeof value === 'boolean' ? states.get(ALIASES[word] ?? '') : undefined)
  );
}

const plainWord = (word: string): string =>
  word
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, '-');
