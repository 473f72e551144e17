import type { CSSResult } from 'lit';
import { css, unsafeCSS } from 'lit';
import { MOST_SPAN } from './layout.ts';

const spans = Array.from({ length: MOST_SPAN }, (_, n) => n + 1);
/*
 * A tile keeps its share of the columns of `columns`, rounded up, and never spans more columns than there are: otherwise the grid
 * would create implicit columns and overflow. `tile` and `fitted` return the selectors of a tile, and of one on a fitted dashboard.
 */
const spanRules = (
  tile: (attribute: string) => string,
  fitted: (attribute: string) => string,
): string =>
  spans
    .map(
      (
        span,
      ) => `${tile(`[cols='${span}']`)} { grid-column: span min(round(up, calc(${span} * var(--_columns) / var(--_of)), 1), var(--_columns)) }
    ${tile(`[rows='${span}']`)} { grid-row: span ${span} }
    ${fitted(`[rows='${span}']`)} { --_tile-height: calc(${span} * var(--_row) + ${span - 1} * var(--_gap)) }`,
    )
    .join('\n');

const slotted = (attribute: string): string => `::slotted(${attribute})`;

const PAGE = 'lp-dashboard[rotate] > section';
const FITTED = 'lp-dashboard[rotate]:state(fitted) > section';

/** For the page around a dashboard with `rotate`: the tiles of a `<section>` are those of the grid. */
const pageStyles: string = `${PAGE}:not([hidden]) { display: contents }
  ${PAGE} > * { min-inline-size: 0 }
  ${FITTED} > * { --_chip-room: 0px; --_tile-height: var(--_row); min-block-size: 0 }
  ${spanRules(
    (attribute) => `${PAGE} > ${attribute}`,
    (attribute) => `${FITTED} > ${attribute}`,
  )}`;

/** A constructed sheet belongs to the document that it was made in. */
const pageSheets = new WeakMap<Document, CSSStyleSheet>();

/** Adds the styles for pages to the document or shadow root around a dashboard, once, by the CSSOM, which a strict policy allows. */
export function adoptPageStyles(root: Document | ShadowRoot): void {
  const page =
    root.nodeType === Node.DOCUMENT_NODE ? (root as Document) : (root.ownerDocument as Document);
  let sheet = pageSheets.get(page);
  if (!sheet) {
    const view = page.defaultView as (Window & typeof globalThis) | null;
    sheet = new (view ?? globalThis).CSSStyleSheet();
    sheet.replaceSync(pageStyles);
    pageSheets.set(page, sheet);
  }
  if (!root.adoptedStyleSheets.includes(sheet))
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
}

/** Styles of `lp-dashboard`. */
export const dashboardStyles: CSSResult = css`
  .base {
    box-sizing: border-box;
    display: grid;
    gap: var(--_gap);
    color: var(--_text);
    font-family: var(--_font);
  }

  .header {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.5rem 1rem;
  }

  slot[name='alerts']::slotted(*) {
    flex: 1000 1 20rem;
  }

  /* As high as one row of alerts, also before there are any, so that no tile moves when one appears. */
  .fit .header:has(> slot.alerted) {
    min-block-size: 5.125rem;
  }

  .fit .header {
    --lp-type-body: 1.25rem;
    --_alert: 1.625rem;
    --_alert-space: nowrap;
  }

  .title {
    flex: 1 1 auto;
    min-inline-size: 0;
    font-size: 1.25rem;
    font-weight: 650;
    line-height: 1.25;
    letter-spacing: -0.012em;
    overflow-wrap: anywhere;
  }

  .controls {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.5rem;
  }

  .controls button {
    display: inline-grid;
    place-items: center;
    min-inline-size: 2.25rem;
    min-block-size: 2.25rem;
    padding: 0;
    font-size: 1rem;
  }

  .page {
    margin-inline-start: 0.75rem;
    color: var(--_muted);
    font-weight: 600;
  }

  .pages {
    display: flex;
    align-items: center;
    gap: 0.125rem;
  }

  .pages .dot {
    min-inline-size: 1.5rem;
    border-color: transparent;
    background: none;
  }

  .dot::after {
    content: '';
    inline-size: 0.5rem;
    block-size: 0.5rem;
    border: 1px solid var(--_muted);
    border-radius: 99px;
    forced-color-adjust: none;
  }

  .dot[aria-current]::after {
    inline-size: 1.25rem;
    background: var(--_muted);
  }

  .new:is(:state(none), :state(connecting)) {
    animation: wait 1s step-end;
  }

  @keyframes wait {
    from {
      inline-size: 0;
      block-size: 0;
      overflow: hidden;
      visibility: hidden;
    }
  }

  .controls button {
    transition: opacity var(--_duration);
  }

  .grid {
    position: relative;
    display: grid;
    grid-template-columns: repeat(var(--_columns), minmax(0, 1fr));
    grid-auto-rows: minmax(min-content, auto);
    gap: var(--_gap);
  }

  .probe {
    position: absolute;
    inset-inline: 0;
    block-size: 0;
    visibility: hidden;
  }

  .ruler {
    inline-size: min(100%, var(--_min));
  }

  ::slotted(*) {
    min-inline-size: 0;
  }

  /* A row of a board with fixed columns has a height of its own; without, rows are as high as they need to be. */
  .fixed .grid {
    grid-auto-rows: minmax(4.25rem, auto);
    grid-auto-flow: dense;
  }

  /*
   * On a phone, figures and states are in pairs and all other tiles have the whole width. Heights depend on the content of a tile,
 * because with the rows of a wide screen most of them would be half empty.
   */
  .narrow .grid {
    --lp-feed-max-height: 27rem;
    grid-auto-rows: auto;
    align-content: start;
  }

  .narrow ::slotted([rows]) {
    grid-row: auto;
  }

  .narrow ::slotted(:is(lp-metric-chart, lp-feed, lp-list, lp-table, lp-template, [variant='timeline'])) {
    grid-column: 1 / -1;
  }

  .narrow ::slotted(lp-number) {
    block-size: 12rem;
  }

  .narrow ::slotted(lp-meter) {
    --_chip-room: 0px;
    --_tile-height: 10.5rem;
    block-size: 10.75rem;
  }

  .narrow ::slotted(lp-tracker:not([variant='timeline'])) {
    block-size: 9.5rem;
  }

  .narrow ::slotted(lp-metric-chart) {
    block-size: 24rem;
  }

  /* On a phone, alerts are below the tiles and stay visible at the bottom of the screen, so that none of them moves a tile. */
  .narrow .header {
    display: contents;
  }

  .narrow {
    grid-template-columns: fit-content(70%) minmax(0, 1fr);
  }

  .narrow > *,
  .narrow .title,
  .narrow slot[name='footer']::slotted(*) {
    grid-column: 1 / -1;
  }

  .narrow .controls {
    grid-area: 2 / 1;
  }

  .narrow lp-status {
    grid-area: 2 / 2;
    place-self: center start;
  }

  .narrow .header[hidden] {
    display: none !important;
  }

  .narrow slot[name='alerts']::slotted(*) {
    grid-column: 1 / -1;
    order: 1;
    position: sticky;
    inset-block-end: 0;
    z-index: 2;
    margin-inline: calc(-1 * var(--_gap));
    padding: 0.5rem var(--_gap);
    background: var(--lp-color-ground, light-dark(#edf1f5, #090d12));
  }

  .narrow slot[name='footer']::slotted(*) {
    order: 2;
  }

  .fit {
    block-size: 100dvh;
    min-block-size: 0;
    overflow: hidden;
  }

  .fit .grid {
    --lp-type-meta: 0.9375rem;
    --_small: 0.9375rem;
    --lp-type-body: 1.25rem;
    --lp-type-label: 1.25rem;
    --lp-feed-max-height: 100%;
    --_least-bars: 0.75rem;
    --_controls: absolute;
    --_controls-margin: 0;
    --_controls-below: 100%;
    --_state-name: 1.625rem;
    --_state-body: 1.25rem;
    --_rows-height: 100%;
    --_skeleton: absolute;
    grid-auto-rows: minmax(0, 1fr);
    grid-auto-flow: dense;
    min-block-size: 0;
  }

  .fit .title {
    font-size: 1.625rem;
    font-weight: 700;
  }

  .fit ::slotted(*) {
    --_chip-room: 0px;
    --_tile-height: var(--_row);
    min-block-size: 0;
  }

  ${unsafeCSS(spanRules(slotted, (attribute) => `.fit ${slotted(attribute)}`))}

  .trouble {
    margin: 0;
    padding: 0.75rem 1rem;
    border: 1px solid var(--_danger);
    border-radius: var(--_radius);
    background: var(--_surface);
  }

  :host([kiosk]) .base {
    min-block-size: 100dvh;
    grid-template-rows: auto 1fr auto;
    padding: var(--_gap);
    background: var(--lp-color-ground, light-dark(#edf1f5, #090d12));
  }

  :host([kiosk]) .base:not(.fit, .narrow) .grid {
    grid-auto-rows: minmax(min-content, 1fr);
  }

  :host([kiosk]) .base.narrow {
    grid-template-rows: none;
    align-content: start;
  }

  :host([kiosk]) .base.fit {
    grid-template-rows: auto minmax(0, 1fr);
    min-block-size: 0;
  }

  :host(:fullscreen) {
    overflow: auto;
  }

  :host(:state(unattended)) {
    --lp-controls-opacity: 0;
    cursor: none;
  }

  :host(:state(unattended)) .controls button:not(.dot, :focus-visible) {
    opacity: 0;
  }
`;
