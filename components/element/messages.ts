import { ENGLISH } from './words/en.ts';

/**
 * Every word that the kit shows or says, in one language. Functions get what they speak of already formatted; a count comes
 * as the number and its text. A translation is one more table of this shape: see words/en.ts.
 */
export type Words = typeof ENGLISH;

/** Some of the words, to change. */
export type WordsPatch = Partial<Words>;

const tables = new Map<string, Words>([['en', ENGLISH]]);
const listeners = new Set<() => void>();
const joined = new Map<string, Words>();

/** The table for a language tag: `de-AT` → `de` → English. */
export function words(language: string): Words {
  const cached = joined.get(language);
  if (cached) return cached;
  const parts = language.split('-');
  let found: Words | undefined;
  for (let n = parts.length; n > 0 && !found; n--) found = tables.get(parts.slice(0, n).join('-'));
  const result = found ?? ENGLISH;
  joined.set(language, result);
  return result;
}

/** Changes words of a language, or adds the language; what it leaves out stays as it was, or English. Elements redraw. */
export function setWords(language: string, patch: WordsPatch): void {
  tables.set(language, { ...words(language), ...patch });
  joined.clear();
  for (const listener of listeners) listener();
}

/** Calls the listener when words change. Returns its end. */
export function onWords(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
