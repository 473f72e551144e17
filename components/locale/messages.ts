import type { English } from './words/en.ts';
import { CORE } from './words/en/core.ts';

/**
 * All texts of the kit in one language. Functions get formatted values; a count comes as the number and its text. A
 * translation is another table of this shape: see words/en.ts.
 */
export type Words = English;

/** Some of the texts, to be changed. */
export type WordsPatch = Partial<Words>;

/** The English texts of the elements that were created so far. */
const english: Partial<Words> = { ...CORE };
const tables = new Map<string, Words>();
const patches = new Map<string, WordsPatch>();
const joined = new Map<string, Words>();
const listeners = new Set<() => void>();

/**
 * Returns the texts for a language tag: for `de-AT` its own, otherwise those of `de`, otherwise the
 * English ones.
 */
export function words(language: string): Words {
  let found = joined.get(language);
  if (!found) joined.set(language, (found = join(language)));
  return found;
}

/**
 * Adds the English texts of one element. Each element has its own, so that a page loads no others.
 */
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

/** Changes texts of a language, or adds the language; texts left out stay as they were, or English. Elements update. */
export function setWords(language: string, patch: WordsPatch): void {
  patches.set(language, { ...patches.get(language), ...patch });
  changed();
}

/** Calls the listener when texts change. Returns a function that removes the listener. */
export function onWords(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

// Texts that the page has set have precedence over a table that is loaded later.
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
