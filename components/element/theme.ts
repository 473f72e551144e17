import type { CSSResult } from 'lit';
import { css } from 'lit';

/**
 * The design tokens and their defaults. A page sets `--lp-…` on `:root` or any ancestor; elements read the private `--_…`,
 * which fall back to these. The dark scheme follows the page's `color-scheme`, so that a card is never dark on a page that has
 * only a light one.
 * Every text colour has a contrast of at least 4.5:1 on the surface, graphics at least 3:1, in both schemes.
 *
 * @cssprop --lp-font - all text
 * @cssprop --lp-font-mono - lines of a log
 * @cssprop --lp-color-text - text
 * @cssprop --lp-color-muted - ages, units, axes
 * @cssprop --lp-color-surface - cards, fields, buttons
 * @cssprop --lp-color-border - their edges
 * @cssprop --lp-color-track - what is not filled: scales, bars, skeletons
 * @cssprop --lp-color-accent - links, the main button, bars, selections, the focus ring
 * @cssprop --lp-color-ok - text of the level
 * @cssprop --lp-color-warn - text of the level
 * @cssprop --lp-color-danger - text of the level
 * @cssprop --lp-color-ok-fill - bars and arcs of the level
 * @cssprop --lp-color-warn-fill - bars, arcs and edges of the level
 * @cssprop --lp-color-danger-fill - bars, arcs and edges of the level
 * @cssprop --lp-color-warn-solid - ground of a warning in `lp-alerts`, under dark text
 * @cssprop --lp-color-danger-solid - ground of a critical single value, under white text
 * @cssprop --lp-color-unknown - what is not known: hollow bars, no connection
 * @cssprop --lp-series-1 - line 1 of a chart
 * @cssprop --lp-series-2 - line 2 of a chart
 * @cssprop --lp-series-3 - line 3 of a chart
 * @cssprop --lp-series-4 - line 4 of a chart
 * @cssprop --lp-series-5 - line 5 of a chart
 * @cssprop --lp-series-6 - line 6 of a chart
 * @cssprop --lp-series-7 - line 7 of a chart
 * @cssprop --lp-series-8 - line 8 of a chart
 * @cssprop --lp-type-meta - size of ages, axes, remarks
 * @cssprop --lp-type-body - size of text
 * @cssprop --lp-type-label - size of names and levels
 * @cssprop --lp-space - inner distance of cards, gap of dashboards
 * @cssprop --lp-radius - corners of cards; half of it for buttons
 * @cssprop --lp-shadow - of cards
 * @cssprop --lp-focus-ring - outline of what has the focus
 * @cssprop --lp-duration - of transitions; none where less motion is wanted
 */
export const tokens: CSSResult = css`
  :host {
    --_font: var(--lp-font, system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif);
    --_mono: var(--lp-font-mono, ui-monospace, SFMono-Regular, Menlo, Consolas, monospace);
    --_text: var(--lp-color-text, light-dark(#131b25, #e8edf3));
    --_muted: var(--lp-color-muted, light-dark(#526070, #9dabbb));
    --_surface: var(--lp-color-surface, light-dark(#ffffff, #131922));
    --_border: var(--lp-color-border, light-dark(#dbe2ea, #242e3a));
    --_track: var(--lp-color-track, light-dark(#e3e9f0, #26313d));
    --_hover: var(--_track);
    --_accent: var(--lp-color-accent, light-dark(#1f5fbf, #7ab0ff));
    --_ok: var(--lp-color-ok, light-dark(#156b43, #6bcb9c));
    --_ok-fill: var(--lp-color-ok-fill, light-dark(#3a9a6e, #367a5c));
    --_warn: var(--lp-color-warn, light-dark(#8a5200, #f5bd4f));
    --_warn-fill: var(--lp-color-warn-fill, light-dark(#c47a00, #f0b03a));
    --_danger: var(--lp-color-danger, light-dark(#b8241c, #ff8f84));
    --_danger-fill: var(--lp-color-danger-fill, light-dark(#d3302a, #ff6a5c));
    --_warn-solid: var(--lp-color-warn-solid, #ffc24a);
    --_danger-solid: var(--lp-color-danger-solid, light-dark(#bb2b22, #c0332a));
    --_unknown: var(--lp-color-unknown, light-dark(#66717f, #94a0af));
    --_series-1: var(--lp-series-1, light-dark(#1f6fd6, #6aa9ff));
    --_series-2: var(--lp-series-2, light-dark(#c8500a, #ff9f5a));
    --_series-3: var(--lp-series-3, light-dark(#0d7f72, #4fcbb9));
    --_series-4: var(--lp-series-4, light-dark(#8a45c4, #c79bff));
    --_series-5: var(--lp-series-5, light-dark(#b3275f, #ff8db4));
    --_series-6: var(--lp-series-6, light-dark(#66741a, #c3d05c));
    --_series-7: var(--lp-series-7, light-dark(#0f7aa3, #5fc6ec));
    --_series-8: var(--lp-series-8, light-dark(#7a5a3c, #d3ab85));
    --_meta: var(--lp-type-meta, 0.8125rem);
    --_body: var(--lp-type-body, 0.9375rem);
    --_label: var(--lp-type-label, 0.9375rem);
    --_space: var(--lp-space, 0.75rem);
    --_radius: var(--lp-radius, 0.75rem);
    --_shadow: var(--lp-shadow, none);
    --_focus: var(--lp-focus-ring, 2px solid var(--_accent));
    --_duration: var(--lp-duration, 150ms);
  }

  @media (prefers-contrast: more) {
    :host {
      --_muted: var(--lp-color-muted, light-dark(#333c48, #d5dde7));
      --_border: var(--lp-color-border, light-dark(#566273, #aab6c5));
      --_shadow: none;
    }
  }

  @media (forced-colors: active) {
    :host {
      --_text: CanvasText;
      --_muted: CanvasText;
      --_surface: Canvas;
      --_border: CanvasText;
      --_track: GrayText;
      --_hover: Canvas;
      --_accent: Highlight;
      --_ok: CanvasText;
      --_warn: CanvasText;
      --_danger: CanvasText;
      --_ok-fill: CanvasText;
      --_warn-fill: CanvasText;
      --_danger-fill: CanvasText;
      --_danger-solid: Canvas;
      --_unknown: GrayText;
      --_shadow: none;
    }
  }

  @media (prefers-reduced-motion: reduce) {
    :host {
      --_duration: 0s;
    }
  }
`;

/** Styles of buttons, icons, and the focus outline. */
export const controlStyles: CSSResult = css`
  button {
    box-sizing: border-box;
    min-inline-size: 1.75rem;
    min-block-size: 1.75rem;
    padding: 0.125rem 0.5rem;
    border: 1px solid var(--_border);
    border-radius: calc(var(--_radius) / 2);
    background: var(--_surface);
    color: var(--_text);
    font: inherit;
    font-size: 0.8125rem;
    cursor: pointer;
    transition: background-color var(--_duration);
  }

  button:hover {
    background: var(--_hover);
  }

  @media (forced-colors: active) {
    /* Overrides the styles of all buttons: a pressed one must be recognisable by the viewer's colours. */
    button:is([aria-pressed='true'], [aria-expanded='true']) {
      forced-color-adjust: none;
      background: Highlight !important;
      color: HighlightText !important;
    }
  }

  :focus-visible {
    outline: var(--_focus);
    outline-offset: 2px;
  }

  .icon {
    inline-size: 1em;
    block-size: 1em;
    flex: none;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.75;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
`;
