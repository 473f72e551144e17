import type { CSSResult } from 'lit';
import { css } from 'lit';

/**
 * The tokens, with their defaults. A page sets `--lp-…` on `:root` or any ancestor; elements read the private `--_…`, which
 * falls back to these. Dark follows the page's `color-scheme`, so that a card never is dark on a light-only page.
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
 * @cssprop --lp-color-ok - level
 * @cssprop --lp-color-warn - level
 * @cssprop --lp-color-danger - level
 * @cssprop --lp-color-unknown - what is not known: hollow bars, no connection
 * @cssprop --lp-series-1 - line of a chart; and so on to 8
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
    --_text: var(--lp-color-text, light-dark(#16202c, #e8edf3));
    --_muted: var(--lp-color-muted, light-dark(#566273, #9aa7b8));
    --_surface: var(--lp-color-surface, light-dark(#ffffff, #171d26));
    --_border: var(--lp-color-border, light-dark(#dde3ea, #2c3643));
    --_track: var(--lp-color-track, light-dark(#e8edf2, #2a3441));
    --_hover: var(--_track);
    --_accent: var(--lp-color-accent, light-dark(#1f5fbf, #7ab0ff));
    --_ok: var(--lp-color-ok, light-dark(#1a7a45, #5cc98b));
    --_warn: var(--lp-color-warn, light-dark(#8a5808, #f0b849));
    --_danger: var(--lp-color-danger, light-dark(#c02b2b, #ff8a80));
    --_unknown: var(--lp-color-unknown, light-dark(#66717f, #94a0af));
    --_series-1: var(--lp-series-1, light-dark(#1f6fd6, #6aa9ff));
    --_series-2: var(--lp-series-2, light-dark(#c8500a, #ff9f5a));
    --_series-3: var(--lp-series-3, light-dark(#0d7f72, #4fcbb9));
    --_series-4: var(--lp-series-4, light-dark(#8a45c4, #c79bff));
    --_series-5: var(--lp-series-5, light-dark(#b3275f, #ff8db4));
    --_series-6: var(--lp-series-6, light-dark(#66741a, #c3d05c));
    --_series-7: var(--lp-series-7, light-dark(#0f7aa3, #5fc6ec));
    --_series-8: var(--lp-series-8, light-dark(#7a5a3c, #d3ab85));
    --_space: var(--lp-space, 1rem);
    --_radius: var(--lp-radius, 0.75rem);
    --_shadow: var(
      --lp-shadow,
      0 1px 2px light-dark(rgb(16 32 48 / 0.05), rgb(0 0 0 / 0.3)),
      0 2px 8px light-dark(rgb(16 32 48 / 0.04), rgb(0 0 0 / 0.2))
    );
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

/** What every element of the kit shares: the tokens, the host's display, hidden text, buttons. */
export const base: CSSResult = css`
  :host {
    display: block;
  }

  :host([hidden]) {
    display: none;
  }

  [hidden] {
    display: none !important;
  }

  .sr {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

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
    /* Over every button's own looks: a pressed one must be told by the viewer's colours. */
    button[aria-pressed='true'] {
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
