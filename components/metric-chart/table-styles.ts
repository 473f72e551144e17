import { css } from 'lit';
import type { CSSResult } from 'lit';

/** The values as a table. */
export const tableStyles: CSSResult = css`
  .table {
    max-block-size: 16rem;
    overflow: auto;
    border-block-start: 1px solid var(--_border);
  }

  table {
    inline-size: 100%;
    border-collapse: collapse;
    font-size: 0.8125rem;
  }

  caption {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }

  th,
  td {
    padding: 0.25rem 0.5rem;
    text-align: end;
    white-space: nowrap;
  }

  th:first-child {
    text-align: start;
    font-weight: 400;
  }

  thead th {
    position: sticky;
    inset-block-start: 0;
    background: var(--_surface);
    font-weight: 600;
  }

  tbody tr:nth-child(odd) {
    background: color-mix(in srgb, var(--_track) 40%, transparent);
  }
`;
