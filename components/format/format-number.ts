import type { Format, FormatOptions, Part } from './format-options.ts';
import { digitsIn, isIntlUnit, languageIn } from './format-options.ts';
import { numberFormat } from './intl-cache.ts';

/** A number that rounds to zero has no sign. */
const NO_NEGATIVE_ZERO = { signDisplay: 'negative' } as const;

/** Returns a number with its unit, in parts. */
export function numberParts(number: number, format: Format, given: FormatOptions): Part[] {
  const options = format === 'currency' ? withCurrency(given) : given;
  const scaled = scale(number, format, options);
  const style = numberStyle(format, scaled.unit, options);
  const digits = digitOptions(scaled.number, format, { ...options, resolution: scaled.resolution });
  const formatter = numberFormat(languageIn(options), { ...style, ...digits, ...NO_NEGATIVE_ZERO });
  const written = formatter
    .formatToParts(scaled.number)
    .map(
      ({ type, value }): Part => ({ kind: isUnit(type, value) ? 'unit' : 'value', text: value }),
    );
  const merged = merge(written);
  const asSuffix = scaled.unit && style.style !== 'unit';
  return asSuffix ? [...merged, { kind: 'unit', text: `\u00a0${scaled.unit}` }] : merged;
}

/** Uses the channel's unit as currency if it is one (`"unit": "EUR"`); a unit equal to the currency is left out. */
function withCurrency(options: FormatOptions): FormatOptions {
  const { unit, currency = unit } = options;
  const isCode = unit !== undefined && /^[A-Z]{3}$/.test(unit);
  return isCode && unit === currency?.toUpperCase() ? { ...options, currency, unit: '' } : options;
}

// The space between number and unit belongs to the unit, so that a small unit has a small space.
const isUnit = (type: string, value: string): boolean =>
  type === 'unit' ||
  type === 'percentSign' ||
  type === 'currency' ||
  (type === 'literal' && value.trim() === '');

function merge(parts: Part[]): Part[] {
  const merged: Part[] = [];
  for (const part of parts) {
    const last = merged.at(-1);
    if (last?.kind === part.kind) last.text += part.text;
    else merged.push({ ...part });
  }
  return merged;
}

const STEPS = ['', 'kilo', 'mega', 'giga', 'tera', 'peta'];

interface Scaled {
  number: number;
  unit?: string | undefined;
  /** In the scaled unit. */
  resolution?: number | undefined;
}

/** Scales bytes and bits by thousands until there are at most three digits before the decimal point. */
function scale(number: number, format: Format, { unit, resolution }: FormatOptions): Scaled {
  if (format !== 'bytes' && format !== 'bits') return { number, unit, resolution };
  const base = format === 'bytes' ? 'byte' : 'bit';
  const per = unit?.endsWith('-per-second') ? '-per-second' : '';
  const last = base === 'byte' ? 5 : 4; // Intl has no petabit
  let step = 0;
  let left = number;
  while (step < last && Math.abs(left) >= 999.5) {
    left /= 1000;
    step++;
  }
  const scaled = resolution === undefined ? undefined : resolution / 1000 ** step;
  return { number: left, unit: `${STEPS[step]}${base}${per}`, resolution: scaled };
}

function numberStyle(
  format: Format,
  unit: string | undefined,
  options: FormatOptions,
): Intl.NumberFormatOptions {
  if (format === 'percent') return { style: 'percent' };
  if (format === 'currency') return { style: 'currency', currency: currencyOf(options.currency) };
  if (unit && isIntlUnit(unit)) return { style: 'unit', unit, unitDisplay: 'short' };
  return { style: 'decimal' };
}

/** Maximum number of fraction digits that `Intl` accepts in all engines. */
const MOST_DIGITS = 20;
/** From this number on, numbers are written with an exponent, because their digits do not fit a tile. */
const HUGE = 1e21;
/** Below this number too. */
const TINY = 1e-7;

function digitOptions(
  number: number,
  format: Format,
  options: FormatOptions,
): Intl.NumberFormatOptions {
  const { notation, resolution } = options;
  const short: Intl.NumberFormatOptions = notation === 'compact' ? { notation } : {};
  const fixed = digitsIn(options);
  if (fixed !== undefined) {
    const digits = Math.min(MOST_DIGITS, Math.max(fixed, honestDigits(number, format, options)));
    return { ...short, minimumFractionDigits: fixed, maximumFractionDigits: digits };
  }
  if (format === 'number' && isExtreme(number))
    return { notation: 'scientific', maximumSignificantDigits: 3 };
  if (notation === 'compact') return { ...short, ...significant(number, 2, resolution) };
  if (format === 'bytes' || format === 'bits') return significant(number, 3, resolution);
  const usual = usualDigits(format, options);
  const needed = neededDigits(number, format, options);
  return needed > usual || format !== 'currency'
    ? { maximumFractionDigits: Math.max(usual, needed) }
    : {};
}

function isExtreme(number: number): boolean {
  const size = Math.abs(number);
  return Number.isFinite(size) && size !== 0 && (size >= HUGE || size < TINY);
}

/** Significant digits of formats whose scale follows the value; `Intl`'s own choice for compact numbers. */
function significant(
  number: number,
  usual: number,
  resolution: number | undefined,
): Intl.NumberFormatOptions {
  const needed = resolution && number ? powerOf(number) - powerOf(resolution) + 1 : 0;
  const digits = Math.min(MOST_DIGITS, Math.max(usual, needed));
  return usual === 2 && digits === 2 ? {} : { maximumSignificantDigits: digits };
}

function usualDigits(format: Format, { currency, language }: FormatOptions): number {
  if (format === 'percent') return 1;
  if (format !== 'currency') return 2;
  const style = { style: 'currency', currency: currencyOf(currency) } as const;
  return numberFormat(languageIn({ language }), style).resolvedOptions().maximumFractionDigits ?? 2;
}

/** Returns the fraction digits without which the text would be misleading. */
function neededDigits(number: number, format: Format, options: FormatOptions): number {
  if (!Number.isFinite(number)) return 0;
  const factor = format === 'percent' ? 100 : 1;
  const size = Math.abs(number) * factor;
  const small = size > 0 && size < 1 ? 1 - powerOf(size) : 0; // at least two significant digits
  const { resolution } = options;
  const differing = resolution ? -powerOf(resolution * factor) : 0;
  return Math.min(MOST_DIGITS, Math.max(small, differing, honestDigits(number, format, options)));
}

/** Fraction digits with which a percentage that is neither 0 nor 100 % is not written as one of them. */
function honestDigits(number: number, format: Format, { unit }: FormatOptions): number {
  const isShare = format === 'percent';
  if (!isShare && unit !== 'percent' && unit !== '%') return 0;
  const percentage = Math.abs(isShare ? number * 100 : number);
  const distances = [percentage, Math.abs(100 - percentage)].filter((each) => each > 1e-12);
  const digits = distances.map((each) => Math.ceil(1e-6 - Math.log10(2 * each)));
  return Math.min(MOST_DIGITS, Math.max(0, ...digits.filter(Number.isFinite)));
}

/** Returns the power of ten of a number's first digit: 2 for 250, -3 for 0.004. */
const powerOf = (number: number): number => Math.floor(Math.log10(Math.abs(number)) + 1e-9);

const toldCurrencies = new Set<string>();

/** Returns an ISO 4217 code; EUR where it is invalid, with one message on the console. */
function currencyOf(code: string | undefined): string {
  if (code && /^[A-Za-z]{3}$/.test(code)) return code;
  if (code && !toldCurrencies.has(code)) {
    toldCurrencies.add(code);
    console.error(
      `lp-kit: currency="${code}" is not an ISO 4217 code such as EUR or USD; EUR is shown`,
    );
  }
  return 'EUR';
}
