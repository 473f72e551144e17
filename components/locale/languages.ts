import { eventually, lazyImport } from '../shared/lazy-import.ts';
import { addWords, type Words } from './messages.ts';

export { setWords, type Words, type WordsPatch } from './messages.ts';

const arabic = lazyImport('ARABIC', () => import('./words/ar.ts'));
const german = lazyImport('GERMAN', () => import('./words/de.ts'));
const japanese = lazyImport('JAPANESE', () => import('./words/ja.ts'));

/** The languages of the kit beside English, each in a file that is loaded when needed. */
const TABLES = new Map<string, () => Promise<Words>>([
  ['ar', async () => (await arabic()).ARABIC],
  ['de', async () => (await german()).GERMAN],
  ['ja', async () => (await japanese()).JAPANESE],
]);
const loading = new Map<string, Promise<void>>();

/**
 * Loads the texts for a language tag (`de-AT`), if the kit has any. Resolves when they are loaded, or after the first
 * attempt failed: elements use English until a later attempt succeeds.
 */
export function loadWords(tag: string): Promise<void> {
  const language = tag.toLowerCase().split('-', 1)[0] ?? '';
  const table = TABLES.get(language);
  if (!table) return Promise.resolve();
  const present = loading.get(language);
  if (present) return present;
  const add = (words: Words): void => addWords(language, words);
  const coming = table().then(add, () => void eventually(table).then(add));
  loading.set(language, coming);
  return coming;
}
