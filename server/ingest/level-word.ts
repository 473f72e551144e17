/** Severity of an entry, as the elements show it. */
export type Level = 'debug' | 'info' | 'warning' | 'error' | 'critical';

const WORDS: readonly [RegExp, Level][] = [
  [/^(crit|fatal|page|emerg|danger)/i, 'critical'],
  [/^(err|high|fail)/i, 'error'],
  [/^(info|ok|good|success|none|low)/i, 'info'],
  [/^debug/i, 'debug'],
];

/** Returns the level for a known word, in upper or lower case; undefined for other words. */
export const knownLevel = (word: string): Level | undefined =>
  WORDS.find(([pattern]) => pattern.test(word))?.[1] ??
  (/^warn/i.test(word) ? 'warning' : undefined);

/** Returns the level for a word; `warning` for unknown words. */
export const levelOf = (word: string): Level => knownLevel(word) ?? 'warning';
