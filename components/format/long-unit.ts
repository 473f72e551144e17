import type { Part } from './format-options.ts';

/** A unit of more characters than this stands on a line of its own: beside its number it would make both unreadable. */
const LONG = 8;

/** Returns the unit of a formatted value where it is too long to stand beside the number; undefined where it is not. */
export function longUnit(parts: readonly Part[]): string | undefined {
  const unit = parts
    .map(({ kind, text }) => (kind === 'unit' ? text : ''))
    .join('')
    .trim();
  return unit.length > LONG ? unit : undefined;
}
