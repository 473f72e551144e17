import type { TemplateResult } from 'lit';
import { html, nothing, svg } from 'lit';
import type { Words } from '../../locale/messages.ts';
import type { Row } from '../samples/rows.ts';

/** A line as the legend shows it. */
export interface LegendItem {
  label: string;
  color: string;
  dash: readonly number[];
  /** Strokes over a tile of 8 × 8; '' = drawn as a line. */
  texture: string;
  hidden: boolean;
}

export interface ChartBodyView {
  legend: readonly LegendItem[] | undefined;
  /** Rows of the open table, newest first. */
  table: { head: readonly string[]; rows: readonly TableRow[]; caption: string } | undefined;
  words: Words;
  /** The view stands still at a span. */
  held: boolean;
  /** The viewer shows or hides line `n`. */
  onToggle: (n: number) => void;
  onKey: (event: KeyboardEvent) => void;
  onPointer: (event: PointerEvent) => void;
  onBack: () => void;
}

export interface TableRow {
  time: string;
  values: readonly string[];
}

/** The inside of the card. What changes with every sample (values, cursor, tooltip) is written by hand, not from here. */
export function chartBody(view: ChartBodyView): TemplateResult {
  const { onPointer, words } = view;
  return html`<div
      class="plot"
      @pointerdown=${onPointer}
      @pointermove=${onPointer}
      @pointerup=${onPointer}
      @pointercancel=${onPointer}
      @pointerleave=${onPointer}
      @dblclick=${view.onBack}
    >
      <canvas
        part="canvas"
        role="img"
        tabindex="0"
        aria-description=${words.chartHelp}
        @keydown=${view.onKey}
      ></canvas>
      <div class="selection" hidden></div>
      <div class="cursor" hidden></div>
      <div class="dots"></div>
      ${view.held ? back(view) : nothing}
      <div class="tooltip" part="tooltip" aria-hidden="true" hidden></div>
    </div>
    <output class="sr" part="readout" aria-live="polite"></output>
    ${legend(view)} ${table(view)}
    <slot hidden></slot>`;
}

/** Over the plot: in the card's header it would move all below. What is pressed on it is no drag over the plot. */
function back({ onBack, words }: ChartBodyView): TemplateResult {
  const keep = (event: Event): void => event.stopPropagation();
  return html`<button type="button" class="back" @click=${onBack} @pointerdown=${keep} @dblclick=${keep}>
    ${words.chartLive}
  </button>`;
}

function legend({ legend: items, onToggle }: ChartBodyView): TemplateResult | typeof nothing {
  if (!items) return nothing;
  return html`<div class="legend" part="legend" role="group">
    ${items.map(
      (item, n) =>
        html`<button
          type="button"
          part="legend-item"
          aria-pressed=${!item.hidden}
          @click=${() => onToggle(n)}
        >${swatch(item)}<span>${item.label}</span><span class="legend-value"></span></button>`,
    )}
  </div>`;
}

function swatch({ color, dash, texture }: LegendItem): TemplateResult {
  const line = svg`<line x1="0" y1="4" x2="16" y2="4" stroke=${color} stroke-dasharray=${dash.join(' ')} />`;
  // the tile twice, side by side
  const tile = svg`<g stroke=${color} fill="none"><path d=${texture} /><path d=${texture} transform="translate(8)" /><path d="M1 1h14v6H1z" /></g>`;
  return html`<svg class="swatch" viewBox="0 0 16 8" aria-hidden="true">${texture ? tile : line}</svg>`;
}

function table({ table: open, words }: ChartBodyView): TemplateResult | typeof nothing {
  if (!open) return nothing;
  return html`<div class="table" tabindex="0" role="region" aria-label=${open.caption}>
    <table part="table">
      <caption>${open.caption}</caption>
      <thead>
        <tr>
          <th scope="col">${words.chartTime}</th>
          ${open.head.map((label) => html`<th scope="col">${label}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${open.rows.map(
          ({ time, values }) =>
            html`<tr><th scope="row">${time}</th>${values.map((text) => html`<td>${text}</td>`)}</tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** Rows as text, newest first. */
export function tableRows(
  rows: readonly Row[],
  time: (t: number) => string,
  value: (v: number, n: number) => string,
): TableRow[] {
  return [...rows].reverse().map(({ t, values }) => ({
    time: time(t),
    values: values.map((v, n) => (v === undefined ? '' : value(v, n))),
  }));
}

export interface ChartControlsView {
  /** The table is open. */
  table: boolean;
  words: Words;
  name: string;
  onTable: () => void;
}

/** The chart's own buttons in the card's header. */
export function chartControls({ table, words, name, onTable }: ChartControlsView): TemplateResult {
  const say = table ? words.chartNoTable : words.chartTable;
  return html`<button
      type="button"
      aria-pressed=${table}
      aria-label="${say}: ${name}"
      title=${say}
      @click=${onTable}
    ><svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
        <path d="M2.25 3.25h11.5v9.5H2.25zM2.25 6.5h11.5M2.25 9.6h11.5M6.5 6.5v6.25" /></svg></button>`;
}
