import type { CSSResult } from 'lit';
import { css } from 'lit';
import type { Palette } from './drawing.ts';

const TOKENS = ['text', 'muted', 'grid', 'surface', 'ok', 'warn', 'danger', 'accent'] as const;

/** Returns the probe that `paletteOf` reads: an invisible element with a child for each token, which has it as its colour. */
export function themeProbe(): HTMLElement {
  const probe = document.createElement('i');
  probe.className = 'probe';
  probe.setAttribute('aria-hidden', 'true');
  for (const name of [...TOKENS, ...Array.from({ length: 8 }, (_, n) => `series-${n + 1}`)]) {
    const wearer = document.createElement('i');
    wearer.className = name;
    probe.append(wearer);
  }
  return probe;
}

/**
 * Returns the theme as colours that a canvas accepts. The text of a custom property may contain `light-dark()` or `var()`, so each
 * one is set as the colour of a child of the probe and read back after the browser has resolved it.
 */
export function paletteOf(probe: HTMLElement): Palette {
  const colors = Array.from(probe.children, (wearer) => getComputedStyle(wearer).color);
  const [
    text = '',
    muted = '',
    grid = '',
    surface = '',
    ok = '',
    warn = '',
    danger = '',
    accent = '',
    ...series
  ] = colors;
  const style = getComputedStyle(probe);
  const forced = matchMedia('(forced-colors: active)').matches;
  const fontPx = Number.parseFloat(style.fontSize);
  const lineWidth = Number.parseFloat(style.getPropertyValue('--lp-chart-line-width'));
  return {
    text,
    muted,
    grid,
    surface,
    ok,
    warn,
    danger,
    accent,
    series: series.slice(0, 8),
    family: style.fontFamily,
    fontPx,
    lineWidth: lineWidth > 0 ? lineWidth : Math.max(forced ? 2 : 1.5, fontPx / 7),
    dashed: forced || matchMedia('print').matches,
  };
}

/** Returns a CSS colour as computed by the browser; the text colour if it is invalid. */
export function resolvedColor(probe: HTMLElement, value: string): string {
  probe.style.setProperty('color', value);
  const { color } = getComputedStyle(probe);
  probe.style.removeProperty('color');
  return color;
}

/** Dashes that distinguish lines without colour, by the line's number. */
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

/** Styles of the theme's probe. */
export const probeStyles: CSSResult = css`
  .probe {
    position: absolute;
    visibility: hidden;
    pointer-events: none;
    forced-color-adjust: none;
    font: 400 var(--_small, 0.75rem) / 1 var(--_font);
  }

  .probe > .muted {
    color: var(--_muted);
  }

  .probe > .grid {
    color: var(--_grid);
  }

  .probe > .surface {
    color: var(--_surface);
  }

  .probe > .ok {
    color: var(--_ok);
  }

  .probe > .warn {
    color: var(--_warn);
  }

  .probe > .danger {
    color: var(--_danger);
  }

  .probe > .accent {
    color: var(--_accent);
  }

  .probe > .series-1 {
    color: var(--_series-1);
  }

  .probe > .series-2 {
    color: var(--_series-2);
  }

  .probe > .series-3 {
    color: var(--_series-3);
  }

  .probe > .series-4 {
    color: var(--_series-4);
  }

  .probe > .series-5 {
    color: var(--_series-5);
  }

  .probe > .series-6 {
    color: var(--_series-6);
  }

  .probe > .series-7 {
    color: var(--_series-7);
  }

  .probe > .series-8 {
    color: var(--_series-8);
  }

  /* Its transitions fire events when the theme changes, for whatever reason. */
  .probe > .text {
    color: var(--_text);
    background-color: var(--_surface);
    border-color: var(--_grid);
    outline-color: var(--_series-1);
    transition:
      color 1ms,
      background-color 1ms,
      border-color 1ms,
      outline-color 1ms;
  }
`;
