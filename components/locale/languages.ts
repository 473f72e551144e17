import type { Words } from './messages.ts';
import { addWords } from './messages.ts';

export { setWords } from './messages.ts';

/** The languages that the kit speaks beside English, each in a file that comes when it is needed. */
const TABLES = new Map<string, () => Promise<Words>>([
  ['ar', async () => (await import('./words/ar.ts')).ARABIC],
  ['de', async () => (await import('./words/de.ts')).GERMAN],
  ['ja', async () => (await import('./words/ja.ts')).JAPANESE],
]);
const loading = new Map<string, Promise<void>>();

/** Loads the words for a language tag (`de-AT`), if the kit has any; until then, and where they cannot be had, it speaks English. */
export function loadWords(tag: string): Promise<void> {
  const language = tag.toLowerCase().split('-', 1)[0] ?? '';
  const table = TABLES.get(language);
  if (!table) return Promise.resolve();
  const present = loading.get(language);
  if (present) return present;
  const coming = table().then(
    (words) => addWords(language, words),
    (error: unknown) => {
      loading.delete(language); // the next element that asks tries again
      console.warn(`lp-kit: no words for “${language}”`, error);
    },
  );
  loading.set(language, coming);
  return coming;
}
