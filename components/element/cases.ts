import type { Level } from '../data/levels.ts';
import { isMissing } from '../format/format.ts';
import type { Formatted, Part } from '../format/format-options.ts';

/** An `<lp-case>` child: what to show of the values that meet its rule. */
export interface Case {
  /** Text in place of the value; '' shows the value. */
  readonly words: string;
  /** Level that it sets; undefined: that of the element's limits and states. */
  readonly sets: Level | 'none' | undefined;
  icon: string | undefined;
  meets: (value: unknown) => boolean;
}

/** Returns the first `<lp-case>` child of an element that applies to a value; a missing value has none. */
export function caseOf(host: Element, value: unknown): Case | undefined {
  if (!host.firstElementChild || isMissing(value)) return undefined;
  const all = [...host.children].filter(({ localName }) => localName === 'lp-case');
  // An `<lp-case>` that is not defined yet has no rule.
  return (all as unknown as Partial<Case>[]).find(
    (each): each is Case => each.meets?.(value) === true,
  );
}

/** Whether a case replaces the value with words. */
export const isInWords = (found: Case | undefined): boolean =>
  found !== undefined && found.words !== '' && !found.words.includes('{value}');

/** Returns a text in the form of a written value. */
export const textOnly = (text: string): Formatted => ({
  text,
  parts: [{ kind: 'value', text }],
  missing: false,
});

/** Returns a written value with the words of a case, where `{value}` is the value. */
export function inWords(written: Formatted, found: Case | undefined): Formatted {
  const words = found?.words;
  if (!words) return written;
  const [before = '', after] = words.split('{value}', 2);
  if (after === undefined) return textOnly(words);
  const around = (text: string): Part[] => (text === '' ? [] : [{ kind: 'unit', text }]);
  const parts = [...around(before), ...written.parts, ...around(after)];
  return { ...written, text: `${before}${written.text}${after}`, parts };
}
