import { listFormat, numberFormat, pluralRules } from './intl-cache.ts';

/** Returns the form of a sentence for a count, by the plural rules of the language; `#` is replaced by the number. */
export function plural(
  language: string,
  count: number,
  forms: Partial<Record<Intl.LDMLPluralRule, string>> & { other: string },
): string {
  const rule = pluralRules(language).select(count);
  return (forms[rule] ?? forms.other).replace('#', countText(language, count));
}

/** Names joined as the language joins them: `CPU, Memory, and Disk`. */
export const listText = (language: string, names: readonly string[]): string =>
  listFormat(language, {}).format(names);

/** A whole number in the language's digits. */
export const countText = (language: string, count: number): string =>
  numberFormat(language, {}).format(count);
