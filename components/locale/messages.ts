import type { English } from './words/en.ts';
import { CORE } from './words/en/core.ts';

/**
 * Every word that the kit shows or says, in one language. Functions get what they speak of already formatted; a count comes
 * as the number and its text. A translation is one more table of this shape: see words/en.ts.
 */
export type Words = English;

/** Some of the words, to change. */
export type WordsPatch = Partial<Words>;

/** The English of the elements that were created so far. */
const english: Partial<Words> = { ...CORE };
const tables = new Map<string, Words>();
const patches = new Map<string, WordsPatch>();
const joined = new Map<string, Words>();
const listeners = new Set<() => void>();

/** The words for a language tag: for `de-AT` what is said of it, else of `de`, else the English. */
export function words(language: string): Words {
  let found = joined.get(language);
  if (!found) joined.set(language, (found = join(language)));
  return found;
}

/** Adds the English words of one element: each brings its own, so that a page loads no others. */
export function addEnglish(table: WordsPatch): void {
  if (Object.keys(table).every((key) => key in english)) return;
  Object.assign(english, table);
  joined.clear();
}

/** Adds the kit's own table of a language. Elements redraw. */
export function addWords(language: string, table: Words): void {
  tables.set(language, table);
  changed();
}

/** Changes words of a language, or adds the language; what it leaves out stays as it was, or English. Elements redraw. */
export function setWords(language: string, patch: WordsPatch): void {
  patches.set(language, { ...patches.get(language), ...patch });
  changed();
}

/** Calls the listener when words change. Returns its end. */
export function onWords(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

// What the page set outlasts a table that comes later.
function join(language: string): Words {
  const parts = language.split('-');
  const tags = parts.map((_, n) => parts.slice(0, n + 1).join('-'));
  const layers = tags.flatMap((tag) => [tables.get(tag), patches.get(tag)]);
  return Object.assign({}, english, patches.get('en'), ...layers) as Words;
}

function changed(): void {
  joined.clear();
  for (const listener of listeners) listener();
}
