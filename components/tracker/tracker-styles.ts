import type { CSSResult } from 'lit';
import { css } from 'lit';

/** The worse the taller, so that no colour is needed to find what was bad; what is not known is hollow. */
export const trackerStyles: CSSResult = css`
  .content {
    display: grid;
    grid-template-rows: minmax(0, 1fr) auto auto;
    gap: 0.5rem;
  }

  /* Time runs from left to right, as in charts. */
  .chart,
  .axis {
    direction: ltr;
  }

  .chart {
    position: relative;
    min-block-size: 0;
    block-size: 100%;
  }

  /* The lanes share the height. */
  .lanes {
    display: grid;
    grid-auto-rows: minmax(min-content, 1fr);
    gap: 0.375rem;
    min-block-size: 0;
  }

  .lane {
    display: grid;
    grid-template-rows: minmax(0, 1fr);
    min-block-size: 0;
  }

  .named {
    grid-template-columns: fit-content(40%) minmax(0, 1fr);
    column-gap: 0.75rem;
  }

  .named .lane {
    grid-column: 1 / -1;
    grid-template-columns: subgrid;
    align-items: center;
  }

  .named .bars {
    min-block-size: 1.5rem;
  }

  .named .name {
    overflow-wrap: break-word;
    min-inline-size: 0;
    font-size: var(--_body);
    line-height: 1.25;
  }

  .more {
    margin: 0;
    color: var(--_muted);
    font-size: 0.8125rem;
  }

  .bars {
    display: flex;
    align-items: flex-end;
    gap: 1px;
    block-size: 100%;
    min-block-size: var(--lp-tracker-height, var(--_least-bars, clamp(2.5rem, 12cqi, 5rem)));
  }

  .bucket {
    flex: 1 1 0;
    min-inline-size: 0;
    block-size: 100%;
    display: flex;
    align-items: flex-end;
    cursor: default;
  }

  .bucket::after {
    content: '';
    box-sizing: border-box;
    inline-size: 100%;
    block-size: 100%;
    border-radius: min(0.1875rem, 1cqi);
    background: var(--_bar);
    forced-color-adjust: none;
  }

  .ok {
    --_bar: var(--_ok-fill);
    --_tall: 62%;
  }

  .warn {
    --_bar: var(--_warn-fill);
    --_tall: 82%;
  }

  .danger {
    --_bar: var(--_danger-fill);
    --_tall: 100%;
  }

  .bucket::after {
    block-size: var(--_tall);
  }

  /* A state without good or bad: known, and so not hollow. */
  .none {
    --_bar: var(--_muted);
    --_tall: 60%;
  }

  .unknown {
    --_bar: transparent;
    --_tall: 30%;
  }

  .unknown::after {
    border: 1px solid var(--_unknown);
    opacity: 0.55;
  }

  .bucket.shown::after {
    outline: 2px solid var(--_text);
    outline-offset: 1px;
  }

  .tip {
    position: absolute;
    inset-block-end: 100%;
    left: calc(var(--_at) * 100%);
    translate: calc(var(--_at) * -100%) 0;
    z-index: 1;
    box-sizing: border-box;
    display: grid;
    gap: 0.125rem;
    inline-size: max-content;
    max-inline-size: 100%;
    padding: 0.375rem 0.625rem;
    border: 1px solid var(--_border);
    border-radius: calc(var(--_radius) / 2);
    background: var(--_surface);
    box-shadow: 0 2px 10px rgb(0 0 0 / 0.18);
    font-size: 0.8125rem;
    line-height: 1.35;
  }

  .tip strong {
    display: flex;
    align-items: center;
    gap: 0.375rem;
    font-weight: 600;
  }

  .tip span {
    color: var(--_muted);
  }

  .axis {
    display: flex;
    justify-content: space-between;
    gap: 1rem;
    color: var(--_muted);
    font-size: var(--_meta);
  }

  .legend {
    display: var(--_tally, flex);
    flex-wrap: wrap;
    gap: 0.25rem 1rem;
    margin: 0;
    padding: 0;
    list-style: none;
    color: var(--_muted);
    font-size: var(--_meta);
  }

  .legend li {
    display: inline-flex;
    align-items: baseline;
    gap: 0.375rem;
  }

  .legend strong {
    color: var(--_text);
    font-weight: 600;
  }

  .swatch {
    display: inline-flex;
    align-items: flex-end;
    inline-size: 0.375rem;
    block-size: 0.75rem;
  }

  .swatch::after {
    content: '';
    box-sizing: border-box;
    inline-size: 100%;
    block-size: max(0.375rem, var(--_tall));
    border-radius: 0.125rem;
    background: var(--_bar);
    forced-color-adjust: none;
  }

  @container lp (inline-size < 15rem) {
    .named,
    .named .lane {
      grid-template-columns: minmax(0, 1fr);
    }
  }

  @container lp (inline-size > 24rem) {
    .bars {
      gap: 2px;
    }
  }

  @container lp (inline-size > 44rem) {
    .bars {
      gap: 4px;
    }
  }
`;
