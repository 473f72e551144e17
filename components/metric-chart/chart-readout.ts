import type { ReactiveController } from 'lit';
import { type ChartContext, valueText } from './chart-context.ts';
import type { ChartLook } from './chart-look.ts';
import { momentName } from '../format/format-moment.ts';
import { valueResolution } from './drawing/axis-format.ts';
import type { Plot } from './drawing/plot.ts';
import { timeLabel } from './drawing/time-ticks.ts';
import { type ChartData, type DataLine, isEarlier, newestOf } from './samples/chart-data.ts';
import type { LegendFigure, LegendView } from './view/chart-body.ts';
import { describe, summaryOf } from './view/description.ts';
import type { ViewedSpan } from './view/viewed-span.ts';

/** Minimum time in ms between two descriptions for screen readers. */
const DESCRIBE_MS = 5_000;
/** Minimum time in ms between two computations of the legend's figures, which read every visible sample. */
const SUM_MS = 1_000;
const DAY_MS = 86_400_000;

/** Options of `ChartReadout`. */
export interface ChartReadoutOptions {
  look: ChartLook;
  data: ChartData;
  viewed: ViewedSpan;
  /** The plot, if there is one. */
  plot: () => Plot | undefined;
  /** Called when the viewer has chosen a span, or has gone back to live. */
  onHold: () => void;
}

/**
 * The values of a chart as text: newest values in the legend, and the description for screen readers. They change with every sample, so they are written without an update of the element.
 */
export class ChartReadout implements ReactiveController {
  readonly #context: ChartContext;
  readonly #options: ChartReadoutOptions;
  #legendValues: Element[] = [];
  #legendFigures: Element[] = [];
  #describedAt = -Infinity;
  #summedAt = -Infinity;
  #later: ReturnType<typeof setTimeout> | undefined;

  constructor(context: ChartContext, options: ChartReadoutOptions) {
    this.#context = context;
    this.#options = options;
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

  hostDisconnected(): void {
    clearTimeout(this.#later);
    this.#later = undefined;
  }

  /** Updates the texts after a redraw. */
  drawn(): void {
    this.#write();
  }

  /** Returns the legend, if one is wanted. */
  legend(): LegendView | undefined {
    const { host } = this.#context;
    const { legend, legendValues } = host;
    const { data, look } = this.#options;
    const figures = figuresIn(legendValues);
    const wanted =
      legend === 'bottom' || legend === 'right' || data.lines.length > 1 || figures.length > 0;
    if (!wanted || legend === 'none') return undefined;
    const shown = look.lines.filter((line) => !line.hidden).length;
    const isCut = data.overflowed || data.lines.some(({ surplus }) => surplus);
    const all = data.lines.length;
    const [first, ...others] = data.lines;
    const isSingle =
      first !== undefined && !isEarlier(first) && others.every(isEarlier) && figures.length > 0;
    return {
      items: look.lines,
      figures,
      place: legend ?? (isSingle ? 'top' : 'bottom'),
      shown: isCut ? { shown, all, more: data.overflowed } : undefined,
      awaited: [...host.querySelectorAll(':scope > lp-series[offset]')]
        .slice(others.length)
        .map((series) => series.getAttribute('label') ?? ''),
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
    } else this.#writeLater();
    if (now - this.#describedAt < DESCRIBE_MS) return this.#writeLater();
    this.#describedAt = now;
    const canvas = this.#within('canvas');
    const text = this.#description();
    if (canvas?.getAttribute('aria-label') !== text) canvas?.setAttribute('aria-label', text);
  }

  /** Writes again: the last redraw of data that the page sets came too early, and none may follow. */
  #writeLater(): void {
    if (!this.#context.host.isConnected) return;
    this.#later ??= setTimeout(() => {
      this.#later = undefined;
      this.#write();
    }, SUM_MS);
  }

  #writeFigures(): void {
    const figures = figuresIn(this.#context.host.legendValues);
    if (figures.length === 0) return;
    const { data, viewed } = this.#options;
    const { fromT, toT } = viewed.span;
    const summaries = data.lines.map((line) => summaryOf(line, fromT, toT));
    for (const [n, place] of this.#legendFigures.entries()) {
      const isOther = this.#isHeadline && n >= figures.length;
      const at = isOther ? n - figures.length + 1 : Math.floor(n / figures.length);
      const figure = isOther ? 'last' : (figures[n % figures.length] as LegendFigure);
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

  #within(selector: string): HTMLElement | null {
    return this.#context.host.renderRoot?.querySelector(selector) ?? null;
  }
}

const FIGURES: readonly string[] = ['last', 'min', 'mean', 'max', 'sum'] satisfies LegendFigure[];

/** Returns the figures that `legend-values` names; other words are ignored. */
const figuresIn = (text: string | undefined): LegendFigure[] =>
  (text ?? '').split(/[\s,]+/).filter((word): word is LegendFigure => FIGURES.includes(word));
