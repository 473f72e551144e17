import type { Palette } from './drawing.ts';

/**
 * The theme as colours a canvas takes. A custom property's text may still hold `light-dark()` or `var()`, so each one is
 * worn by `probe`, an element that is in the page but not seen, and read back as the browser resolved it.
 */
export function paletteOf(probe: HTMLElement): Palette {
  const color = (value: string): string => resolvedColor(probe, value);
  const { fontFamily, fontSize } = getComputedStyle(probe);
  const forced = matchMedia('(forced-colors: active)').matches;
  return {
    text: color('var(--_text)'),
    muted: color('var(--_muted)'),
    grid: color('var(--_grid)'),
    surface: color('var(--_surface)'),
    warn: color('var(--_warn)'),
    danger: color('var(--_danger)'),
    accent: color('var(--_accent)'),
    family: fontFamily,
    fontPx: Number.parseFloat(fontSize),
    dashed: forced || matchMedia('print').matches,
    series: Array.from({ length: 8 }, (_, n) =>
      color(forced ? 'CanvasText' : `var(--_series-${n + 1})`),
    ),
  };
}

/** A CSS colour, however it is written, as the browser computes it here; the text's colour where it is none. */
export function resolvedColor(probe: HTMLElement, value: string): string {
  probe.style.setProperty('color', value);
  const { color } = getComputedStyle(probe);
  probe.style.removeProperty('color');
  return color;
}

/** Dashes that tell lines apart without colour, by the line's place. */
export const DASHES: readonly (readonly number[])[] = [
  [],
  [8, 4],
  [2, 3],
  [12, 4],
  [5, 5],
  [3, 6],
  [16, 3],
  [1, 4],
];
