/** `Intl` formatters are dear to make (about 50 µs) and cheap to use: one per language and options, for the whole page. */
const cache = new Map<string, unknown>();

export const numberFormat = (
  language: string,
  options: Intl.NumberFormatOptions,
): Intl.NumberFormat => cached(Intl.NumberFormat, language, options);

export const dateFormat = (
  language: string,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat => cached(Intl.DateTimeFormat, language, options);

export const relativeFormat = (
  language: string,
  options: Intl.RelativeTimeFormatOptions,
): Intl.RelativeTimeFormat => cached(Intl.RelativeTimeFormat, language, options);

export const listFormat = (language: string, options: Intl.ListFormatOptions): Intl.ListFormat =>
  cached(Intl.ListFormat, language, options);

export const pluralRules = (language: string): Intl.PluralRules =>
  cached(Intl.PluralRules, language, {});

function cached<F, O>(Make: new (tag: string, options: O) => F, language: string, options: O): F {
  const key = `${Make.name} ${language} ${JSON.stringify(options)}`;
  const found = cache.get(key) as F | undefined;
  if (found) return found;
  const made = new Make(language, options);
  cache.set(key, made);
  return made;
}
