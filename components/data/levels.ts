import { isGap, plainNumber } from './number.ts';
import { isRecord } from './payload.ts';
import type { Level, State, States } from './states.ts';
import { levelOnly, stateOf, statedState } from './states.ts';

export type { Level } from './states.ts';
export { levelOfWord } from './states.ts';

/** By what values are judged: limits of numbers, and the page's own states. */
export interface Limits {
  /** Warning threshold. */
  warn?: number | undefined;
  /** Critical threshold. Below `warn`, low values are the bad ones. */
  danger?: number | undefined;
  states?: States | undefined;
}

/**
 * Returns the level of a number, also one in quotes, against its limits, which belong to it: a limit reached is a limit
 * crossed. `danger` below `warn` means that low is bad. Anything else, and a number without limits, has no level: unknown is
 * never green.
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
 * Reads how a value is. The payload's own `status`, `level` or `state` comes first where it has a level, then the value itself
 * as a word, a boolean or a number against its limits. A number without limits is known, and has the level `none`. A gap is
 * `unknown`. undefined: there is something, and it is not understood.
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

/** A payload with fields, none of which says how it is: `{"ok": true}`. It is something, not a gap. */
const isUnread = (payload: unknown, value: unknown): boolean =>
  value === undefined && isRecord(payload) && Object.keys(payload).length > 0;

function numberState(value: unknown, limits: Limits): State | undefined {
  const level = levelOf(value, limits);
  if (level) return { level, text: '' };
  return plainNumber(value) === undefined ? undefined : { level: 'none', text: '' };
}

/** Returns the level of a value: the one its payload states, else by the page's states and limits. A gap has none. */
export function payloadLevel(payload: unknown, value: unknown, limits: Limits): Level | undefined {
  return isGap(value) ? undefined : levelOnly(readState(payload, value, limits)?.level);
}

/** Returns the level that a payload states itself; undefined where it states none that is known. */
export function statedLevel(payload: unknown): Level | undefined {
  return levelOnly(statedState(payload)?.level);
}
