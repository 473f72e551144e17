/** Severity as the kit's elements know it. */
export type Level = 'debug' | 'info' | 'warning' | 'error' | 'critical';

const WORDS: readonly [RegExp, Level][] = [
  [/^(crit|fatal|page|emerg|danger)/i, 'critical'],
  [/^(err|high|fail)/i, 'error'],
  [/^(info|ok|good|success|none|low)/i, 'info'],
  [/^debug/i, 'debug'],
];

/** The level that a known word means, whatever its case; undefined for others. */
export const knownLevel = (word: string): Level | undefined =>
  WORDS.find(([pattern]) => pattern.test(word))?.[1] ??
  (/^warn/i.test(word) ? 'warning' : undefined);

/** The level that a word means; any other word is a warning. */
export const levelOf = (word: string): Level => knownLevel(word) ?? 'warning';
