import { formatValue } from '../../format/format.ts';
import type { FormatOptions } from '../../format/format-options.ts';
import { numberFormat } from '../../format/intl-cache.ts';

/** The label of a tick: as many digits as ticks `step` apart need to differ, and no more. Units stay with the values. */
export function tickText(value: number, step: number, options: FormatOptions): string {
  const { format = 'number', language = 'en', notation } = options;
  if (format !== 'number' && format !== 'percent') return formatValue(value, options);
  const percent = format === 'percent';
  const size = Math.abs(value) * (percent ? 100 : 1);
  // by the step, not the value: all labels of an axis are written alike
  const compact = !percent && (notation === 'compact' || step >= 1_000);
  const scale = compact ? 1_000 ** Math.floor(Math.log10(Math.max(1, size)) / 3 + 1e-9) : 1;
  const digits = decimalsOf((percent ? step * 100 : step) / scale);
  const plain = value === 0 || (digits <= 6 && size < 1e15);
  return numberFormat(language, {
    style: percent ? 'percent' : 'decimal',
    notation: plain ? (compact ? 'compact' : 'standard') : 'scientific',
    maximumFractionDigits: plain ? digits : 3,
  }).format(value);
}

/** Decimals that a multiple of `step` may have. */
function decimalsOf(step: number): number {
  const power = Math.floor(Math.log10(step) + 1e-9);
  const quarter = Math.abs(step / 10 ** power - 2.5) < 1e-6 ? 1 : 0;
  return Math.min(20, Math.max(0, quarter - power));
}
