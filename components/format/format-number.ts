import type { Format, FormatOptions, Part } from './format-options.ts';
import { digitsIn, isIntlUnit, languageIn } from './format-options.ts';
import { numberFormat } from './intl-cache.ts';

/** A number with its unit, in parts. */
export function numberParts(number: number, format: Format, options: FormatOptions): Part[] {
  const scaled = scale(number, format, options);
  const style = numberStyle(format, scaled.unit, options);
  const digits = digitOptions(format, options);
  const formatter = numberFormat(languageIn(options), { ...style, ...digits });
  const written = formatter
    .formatToParts(scaled.number)
    .map(
      ({ type, value }): Part => ({ kind: isUnit(type, value) ? 'unit' : 'value', text: value }),
    );
  const merged = merge(written);
  const asSuffix = scaled.unit && style.style !== 'unit';
  return asSuffix ? [...merged, { kind: 'unit', text: `\u00a0${scaled.unit}` }] : merged;
}

// The blank between number and unit goes with the unit, so that a small unit has a small blank.
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

/** Bytes and bits climb by thousands until they have at most three digits before the point. */
function scale(
  number: number,
  format: Format,
  { unit }: FormatOptions,
): { number: number; unit?: string | undefined } {
  if (format !== 'bytes' && format !== 'bits') return { number, unit };
  const base = format === 'bytes' ? 'byte' : 'bit';
  const per = unit?.endsWith('-per-second') ? '-per-second' : '';
  const last = base === 'byte' ? 5 : 4; // Intl knows no petabit
  let step = 0;
  let left = number;
  while (step < last && Math.abs(left) >= 999.5) {
    left /= 1000;
    step++;
  }
  return { number: left, unit: `${STEPS[step]}${base}${per}` };
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

function digitOptions(format: Format, options: FormatOptions): Intl.NumberFormatOptions {
  const { notation } = options;
  const short: Intl.NumberFormatOptions = notation === 'compact' ? { notation } : {};
  const digits = digitsIn(options);
  if (digits !== undefined)
    return { ...short, minimumFractionDigits: digits, maximumFractionDigits: digits };
  if (format === 'bytes' || format === 'bits') return { ...short, maximumSignificantDigits: 3 };
  if (format === 'percent') return { ...short, maximumFractionDigits: 1 };
  if (format === 'currency' || notation === 'compact') return short;
  return { ...short, maximumFractionDigits: 2 };
}

function currencyOf(code: string | undefined): string {
  return code && /^[A-Za-z]{3}$/.test(code) ? code : 'EUR';
}
