import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadWords } from '../../components/locale/languages.ts';
import { addWords, setWords, type Words, words } from '../../components/locale/messages.ts';
import { ARABIC } from '../../components/locale/words/ar.ts';
import { GERMAN } from '../../components/locale/words/de.ts';
import { ENGLISH } from '../../components/locale/words/en.ts';
import { JAPANESE } from '../../components/locale/words/ja.ts';

const TABLES: Record<string, Words> = { de: GERMAN, ar: ARABIC, ja: JAPANESE };

/** English words that German uses unchanged. */
const SAME = ['offline', 'rangeLive', 'ok', 'statusLive', 'statusOffline', 'detailServer'].concat([
  'itemDebug',
  'itemInfo',
  'itemOk',
  'listed',
  'bothChanges',
]);

/**
 * Arguments by the names of the English parameters: numbers for counts, otherwise a word that no
 * table has.
 */
function told(key: keyof Words, table: Words): string[] {
  const entry = table[key];
  if (typeof entry === 'string') return [entry];
  const tell = entry as (...args: unknown[]) => string;
  if (key === 'chartFigures') return [tell({ now: 'Q1', low: 'Q2', high: 'Q3', mean: 'Q4' })];
  if (key.startsWith('said') || key === 'listed') return [tell(['Q1']), tell(['Q1', 'Q2'])];
  if (/^(updatesWaiting|percentagePoints|moreRows|trackerCounts|publishTooLong|feedNew)$/.test(key))
    return [0, 1, 2, 5, 11, 100, 1234].map((count) => tell(count));
  if (key === 'feedSaidNew') return [tell(1, 'Q1'), tell(30, 'Q1')];
  if (key === 'staleChannels' || key === 'publishCount') return [tell(3, 12), tell(1, 1)];
  return [tell('Q1', 'Q2', 'Q3')];
}

const keys = Object.keys(ENGLISH) as (keyof Words)[];

for (const [language, table] of Object.entries(TABLES)) {
  test(`${language}: every English text is there, and is translated`, () => {
    assert.deepEqual(Object.keys(table).sort(), keys.toSorted());
    const left = keys.filter((key) => String(told(key, table)) === String(told(key, ENGLISH)));
    assert.deepEqual(
      left.filter((key) => !(language === 'de' ? SAME : ['bothChanges']).includes(key)),
      [],
    );
  });

  test(`${language}: each text has the placeholders of the English one, and no others`, () => {
    for (const key of keys) {
      const [ours, english] = [told(key, table), told(key, ENGLISH)];
      for (const [i, text] of ours.entries()) {
        assert.ok(text.trim() === text && text !== '', `${key}: “${text}”`);
        assert.doesNotMatch(text, /#|undefined|\[object/, key);
        for (const name of english[i]?.match(/Q\d/g) ?? [])
          assert.ok(text.includes(name), `${key}: ${name} is missing in “${text}”`);
      }
    }
  });
}

test('German has a singular and a plural, with its own thousands separator', () => {
  assert.equal(GERMAN.updatesWaiting(1), '1 Aktualisierung wartet');
  assert.equal(GERMAN.updatesWaiting(1234), '1.234 Aktualisierungen warten');
  assert.equal(GERMAN.percentagePoints(1.5), '1,5 Prozentpunkte');
  assert.equal(
    GERMAN.saidWarn(['CPU', 'Speicher', 'Platte']),
    'CPU, Speicher und Platte: Warnung.',
  );
});

test('Arabic has six plural forms: zero, one, two, few, many and other', () => {
  const forms = [0, 1, 2, 3, 11, 100].map((count) =>
    ARABIC.feedNew(count).replaceAll(/[\d٠-٩]+/g, '#'),
  );
  assert.equal(new Set(forms).size, 6, forms.join(' | '));
  assert.deepEqual(
    [3, 10, 103].map((count) => /عناصر/.test(ARABIC.feedNew(count))),
    [true, true, true],
  );
  assert.match(ARABIC.feedNew(26), /عنصرًا/);
  assert.match(ARABIC.noData('cpu'), /\u2068cpu\u2069/);
});

test('Japanese joins with its own comma, and has no plural', () => {
  assert.equal(JAPANESE.listed(['CPU', '42%']), 'CPU、42%');
  assert.equal(JAPANESE.saidOk(['CPU', 'メモリ']), 'CPU、メモリ: 正常に戻りました。');
  assert.equal(JAPANESE.feedNew(1), '新着 1 件');
});

test('a tag has the texts of its language once they are loaded, and an unknown one has English', async () => {
  assert.equal(words('de-AT').retry, ENGLISH.retry);
  await loadWords('de-AT');
  assert.equal(words('de-AT').retry, GERMAN.retry);
  assert.equal(words('de').retry, GERMAN.retry);
  await loadWords('fr-CA');
  assert.equal(words('fr-CA').retry, ENGLISH.retry);
});

test('texts that a page sets stay when a table is loaded later, for a region too, and fall back to English', () => {
  setWords('x-a', { retry: 'Noch einmal' });
  setWords('x-a-b', { pause: 'Stopp' });
  addWords('x-a', { ...GERMAN, retry: 'aus der Tabelle' });
  assert.deepEqual(
    [words('x-a').retry, words('x-a-b').retry, words('x-a-b').pause, words('x-a').pause],
    ['Noch einmal', 'Noch einmal', 'Stopp', GERMAN.pause],
  );
  setWords('x-c', { retry: 'Nochmal' });
  assert.deepEqual([words('x-c').retry, words('x-c').pause], ['Nochmal', ENGLISH.pause]);
});
