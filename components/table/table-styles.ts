import type { CSSResult } from 'lit';
import { css } from 'lit';

/** Styles of `lp-table`. */
export const tableStyles: CSSResult = css`
  .content {
    display: grid;
    grid-template: minmax(0, 1fr) / minmax(0, 1fr);
    grid-auto-rows: auto;
  }

  .frame {
    overflow: auto;
    min-block-size: 0;
  }

  /* On a fitted board the rows share the height. */
  table {
    inline-size: 100%;
    block-size: var(--_rows-height, auto);
    border-collapse: separate;
    border-spacing: 0;
  }

  th,
  td {
    padding: 0.375rem 0.75rem;
    border-block-end: 1px solid var(--_border);
    text-align: start;
    vertical-align: baseline;
  }

  th:first-child,
  td:first-child {
    padding-inline-start: 0;
  }

  th:last-child,
  td:last-child {
    padding-inline-end: 0;
  }

  tbody tr:last-child :is(th, td) {
    border-block-end: 0;
  }

  thead th {
    position: sticky;
    inset-block-start: 0;
    z-index: 1;
    background: var(--_surface);
    color: var(--_muted);
    font-size: 0.8125rem;
    font-weight: 600;
    white-space: nowrap;
  }

  th button {
    min-block-size: 1.5rem;
    padding: 0;
    border: 0;
    background: none;
    color: inherit;
    font: inherit;
  }

  th button:hover {
    color: var(--_text);
  }

  .arrow {
    display: inline-block;
    inline-size: 1em;
  }

  .number {
    text-align: end;
    white-space: nowrap;
  }

  th.number .arrow {
    order: -1;
  }

  tbody th {
    font-weight: inherit;
  }

  .mark {
    display: inline-grid;
    vertical-align: -0.125em;
    inline-size: 1em;
    block-size: 1em;
    margin-inline-end: 0.375rem;
  }

  :is(th, td).warn {
    color: var(--_warn);
  }

  :is(th, td).danger {
    color: var(--_danger);
  }

  :is(.warn, .danger) > bdi {
    font-weight: 600;
  }

  :is(th, td).old {
    color: var(--_muted);
  }

  .age {
    font-size: 0.8125rem;
  }

  :is(td, th) a {
    color: inherit;
    text-decoration-color: var(--_accent);
    text-underline-offset: 0.2em;
  }

  td .unit {
    color: var(--_muted);
  }

  /* On top of its line: the icon, which old data do without, does not change the height of the row. */
  .state {
    display: inline-flex;
    vertical-align: top;
    align-items: center;
    gap: 0.375rem;
    white-space: nowrap;
  }

  .state:is(.ok, .warn, .danger) {
    font-weight: 600;
  }

  .state.ok {
    color: var(--_ok);
  }

  .state.warn {
    color: var(--_warn);
  }

  .state.danger {
    color: var(--_danger);
  }

  .course {
    display: block;
    inline-size: 7rem;
    block-size: 1.25rem;
    padding-block: 0.125rem;
    box-sizing: border-box;
  }

  .more {
    margin: 0.25rem 0 0;
    color: var(--_muted);
    font-size: var(--_meta);
  }

  .bones {
    display: grid;
    gap: 1rem;
  }

  .bones .bone {
    inline-size: 100%;
  }

  /* Each row is a block with its headings beside the values. */
  @container lp (inline-size < 24rem) {
    thead {
      position: absolute;
      inline-size: 1px;
      block-size: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }

    table,
    tbody {
      display: grid;
    }

    tbody {
      grid-auto-rows: minmax(min-content, 1fr);
    }

    tbody tr {
      display: grid;
      grid-template-columns: minmax(0, 1fr) fit-content(60%);
      align-content: center;
      align-items: baseline;
      gap: 0.125rem 0.75rem;
      padding-block: 0.3125rem;
      line-height: 1.3;
      border-block-end: 1px solid var(--_border);
    }

    tbody tr:last-child {
      border-block-end: 0;
    }

    tbody :is(th, td) {
      padding: 0;
      border: 0;
    }

    tbody :is(th, td):nth-child(odd) {
      text-align: start;
    }

    tbody :is(th, td):nth-child(even) {
      text-align: end;
    }

    tbody :is(th, td):first-child {
      font-weight: 600;
    }

    tbody :is(th, td):nth-child(n + 3) {
      color: var(--_muted);
      font-size: var(--_meta);
    }
  }
`;
