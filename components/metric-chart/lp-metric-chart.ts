import type { Chart } from 'chart.js';
import type { CSSResultGroup, PropertyDeclarations, PropertyValues, TemplateResult } from 'lit';
import { html, isServer } from 'lit';
import type { Update } from '../client/index.ts';
import { noNumbers } from '../data/data-error.ts';
import { updateOfList } from '../data/entry-list.ts';
import { shapeOf } from '../data/payload.ts';
import type { ElementStep } from '../element/channel-data.ts';
import { ClockController } from '../element/clock-controller.ts';
import { LpElement } from '../element/lp-element.ts';
import { LpFormatElement } from '../element/lp-format-element.ts';
import { rangeFor } from '../shared/range.ts';
import { type ChartAttributes, chartProperties, FPS, MAX_LINES } from './chart-attributes.ts';
import { type ChartContext, growthOptions } from './chart-context.ts';
import { ChartLook } from './chart-look.ts';
import { ChartReadout } from './chart-readout.ts';
import { ChartSamples } from './chart-samples.ts';
import { LazyParts, lazyPlot } from './lazy-plot.ts';
import { updateOfRecords } from './samples/chart-records.ts';
import { judgedLines, newestValues } from './samples/line-levels.ts';
import { rowsCsv, rowsOf } from './samples/rows.ts';
import { PlotController } from './schedule/plot-controller.ts';
import { chartBody, menuButton } from './view/chart-body.ts';
import { chartStyles } from './view/chart-styles.ts';
import { ViewedSpan, windowLength } from './view/viewed-span.ts';
import { addEnglish } from '../locale/messages.ts';
import { CHART } from '../locale/words/en/chart.ts';
import { COURSE } from '../locale/words/en/course.ts';

export type { Chart, ChartOptions } from 'chart.js';
export type * from '../element/element-types.ts';
export type { LineSpec } from './samples/auto-fields.ts';

export * from './view/point-event.ts';

const DEFAULT_WINDOW_MS = 300_000;
/** Samples are kept for a window of at least this length. */
const KEPT_MS = 3_600_000;

export interface LpMetricChart extends ChartAttributes {}

/**
 * A live time series, drawn by Chart.js. The code that draws is loaded when the first chart nears the viewport, or once the
 * browser is idle.
 *
 * @slot - `<lp-series>` children: order and look of the lines; `<lp-band>` children: ranges of values behind them
 * @csspart canvas - the plot; focusable, read by arrow keys
 * @csspart legend - the lines
 * @csspart legend-item - one line: a button that shows or hides it
 * @csspart tooltip - the values under the pointer
 * @csspart readout - the values read by keyboard, spoken
 * @csspart menu - the open menu
 * @csspart table - the values as a table
 * @cssprop --lp-chart-height - height of the plot, where the page gives the element none; default 14rem
 * @cssprop --lp-chart-line-width - width of lines, in pixels; default 1.5, and more where text is larger than 12 pixels
 * @cssprop --lp-chart-grid - colour of the grid
 * @fires {LpPointEvent} lp-point - the viewer reads the chart at a time
 */
export class LpMetricChart extends LpFormatElement {
  static override styles: CSSResultGroup = [LpElement.styles, chartStyles];
  static override properties: PropertyDeclarations = { ...chartProperties };

  readonly #context: ChartContext = {
    host: this,
    live: this.live,
    held: this.held,
    locale: this.locale,
    formatOptions: () => growthOptions(this, this.formatOptions()),
    limits: () => this.limits,
  };
  readonly #viewed = new ViewedSpan(this, {
    range: () => rangeFor(this),
    edge: () => this.#samples.edge,
    windowMs: (calendar) => {
      const { timeZone, language } = this.locale;
      const ms = windowLength(calendar ?? this.window, this.#samples.edge, { timeZone, language });
      return finite(ms) ?? DEFAULT_WINDOW_MS;
    },
  });
  readonly #samples: ChartSamples = new ChartSamples(this.#context, {
    keepFrom: () => {
      const { edge } = this.#samples;
      const usual = edge - Math.max(KEPT_MS, 2 * this.#viewed.windowMs);
      return Math.min(usual, this.#viewed.held?.fromT ?? Infinity);
    },
    viewed: this.#viewed,
    widthPx: () => within(this, '.plot')?.clientWidth ?? 0,
    onTaken: (change) => this.#onTaken(change),
    onValues: (values, isHistory) =>
      this.takeLevels(
        judgedLines(values, this.#look.labelOf, (value, of) => this.judgement(value, value, of)),
        isHistory,
      ),
  });
  readonly #look = new ChartLook(this.#context, {
    samples: this.#samples,
    viewed: this.#viewed,
    onTheme: () => this.requestUpdate(),
  });
  readonly #plots: PlotController = new PlotController(this, {
    code: lazyPlot,
    box: () => (this.type === 'histogram' ? null : within(this, '.plot')),
    canvas: () => within<HTMLCanvasElement>(this, 'canvas'),
    scene: () => this.#look.scene(),
    fps: () => this.fps,
    onDrawn: () => {
      this.#readout.drawn();
      this.#parts.made?.reading.reader.refresh();
    },
    onMedium: () => this.#look.forgetTheme(),
    onError: () => this.requestUpdate(),
  });
  readonly #readout = new ChartReadout(this.#context, {
    look: this.#look,
    data: this.#samples.data,
    viewed: this.#viewed,
    plot: () => this.#plots.plot,
    onHold: () => this.#parts.options.onHold(),
  });
  readonly #parts: LazyParts = new LazyParts(this.#context, {
    look: this.#look,
    data: this.#samples.data,
    viewed: this.#viewed,
    readout: this.#readout,
    marks: () => this.#samples.marks,
    plot: () => this.#plots.plot,
    onHold: () => {
      this.#samples.past.look();
      this.#plots.change();
      this.requestUpdate();
    },
    toCSV: () => this.toCSV(),
    toBlob: () => this.toBlob(),
  });
  /** The state of the data that the card last showed. */
  #shown = '';

  constructor() {
    super();
    addEnglish({ ...CHART, ...COURSE });
    this.type = 'line';
    this.window = '5m';
    this.curve = 'linear';
    this.points = 'auto';
    this.aggregate = 'mean';
    this.rate = false;
    this.barValues = false;
    this.fps = FPS;
    this.maxLines = MAX_LINES;
    new ClockController(this, () => this.#samples.tick());
  }

  /** The Chart.js chart, if it exists: for features that the kit does not offer. */
  get chart(): Chart | undefined {
    return this.#plots.plot?.chart as Chart | undefined;
  }

  /** Number of redraws that reached the canvas so far. */
  get drawn(): number {
    return this.#plots.plot?.counts.drawn ?? 0;
  }

  /** The samples in view as CSV: one row per time, one column per line. */
  override toCSV(): string {
    const { fromT, toT } = this.#viewed.span;
    const { lines } = this.#samples.data;
    const columns = lines.map((line) => ({
      label: this.#look.labelOf(line),
      isBuckets: line.series.spread !== undefined,
    }));
    return rowsCsv(columns, rowsOf(lines, fromT, toT));
  }

  /**
   * The chart as an image at full resolution, with background, title and legend.
   *
   * @throws Error if the chart is not in the document or has no size
   */
  async toBlob(type = 'image/png'): Promise<Blob> {
    await this.updateComplete;
    await this.#plots.ready();
    this.#plots.drawNow();
    const { plot } = this.#plots;
    if (!plot)
      throw new Error(
        'a chart needs a place in the document and a size before an image can be made of it',
      );
    const { chartImage } = await lazyPlot.load();
    return chartImage(
      plot.chart.canvas,
      {
        title: this.held.name,
        items: this.#look.lines.filter((line) => !line.hidden),
        palette: plot.palette,
        ratio: devicePixelRatio,
      },
      type,
    );
  }

  /** Draws pending changes now, rather than in the page's next frame: for pictures and for measuring. */
  drawNow(): void {
    this.#plots.drawNow();
  }

  /** Requests the channel again at once, and loads the drawing code if that has failed. */
  override refresh(): void {
    this.#plots.retry();
    super.refresh();
  }

  /** Shows all samples in view as a table, as they are now; `false` hides it. */
  showTable(open = true): void {
    this.#parts.use(({ tools }) => tools.showTable(open));
  }

  protected override get tail(): number | undefined {
    return this.#samples.past.tail;
  }

  /** A new sample alone changes only the canvas, and texts that the readout writes, so no update of the element is needed. */
  protected override apply(step: ElementStep): boolean {
    this.#samples.apply(step);
    const isUnread = this.#samples.data.unread !== undefined;
    const shown = `${this.held.hasData} ${this.level} ${isUnread}`;
    const isSame = shown === this.#shown && this.status !== 'error' && step.meta === undefined;
    this.#shown = shown;
    return !isSame;
  }

  /**
   * A list of records, each with its `time`, `t` or `ts`, is a history, as is a list without times, one second apart; a single
   * record is one more sample.
   */
  protected override updateOf(payload: unknown): Update {
    const { version = 0, live } = this;
    return (
      updateOfRecords(payload, version) ??
      updateOfList(payload, live.serverNow()) ??
      super.updateOf(payload)
    );
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const specs = this.#look.wanted.specs;
    if (!this.channel) this.channel = specs?.find((spec) => spec.channel)?.channel ?? '';
    if (isServer) return; // a server renders only the skeleton
    this.#samples.want(specs, this.maxLines > 0 ? this.maxLines : Infinity);
    this.state.attempt('choose', () => {
      const { unread } = this.#samples.data;
      if (unread !== undefined) throw noNumbers(shapeOf(unread)); // a chart that draws nothing must not look live
    });
    this.#look.update();
    this.#samples.past.look();
    const { warn, danger } = this.limits;
    const isJudged = warn !== undefined || danger !== undefined;
    const newest = isJudged ? newestValues(this.#samples.data.lines) : [];
    this.setLevels(
      judgedLines(newest, this.#look.labelOf, (value, of) => this.judgement(value, value, of)),
      true,
    );
    this.#onTaken({ lines: false, marks: true });
  }

  protected override renderBody(): TemplateResult {
    if (this.#plots.error) throw this.#plots.error; // the content of the card stays
    return chartBody({
      legend: this.#readout.legend(),
      instead: this.#parts.histogram(),
      table: this.#parts.made?.tools.table(),
      menu: this.#parts.made?.tools.menu(),
      words: this.locale.words,
      held: this.#viewed.isChosen,
      onToggle: (n) => {
        this.#samples.data.toggle(n);
        this.requestUpdate();
      },
      onKey: (event) => this.#parts.reader?.onKey(event),
      onPointer: (event) => this.#parts.reader?.onPointer(event),
      onWheel: (event) => this.#parts.reader?.onWheel(event),
      since: this.#readout.sinceText(this.#samples.past.since),
      onBack: () => this.#readout.back(),
    });
  }

  protected override renderControls(): TemplateResult {
    return menuButton({
      open: this.#parts.made?.tools.isOpen ?? false,
      words: this.locale.words,
      name: this.held.name,
      onPress: () => this.#parts.use(({ tools }) => tools.toggle()),
    });
  }

  protected override renderSkeleton(): TemplateResult {
    return html`<div class="bones"></div>`;
  }

  /** Updates the plot from the samples. */
  #onTaken({ lines, marks }: { lines: boolean; marks: boolean }): void {
    if (lines || this.type === 'histogram') this.requestUpdate();
    if (this.type === 'histogram') return;
    if (marks) this.#plots.change();
    else this.#plots.ask();
  }
}

const within = <T extends HTMLElement>(chart: LpMetricChart, selector: string): T | null =>
  chart.renderRoot?.querySelector<T>(selector) ?? null;

const finite = (ms: number | undefined): number | undefined =>
  ms !== undefined && Number.isFinite(ms) ? ms : undefined;

declare global {
  interface HTMLElementTagNameMap {
    'lp-metric-chart': LpMetricChart;
  }
}
