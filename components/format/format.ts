import { durationText } from './format-duration.ts';
import { momentText, relativeText } from './format-moment.ts';
import { numberParts } from './format-number.ts';
import type { FormatOptions, Formatted, Part } from './format-options.ts';

/** Text for null, NaN, '' and undefined. */
export const NO_VALUE = '—';

/** Returns a value as text. Never throws: an option that `Intl` refuses is left out. */
export const formatValue = (value: unknown, options: FormatOptions = {}): string =>
  formatParts(value, options).text;

/** Returns a value in parts. Never throws: an option that `Intl` refuses is left out. */
export function formatParts(value: unknown, options: FormatOptions = {}): Formatted {
  if (isMissing(value))
    return { text: NO_VALUE, parts: [{ kind: 'value', text: NO_VALUE }], missing: true };
  const inner = write(value, options);
  const parts: Part[] = [
    ...(options.prefix ? [{ kind: 'unit' as const, text: options.prefix }] : []),
    ...inner,
    ...(options.suffix ? [{ kind: 'unit' as const, text: options.suffix }] : []),
  ];
  return { text: parts.map((part) => part.text).join(''), parts, missing: false };
}

/**
 * Returns the smallest distance between values that differ, for the option `resolution`; undefined if they are all equal.
 * Non-numbers and infinities are ignored.
 */
export function resolutionOf(values: readonly number[]): number | undefined {
  const sorted = values.filter((value) => Number.isFinite(value)).toSorted((a, b) => a - b);
  let least = Infinity;
  for (let n = 1; n < sorted.length; n++) {
    const distance = (sorted[n] as number) - (sorted[n - 1] as number);
    if (distance > 0) least = Math.min(least, distance);
  }
  return Number.isFinite(least) ? least : undefined;
}

/** Whether a value is shown as "—". */
export const isMissing = (value: unknown): boolean =>
  value === null || value === undefined || value === '' || Number.isNaN(value);

const plain = (text: string): Part[] => [{ kind: 'value', text }];

function write(value: unknown, options: FormatOptions): Part[] {
  const { format = typeof value === 'number' ? 'number' : 'text' } = options;
  if (format === 'text') return plain(textOf(value));
  if (format === 'date' || format === 'time') return plain(momentText(value, format, options));
  if (format === 'relative') return plain(relativeText(value, options));
  const number = typeof value === 'number' ? value : Number(textOf(value).trim() || Number.NaN);
  if (Number.isNaN(number)) return plain(textOf(value)); // a word in place of a number: show the word
  if (format === 'duration') return plain(durationText(number, options));
  return numberParts(number, format, options);
}

function textOf(value: unknown): string {
  if (typeof value === 'object') return JSON.stringify(value) ?? '';
  return String(value as string | number | boolean); // all other values have a text
}
