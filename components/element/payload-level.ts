import { isMissing } from '../format/format.ts';
import type { Level, Limits } from '../data/levels.ts';
import { levelOf, levelOfWord } from '../data/levels.ts';
import { isRecord } from '../data/payload.ts';

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
