import { severityOf } from '../data/states.ts';

/** Severity of a feed's item, as in logs: more detailed than the level of a value. */
export type ItemLevel = 'debug' | 'info' | 'ok' | 'warn' | 'error' | 'critical';

/** Returns the level of a publisher's word (`WARNING`, `Error2`, `down`); undefined for a word without one. */
export function itemLevelOf(word: unknown): ItemLevel | undefined {
  const severity = severityOf(word);
  return severity === 'none' || severity === 'unknown' ? undefined : severity;
}

/** The words that `levels` names in its cure; their synonyms are read as well. */
export const LEVEL_WORDS: readonly ItemLevel[] = [
  'debug',
  'info',
  'ok',
  'warn',
  'error',
  'critical',
];

/** Returns whether a word has a level. */
export const isLevelWord = (word: string): boolean => itemLevelOf(word) !== undefined;

/** Whether a person has to notice the level. */
export const isLoud = (level: ItemLevel | undefined): boolean =>
  level === 'warn' || level === 'error' || level === 'critical';

/**
 * Returns the levels of `levels="warn error"`; undefined = all, also if no word is known. `error` and `danger` include
 * everything worse, because a list of errors without the critical ones would be misleading.
 */
export function parseLevels(list: string | null | undefined): Set<ItemLevel> | undefined {
  const levels = new Set<ItemLevel>();
  for (const word of list?.split(/[\s,]+/) ?? []) {
    const level = itemLevelOf(word);
    if (!level) continue;
    levels.add(level);
    if (level === 'error') levels.add('critical');
    if (word.toLowerCase() === 'danger') levels.add('error');
  }
  return levels.size > 0 ? levels : undefined;
}
