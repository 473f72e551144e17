import type { Chart } from 'chart.js';
import type { CSSResultGroup, PropertyValues, TemplateResult } from 'lit';
import { html } from 'lit';
import { LpElement } from '../element/lp-element.ts';
import { ChartLive } from './chart-live.ts';
import type { Frame } from './drawing/frame.ts';
import { chartImage } from './drawing/image.ts';
import type { Plot } from './drawing/plot.ts';
import { timeLabel } from './drawing/time-ticks.ts';
import { rowsCsv, rowsOf } from './samples/rows.ts';
import { type ChartBodyView, chartBody, chartControls, tableRows } from './view/chart-body.ts';
import { ChartReader } from './view/chart-reader.ts';
import { chartStyles } from './view/chart-styles.ts';
import { describe } from './view/description.ts';
import type { Reading } from './view/reading.ts';
import { showSelection, showTooltip, type TooltipView } from './view/tooltip.ts';

const TABLE_ROWS = 100;
/** The description for screen readers is made anew at most so often. */
const DESCRIBE_MS = 5_000;

/**
 * A live time series, drawn by Chart.js, which is loaded when the first chart nears the viewport.
 *
 * @slot - `<lp-series>` children: order and look of the lines
 * @csspart canvas - the plot; focusable, read by arrow keys
 * @csspart legend - the lines
 * @csspart legend-item - one line: a button that shows or hides it
 * @csspart tooltip - the values under the pointer
 * @csspart readout - the values read by keyboard, spoken
 * @csspart table - the values as a table
 * @cssprop --lp-chart-height - of the plot, where the page gives the element none; default 14rem
 * @cssprop --lp-chart-line-width - of lines, in pixels; default 1.5
 * @cssprop --lp-chart-grid - colour of the grid
 * @fires {LpPointEvent} lp-point - the viewer reads the chart at a time
 */
export class LpMetricChart extends ChartLive {
  static override styles: CSSResultGroup = [LpElement.styles, chartStyles];

  #table: ChartBodyView['table'];
  #legendValues: Element[] = [];
  #describedAt = -Infinity;
  #reader = new ChartReader({
    frame: () => this.plots.plot?.frame,
    view: () => this.view(),
    lines: () => this.samples.lines,
    onReading: (reading, spoken) => this.#showReading(reading, spoken),
    onSelecting: (span) => this.#overPlot((plot, frame) => showSelection(plot, span, frame)),
    onHold: (span) => this.hold(span),
  });

  /** The Chart.js chart, while there is one: the way out for what the kit does not offer. */
  get chart(): Chart | undefined {
    return this.plots.plot?.chart as Chart | undefined;
  }

  /** The samples in view as CSV: one row per time, one column per line. */
  override toCSV(): string {
    const { fromT, toT } = this.view();
    const { lines } = this.samples;
    return rowsCsv(lines.map(this.labelOf), rowsOf(lines, fromT, toT));
  }

  /** The chart as an image at full resolution, with background, title and legend. @throws Error where there is nothing to draw */
  async toBlob(type = 'image/png'): Promise<Blob> {
    await this.updateComplete;
    await this.plots.ready();
    this.plots.drawNow();
    const { plot } = this.plots;
    if (!plot)
      throw new Error('a chart that is not in the document, or has no size, gives no image');
    const items = this.looks.filter((line) => !line.hidden);
    const options = {
      title: this.held.name,
      items,
      palette: plot.palette,
      ratio: devicePixelRatio,
    };
    return chartImage(plot.chart.canvas, options, type);
  }

  /** Redraws that reached the canvas so far. */
  get drawn(): number {
    return this.plots.plot?.counts.drawn ?? 0;
  }

  /** Draws now what is due, rather than in the page's next frame: for pictures, and for those who measure. */
  drawNow(): void {
    this.plots.drawNow();
  }

  /** Shows the samples in view as a table, as they are now; `false` hides it. */
  showTable(open = true): void {
    this.#table = open ? this.#tableNow() : undefined;
    this.requestUpdate();
  }

  protected override renderBody(): TemplateResult {
    const several = this.samples.lines.length > 1;
    const wanted = this.legend !== 'none' && (this.legend === 'bottom' || several);
    return chartBody({
      legend: wanted ? this.looks : undefined,
      table: this.#table,
      words: this.locale.words,
      held: this.span !== undefined,
      onToggle: this.#onToggle,
      onKey: this.#reader.onKey,
      onPointer: this.#reader.onPointer,
      onBack: this.#onBack,
    });
  }

  protected override renderControls(): TemplateResult {
    return chartControls({
      table: this.#table !== undefined,
      words: this.locale.words,
      name: this.held.name,
      onTable: this.#onTable,
    });
  }

  protected override renderSkeleton(): TemplateResult {
    return html`<div class="bones"></div>`;
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    this.#legendValues = [...this.renderRoot.querySelectorAll('.legend-value')];
    this.#describedAt = -Infinity;
    this.#writeValues();
  }

  protected override onDrawn(_plot: Plot): void {
    this.#writeValues();
    this.#reader.refresh();
  }

  /** Newest values and description: by hand, for they change with every sample. */
  #writeValues(): void {
    const { lines } = this.samples;
    for (const [n, place] of this.#legendValues.entries()) {
      const line = lines[n];
      const text = line
        ? this.textOf(line.series.values[line.series.end - 1] ?? Number.NaN, line)
        : '';
      if (place.textContent !== text) place.textContent = text;
    }
    const now = performance.now();
    if (now - this.#describedAt < DESCRIBE_MS) return;
    this.#describedAt = now;
    const canvas = this.within('canvas');
    const text = this.#description();
    if (canvas?.getAttribute('aria-label') !== text) canvas?.setAttribute('aria-label', text);
  }

  #description(): string {
    const { name } = this.held;
    const { words, language } = this.locale;
    return describe({
      name,
      words,
      language,
      timeZone: this.zoneName,
      lines: this.samples.lines,
      span: this.view(),
      held: this.span !== undefined,
      label: this.labelOf,
      text: this.textOf,
    });
  }

  #showReading(reading: Reading | undefined, spoken: boolean): void {
    const view = reading && this.#tooltip(reading);
    this.#overPlot((plot, frame) => showTooltip(plot, view, frame));
    const changed = reading?.t !== this.#readT;
    this.#readT = reading?.t;
    const readout = this.within('output');
    if (spoken && view && readout) {
      readout.textContent = [
        view.time,
        ...view.rows.map((row) => `${row.label} ${row.value}`),
        ...view.notes,
      ].join(', ');
    }
    if (!reading || !changed) return;
    const points = reading.points.map(({ line, t, v }) => ({
      label: this.labelOf(line),
      value: v,
      t,
    }));
    this.dispatchEvent(new LpPointEvent(reading.t, points));
  }

  #readT: number | undefined;

  #tooltip({ t, points }: Reading): TooltipView {
    const frame = this.plots.plot?.frame;
    const reachMs = (frame?.columnMs ?? 0) * 6;
    const { lines } = this.samples;
    return {
      t,
      time: this.#timeText(t),
      rows: points.map(({ line, v }) => ({
        label: this.labelOf(line),
        value: this.textOf(v, line),
        color: this.looks[lines.indexOf(line)]?.color ?? '',
        v,
      })),
      notes: this.marks.filter((mark) => Math.abs(mark.t - t) <= reachMs).map((mark) => mark.text),
    };
  }

  #overPlot(draw: (plot: HTMLElement, frame: Frame) => void): void {
    const plot = this.within('.plot');
    const frame = this.plots.plot?.frame;
    if (plot && frame) draw(plot, frame);
  }

  #tableNow(): NonNullable<ChartBodyView['table']> {
    const { fromT, toT } = this.view();
    const { lines } = this.samples;
    const rows = rowsOf(lines, fromT, toT, TABLE_ROWS);
    const value = (v: number, n: number): string => this.textOf(v, lines[n]);
    return {
      caption: this.held.name,
      head: lines.map(this.labelOf),
      rows: tableRows(rows, this.#timeText, value),
    };
  }

  #timeText = (t: number): string => timeLabel(t, 'full', this.zoneName, this.locale.language);
  #onBack = (): void => {
    const root = this.renderRoot as ShadowRoot;
    // the button goes with the press: who came by keyboard goes on reading
    if (root.activeElement?.matches('.back')) this.within('canvas')?.focus();
    this.hold(undefined);
  };
  #onTable = (): void => this.showTable(!this.#table);

  #onToggle = (event: Event): void => {
    const n = Number((event.currentTarget as HTMLElement).dataset['line']);
    const line = this.samples.lines[n];
    if (line) line.hidden = !line.hidden;
    this.requestUpdate();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'lp-metric-chart': LpMetricChart;
  }
}

/** One value of a reading. */
export interface PointDetail {
  label: string;
  value: number;
  /** ms; the raw sample's own. */
  t: number;
}

/** `lp-point`: the viewer reads a chart at a time, by pointer or keyboard. */
export class LpPointEvent extends Event {
  /** The time that is read, in ms since 1970. */
  readonly t: number;
  /** The value of each line there. */
  readonly points: readonly PointDetail[];

  constructor(t: number, points: readonly PointDetail[]) {
    super('lp-point', { bubbles: true, composed: true });
    this.t = t;
    this.points = points;
  }
}

declare global {
  interface HTMLElementEventMap {
    'lp-point': LpPointEvent;
  }
}
