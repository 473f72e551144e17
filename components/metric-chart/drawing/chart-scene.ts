import { type DataLine, isEarlier } from '../samples/chart-data.ts';
import type { Palette } from './drawing.ts';
import { DASHES, resolvedColor } from './palette.ts';
import type { PlotLine } from './scene.ts';
import { TEXTURES } from './textures.ts';

/** Returns how the lines of a chart look: colour by token, by CSS or by order; dashes where colours alone are not enough. */
export function plotLines(
  lines: readonly DataLine[],
  options: {
    palette: Palette;
    probe: HTMLElement;
    label: (line: DataLine) => string;
    gapMs: (line: DataLine) => number;
    /** Drawn as areas, not as strokes. */
    filled: boolean;
  },
): PlotLine[] {
  const { palette, probe, label, gapMs, filled } = options;
  const [earlier, another] = lines.filter(isEarlier);
  const onlyEarlier = another ? undefined : earlier;
  return lines.map((line, n) => ({
    series: line.series,
    label: label(line),
    color: colorOf(line.spec.color, { n, palette, probe, isOnlyEarlier: line === onlyEarlier }),
    dash: line.spec.dash ?? usualDash(line, n, palette.dashed),
    texture: filled && palette.dashed ? (TEXTURES[n % TEXTURES.length] ?? '') : '',
    hidden: line.hidden,
    axis: line.spec.axis === 'right' ? 'right' : 'left',
    gapMs: gapMs(line),
    isEarlier: isEarlier(line),
  }));
}

/** Dash of lines of an earlier time, in CSS pixels. */
const EARLIER_DASH = [4, 3];

function usualDash({ spec }: DataLine, n: number, isDashed: boolean): readonly number[] {
  if (spec.offsetMs) return EARLIER_DASH;
  return isDashed || n >= 8 ? (DASHES[n % DASHES.length] ?? []) : [];
}

/**
 * Returns the colour of line `n`: a series token by its number, a CSS colour, or the next of the tokens. The only line of an
 * earlier time is muted.
 */
export function colorOf(
  wish: string | undefined,
  {
    n,
    palette,
    probe,
    isOnlyEarlier = false,
  }: { n: number; palette: Palette; probe: HTMLElement; isOnlyEarlier?: boolean },
): string {
  const turn = isOnlyEarlier
    ? palette.muted
    : (palette.series[n % palette.series.length] ?? palette.text);
  if (!wish || palette.dashed) return turn;
  if (/^[1-8]$/.test(wish)) return palette.series[Number(wish) - 1] ?? turn;
  return CSS.supports('color', wish) ? resolvedColor(probe, wish) : turn;
}

/**
 * Time without samples that a line does not cross, in ms: the page's `gap-after`, else twice the channel's `ttl`, else four
 * usual steps of the line. A stepped line without either crosses every gap in time: a state that changes rarely has no usual
 * step. Of a line of buckets it is a bucket longer, since when the samples within came is not known.
 */
export function gapOf(
  { series }: DataLine,
  {
    attributeMs,
    ttl,
    stepped,
  }: { attributeMs: number | undefined; ttl: unknown; stepped: boolean },
): number {
  const bucketMs = series.spread?.stepMs ?? 0;
  if (attributeMs !== undefined) return attributeMs + bucketMs;
  if (typeof ttl === 'number' && ttl > 0) return ttl * 2_000 + bucketMs;
  if (stepped) return Infinity;
  const step = series.usualStepMs();
  return step > 0 ? step * 4 : Infinity;
}

/** Returns the name of a line: its own label, or its field and the name of its key, or the name of the chart. */
export function lineLabel(
  { spec }: DataLine,
  { chart, key }: { chart: string; key: string | undefined },
): string {
  const own = spec.label ?? spec.field;
  if (own && key !== undefined)
    return spec.label || spec.field !== 'value' ? `${own} · ${key}` : key;
  return key ?? (own || chart);
}
