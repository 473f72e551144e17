import type { CSSResult } from 'lit';
import { css } from 'lit';

/** Styles of `lp-list`. */
export const listStyles: CSSResult = css`
  .content {
    display: grid;
    grid-template: minmax(0, 1fr) / minmax(0, 1fr);
    grid-auto-rows: auto;
  }

  .rows {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    grid-auto-rows: minmax(min-content, 1fr);
    min-block-size: 0;
    margin: 0;
    padding: 0;
    list-style: none;
    counter-reset: row;
  }

  /* In the flow, but for a fitted board, where tiles have their height. */
  .skeleton:has(.lines) {
    position: var(--_skeleton, static);
  }

  .body:has(> .skeleton:not([hidden]) > .lines) > .content {
    display: none;
  }

  .line {
    display: grid;
    align-items: center;
    block-size: calc(1lh + 0.75rem);
  }

  .lines.bars .line {
    block-size: calc(1lh + 1.3125rem);
  }

  .row {
    display: grid;
    grid-template-columns: minmax(0, 1fr) fit-content(70%);
    align-items: baseline;
    align-content: center;
    gap: 0.25rem 0.75rem;
    padding-block: 0.375rem;
    counter-increment: row;
  }

  .row + .row {
    border-block-start: 1px solid var(--_border);
  }

  .bars .row + .row {
    border-block-start: 0;
  }

  .numbered .row {
    grid-template-columns: auto minmax(0, 1fr) fit-content(70%);
  }

  .numbered .row::before {
    content: counter(row);
    min-inline-size: 1.25rem;
    color: var(--_muted);
  }

  /* The sparklines of all rows are aligned. */
  .courses {
    grid-template-columns: minmax(0, 1fr) minmax(3rem, 22%) auto;
    column-gap: 0.75rem;
  }

  .numbered.courses {
    grid-template-columns: auto minmax(0, 1fr) minmax(3rem, 22%) auto;
  }

  .courses .row {
    grid-column: 1 / -1;
    grid-template-columns: subgrid;
  }

  .course {
    align-self: center;
    block-size: 1.25em;
    min-inline-size: 0;
  }

  .name {
    overflow-wrap: anywhere;
  }

  .name a {
    color: inherit;
    text-decoration-color: var(--_accent);
    text-underline-offset: 0.2em;
  }

  .amount {
    display: inline-flex;
    align-items: baseline;
    gap: 0.375rem;
    font-weight: 600;
    overflow-wrap: anywhere;
    text-align: end;
  }

  /* The value is aligned with the baseline, not its icon. */
  .mark {
    align-self: center;
    display: inline-grid;
    inline-size: 1em;
    block-size: 1em;
  }

  .row.warn .amount {
    color: var(--_warn);
  }

  .row.danger .amount {
    color: var(--_danger);
  }

  .row.old .amount {
    color: var(--_muted);
    font-weight: 400;
  }

  .age {
    margin-inline-start: 0.5rem;
    color: var(--_muted);
    font-size: 0.8125rem;
  }

  .unit {
    color: var(--_muted);
    font-weight: 400;
  }

  .bar {
    grid-column: 1 / -1;
    block-size: 0.3125rem;
    border-radius: 99px;
    background: var(--_track);
    overflow: hidden;
    forced-color-adjust: none;
  }

  .bar::after {
    content: '';
    display: block;
    block-size: 100%;
    inline-size: calc(var(--_share) * 100%);
    border-radius: inherit;
    background: var(--_accent);
    transition: inline-size var(--_duration);
  }

  .row.warn .bar::after {
    background: var(--_warn-fill);
  }

  .row.danger .bar::after {
    background: var(--_danger-fill);
  }

  .bones {
    display: grid;
    gap: 1.25rem;
  }

  .bones .bone {
    block-size: 0.875rem;
    inline-size: 100%;
  }

  .none,
  .more,
  .info {
    margin: 0.375rem 0 0;
    color: var(--_muted);
    font-size: var(--_meta);
  }

  .none {
    margin: 0;
    font-size: inherit;
  }

  @container lp (inline-size < 16rem) {
    .courses {
      grid-template-columns: minmax(0, 1fr) fit-content(70%);
    }

    .numbered.courses {
      grid-template-columns: auto minmax(0, 1fr) fit-content(70%);
    }

    .course {
      display: none;
    }
  }

  @container lp (inline-size < 10rem) {
    .row {
      grid-template-columns: minmax(0, 1fr);
    }

    .numbered .row {
      grid-template-columns: auto minmax(0, 1fr);
    }

    /* Below the number of the row too: beside it, a value of seven digits would be broken. */
    .numbered .amount {
      grid-column: 1 / -1;
      justify-self: end;
    }
  }

  @container lp (inline-size > 40rem) {
    .rows {
      font-size: 1rem;
    }
  }

  @media (forced-colors: active) {
    .bar {
      background: Canvas;
      outline: 1px solid CanvasText;
    }
  }
`;
