/** Returns the number of columns of at least `minPx` that fit side by side: at least one, at most `wanted`. */
export function columnsThatFit(facts: {
  widthPx: number;
  minPx: number;
  gapPx: number;
  wanted: number;
}): number {
  const { widthPx, minPx, gapPx, wanted } = facts;
  const fitting = minPx > 0 ? Math.floor((widthPx + gapPx) / (minPx + gapPx) + 0.001) : 1;
  return Math.max(1, Math.min(fitting, Math.max(1, wanted)));
}

/**
 * Columns of a dashboard whose `columns` are fixed: all of them from 60rem on, at most six from 40rem on, two from 22rem on (a
 * phone), else one. Tiles keep their share of the width, rounded up.
 */
export function columnsOfWidth(columns: number, widthRem: number): number {
  if (widthRem >= 60) return columns;
  if (widthRem >= 40) return Math.min(columns, 6);
  return Math.min(columns, widthRem >= 22 ? 2 : 1);
}

/** `columns` as an attribute gives it: a whole number from 1 to 12; undefined for anything else. */
export function parseColumnCount(value: number | null | undefined): number | undefined {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MOST_SPAN
    ? Number(value)
    : undefined;
}

/**
 * Parses a CSS length of an attribute; a bare number is in pixels. Undefined for anything else, so that no attribute can
 * inject CSS.
 */
export function parseLength(text: string | null | undefined): string | undefined {
  const match = /^\s*(\d+(?:\.\d+)?)(px|rem|em|ch|vw|vh|cqi|%)?\s*$/.exec(text ?? '');
  return match ? `${match[1]}${match[2] ?? 'px'}` : undefined;
}

/** Returns what to write in place of a text that is not a length; undefined for a length. */
export const lengthCure = (text: string): string | undefined =>
  parseLength(text) ? undefined : 'write a length such as 12rem or 240px';

/** Returns the tile's width in columns from its `cols`: 1 to 12. */
export function spanOf(text: string | null): number {
  const span = Number(text ?? 1);
  return Number.isInteger(span) && span >= 1 ? Math.min(span, MOST_SPAN) : 1;
}

/** Maximum number of columns or rows of a tile. */
export const MOST_SPAN = 12;
