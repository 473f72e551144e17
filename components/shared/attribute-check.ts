import type { PropertyDeclaration } from 'lit';

/** How the text of an attribute is checked, in addition to its type. */
export interface AttributeCheck extends PropertyDeclaration {
  /** Returns what to write instead; undefined if the text is valid. */
  cure?: (text: string) => string | undefined;
  /** Value of the property where the text is invalid. Default: undefined. */
  fallback?: unknown;
}

/** A reactive property that takes one of these words. @example order: oneOf(['asc', 'desc']) */
export const oneOf = (words: readonly string[], options: AttributeCheck = {}): AttributeCheck => ({
  ...options,
  cure: (text) => (words.includes(text) ? undefined : `write ${words.join(', ')}`),
});

/** Returns what to write instead of a text that is not a heading level; undefined for a valid one. */
export const headingCure = (text: string): string | undefined =>
  /^[1-6]$/.test(text.trim()) ? undefined : 'write 1 to 6';

/** A reactive property that takes any words that `isKnown`, separated by blanks or commas; `words` are named in the cure. */
export const anyOf = (
  words: readonly string[],
  options: AttributeCheck = {},
  isKnown: (word: string) => boolean = (word) => words.includes(word),
): AttributeCheck => ({
  ...options,
  cure: (text) =>
    text
      .trim()
      .split(/[\s,]+/)
      .every(isKnown)
      ? undefined
      : `write any of ${words.join(', ')}`,
});
