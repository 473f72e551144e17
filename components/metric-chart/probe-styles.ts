import { css } from 'lit';
import type { CSSResult } from 'lit';

/** What the theme's probe wears, so that its colours can be read. */
export const probeStyles: CSSResult = css`
  .probe {
    position: absolute;
    visibility: hidden;
    pointer-events: none;
    forced-color-adjust: none;
    font: 400 0.75rem / 1 var(--_font);
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

  /* Worn by nothing that is seen: its transitions tell that the theme changed, whatever changed it. */
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
