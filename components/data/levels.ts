import { isMissing } from '../format/format.ts';
import { isRecord } from './payload.ts';

/** How good a value is. A value that is missing, or without limits, has none. */
export type Level = 'ok' | 'warn' | 'danger';

export interface Limits {
  warn?: number | undefined;
  danger?: number | undefined;
}

const WORDS = new Map<unknown, Level>([
  ['ok', 'ok'],
  ['normal', 'ok'],
  ['good', 'ok'],
  ['warn', 'warn'],
  ['warning', 'warn'],
  ['danger', 'danger'],
  ['critical', 'danger'],
  ['error', 'danger'],
]);

/** The level that a publisher states (Smashing's `status`), whatever its spelling; undefined for an unknown word. */
export function levelOfWord(word: unknown): Level | undefined {
  return typeof word === 'string' ? WORDS.get(word.trim().toLowerCase()) : undefined;
}

/**
 * The level of a value against its limits, which belong to it: a limit reached is a limit crossed. `danger` below
 * `warn` means that low is bad. A null, a NaN or a value without limits has no level: unknown is never green.
 */
export function levelOf(value: unknown, { warn, danger }: Limits): Level | undefined {
  if (typeof value !== 'number' || Number.isNaN(value)) return undefined;
  const limits = [warn, danger].filter((limit) => isLimit(limit));
  if (limits.length === 0) return undefined;
  const lowIsBad = isLimit(warn) && isLimit(danger) && danger < warn;
  const crosses = (limit: number | undefined): boolean =>
    isLimit(limit) && (lowIsBad ? value <= limit : value >= limit);
  if (crosses(danger)) return 'danger';
  return crosses(warn) ? 'warn' : 'ok';
}

const isLimit = (limit: number | undefined): limit is number =>
  typeof limit === 'number' && !Number.isNaN(limit);

/** The level of a value: the one its payload states in `status` or `level`, else by the limits. No value has none. */
export function payloadLevel(payload: unknown, value: unknown, limits: Limits): Level | undefined {
  if (isMissing(value)) return undefined;
  return statedLevel(payload) ?? levelOf(value, limits);
}

/** The level that a payload states itself; undefined where it states none that we know. */
export function statedLevel(payload: unknown): Level | undefined {
  if (!isRecord(payload)) return undefined;
  return levelOfWord(payload['status']) ?? levelOfWord(payload['level']);
}
