import { formatValue } from '../../format/format.ts';
import { secondsOf } from '../../format/format-duration.ts';
import type { FormatOptions } from '../../format/format-options.ts';
import { numberFormat } from '../../format/intl-cache.ts';

/**
 * Returns the label of a tick on an axis whose ticks are `step` apart, with as many digits as the ticks need to differ.
 * Units of plain numbers are written with the values, not on the axis.
 */
export function tickText(value: number, step: number, options: FormatOptions): string {
  const { format = 'number', language = 'en', notation } = options;
  if (format !== 'number' && format !== 'percent') return distinctText(value, step, options);
  const percent = format === 'percent';
  const size = Math.abs(value) * (percent ? 100 : 1);
  // Depends on the step, not on the value, so that all labels of an axis have the same notation.
  const compact = !percent && (notation === 'compact' || step >= 1_000);
  const scale = compact ? 1_000 ** Math.floor(Math.log10(Math.max(1, size)) / 3 + 1e-9) : 1;
  const digits = decimalsOf((percent ? step * 100 : step) / scale);
  const plain = value === 0 || (digits <= 6 && size < 1e15);
  return numberFormat(language, {
    style: percent ? 'percent' : 'decimal',
    notation: plain ? (compact ? 'compact' : 'standard') : 'scientific',
    maximumFractionDigits: plain ? digits : 3,
    signDisplay: 'negative', // no label is -0
  }).format(value);
}

/** The page's `digits` count only if they tell ticks apart. */
function distinctText(value: number, step: number, options: FormatOptions): string {
  const apart = { ...options, resolution: step };
  const text = formatValue(value, apart);
  if (options.digits === undefined || text !== formatValue(value + step, apart)) return text;
  return formatValue(value, { ...apart, digits: undefined });
}

/**
 * Returns the number of seconds in a value of 1 on an axis of times (`date`, `time`, `relative`: ms) or durations; undefined
 * for other formats.
 */
export function unitSecondsOf({ format, unit }: FormatOptions): number | undefined {
  if (format === 'duration') return secondsOf(unit);
  return format === 'date' || format === 'time' || format === 'relative' ? 1e-3 : undefined;
}

/**
 * Returns the smallest difference that the text of a value must show on an axis whose ticks are `step` apart: values with a
 * visible difference in the plot must have different texts in the tooltip.
 */
export const valueResolution = (step: number): number => step / 10;

/** Returns the number of decimals that a multiple of `step` may have. */
function decimalsOf(step: number): number {
  const power = Math.floor(Math.log10(step) + 1e-9);
  const quarter = Math.abs(step / 10 ** power - 2.5) < 1e-6 ? 1 : 0;
  return Math.min(20, Math.max(0, quarter - power));
}
