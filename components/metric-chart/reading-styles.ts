import { css } from 'lit';
import type { CSSResult } from 'lit';

/** What lies over the plot while it is read: cursor, dots, tooltip, the span being chosen. */
export const readingStyles: CSSResult = css`
  .cursor {
    position: absolute;
    left: 0;
    top: 0;
    inline-size: 1px;
    background: var(--_muted);
    pointer-events: none;
  }

  .dots {
    position: absolute;
    left: 0;
    top: 0;
    pointer-events: none;
  }

  .dot {
    position: absolute;
    left: -3.5px;
    top: -3.5px;
    inline-size: 7px;
    block-size: 7px;
    border-radius: 50%;
    border: 1.5px solid var(--_surface);
    box-sizing: border-box;
    pointer-events: none;
  }

  .selection {
    position: absolute;
    left: 0;
    top: 0;
    background: color-mix(in srgb, var(--_accent) 16%, transparent);
    border-inline: 1px solid var(--_accent);
    pointer-events: none;
  }

  .tooltip {
    position: absolute;
    left: 0;
    top: 0;
    z-index: 1;
    inline-size: max-content;
    max-inline-size: 80%;
    padding: 0.375rem 0.625rem;
    border: 1px solid var(--_border);
    border-radius: calc(var(--_radius) / 2);
    background: var(--_surface);
    box-shadow: 0 2px 10px light-dark(rgb(16 32 48 / 0.16), rgb(0 0 0 / 0.5));
    font-size: 0.75rem;
    line-height: 1.5;
    pointer-events: none;
  }

  .tooltip-time {
    color: var(--_muted);
  }

  .tooltip-row {
    display: flex;
    align-items: center;
    gap: 0.5rem;
  }

  .tooltip-key {
    flex: none;
    inline-size: 0.75rem;
    block-size: 0.1875rem;
    border-radius: 2px;
    forced-color-adjust: none;
  }

  .tooltip-value {
    margin-inline-start: auto;
    padding-inline-start: 0.75rem;
    font-weight: 600;
  }
`;
