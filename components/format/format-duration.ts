import type { FormatOptions } from './format-options.ts';
import { digitsIn, languageIn } from './format-options.ts';
import { SECOND, UNITS } from './format-moment.ts';
import { listFormat, numberFormat } from './intl-cache.ts';

const SECONDS = new Map(
  Object.entries({
    nanosecond: 1e-9,
    microsecond: 1e-6,
    millisecond: 1e-3,
    ms: 1e-3,
    second: 1,
    s: 1,
    minute: 60,
    hour: 3600,
    day: 86_400,
  }),
);

/** Returns the number of seconds in one of this unit; the default unit is seconds. */
export const secondsOf = (unit: string | undefined): number => SECONDS.get(unit ?? 'second') ?? 1;

const LARGE = UNITS.map(([unit, sizeMs]) => [unit, sizeMs / 1000] as const);
const SMALL = ['second', 'millisecond', 'microsecond', 'nanosecond'];

/** Returns a duration in its two largest units (`1d 2h`, `3m 20s`), or below a minute in one (`12.5s`, `3.2ms`). */
export function durationText(value: number, options: FormatOptions): string {
  const language = languageIn(options);
  const perUnit = secondsOf(options.unit);
  const seconds = value * perUnit;
  if (!Number.isFinite(seconds)) return numberFormat(language, {}).format(seconds);
  const resolution = options.resolution === undefined ? undefined : options.resolution * perUnit;
  if (Math.abs(seconds) < 59.95) return short(seconds, { ...options, resolution }, language);
  return long(seconds, language, resolution);
}

function short(seconds: number, options: FormatOptions, language: string): string {
  const digits = digitsIn(options);
  const unit = SMALL.find((each) => Math.abs(seconds) >= secondsOf(each)) ?? 'second';
  const precision =
    digits === undefined
      ? { maximumSignificantDigits: significantDigits(seconds, options.resolution) }
      : { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return unitText(seconds / secondsOf(unit), unit, language, precision);
}

function significantDigits(seconds: number, resolution: number | undefined): number {
  if (!resolution || seconds === 0) return 3;
  const needed = Math.ceil(Math.log10(Math.abs(seconds) / resolution)) + 1;
  return Math.min(15, Math.max(3, needed));
}

/** Returns the two largest units; also smaller ones, if values that are `resolution` seconds apart would otherwise look the same. */
function long(seconds: number, language: string, resolution: number = Infinity): string {
  const digits = resolution < 1 ? Math.min(9, Math.ceil(-Math.log10(resolution) - 1e-9)) : 0;
  let left = Number(Math.abs(seconds).toFixed(digits));
  const first = LARGE.findIndex(([, size]) => left >= size);
  const texts: string[] = [];
  for (const [n, [unit, size]] of LARGE.slice(first).entries()) {
    const isWanted = n < 2 || (LARGE[first + n - 1]?.[1] ?? 0) > resolution * 1.000001;
    if (!isWanted) break;
    const isLast = unit === 'second';
    const count = isLast ? Number(left.toFixed(digits)) : Math.floor(left / size);
    left -= count * size;
    const signed = texts.length === 0 && seconds < 0 ? -count : count;
    if (count > 0) texts.push(unitText(signed, unit, language, { maximumFractionDigits: digits }));
  }
  return listFormat(language, { type: 'unit', style: 'narrow' }).format(texts);
}

const unitText = (
  count: number,
  unit: string,
  language: string,
  precision: Intl.NumberFormatOptions,
): string =>
  numberFormat(language, { style: 'unit', unit, unitDisplay: 'narrow', ...precision }).format(
    count,
  );

/** Returns a duration in its largest unit, for text that is read from a distance: `11 min`, `3 hr`, `12 days`. */
export function roughSpan(ms: number, language: string): string {
  const [unit, sizeMs] = UNITS.find(([, each]) => ms >= each) ?? SECOND;
  const style = { style: 'unit', unit, unitDisplay: 'short' } as const;
  return numberFormat(language, style).format(Math.floor(ms / sizeMs));
}
