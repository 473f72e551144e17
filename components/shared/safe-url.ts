/** Maximum length of an address: nobody follows a longer one. */
const MAX_LENGTH = 2048;

/** Returns an address that data may link to, as absolute: http, https, mailto, or relative to `base`. Undefined for others. */
export const safeLink = (value: unknown, base?: string): string | undefined =>
  absolute(value, base, ['http:', 'https:', 'mailto:']);

/** Returns an address that data may show a picture from, as absolute: http, https, or relative to `base`. Undefined for others. */
export const safePicture = (value: unknown, base?: string): string | undefined =>
  absolute(value, base, ['http:', 'https:']);

/** Whether an absolute URL has one of the origins. */
export const isOf = (url: string, origins: readonly string[]): boolean =>
  origins.includes(new URL(url).origin);

/** The origins of absolute addresses. */
export const originsOf = (...urls: (string | undefined)[]): string[] =>
  urls.flatMap((url) => (url && URL.canParse(url) ? [new URL(url).origin] : []));

// An allow-list applied to the result of the platform's own parser, which also recognises `java\nscript:`.
function absolute(value: unknown, base: string | undefined, allowed: string[]): string | undefined {
  if (typeof value !== 'string' || value.trim() === '' || value.length > MAX_LENGTH)
    return undefined;
  try {
    const url = new URL(value, base);
    return allowed.includes(url.protocol) ? url.href : undefined;
  } catch {
    return undefined;
  }
}
