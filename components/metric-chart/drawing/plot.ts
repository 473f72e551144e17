import { Chart, type Scale } from 'chart.js';
import type { Extent } from '../samples/columns.ts';
import { TimeAxis, ValueAxis } from './axis.ts';
import { type AxisTick, adopt, type Drawing, type Palette } from './drawing.ts';
import { type Frame, type FrameBox, frameAt, frameBox, wholeSize, yOf } from './frame.ts';
import { LineController, LineMark } from './line-controller.ts';
import { drawBands, drawMarks, lanePx } from './marks.ts';
import { PictureKey } from './picture-key.ts';
import { datasetsOf, optionsOf } from './plot-options.ts';
import { type AxisSide, hasRight, isStacked, type PlotLine, type Scene } from './scene.ts';
import { Stack } from './stack.ts';
import { fillOf } from './textures.ts';
import { TimeScale } from './time-scale.ts';
import { DOT_PX, isDense } from './trace.ts';
import { type BarLayout, type BarValues, barLayout, traceBars } from './trace-bars.ts';
import { traceLine } from './trace-line.ts';
import { ValueScale, type ValueScaleOptions } from './value-scale.ts';

export type { LineController } from './line-controller.ts'; // declares the type of the chart

Chart.register(LineMark, LineController, TimeAxis, ValueAxis);

/**
 * A canvas with a Chart.js chart that draws a scene. It draws only when `draw` is called, and only when a pixel can have
 * changed; Chart.js computes its layout only when size, theme, lines or the width of an axis change.
 */
export class Plot implements Drawing {
  readonly chart: Chart<'lpLine'>;
  frame: Frame | undefined;
  /** Redraws that reached the canvas, and layouts among them. */
  readonly counts: { drawn: number; laidOut: number } = { drawn: 0, laidOut: 0 };
  #scene: Scene;
  #shown: readonly PlotLine[] = [];
  readonly #left = new ValueScale();
  readonly #right = new ValueScale();
  readonly #times = new TimeScale();
  /** The frame with the range of the right axis, where there is one. */
  #rightFrame: Frame | undefined;
  #box: FrameBox | undefined;
  #picture = new PictureKey();
  #stack = new Stack();
  #bars: Omit<BarLayout, 'slot'> | undefined;
  #held = true; // Chart.js draws after each update: prevented until the frame is right

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

  axisPx(side: AxisSide): number {
    return this.#scaleOf(side).width;
  }

  valueTicks(side: AxisSide): readonly AxisTick[] {
    const { ticks, hasLabels } = this.#scaleOf(side);
    return hasLabels ? ticks : ticks.map((tick) => ({ ...tick, label: '' }));
  }

  frameOf(side: AxisSide): Frame | undefined {
    return side === 'right' ? this.#rightFrame : this.frame;
  }

  axisUnit(side: AxisSide): string {
    return hasRight(this.#scene) && this.#scaleOf(side).hasLabels ? this.#scene.unitOf(side) : '';
  }

  #scaleOf(side: AxisSide): ValueScale {
    return side === 'right' ? this.#right : this.#left;
  }

  timeTicks(): readonly AxisTick[] {
    return this.#times.ticks;
  }

  /** Replaces the scene. Series that both scenes share keep their samples. */
  setScene(scene: Scene): void {
    const before = this.#scene;
    this.#scene = scene;
    if (layoutOf(before) !== layoutOf(scene) || before.options !== scene.options)
      this.chart.options = optionsOf(scene);
    const keepRange = before.type === scene.type && before.log === scene.log;
    this.#left.reset({ keepRange });
    this.#right.reset({ keepRange });
    this.#times.reset();
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
    this.#forgetPicture();
  }

  /** Brings the canvas up to date. False where nothing could have changed. */
  draw(): boolean {
    if (!(this.chart.width > 0 && this.chart.height > 0)) return false;
    const frame = this.#place();
    const { ctx } = this.chart;
    this.#scale(ctx, frame);
    if (!this.#fits()) {
      this.#layOut();
      return this.draw();
    }
    this.#times.scale(ctx, frame, this.#scene);
    this.frame = frame;
    this.#slide(frame);
    const columnar = !this.#bars && !isStacked(this.#scene);
    const marks = this.#scene.marks.length;
    const right = this.#rightFrame;
    if (!this.#picture.changes(this.#shown, marks, frame, { columnar, right })) return false;
    this.#held = false;
    this.chart.render();
    this.counts.drawn++;
    return true;
  }

  /** Gives the frame, and that of the right axis, the ranges of their lines. */
  #scale(ctx: CanvasRenderingContext2D, frame: Frame): void {
    const scene = this.#scene;
    const isTwo = hasRight(scene);
    const of = (side: AxisSide): readonly PlotLine[] =>
      isTwo ? this.#shown.filter(({ axis }) => axis === side) : this.#shown;
    const optionsFor = (side: AxisSide): ValueScaleOptions => ({
      ...scene,
      formatTick: (value, step) => scene.formatTick(value, step, side),
    });
    this.#left.scale(ctx, frame, this.#measure(of('left'), frame), optionsFor('left'));
    this.#rightFrame = isTwo ? { ...frame } : undefined;
    if (!this.#rightFrame) return;
    // Fixed ends are those of the left axis.
    const options = { ...optionsFor('right'), min: undefined, max: undefined };
    this.#right.scale(ctx, this.#rightFrame, this.#measure(of('right'), frame), options);
  }

  #fits(): boolean {
    const { width } = this.chart;
    const isRight =
      this.#rightFrame === undefined || this.#right.widthWanted(width) === this.#right.width;
    return isRight && this.#left.widthWanted(width) === this.#left.width;
  }

  drawLine(index: number, ctx: CanvasRenderingContext2D): void {
    const { frame } = this;
    const line = this.#scene.lines[index];
    if (!frame || !line || line.hidden) return;
    if (!isStacked(this.#scene) && !this.#bars) {
      const own = line.axis === 'right' && this.#rightFrame ? this.#rightFrame : frame;
      traceLine(ctx, line, own, { scene: this.#scene, width: this.#lineWidth(frame) });
      return;
    }
    const slot = this.#shown.indexOf(line);
    const { color, texture, series } = line;
    const { ratio } = frame;
    const fill = fillOf(ctx, { color, texture, surface: this.palette.surface, ratio });
    const values = this.#barValues(index, ratio);
    if (this.#bars) traceBars(ctx, series, frame, fill, { ...this.#bars, slot, values });
    else this.#stack.paint(ctx, slot, frame, fill);
  }

  #barValues(index: number, ratio: number): BarValues | undefined {
    const { barValues, formatValue, palette } = this.#scene;
    if (!barValues) return undefined;
    const fontPx = Math.round(palette.fontPx * ratio * 0.92);
    return {
      text: (v) => formatValue(v, index),
      font: `${fontPx}px ${palette.family}`,
      fontPx,
      color: palette.text,
      surface: palette.surface,
    };
  }

  /** Distance of the ticks of a line's value axis, once there are any. */
  stepOf(index: number): number | undefined {
    return this.#scaleOf(this.#scene.lines[index]?.axis ?? 'left').step;
  }

  /** Height in CSS pixels, from the top of the canvas, at which a value of a line is drawn: stacked values lie on others. */
  placeOf(index: number, t: number, v: number): number | undefined {
    const { frame } = this;
    if (!frame) return undefined;
    const line = this.#scene.lines[index];
    const own = (line?.axis === 'right' && this.#rightFrame) || frame;
    const lies = line !== undefined && isStacked(this.#scene);
    const edge = lies ? this.#stack.edgeAt(this.#shown.indexOf(line), t, frame) : v;
    return yOf(own, edge) / frame.ratio;
  }

  destroy(): void {
    this.chart.destroy();
  }

  /** Whole device pixels: crisp, and at one pixel several times cheaper. */
  #lineWidth({ ratio }: Frame): number {
    return Math.max(1, Math.floor(this.palette.lineWidth * ratio));
  }

  #layOut(): void {
    this.#held = true;
    const { width } = this.chart;
    this.#left.width = this.#left.widthWanted(width);
    if (this.#rightFrame) this.#right.width = this.#right.widthWanted(width);
    this.chart.update('none');
    this.counts.laidOut++;
    this.#forgetPicture();
  }

  #forgetPicture(): void {
    this.frame = undefined;
    this.#box = undefined;
    this.#picture.forget();
  }

  /** Places the window now, and its columns in every series that is drawn. */
  #place(): Frame {
    const { lines, windowMs, held } = this.#scene;
    this.#box ??= frameBox(this.chart.chartArea, this.chart.currentDevicePixelRatio);
    const toT = held ? held.toT : this.#scene.edge();
    const spanMs = held ? held.toT - held.fromT : windowMs;
    const frame = frameAt(this.#box, spanMs, Number.isFinite(toT) ? toT : 0);
    this.#shown = lines.filter((line) => !line.hidden);
    this.#bars =
      this.#scene.type === 'bar' ? barLayout(this.#scene, this.#shown, frame) : undefined;
    const { columnMs, lastId } = frame;
    for (const { series } of this.#shown) {
      const ms = this.#bars?.barMs ?? columnMs;
      const count = Math.ceil((frame.toT - frame.fromT) / ms) + 1;
      series.setColumns(ms, count, held ? (lastId + 0.5) * columnMs : Infinity);
    }
    return frame;
  }

  /** Keeps Chart.js' own scales up to date for pages that read them, without an update of the chart. */
  #slide(frame: Frame): void {
    const { x, y } = this.chart.scales;
    if (x) slide(x, frame.fromT, frame.toT, this.#times.ticks);
    if (y) slide(y, valueOf(frame, frame.min), valueOf(frame, frame.max), this.#left.ticks);
  }

  #measure(shown: readonly PlotLine[], frame: Frame): Extent {
    const extent: Extent = { min: Infinity, max: -Infinity };
    if (isStacked(this.#scene)) {
      const gapMs = Math.max(...shown.map((line) => line.gapMs));
      const { aggregate } = this.#scene;
      this.#stack.fill(
        shown.map((line) => line.series),
        frame,
        { aggregate, gapMs, shares: this.#scene.type === 'stacked-percent' },
        extent,
      );
      return extent;
    }
    for (const { series, gapMs } of shown) {
      if (!this.#bars && isDense(series, frame))
        series.columns.extent(frame.firstId, frame.lastId, extent);
      else series.extent(frame.fromT, frame.toT, extent);
      // The value that a stepped line enters the view with may be the only one in view.
      if (this.#scene.curve === 'step') series.extent(frame.fromT - gapMs, frame.fromT, extent, 1);
    }
    return extent;
  }

  #clip(): void {
    const { frame } = this;
    const { ctx } = this.chart;
    ctx.save();
    if (!frame) return;
    const { type, min, max } = this.#scene;
    const dot = type === 'line' || type === 'area' ? Math.ceil(DOT_PX * frame.ratio) : 0;
    // Half a line's width more: a line along the edge is drawn whole; so is a dot, where no value is past the edge.
    const line = Math.ceil(this.#lineWidth(frame) / 2);
    const margin = (min ?? max) === undefined ? Math.max(line, dot) : line;
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.beginPath();
    // On the right too: the newest value of a line may be a single dot there.
    ctx.rect(frame.left, frame.top - margin, frame.width + dot, frame.height + 2 * margin);
    ctx.clip();
    drawBands(ctx, this.#scene.marks, frame, this.palette);
  }

  #unclip(): void {
    const { frame } = this;
    const { ctx } = this.chart;
    ctx.restore();
    if (!frame) return;
    ctx.save();
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    drawMarks(ctx, this.#scene.marks, frame, this.palette);
    ctx.restore();
  }
}

/** What the layout of a scene depends on, beside the page's options. */
const layoutOf = (scene: Scene): string =>
  `${hasRight(scene)} ${lanePx(scene.marks, scene.palette)} ${scene.unitOf('left')} ${scene.unitOf('right')} ${scene.palette.fontPx}`;

const valueOf = ({ log }: Frame, v: number): number => (log ? 10 ** v : v);

function slide(scale: Scale, min: number, max: number, ticks: AxisTick[]): void {
  scale.min = min;
  scale.max = max;
  scale.ticks = ticks;
}
