import type { TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import type { Words } from '../../locale/messages.ts';
import type { Row } from '../samples/rows.ts';

/** Height of a row in CSS pixels: fixed, so that the place of every row is known. */
const ROW_PX = 28;
/** Number of rows rendered above and below the visible ones. */
const MARGIN = 12;
/** Number of visible rows before the height of the box is known. */
const USUAL_ROWS = 12;

/** Content of the table of a chart. */
export interface ChartTableView {
  /** Name of the chart. */
  caption: string;
  /** Names of the lines. */
  head: readonly string[];
  /** All rows, oldest first. */
  rows: readonly Row[];
  /** Distance in CSS pixels that the box is scrolled by, and its height. */
  scrolled: { top: number; height: number };
  words: Words;
  timeText: (t: number) => string;
  /** The text of a value of line `n`. */
  valueText: (v: number, n: number) => string;
  onScroll: (event: Event) => void;
}

/**
 * Returns all rows of a span as a table, newest first. Only the visible rows are in the document, so that a day of samples
 * per second is cheap.
 */
export function chartTable(view: ChartTableView): TemplateResult {
  const { caption, head, rows, scrolled, words, onScroll } = view;
  const height = scrolled.height || USUAL_ROWS * ROW_PX;
  const first = Math.max(0, Math.floor(scrolled.top / ROW_PX) - MARGIN);
  const last = Math.min(rows.length, Math.ceil((scrolled.top + height) / ROW_PX) + MARGIN);
  const shown = Array.from({ length: last - first }, (_, n) => first + n);
  return html`<p class="table-count">${words.chartRows(rows.length)}</p>
    <div class="table" tabindex="0" role="region" aria-label=${caption} @scroll=${onScroll}>
      <table part="table" aria-rowcount=${rows.length + 1}>
        <caption>${caption}</caption>
        <thead>
          <tr aria-rowindex="1">
            <th scope="col">${words.chartTime}</th>
            ${head.map((label) => html`<th scope="col">${label}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${spacer(first)}${shown.map((n) => row(view, n))}${spacer(rows.length - last)}
        </tbody>
      </table>
    </div>`;
}

function row({ rows, timeText, valueText }: ChartTableView, n: number): TemplateResult {
  const { t, values } = rows[rows.length - 1 - n] as Row; // bounds: n < rows.length
  return html`<tr class=${n % 2 === 0 ? 'odd' : ''} aria-rowindex=${n + 2}>
    <th scope="row">${timeText(t)}</th>
    ${values.map((v, line) => html`<td>${v === undefined ? '' : valueText(v, line)}</td>`)}
  </tr>`;
}

/** Returns an element as high as the invisible rows. It is an SVG because that has its height in an attribute, which a Content-Security-Policy allows. */
const spacer = (rows: number): TemplateResult | typeof nothing =>
  rows > 0
    ? html`<tr class="spacer" aria-hidden="true"><td><svg width="1" height=${rows * ROW_PX}></svg></td></tr>`
    : nothing;
