/** Columns of at least `minPx` that fit side by side, at least one, at most as many as are `wanted`. */
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

/** A CSS length of an attribute; a bare number counts pixels. undefined for anything else: no attribute writes CSS of its own. */
export function parseLength(text: string | null | undefined): string | undefined {
  const match = /^\s*(\d+(?:\.\d+)?)(px|rem|em|ch|vw|vh|cqi|%)?\s*$/.exec(text ?? '');
  return match ? `${match[1]}${match[2] ?? 'px'}` : undefined;
}

/** The tile's width in columns, as its `cols` says: 1 to 8. */
export function spanOf(text: string | null): number {
  const span = Number(text ?? 1);
  return Number.isInteger(span) && span >= 1 ? Math.min(span, MOST_SPAN) : 1;
}

/** Tiles may be so many columns or rows large. */
export const MOST_SPAN = 8;
