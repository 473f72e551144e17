import type { FormatOptions } from './format-options.ts';
import { digitsIn, languageIn } from './format-options.ts';
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

const LARGE: [string, number][] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
];
const SMALL: [string, number][] = [
  ['second', 1],
  ['millisecond', 1e-3],
  ['microsecond', 1e-6],
  ['nanosecond', 1e-9],
];

/** A length of time in its two largest units (`1d 2h`, `3m 20s`), or below a minute in one (`12.5s`, `3.2ms`). */
export function durationText(value: number, options: FormatOptions): string {
  const language = languageIn(options);
  const seconds = value * (SECONDS.get(options.unit ?? 'second') ?? 1);
  if (!Number.isFinite(seconds)) return numberFormat(language, {}).format(seconds);
  if (Math.abs(seconds) < 59.95) return short(seconds, options, language);
  return long(Math.round(seconds), language);
}

function short(seconds: number, options: FormatOptions, language: string): string {
  const digits = digitsIn(options);
  const [unit, size] = SMALL.find(([, each]) => Math.abs(seconds) >= each) ?? ['second', 1];
  const precision =
    digits === undefined
      ? { maximumSignificantDigits: 3 }
      : { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return unitText(seconds / size, unit, language, precision);
}

function long(seconds: number, language: string): string {
  const first = LARGE.findIndex(([, size]) => Math.abs(seconds) >= size);
  let left = Math.abs(seconds);
  const texts: string[] = [];
  for (const [unit, size] of LARGE.slice(first, first + 2)) {
    const count = Math.floor(left / size);
    left -= count * size;
    const signed = texts.length === 0 && seconds < 0 ? -count : count;
    if (count > 0) texts.push(unitText(signed, unit, language, {}));
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
