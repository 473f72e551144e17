import { Chart, type ChartOptions } from 'chart.js';
import { merge } from 'chart.js/helpers';
import { TimeAxis, ValueAxis } from './axis.ts';
import { type Aggregate, type Extent, MAX, MIN } from './columns.ts';
import { type AxisTick, type Drawing, type Palette, adopt } from './drawing.ts';
import { type Frame, type Span, frameBox, frameTimes, wholeSize, xOf, yOf } from './frame.ts';
import { LineController, LineMark } from './line-controller.ts';
import { type Mark, drawMarks } from './marks.ts';
import type { Series } from './series.ts';
import { Stack } from './stack.ts';
import { type AxesOptions, PlotAxes } from './plot-axes.ts';
import { type Fill, fillOf } from './textures.ts';
import { timeStep } from './time-ticks.ts';
import { type BarLayout, traceBars } from './trace-bars.ts';
import { type Curve, traceColumns, traceSamples } from './trace.ts';

Chart.register(LineMark, LineController, TimeAxis, ValueAxis);

export type PlotType = 'line' | 'area' | 'bar' | 'stacked';

/** One line of a plot. */
export interface PlotLine {
  series: Series;
  label: string;
  color: string;
  /** Lengths of dash and gap in CSS pixels. */
  dash: readonly number[];
  /** Of bars and bands: strokes that tell them apart without colour; '' = full. */
  texture: string;
  hidden: boolean;
  /** A longer silence is not crossed; Infinity = all are. */
  gapMs: number;
}

/** All that a plot draws. The series in it outlive the plot. */
export interface Scene extends Omit<AxesOptions, 'zero'> {
  type: PlotType;
  curve: Curve;
  aggregate: Aggregate;
  lines: readonly PlotLine[];
  marks: readonly Mark[];
  windowMs: number;
  /** A span to stand still at, in place of the newest `windowMs`. */
  held: Span | undefined;
  /** Merged over the plot's own Chart.js options. */
  options: ChartOptions | undefined;
}

/** Below this distance of samples, in columns, columns are drawn; above it, strokes. */
const DENSE = 1.05;
const TOP_PX = 8;
const RIGHT_PX = 12;

/**
 * A canvas with a Chart.js chart on it that draws a scene. Draws only when told to, and only when a pixel can have
 * changed; Chart.js lays out anew only when size, theme, lines or the width of the axis change.
 */
export class Plot implements Drawing {
  readonly chart: Chart<'lpLine'>;
  frame: Frame | undefined;
  /** Redraws that reached the canvas, and layouts among them. */
  readonly counts: { drawn: number; laidOut: number } = { drawn: 0, laidOut: 0 };
  #scene: Scene;
  #axes = new PlotAxes();
  #drawnKey = '';
  #stack = new Stack();
  #bars: Omit<BarLayout, 'slot'> | undefined;
  #held = true; // Chart.js draws after each update: we hold it back until the frame is right

  constructor(canvas: HTMLCanvasElement, scene: Scene) {
    this.#scene = scene;
    adopt(canvas, this);
    this.chart = new Chart(canvas, {
      type: 'lpLine',
      data: { datasets: datasetsOf(scene) },
      plugins: [
        {
          id: 'lpPlot',
          beforeRender: () => !this.#held,
          beforeDatasetsDraw: () => this.#clip(),
          afterDatasetsDraw: () => this.#unclip(),
        },
      ],
      options: optionsOf(scene),
    });
  }

  get palette(): Palette {
    return this.#scene.palette;
  }

  get valueAxisPx(): number {
    return this.#axes.valueWidth;
  }

  valueTicks(): readonly AxisTick[] {
    return this.#axes.valueTicks;
  }

  timeTicks(): readonly AxisTick[] {
    return this.#axes.timeTicks;
  }

  /** Takes another scene. Series that it shares with the former one keep their samples. */
  setScene(scene: Scene): void {
    const before = this.#scene;
    this.#scene = scene;
    if (before.options !== scene.options) this.chart.options = optionsOf(scene);
    this.#axes.reset({ keepRange: before.type === scene.type });
    this.chart.data.datasets = datasetsOf(scene);
    this.#layOut();
  }

  /** CSS pixels, and device pixels per CSS pixel. A size of zero is not drawn and changes nothing. */
  resize(width: number, height: number, ratio: number): void {
    const w = wholeSize(width, ratio);
    const h = wholeSize(height, ratio);
    if (!(w > 0 && h > 0)) return;
    const { chart } = this;
    if (
      chart.width === w &&
      chart.height === h &&
      chart.currentDevicePixelRatio === ratio &&
      this.frame
    )
      return;
    this.#held = true;
    chart.options.devicePixelRatio = ratio;
    chart.resize(w, h);
    this.#held = false;
    this.frame = undefined;
    this.#drawnKey = '';
  }

  /** Brings the canvas up to date. False where nothing could have changed. */
  draw(): boolean {
    if (!(this.chart.width > 0 && this.chart.height > 0)) return false;
    const frame = this.#place();
    const { ctx } = this.chart;
    const options = { ...this.#scene, zero: this.#scene.type !== 'line' };
    this.#axes.scaleValues(ctx, frame, this.#measure(frame), options);
    if (this.#axes.widthWanted() !== this.valueAxisPx) {
      this.#layOut();
      return this.draw();
    }
    this.#axes.scaleTimes(ctx, frame, options);
    this.frame = frame;
    this.#slide(frame);
    const key = this.#keyOf(frame);
    if (key === this.#drawnKey) return false;
    this.#drawnKey = key;
    this.#held = false;
    this.chart.render();
    this.counts.drawn++;
    return true;
  }

  drawLine(index: number, ctx: CanvasRenderingContext2D): void {
    const { frame } = this;
    const line = this.#scene.lines[index];
    if (!frame || !line || line.hidden) return;
    const { type, curve } = this.#scene;
    const shown = this.#shown();
    const place = shown.indexOf(line);
    if (type === 'stacked') this.#stack.paint(ctx, place, frame, this.#fillOf(ctx, line, frame));
    else if (this.#bars) {
      const bars = { ...this.#bars, slot: place };
      traceBars(ctx, line.series, frame, this.#fillOf(ctx, line, frame), bars);
    } else {
      const dash = line.dash.map((n) => n * frame.ratio);
      const look = {
        color: line.color,
        width: this.#lineWidth(frame),
        dash,
        curve,
        area: type === 'area',
        gapMs: line.gapMs,
      };
      const trace = isDense(line.series, frame) ? traceColumns : traceSamples;
      trace(ctx, line.series, frame, look);
    }
  }

  /** The place of a time and value in CSS pixels from the canvas' corner. */
  pointAt(t: number, v: number): { x: number; y: number } | undefined {
    const { frame } = this;
    return frame && { x: xOf(frame, t) / frame.ratio, y: yOf(frame, v) / frame.ratio };
  }

  destroy(): void {
    this.chart.destroy();
  }

  #fillOf(ctx: CanvasRenderingContext2D, { color, texture }: PlotLine, { ratio }: Frame): Fill {
    return fillOf(ctx, { color, texture, surface: this.palette.surface, ratio });
  }

  #shown(): PlotLine[] {
    return this.#scene.lines.filter((line) => !line.hidden);
  }

  /** Whole device pixels: crisp, and at one pixel several times cheaper. */
  #lineWidth({ ratio }: Frame): number {
    return Math.max(1, Math.floor(this.palette.lineWidth * ratio));
  }

  #layOut(): void {
    this.#held = true;
    this.#axes.valueWidth = this.#axes.widthWanted();
    this.chart.update('none');
    this.counts.laidOut++;
    this.frame = undefined;
    this.#drawnKey = '';
  }

  /** Where the window stands now, and its columns in every series. */
  #place(): Frame {
    const { lines, windowMs, held } = this.#scene;
    const box = frameBox(this.chart.chartArea, this.chart.currentDevicePixelRatio);
    const newest = lines.reduce((t, line) => Math.max(t, line.series.lastTime), -Infinity);
    const toT = held ? held.toT : newest;
    const spanMs = held ? held.toT - held.fromT : windowMs;
    const times = frameTimes(box, spanMs, Number.isFinite(toT) ? toT : 0);
    const frame = { ...box, ...times, min: 0, max: 1 };
    this.#bars = this.#scene.type === 'bar' ? this.#layOutBars(frame) : undefined;
    const { columnMs, lastId } = frame;
    for (const { series } of lines) {
      const ms = this.#bars?.barMs ?? columnMs;
      const count = Math.ceil((frame.toT - frame.fromT) / ms) + 1;
      series.setColumns(ms, count, held ? (lastId + 0.5) * columnMs : Infinity);
    }
    return frame;
  }

  #layOutBars(frame: Frame): Omit<BarLayout, 'slot'> {
    const shown = this.#shown();
    const slots = Math.max(1, shown.length);
    const msPerPx = frame.columnMs / frame.columnPx;
    const leastMs = (slots * 3 + 3) * frame.ratio * msPerPx;
    const steps = shown.map((line) => line.series.usualStepMs()).filter((ms) => ms > 0);
    const usualMs = steps.length > 0 ? Math.max(...steps) : 0;
    const perSample = usualMs >= leastMs;
    const widest = (frame.toT - frame.fromT) / 4;
    const barMs = perSample ? Math.min(usualMs, widest) : barStep(leastMs);
    return { barMs, perSample, slots, aggregate: this.#scene.aggregate };
  }

  /** Chart.js' own scales, for who reads them: an update would lay out anew. */
  #slide(frame: Frame): void {
    const { x, y } = this.chart.scales;
    Object.assign(x ?? {}, { min: frame.fromT, max: frame.toT, ticks: this.#axes.timeTicks });
    Object.assign(y ?? {}, { min: frame.min, max: frame.max, ticks: this.#axes.valueTicks });
  }

  #measure(frame: Frame): Extent {
    const extent: Extent = { min: Infinity, max: -Infinity };
    const shown = this.#shown();
    if (this.#scene.type === 'stacked') {
      const gapMs = Math.max(...shown.map((line) => line.gapMs));
      const { aggregate } = this.#scene;
      this.#stack.fill(
        shown.map((line) => line.series),
        frame,
        { aggregate, gapMs },
        extent,
      );
      return extent;
    }
    for (const { series } of shown) {
      if (!this.#bars && isDense(series, frame))
        series.columns.extent(frame.firstId, frame.lastId, extent);
      else series.extent(frame.fromT, frame.toT, extent);
    }
    return extent;
  }

  /** Equal keys, equal pixels (to half a device pixel). */
  #keyOf(frame: Frame): string {
    const perPx = (frame.max - frame.min) / frame.height / 2;
    let key = `${frame.firstId} ${frame.columnMs} ${frame.min} ${frame.max} ${this.#scene.marks.length}`;
    const columnar = !this.#bars && this.#scene.type !== 'stacked';
    for (const { series } of this.#scene.lines) {
      const { columns } = series;
      const o = columns.offset(columns.lastId);
      key += ` ${series.edits} ${columns.lastId}`;
      if (!columnar || !isDense(series, frame)) key += ` ${series.end} ${series.lastTime}`;
      else if (o >= 0) {
        // of the newest column only its lowest and highest value are drawn yet
        const [low, high] = [columns.cells[o + MIN], columns.cells[o + MAX]] as [number, number];
        key += ` ${Math.round(low / perPx)} ${Math.round(high / perPx)}`;
      }
    }
    return key;
  }

  #clip(): void {
    const { frame } = this;
    const { ctx } = this.chart;
    ctx.save();
    if (!frame) return;
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    // half a line's width more: a line along the edge is drawn whole
    const margin = Math.ceil(this.#lineWidth(frame) / 2);
    ctx.beginPath();
    // and on the right a dot's radius: the newest value of a line may stand alone there
    const dot = this.#bars || this.#scene.type === 'stacked' ? 0 : Math.round(2 * frame.ratio);
    ctx.rect(frame.left, frame.top - margin, frame.width + dot, frame.height + 2 * margin);
    ctx.clip();
  }

  #unclip(): void {
    const { frame } = this;
    const { ctx } = this.chart;
    if (frame) drawMarks(ctx, this.#scene.marks, frame, this.palette);
    ctx.restore();
  }
}

/** Enough samples for every column to hold one; not so where there are too few to tell. */
const isDense = (series: Series, frame: Frame): boolean =>
  series.usualStepMs() <= DENSE * frame.columnMs;

const datasetsOf = ({ lines }: Scene): { label: string; data: number[]; clip: false }[] =>
  lines.map(({ label }) => ({ label, data: [], clip: false }));

function optionsOf({ options }: Scene): ChartOptions<'lpLine'> {
  const own = {
    responsive: false,
    maintainAspectRatio: false,
    animation: false,
    events: [],
    layout: { autoPadding: false, padding: { top: TOP_PX, right: RIGHT_PX, left: 0, bottom: 0 } },
    // what another script of the page registered for all charts is not for ours
    plugins: {
      legend: false,
      title: false,
      subtitle: false,
      tooltip: false,
      decimation: false,
      filler: false,
      colors: false,
    },
    scales: { x: { type: 'lpTime' }, y: { type: 'lpValue' } },
  };
  return merge(own, options ?? {}) as ChartOptions<'lpLine'>;
}

/** A whole number of seconds, minutes or hours, where that is possible: bars then start with the clock. */
function barStep(leastMs: number): number {
  return leastMs < 1_000 ? leastMs : timeStep(leastMs, 1);
}
