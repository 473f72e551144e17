import type { CSSResult } from 'lit';
import { css } from 'lit';

/** Each alert has a solid background, because the coloured area shows the severity. */
export const alertStyles: CSSResult = css`
  .base {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.5rem 0.75rem;
    color: var(--_text);
    font: 400 var(--_body) / 1.3 var(--_font);
    font-variant-numeric: tabular-nums;
  }

  .count {
    margin: 0;
    color: var(--_muted);
    font-weight: 600;
  }

  .count.good {
    display: inline-flex;
    align-items: center;
    gap: 0.375rem;
    color: var(--_ok);
  }

  .strip {
    display: flex;
    flex: 1 1 18rem;
    flex-wrap: wrap;
    gap: 0.5rem;
    min-inline-size: 0;
    margin: 0;
    padding: 0;
    list-style: none;
  }

  .alert {
    box-sizing: border-box;
    flex: 1 1 13rem;
    max-inline-size: 34rem;
    min-inline-size: 0;
    display: grid;
    grid-template-columns: auto minmax(0, 1fr) auto;
    align-items: center;
    align-content: center;
    column-gap: 0.75rem;
    padding: 0.375rem 0.75rem;
    border: 1px solid transparent;
    border-radius: var(--_radius);
    overflow-wrap: break-word;
  }

  .alert.danger {
    background: var(--_danger-solid);
    color: #ffffff;
  }

  .alert.warn {
    background: var(--_warn-solid);
    color: #1d1400;
  }

  .alert .icon {
    grid-row: 1 / -1;
    font-size: calc(var(--_alert, var(--_body)) * 1.6);
  }

  /* Fitted boards reserve the height of one row: each alert then has two lines there, of a name and of its details. */
  .what,
  .detail {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: var(--_alert-space, normal);
  }

  .what,
  .for {
    font-size: var(--_alert, var(--_body));
    font-weight: 700;
    line-height: 1.2;
  }

  .for {
    white-space: nowrap;
  }

  .detail {
    grid-column: 2 / -1;
    font-size: var(--_body);
  }

  .danger .detail {
    color: #ffe3df;
  }

  .warn .detail {
    color: #4a3500;
  }

  .more {
    align-self: center;
    color: var(--_muted);
    font-weight: 600;
  }

  @media (forced-colors: active) {
    .alert {
      border-color: CanvasText;
    }

    .alert.danger,
    .alert.warn,
    .alert .detail {
      background: Canvas;
      color: CanvasText;
    }
  }
`;
