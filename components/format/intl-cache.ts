/** `Intl` formatters are slow to make (about 50 µs) and fast to use: one per language and options, for the whole page. */
const cache = new Map<string, unknown>();

/** Returns the cached `Intl.NumberFormat` of a language and options. */
export const numberFormat = (
  language: string,
  options: Intl.NumberFormatOptions,
): Intl.NumberFormat => cached(Intl.NumberFormat, language, options);

/** Returns the cached `Intl.DateTimeFormat` of a language and options. */
export const dateFormat = (
  language: string,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat => cached(Intl.DateTimeFormat, language, options);

/** Returns the cached `Intl.RelativeTimeFormat` of a language and options. */
export const relativeFormat = (
  language: string,
  options: Intl.RelativeTimeFormatOptions,
): Intl.RelativeTimeFormat => cached(Intl.RelativeTimeFormat, language, options);

/** Returns the cached `Intl.ListFormat` of a language and options. */
export const listFormat = (language: string, options: Intl.ListFormatOptions): Intl.ListFormat =>
  cached(Intl.ListFormat, language, options);

/** Returns the cached `Intl.PluralRules` of a language. */
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
