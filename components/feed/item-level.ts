/** How bad a feed's item is: finer than a value's level, as logs are. */
export type ItemLevel = 'debug' | 'info' | 'ok' | 'warn' | 'error' | 'critical';

const WORDS: Record<ItemLevel, string> = {
  debug: 'debug trace verbose',
  info: 'info information informational notice',
  ok: 'ok normal good success resolved',
  warn: 'warn warning',
  error: 'error err',
  critical: 'critical crit fatal danger alert emergency emerg panic',
};

const BY_WORD = new Map(
  Object.entries(WORDS).flatMap(([level, words]) =>
    words.split(' ').map((word) => [word, level as ItemLevel] as const),
  ),
);

/** The level that a publisher's word stands for, whatever its spelling (`WARNING`, `Error2`); undefined for another word. */
export function itemLevelOf(word: unknown): ItemLevel | undefined {
  if (typeof word !== 'string') return undefined;
  return BY_WORD.get(word.trim().toLowerCase().replace(/\d+$/, ''));
}

/** True for what a person has to know of. */
export const isLoud = (level: ItemLevel | undefined): boolean =>
  level === 'warn' || level === 'error' || level === 'critical';

/**
 * The levels that `levels="warn error"` lets through; undefined = all, also where no word of it is known. `error` and
 * `danger` mean error and worse: a list of errors that leaves out the critical ones would be a trap.
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
