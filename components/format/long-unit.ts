import type { Part } from './format-options.ts';

/** A unit of more characters than this is written on its own line: beside the number it would make both unreadable. */
const LONG = 8;

/** Returns the unit of a formatted value where it is too long to be written beside the number; undefined otherwise. */
export function longUnit(parts: readonly Part[]): string | undefined {
  const unit = parts
    .map(({ kind, text }) => (kind === 'unit' ? text : ''))
    .join('')
    .trim();
  return unit.length > LONG ? unit : undefined;
}
