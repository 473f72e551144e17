import type { ReactiveController } from 'lit';
import { type ChartContext, valueText } from './chart-context.ts';
import type { ChartLook } from './chart-look.ts';
import { momentName } from '../format/format-moment.ts';
import { valueResolution } from './drawing/axis-format.ts';
import type { Frame } from './drawing/frame.ts';
import type { Plot } from './drawing/plot.ts';
import { timeLabel } from './drawing/time-ticks.ts';
import { type ChartData, type DataLine, newestOf } from './samples/chart-data.ts';
import type { EventMark } from './drawing/annotations.ts';
import { ChartReader } from './view/chart-reader.ts';
import type { LegendFigure, LegendView } from './view/chart-body.ts';
import { describe, summaryOf } from './view/description.ts';
import type { Reading } from './view/reading.ts';
import { showSelection, showTooltip, type TooltipView } from './view/tooltip.ts';
import type { ViewedSpan } from './view/viewed-span.ts';

/** Minimum time in ms between two descriptions for screen readers. */
const DESCRIBE_MS = 5_000;
/** Minimum time in ms between two computations of the legend's figures, which read every visible sample. */
const SUM_MS = 1_000;
const DAY_MS = 86_400_000;
/** Annotations within this many columns of a reading are shown with it. */
const NOTE_COLUMNS = 6;

/** Options of `ChartReadout`. */
export interface ChartReadoutOptions {
  look: ChartLook;
  data: ChartData;
  viewed: ViewedSpan;
  marks: () => readonly EventMark[];
  /** The plot, if there is one. */
  plot: () => Plot | undefined;
  /** Called when the viewer has chosen a span, or has gone back to live. */
  onHold: () => void;
}

/**
 * The values of a chart as text: newest values in the legend, the readout under the pointer, and the description for screen
 * readers. They change with every sample, so they are written without an update of the element.
 */
export class ChartReadout implements ReactiveController {
  readonly reader: ChartReader;
  readonly #context: ChartContext;
  readonly #options: ChartReadoutOptions;
  #legendValues: Element[] = [];
  #legendFigures: Element[] = [];
  #describedAt = -Infinity;
  #summedAt = -Infinity;
  #readT: number | undefined;

  constructor(context: ChartContext, options: ChartReadoutOptions) {
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
    context.host.addController(this);
  }

  /** Writes everything again after an update of the element. */
  hostUpdated(): void {
    const root = this.#context.host.renderRoot;
    this.#legendValues = [...root.querySelectorAll('.legend-value')];
    this.#legendFigures = [...root.querySelectorAll('.legend-figure')];
    this.#describedAt = -Infinity;
    this.#summedAt = -Infinity;
    this.#write();
  }

  /** Updates the texts after a redraw. */
  drawn(): void {
    this.#write();
    this.reader.refresh();
  }

  /** Returns the legend, if one is wanted. */
  legend(): LegendView | undefined {
    const { legend, legendValues } = this.#context.host;
    const { data, look } = this.#options;
    const figures = figuresIn(legendValues);
    const wanted =
      legend === 'bottom' || legend === 'right' || data.lines.length > 1 || figures.length > 0;
    if (!wanted || legend === 'none') return undefined;
    const shown = look.lines.filter((line) => !line.hidden).length;
    const isCut = data.overflowed || data.lines.some(({ surplus }) => surplus);
    const all = data.lines.length;
    const isSingle = all === 1 && figures.length > 0;
    return {
      items: look.lines,
      figures,
      place: legend ?? (isSingle ? 'top' : 'bottom'),
      shown: isCut ? { shown, all, more: data.overflowed } : undefined,
    };
  }

  /** Leaves the chosen span for the newest one. */
  back(): void {
    const root = this.#context.host.shadowRoot;
    // The button disappears when pressed: a keyboard user continues at the plot.
    if (root?.activeElement?.matches('.back')) this.#within('canvas')?.focus();
    this.#options.viewed.hold(undefined);
    this.#options.onHold();
  }

  /** Returns a value as text, with the digits that the axis needs. */
  textOf = (v: number, line?: DataLine): string => {
    const { data, plot } = this.#options;
    const step = line && plot()?.stepOf(data.lines.indexOf(line));
    const resolution = step === undefined ? undefined : valueResolution(step);
    return valueText(this.#context, v, { unit: line?.spec.unit, resolution });
  };

  /** Time at which the data begin; undefined if they fill the view. */
  sinceText(t: number | undefined): string | undefined {
    if (t === undefined) return undefined;
    const isToday = this.#options.viewed.edge - t < DAY_MS;
    const { timeZone } = this.#options.look;
    return timeLabel(t, isToday ? 'minute' : 'day', timeZone, this.#context.locale.language);
  }

  /** Returns a time as full text. */
  timeText = (t: number): string =>
    timeLabel(t, 'full', this.#options.look.timeZone, this.#context.locale.language);

  #write(): void {
    const { lines } = this.#options.data;
    for (const [n, place] of this.#legendValues.entries()) {
      const line = lines[n];
      const newest = line && newestOf(line);
      const text = line ? this.textOf(newest ?? Number.NaN, line) : '';
      if (place.textContent !== text) place.textContent = text;
    }
    const now = performance.now();
    if (now - this.#summedAt >= SUM_MS) {
      this.#summedAt = now;
      this.#writeFigures();
    }
    if (now - this.#describedAt < DESCRIBE_MS) return;
    this.#describedAt = now;
    const canvas = this.#within('canvas');
    const text = this.#description();
    if (canvas?.getAttribute('aria-label') !== text) canvas?.setAttribute('aria-label', text);
  }

  #writeFigures(): void {
    const figures = figuresIn(this.#context.host.legendValues);
    if (figures.length === 0) return;
    const { data, viewed } = this.#options;
    const { fromT, toT } = viewed.span;
    const summaries = data.lines.map((line) => summaryOf(line, fromT, toT));
    for (const [n, place] of this.#legendFigures.entries()) {
      const at = Math.floor(n / figures.length);
      const figure = figures[n % figures.length] as LegendFigure;
      const summary = summaries[at];
      const plain = this.textOf(summary?.[figure] ?? Number.NaN, data.lines[at]);
      const isTimed = figure === 'max' && summary && this.#isHeadline;
      const text = isTimed ? this.#timed(plain, summary.maxT) : plain;
      if (place.textContent !== text) place.textContent = text;
    }
  }

  get #isHeadline(): boolean {
    return this.#within('.headline') !== null;
  }

  #timed(text: string, t: number): string {
    const { locale, live } = this.#context;
    const { timeZone } = this.#options.look;
    const options = { language: locale.language, timeZone, nowMs: live.serverNow() };
    return locale.words.chartAt(text, momentName(t, options));
  }

  #description(): string {
    const { held, locale } = this.#context;
    const { look, data, viewed } = this.#options;
    return describe({
      name: held.name,
      words: locale.words,
      language: locale.language,
      timeZone: look.timeZone,
      lines: data.lines,
      span: viewed.span,
      held: viewed.held !== undefined,
      label: look.labelOf,
      text: this.textOf,
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
      time: this.timeText(t),
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
    const text = this.textOf(v, line);
    if (low === undefined || high === undefined) return text;
    return `${text} (${this.textOf(low, line)} – ${this.textOf(high, line)})`;
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

const FIGURES: readonly string[] = ['last', 'min', 'mean', 'max', 'sum'] satisfies LegendFigure[];

/** Returns the figures that `legend-values` names; other words are ignored. */
const figuresIn = (text: string | undefined): LegendFigure[] =>
  (text ?? '').split(/[\s,]+/).filter((word): word is LegendFigure => FIGURES.includes(word));

/** One value of a reading. */
export interface PointDetail {
  /** Name of the line. */
  label: string;
  value: number;
  /** Time of the sample itself, in ms since 1970. */
  t: number;
}

/** `lp-point`: the viewer reads a chart at a time, by pointer, touch or keyboard. */
export class LpPointEvent extends Event {
  /** The time that is read, in ms since 1970. */
  readonly t: number;
  /** The value of each line at that time. */
  readonly points: readonly PointDetail[];

  constructor(t: number, points: readonly PointDetail[]) {
    super('lp-point', { bubbles: true, composed: true });
    this.t = t;
    this.points = points;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'lp-point': LpPointEvent;
  }
}
