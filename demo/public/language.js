/** The dashboard's own words in other languages; the kit brings its own. */
import { WORDS } from './words.js';

const root = document.documentElement;
const LABELLED = 'main [label]';

/** Shows the page in `en`, `de`, `ar` or `ja`, and remembers it. @param {string} language */
export function speak(language) {
  root.lang = language;
  try {
    localStorage.setItem('language', language);
  } catch {
    // No storage: it is lost when the page is left.
  }
  translate();
}

/** @param {'auto' | 'ltr' | 'rtl'} direction */
export function turn(direction) {
  root.dir = direction === 'auto' ? (root.lang === 'ar' ? 'rtl' : 'ltr') : direction;
}

/** Returns an English text of the page in the current language. @param {string} text */
export const say = (text) => WORDS[root.lang]?.[text] ?? text;

export function translate() {
  for (const element of document.querySelectorAll('[data-t]')) {
    const text = say(element.dataset.t);
    if (element.textContent !== text) element.textContent = text;
  }
  for (const element of document.querySelectorAll(LABELLED)) {
    element.dataset.label ??= element.getAttribute('label');
    element.setAttribute('label', say(element.dataset.label));
  }
  for (const element of document.querySelectorAll('[placeholder]')) {
    element.dataset.placeholder ??= element.getAttribute('placeholder');
    element.setAttribute('placeholder', say(element.dataset.placeholder));
  }
  document.title = `${say('This machine')} · lp-kit`;
}
