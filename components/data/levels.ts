import { isGap, plainNumber } from './number.ts';
import { isRecord } from './payload.ts';
import type { Level, State, States } from './states.ts';
import { levelOnly, stateOf, statedState } from './states.ts';

export type { Level } from './states.ts';
export { levelOfWord } from './states.ts';

/** Rules for the level of a value: thresholds for numbers, and the page's own states. */
export interface Limits {
  /** Warning threshold. */
  warn?: number | undefined;
  /** Critical threshold. Below `warn`, low values are the bad ones. */
  danger?: number | undefined;
  states?: States | undefined;
}

/**
 * Returns the level of a number, also of a quoted one, by its thresholds: a threshold that is reached counts as crossed.
 * `danger` below `warn` means that low values are bad. Everything else, and a number without thresholds, has no level:
 * unknown is never green.
 */
export function levelOf(value: unknown, { warn, danger }: Limits): Level | undefined {
  const number = plainNumber(value);
  const isEndless = value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY;
  const amount = isEndless ? (value as number) : number;
  if (amount === undefined) return undefined;
  const limits = [warn, danger].filter((limit) => isLimit(limit));
  if (limits.length === 0) return undefined;
  const lowIsBad = isLimit(warn) && isLimit(danger) && danger < warn;
  const crosses = (limit: number | undefined): boolean =>
    isLimit(limit) && (lowIsBad ? amount <= limit : amount >= limit);
  if (crosses(danger)) return 'danger';
  return crosses(warn) ? 'warn' : 'ok';
}

const isLimit = (limit: number | undefined): limit is number =>
  typeof limit === 'number' && !Number.isNaN(limit);

/**
 * Reads the state of a value. The payload's own `status`, `level` or `state` comes first where it has a level, then the
 * value as a word, a boolean or a number with thresholds. A number without thresholds has the level `none`. A gap is
 * `unknown`. Undefined: there is a value, but it is not understood.
 */
export function readState(payload: unknown, value: unknown, limits: Limits): State | undefined {
  const stated = statedState(payload, limits.states);
  if (stated && stated.level !== 'none') return stated;
  const own = stateOf(value, limits.states) ?? numberState(value, limits);
  const isBetter = own !== undefined && (own.level !== 'unknown' || !stated);
  if (isBetter) return own;
  return (
    stated ??
    (isGap(value) && !isUnread(payload, value) ? { level: 'unknown', text: '' } : undefined)
  );
}

/** Whether a payload has fields but no known state (`{"ok": true}`). It is not a gap. */
const isUnread = (payload: unknown, value: unknown): boolean =>
  value === undefined && isRecord(payload) && Object.keys(payload).length > 0;

function numberState(value: unknown, limits: Limits): State | undefined {
  const level = levelOf(value, limits);
  if (level) return { level, text: '' };
  return plainNumber(value) === undefined ? undefined : { level: 'none', text: '' };
}

/**
 * Returns the level of a value: the one its payload states, else by the page's states and limits. A missing value is never
 * good, but its payload may state a bad level: `{"status": "down", "value": null}`.
 */
export function payloadLevel(payload: unknown, value: unknown, limits: Limits): Level | undefined {
  if (!isGap(value)) return levelOnly(readState(payload, value, limits)?.level);
  const stated = levelOnly(statedState(payload, limits.states)?.level);
  return stated === 'ok' ? undefined : stated;
}

/** Returns the level in a payload's own fields; undefined if there is no known one. */
export function statedLevel(payload: unknown): Level | undefined {
  return levelOnly(statedState(payload)?.level);
}
