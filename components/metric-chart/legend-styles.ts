import { css } from 'lit';
import type { CSSResult } from 'lit';

/** The lines' names below the plot. */
export const legendStyles: CSSResult = css`
  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: 0.125rem 0.25rem;
    margin-inline-start: -0.375rem;
  }

  .legend button {
    display: inline-flex;
    align-items: center;
    flex-wrap: wrap;
    column-gap: 0.4375rem;
    max-inline-size: 100%;
    min-block-size: 1.5rem;
    padding: 0 0.375rem;
    border-color: transparent;
    background: none;
    font-size: 0.8125rem;
    line-height: 1.3;
    text-align: start;
  }

  .legend button:hover {
    background: var(--_track);
  }

  .legend button[aria-pressed='false'] {
    color: var(--_muted);
    text-decoration: line-through;
  }

  .legend button[aria-pressed='false'] .swatch {
    opacity: 0.35;
  }

  .legend span {
    min-inline-size: 0;
    overflow-wrap: anywhere;
  }

  .legend-value {
    font-weight: 600;
  }

  .swatch {
    flex: none;
    inline-size: 1rem;
    block-size: 0.5rem;
    stroke-width: 3;
  }

  .swatch g {
    stroke-width: 1.5;
  }
`;
