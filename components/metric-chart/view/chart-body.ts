import type { TemplateResult } from 'lit';
import { html, nothing, svg } from 'lit';
import { NO_VALUE } from '../../format/format.ts';
import type { Words } from '../../locale/messages.ts';
import { icon } from '../../shared/icons.ts';

/** A line in the legend. */
export interface LegendItem {
  label: string;
  color: string;
  dash: readonly number[];
  /** Strokes over a tile of 8 × 8; '' = drawn as a line. */
  texture: string;
  hidden: boolean;
}

/** A figure of a line that the legend can show. */
export type LegendFigure = 'last' | 'min' | 'mean' | 'max' | 'sum';

/** Content of the legend. */
export interface LegendView {
  items: readonly LegendItem[];
  /** Figures shown as columns of a table; none: the newest values beside the names. */
  figures: readonly LegendFigure[];
  /** `top`: above the plot, the figures of the first line, and the newest values of the others, which show earlier times. */
  place: 'top' | 'bottom' | 'right';
  /** Numbers of drawn lines and of all lines, if not all are drawn; `more`: further lines were left out. */
  shown: { shown: number; all: number; more: boolean } | undefined;
  /** Names of the lines of earlier times that have no data yet: their places are kept, so that the plot does not move. */
  awaited: readonly string[];
}

/** Content of the card around the canvas. */
export interface ChartBodyView {
  legend: LegendView | undefined;
  /** What stands in place of the plot; undefined: nothing does. */
  instead: unknown;
  /** The open table. */
  table: unknown;
  /** The open menu. */
  menu: unknown;
  words: Words;
  /** True if the view is fixed to a span that the viewer chose. */
  held: boolean;
  /** Called when the viewer shows or hides line `n`. */
  onToggle: (n: number) => void;
  onKey: (event: KeyboardEvent) => void;
  onPointer: (event: PointerEvent) => void;
  onWheel: (event: WheelEvent) => void;
  /** Time at which the data begin, if that is later than the start of the view. */
  since: string | undefined;
  onBack: () => void;
}

/** Returns the inside of the card. Values, cursor and tooltip change with every sample; other code writes them to the DOM directly. */
export function chartBody(view: ChartBodyView): TemplateResult {
  const { onPointer, words } = view;
  const isTop = view.legend?.place === 'top';
  return html`${view.legend && isTop ? headline(view.legend, words) : nothing}<div
      class="plot"
      @pointerdown=${onPointer}
      @pointermove=${onPointer}
      @pointerup=${onPointer}
      @pointercancel=${onPointer}
      @pointerleave=${onPointer}
      @wheel=${view.onWheel}
      @dblclick=${view.onBack}
    >
      <canvas
        part="canvas"
        role="img"
        tabindex="0"
        ?hidden=${view.instead !== undefined}
        aria-description=${words.chartHelp}
        @keydown=${view.onKey}
      ></canvas>
      ${view.instead}
      <div class="selection" hidden></div>
      <div class="cursor" hidden></div>
      <div class="dots"></div>
      ${view.since ? html`<div class="since">${words.chartSince(view.since)}</div>` : nothing}
      ${view.held ? back(view) : nothing}${view.menu}
      <div class="tooltip" part="tooltip" aria-hidden="true" hidden></div>
    </div>
    <output class="sr" part="readout" aria-live="polite"></output>
    ${isTop ? nothing : legend(view)} ${view.table}
    <slot hidden></slot>`;
}

/** The button in the card's header that opens the menu. */
export function menuButton({
  open,
  words,
  name,
  onPress,
}: {
  open: boolean;
  words: Words;
  name: string;
  onPress: () => void;
}): TemplateResult {
  return html`<button
    type="button"
    class="menu-button"
    aria-haspopup="menu"
    aria-expanded=${open}
    aria-label="${words.chartMenu}: ${name}"
    title=${words.chartMenu}
    @click=${onPress}
  >${icon('more')}</button>`;
}

/** Returns the button over the plot: in the card's header it would move the content below. Presses on it do not start a drag over the plot. */
function back({ onBack, words }: ChartBodyView): TemplateResult {
  const keep = (event: Event): void => event.stopPropagation();
  return html`<button type="button" class="back" @click=${onBack} @pointerdown=${keep} @dblclick=${keep}>
    ${words.chartLive}
  </button>`;
}

function legend({ legend: view, onToggle, words }: ChartBodyView): TemplateResult | typeof nothing {
  if (!view) return nothing;
  const { items, figures, shown, place } = view;
  const button = (item: LegendItem, n: number): TemplateResult =>
    html`<button
      type="button"
      part="legend-item"
      aria-pressed=${!item.hidden}
      @click=${() => onToggle(n)}
    >${swatch(item)}<span>${item.label}</span>${
      figures.length > 0 ? nothing : html`<span class="legend-value"></span>`
    }</button>`;
  return html`<div class="legend-box ${place}">
    ${shown ? html`<p class="legend-note">${shownText(shown, words)}</p>` : nothing}
    ${
      figures.length > 0
        ? legendTable(view, words, button)
        : html`<div class="legend" part="legend" role="group">${items.map(button)}</div>`
    }
  </div>`;
}

const shownText = ({ shown, all, more }: NonNullable<LegendView['shown']>, words: Words): string =>
  `${words.chartShown(shown, all)}${more ? '+' : ''}`;

const figureNames = (words: Words): Record<LegendFigure, string> => ({
  last: words.chartNow,
  min: words.chartMin,
  mean: words.chartMean,
  max: words.chartMax,
  sum: words.chartSum,
});

/**
 * Returns the figures of the first line: the newest value large, without the line's name, which the card shows. Lines of
 * earlier times follow with their names.
 */
function headline({ figures, items, awaited }: LegendView, words: Words): TemplateResult {
  const names = figureNames(words);
  return html`<dl class="headline" part="legend">${figures.map(
    (figure) => html`<div class=${figure}>
      <dt class=${figure === 'last' ? 'sr' : ''}>${names[figure]}</dt>
      <dd class="legend-figure"></dd>
    </div>`,
  )}${items.slice(1).map(
    (item) => html`<div>
      <dt>${swatch(item)} ${item.label}</dt>
      <dd class="legend-figure"></dd>
    </div>`,
  )}${awaited.map((name) => html`<div><dt>${name}</dt><dd>${NO_VALUE}</dd></div>`)}</dl>`;
}

function legendTable(
  { items, figures }: LegendView,
  words: Words,
  button: (item: LegendItem, n: number) => TemplateResult,
): TemplateResult {
  const names = figureNames(words);
  return html`<div class="legend" part="legend"><table class="legend-table">
    <thead>
      <tr><td></td>${figures.map((figure) => html`<th scope="col">${names[figure]}</th>`)}</tr>
    </thead>
    <tbody>
      ${items.map(
        (item, n) =>
          html`<tr><th scope="row">${button(item, n)}</th>${figures.map(
            () => html`<td class="legend-figure"></td>`,
          )}</tr>`,
      )}
    </tbody>
  </table></div>`;
}

function swatch({ color, dash, texture }: LegendItem): TemplateResult {
  const line = svg`<line x1="0" y1="4" x2="16" y2="4" stroke=${color} stroke-dasharray=${dash.join(' ')} />`;
  // the tile twice, side by side
  const tile = svg`<g stroke=${color} fill="none"><path d=${texture} /><path d=${texture} transform="translate(8)" /><path d="M1 1h14v6H1z" /></g>`;
  return html`<svg class="swatch" viewBox="0 0 16 8" aria-hidden="true">${texture ? tile : line}</svg>`;
}
