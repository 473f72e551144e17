import type { ChartContext } from './chart-context.ts';
import type { ChartLook } from './chart-look.ts';
import type { ChartReadout } from './chart-readout.ts';
import type { EventMark } from './drawing/annotations.ts';
import type { Frame } from './drawing/frame.ts';
import type { Plot } from './drawing/plot.ts';
import type { ChartData, DataLine } from './samples/chart-data.ts';
import { ChartReader } from './view/chart-reader.ts';
import { LpPointEvent } from './view/point-event.ts';
import type { Reading } from './view/reading.ts';
import { showSelection, showTooltip, type TooltipView } from './view/tooltip.ts';
import type { ViewedSpan } from './view/viewed-span.ts';

/** Annotations within this many columns of a reading are shown with it. */
const NOTE_COLUMNS = 6;

/** Options of `ChartReading`. */
export interface ChartReadingOptions {
  look: ChartLook;
  data: ChartData;
  viewed: ViewedSpan;
  readout: ChartReadout;
  marks: () => readonly EventMark[];
  /** The plot, if there is one. */
  plot: () => Plot | undefined;
  /** Called when the viewer has chosen a span, or has gone back to live. */
  onHold: () => void;
}

/** The values that a viewer reads by pointer and keyboard: the readout under the pointer, spoken text, and `lp-point` events. */
export class ChartReading {
  readonly reader: ChartReader;
  readonly #context: ChartContext;
  readonly #options: ChartReadingOptions;
  #readT: number | undefined;

  constructor(context: ChartContext, options: ChartReadingOptions) {
    this.#context = context;
    this.#options = options;
    this.reader = new ChartReader({
      frame: () => options.plot()?.frame,
      view: () => options.viewed.span,
      lines: () => options.data.lines,
      edge: () => options.viewed.edge,
      onReading: (reading, spoken) => this.#show(reading, spoken),
      onSelecting: (span) => this.#overPlot((plot, frame) => showSelection(plot, span, frame)),
      onHold: (span) => {
        options.viewed.hold(span);
        options.onHold();
      },
    });
  }

  #show(reading: Reading | undefined, spoken: boolean): void {
    const view = reading && this.#tooltip(reading);
    this.#overPlot((plot, frame) => showTooltip(plot, view, frame));
    const changed = reading?.t !== this.#readT;
    this.#readT = reading?.t;
    const readout = this.#within('output');
    if (spoken && view && readout) {
      const rows = view.rows.map((row) => `${row.label} ${row.value}`);
      readout.textContent = [view.time, ...rows, ...view.notes].join(', ');
    }
    if (!reading || !changed) return;
    const { labelOf } = this.#options.look;
    const points = reading.points.map(({ line, t, v }) => ({ label: labelOf(line), value: v, t }));
    this.#context.host.dispatchEvent(new LpPointEvent(reading.t, points));
  }

  #tooltip({ t, points }: Reading): TooltipView {
    const { look, data, marks, plot } = this.#options;
    const reachMs = (plot()?.frame?.columnMs ?? 0) * NOTE_COLUMNS;
    return {
      t,
      time: this.#options.readout.timeText(t),
      rows: points.map(({ line, v, low, high }) => {
        const n = data.lines.indexOf(line);
        return {
          label: look.labelOf(line),
          value: this.#spreadText(line, v, [low, high]),
          color: look.lines[n]?.color ?? '',
          y: plot()?.placeOf(n, t, v) ?? 0,
        };
      }),
      notes: marks()
        .filter((mark) => Math.abs(mark.t - t) <= reachMs)
        .map((mark) => mark.text),
    };
  }

  /** The mean of a bucket, with its smallest and largest sample. */
  #spreadText(
    line: DataLine,
    v: number,
    [low, high]: [number | undefined, number | undefined],
  ): string {
    const text = this.#options.readout.textOf(v, line);
    if (low === undefined || high === undefined) return text;
    return `${text} (${this.#options.readout.textOf(low, line)} – ${this.#options.readout.textOf(high, line)})`;
  }

  #within(selector: string): HTMLElement | null {
    return this.#context.host.renderRoot?.querySelector(selector) ?? null;
  }

  #overPlot(draw: (plot: HTMLElement, frame: Frame) => void): void {
    const plot = this.#within('.plot');
    const frame = this.#options.plot()?.frame;
    if (plot && frame) draw(plot, frame);
  }
}
