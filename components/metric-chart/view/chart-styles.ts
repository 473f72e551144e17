/* More than 400 lines, because all style sheets of one element are here: their rules apply to one card and share custom properties. */
import type { CSSResult, CSSResultGroup } from 'lit';
import { css } from 'lit';
import { probeStyles } from '../drawing/palette.ts';

/** The plot takes what height the card has, else `--lp-chart-height`. */
const cardStyles = css`
  :host {
    --_grid: var(--lp-chart-grid, light-dark(#e6eaf0, #262f3b));
  }

  .body {
    grid-template-rows: minmax(0, 1fr);
    align-content: stretch;
    min-block-size: 0;
  }

  .content {
    display: flex;
    flex-direction: column;
    gap: 0.5rem;
    min-block-size: 0;
  }

  .plot {
    position: relative;
    flex: 1 100 var(--lp-chart-height, 14rem);
    min-block-size: max(2.5rem, min(4rem, 60%));
    contain: strict;
    touch-action: pan-y;
    user-select: none;
    -webkit-user-select: none;
    cursor: crosshair;
  }

  canvas {
    position: absolute;
    top: 0;
    left: 0;
    display: block;
  }

  .histogram {
    position: absolute;
    inset: 0;
    display: grid;
    grid-template-rows: auto minmax(0, 1fr) auto;
    gap: 0.125rem;
    direction: ltr;
    cursor: default;
    color: var(--_muted);
    font-size: 0.75rem;
  }

  .histogram svg {
    inline-size: 100%;
    block-size: 100%;
    min-block-size: 0;
    border-block: 1px solid var(--_grid);
    forced-color-adjust: none;
  }

  .edges {
    position: relative;
    block-size: 1.25em;
    margin-inline: 1.25rem;
  }

  .histogram svg,
  .most {
    box-sizing: border-box;
    padding-inline: 1.25rem;
  }

  .most {
    display: flex;
    justify-content: space-between;
  }

  .edges span {
    position: absolute;
    inset-inline-start: calc(var(--_at) * 100%);
    transform: translateX(-50%);
    white-space: nowrap;
  }

  canvas:focus-visible {
    outline-offset: -2px;
  }

  .since {
    position: absolute;
    inset-block-start: 0.75rem;
    inset-inline-start: 3.25rem;
    padding-inline: 0.375rem;
    border-radius: calc(var(--_radius) / 2);
    background: var(--_surface);
    color: var(--_muted);
    font-size: 0.75rem;
    pointer-events: none;
  }

  .plot .back {
    position: absolute;
    inset-block-start: 0.75rem;
    inset-inline-end: 1.125rem;
    cursor: pointer;
    padding-inline: 0.5rem;
    font-size: 0.75rem;
    font-weight: 600;
  }

  .bones {
    block-size: 100%;
    border-radius: calc(var(--_radius) / 2);
    background: var(--_track);
    opacity: 0.5;
    min-block-size: 6rem;
  }

  @media (forced-colors: active) {
    :host {
      --_grid: color-mix(in srgb, GrayText 35%, Canvas);
      --_series-1: CanvasText;
      --_series-2: CanvasText;
      --_series-3: CanvasText;
      --_series-4: CanvasText;
      --_series-5: CanvasText;
      --_series-6: CanvasText;
      --_series-7: CanvasText;
      --_series-8: CanvasText;
    }

    .selection {
      background: none;
    }

    .swatch line,
    .swatch g {
      stroke: currentColor;
    }
  }

  @media print {
    :host {
      color-scheme: light;
    }

    .back,
    .tooltip,
    .cursor {
      display: none;
    }

    /* where pages break, what is in a row of a grid may be higher than the row */
    .content {
      max-block-size: 100%;
    }

    /* where the size on paper is not known in time */
    canvas {
      inline-size: 100% !important;
      block-size: 100% !important;
      object-fit: contain;
      object-position: left top;
    }
  }
`;

/** The lines' names below the plot. */
export const legendStyles: CSSResult = css`
  /* In a card of a given height it takes up to half of it, in whole rows; elsewhere up to some rows. The rest scrolls. */
  .legend-box {
    display: flex;
    flex-direction: column;
    flex: 0 1 auto;
    min-block-size: 0;
    max-block-size: 50%;
    max-block-size: round(down, 50%, 1.5625rem);
    overflow: clip;
    overflow-clip-margin: 0.5rem;
  }

  /* The only line: its newest value is the figure of the card. */
  .headline {
    display: flex;
    flex-wrap: wrap;
    flex: none;
    align-items: flex-end;
    gap: 0 1.25rem;
    margin: 0;
  }

  .headline div {
    display: grid;
    min-inline-size: 0;
  }

  .headline dt {
    color: var(--_muted);
    font-size: var(--_meta);
    line-height: 1.3;
  }

  /* As high before the value is there. */
  .headline dd {
    min-block-size: 1.4em;
    margin: 0;
    font-size: var(--_body);
    line-height: 1.4;
  }

  .headline .last dd {
    min-block-size: 1.15em;
    font-size: min(
      clamp(1.625rem, 12cqi, 4rem),
      max(1.625rem, calc(var(--_tile-height, 30rem) * 0.13))
    );
    font-weight: 700;
    line-height: 1.15;
    letter-spacing: -0.015em;
  }

  :host(:state(level-warn)) .headline .last dd {
    color: var(--_warn);
  }

  :host(:state(level-danger)) .headline .last dd {
    color: var(--_danger);
  }

  /* Always below the value where the room is small: else they would move there with a longer value. */
  @container lp (inline-size < 26rem) {
    .headline .last {
      flex: 1 0 100%;
    }

    .headline div:not(.last) {
      grid-auto-flow: column;
      align-items: baseline;
      column-gap: 0.375rem;
    }
  }

  @container lp (inline-size < 16rem) {
    .headline div:not(.last) {
      display: none;
    }
  }

  @container lp (inline-size >= 34rem) {
    .content:has(> .legend-box.right):not(:has(> .table)) {
      flex-direction: row;
      gap: 1.25rem;
    }

    .content:not(:has(> .table)) > .legend-box.right {
      flex: 0 0 40%;
      max-block-size: 100%;
      font-size: var(--_body);
    }

    .content:not(:has(> .table)) > .right .legend {
      flex: 1;
      max-block-size: 100%;
    }

    .right .legend-table {
      block-size: 100%;
    }

    .right .legend-table,
    .right .legend-table button {
      font-size: var(--_body);
    }

    .right .legend-table button span {
      overflow-wrap: break-word;
    }

    .right .legend-figure ~ .legend-figure {
      color: var(--_muted);
      font-size: var(--_meta);
      font-weight: 400;
    }

    .right .legend-table thead {
      block-size: 1.5625rem;
    }
  }

  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: 0.0625rem 0.25rem;
    min-block-size: 1.5rem;
    max-block-size: 9.375rem;
    margin-inline-start: -0.375rem;
    overflow: auto;
    scrollbar-width: thin;
  }

  .legend-note {
    margin: 0;
    color: var(--_muted);
    font-size: 0.75rem;
    line-height: 1.5625rem;
  }

  .legend-table {
    font-size: var(--_meta);
  }

  .legend-table th,
  .legend-table td {
    padding: 0 0 0 0.75rem;
  }

  .legend-table th:first-child {
    inline-size: 100%;
    padding: 0;
    white-space: normal;
  }

  .legend-table tr {
    block-size: 1.5625rem;
  }

  .legend-table button {
    flex-wrap: nowrap;
  }

  .legend-table span {
    overflow-wrap: break-word;
  }

  .legend-table thead th {
    color: var(--_muted);
    font-size: 0.75rem;
    font-weight: 400;
  }

  .legend-table tbody tr {
    box-shadow: inset 0 1px var(--_border);
  }

  .legend-figure {
    font-weight: 600;
  }

  /* A narrow card keeps the first figures. */
  @container lp (inline-size < 28rem) {
    .legend-table :is(th, td):nth-child(n + 5) {
      display: none;
    }
  }

  @container lp (inline-size < 22rem) {
    .legend-table :is(th, td):nth-child(n + 4) {
      display: none;
    }
  }

  @container lp (inline-size < 15rem) {
    .legend-table :is(th, td):nth-child(n + 3) {
      display: none;
    }
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

/** What is over the plot while it is read: cursor, dots, tooltip, the span being chosen. */
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

/** The values as a table. Rows have one height, which the table counts with. */
export const tableStyles: CSSResult = css`
  .table {
    flex: 0 1 16rem;
    min-block-size: 4.5rem;
    overflow: auto;
    border-block-start: 1px solid var(--_border);
  }

  .table-count {
    margin: 0;
    color: var(--_muted);
    font-size: 0.75rem;
    text-align: end;
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
    padding: 0 0.5rem;
    text-align: end;
    white-space: nowrap;
  }

  .table tr:not(.spacer) {
    block-size: 28px;
  }

  .spacer td {
    padding: 0;
    line-height: 0;
  }

  th:first-child {
    text-align: start;
    font-weight: 400;
  }

  .table thead th {
    position: sticky;
    inset-block-start: 0;
    background: var(--_surface);
    font-weight: 600;
  }

  .odd {
    background: color-mix(in srgb, var(--_track) 40%, transparent);
  }
`;

/** The menu of the chart, over the plot. */
export const menuStyles: CSSResult = css`
  .menu {
    position: absolute;
    inset-block-start: 0;
    inset-inline-end: 0;
    z-index: 2;
    display: flex;
    flex-direction: column;
    max-block-size: 100%;
    overflow: auto;
    box-sizing: border-box;
    padding: 0.25rem;
    border: 1px solid var(--_border);
    border-radius: calc(var(--_radius) / 2);
    background: var(--_surface);
    box-shadow: 0 2px 10px light-dark(rgb(16 32 48 / 0.16), rgb(0 0 0 / 0.5));
    cursor: default;
  }

  .menu button {
    flex: none;
    padding: 0.25rem 0.625rem;
    border-color: transparent;
    background: none;
    text-align: start;
    font-size: 0.8125rem;
    white-space: nowrap;
  }

  .menu button:is(:hover, :focus-visible) {
    background: var(--_hover, var(--_track));
  }

  :host(:fullscreen) {
    background: var(--_surface);
  }
`;

/** The chart in its card. The card's own come last: they hold what other media change. */
export const chartStyles: CSSResultGroup = [
  probeStyles,
  readingStyles,
  legendStyles,
  tableStyles,
  menuStyles,
  cardStyles,
];
