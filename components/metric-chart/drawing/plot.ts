import { Chart, type Scale } from 'chart.js';
import { TimeAxis, ValueAxis } from './axis.ts';
import { type AxisTick, adopt, type Drawing, type Palette } from './drawing.ts';
import { type Frame, type FrameBox, frameAt, frameBox, wholeSize, yOf } from './frame.ts';
import { LineController, LineMark } from './line-controller.ts';
import { drawEnds } from './line-ends.ts';
import { drawBands, drawMarks, lanePx } from './marks.ts';
import { DrawingKey } from './drawing-key.ts';
import { datasetsOf, optionsOf } from './plot-options.ts';
import { type AxisSide, hasRight, type PlotLine, type Scene } from './scene.ts';
import { lineWidthPx, ShownLines } from './shown-lines.ts';
import { TimeScale } from './time-scale.ts';
import { DOT_PX } from './trace.ts';
import { ValueAxes } from './value-axes.ts';

export type { LineController } from './line-controller.ts'; // declares the type of the chart

Chart.register(LineMark, LineController, TimeAxis, ValueAxis);

/**
 * A canvas with a Chart.js chart that draws a scene: lines, marks, time window and theme of a chart. It draws only when
 * `draw` is called, and only when a pixel can have changed. Chart.js computes its layout only when the size, the theme,
 * the lines or the width of an axis change; what moves with time (ticks, lines) is drawn by this folder's own code.
 */
export class Plot implements Drawing {
  readonly chart: Chart<'lpLine'>;
  /** The drawing area, and the ranges of time and values in it, at the last `draw`; undefined before the first. */
  frame: Frame | undefined;
  /** Numbers of redraws of the canvas, and of computations of the layout. */
  readonly counts: { drawn: number; laidOut: number } = { drawn: 0, laidOut: 0 };
  #scene: Scene;
  readonly axes: ValueAxes = new ValueAxes();
  readonly #times = new TimeScale();
  readonly #lines = new ShownLines();
  /** The drawing area, until the next layout. */
  #box: FrameBox | undefined;
  readonly #drawingKey = new DrawingKey();
  #renderBlocked = true; // Chart.js renders after each update: blocked until the frame is up to date

  constructor(canvas: HTMLCanvasElement, scene: Scene) {
    this.#scene = scene;
    adopt(canvas, this);
    this.chart = new Chart(canvas, {
      type: 'lpLine',
      data: { datasets: datasetsOf(scene) },
      plugins: [
        {
          id: 'lpPlot',
          beforeRender: () => !this.#renderBlocked,
          beforeDatasetsDraw: () => beginLines(this.chart.ctx, this.#scene, this.frame),
          afterDatasetsDraw: () =>
            endLines(this.chart.ctx, this.#scene, this.frame, this.axes.rightFrame),
        },
      ],
      options: optionsOf(scene),
    });
  }

  /** The colours, fonts and line widths of the theme. */
  get palette(): Palette {
    return this.#scene.palette;
  }

  /** Returns the frame with the value range of an axis. */
  frameOf(side: AxisSide): Frame | undefined {
    return side === 'right' ? this.axes.rightFrame : this.frame;
  }

  /** Returns the unit that is written above an axis; '' where the chart has only one axis. */
  axisUnit(side: AxisSide): string {
    return hasRight(this.#scene) && this.axes.of(side).hasLabels ? this.#scene.unitOf(side) : '';
  }

  /** Returns the ticks of the time axis. */
  timeTicks(): readonly AxisTick[] {
    return this.#times.ticks;
  }

  /** Replaces the scene. Series that both scenes share keep their samples. */
  setScene(scene: Scene): void {
    const before = this.#scene;
    this.#scene = scene;
    if (layoutOf(before) !== layoutOf(scene) || before.options !== scene.options)
      this.chart.options = optionsOf(scene);
    this.axes.reset({ keepRange: before.type === scene.type && before.log === scene.log });
    this.#times.reset();
    this.chart.data.datasets = datasetsOf(scene);
    this.#layOut();
  }

  /**
   * Sets the size in CSS pixels, and the device pixels per CSS pixel (`ratio`). A size of zero is ignored: the plot
   * keeps its last one.
   */
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
    this.#renderBlocked = true;
    chart.options.devicePixelRatio = ratio;
    chart.resize(w, h);
    this.#renderBlocked = false;
    this.#forgetDrawing();
  }

  /** Redraws the canvas. Returns false, and draws nothing, where no pixel can have changed. */
  draw(): boolean {
    if (!(this.chart.width > 0 && this.chart.height > 0)) return false;
    const scene = this.#scene;
    const frame = this.#place();
    const { ctx, width } = this.chart;
    this.axes.scale(ctx, frame, scene, this.#lines);
    if (!this.axes.fits(width)) {
      this.#layOut();
      return this.draw();
    }
    this.#times.scale(ctx, frame, scene);
    this.frame = frame;
    syncScales(this.chart, frame, this.#times.ticks, this.axes.of('left').ticks);
    const columnar = this.#lines.isColumnar(scene);
    const right = this.axes.rightFrame;
    const drawn = { columnar, right };
    if (!this.#drawingKey.changes(this.#lines.lines, scene.marks.length, frame, drawn))
      return false;
    this.#renderBlocked = false;
    this.chart.render();
    this.counts.drawn++;
    return true;
  }

  /** Draws one line; called by Chart.js for each dataset. */
  drawLine(index: number, ctx: CanvasRenderingContext2D): void {
    const frame = this.#frameFor(this.#scene.lines[index]);
    if (frame) this.#lines.draw(ctx, index, this.#scene, frame);
  }

  /** Returns the frame with the range of the line's value axis. */
  #frameFor(line: PlotLine | undefined): Frame | undefined {
    return (this.frame && line?.axis === 'right' && this.axes.rightFrame) || this.frame;
  }

  /** Returns the distance between the ticks of a line's value axis; undefined while it has no ticks. */
  stepOf(index: number): number | undefined {
    return this.axes.of(this.#scene.lines[index]?.axis ?? 'left').step;
  }

  /**
   * Returns the height in CSS pixels, from the top of the canvas, at which a value of a line is drawn: that of its
   * band's edge where values are stacked.
   */
  placeOf(index: number, t: number, v: number): number | undefined {
    const { frame } = this;
    if (!frame) return undefined;
    const line = this.#scene.lines[index];
    const own = this.#frameFor(line) ?? frame;
    return yOf(own, this.#lines.edgeOf(this.#scene, frame, line, t, v)) / frame.ratio;
  }

  /** Destroys the Chart.js chart. The series of the scene are kept. */
  destroy(): void {
    this.chart.destroy();
  }

  /** Makes Chart.js compute its layout. */
  #layOut(): void {
    this.#renderBlocked = true;
    this.axes.fit(this.chart.width);
    this.chart.update('none');
    this.counts.laidOut++;
    this.#forgetDrawing();
  }

  /** Makes the next `draw` redraw everything. */
  #forgetDrawing(): void {
    this.frame = undefined;
    this.#box = undefined;
    this.#drawingKey.forget();
  }

  /**
   * Returns the frame for the present time, and makes every line that is drawn summarize its samples by the columns of
   * that frame (a column is about one device pixel wide).
   */
  #place(): Frame {
    const { windowMs, held } = this.#scene;
    this.#box ??= frameBox(this.chart.chartArea, this.chart.currentDevicePixelRatio);
    const toT = held ? held.toT : this.#scene.edge();
    const spanMs = held ? held.toT - held.fromT : windowMs;
    const frame = frameAt(this.#box, spanMs, Number.isFinite(toT) ? toT : 0);
    this.#lines.place(this.#scene, frame);
    return frame;
  }
}

/**
 * Clips to the frame and draws what is behind the lines: the bands. `endLines` must follow, also if there is no
 * frame.
 */
function beginLines(ctx: CanvasRenderingContext2D, scene: Scene, frame: Frame | undefined): void {
  ctx.save();
  if (!frame) return;
  const { type, min, max, palette } = scene;
  const dot = type === 'line' || type === 'area' ? Math.ceil(DOT_PX * frame.ratio) : 0;
  // Clip half a line's width outside the frame, so that a line along the edge is not cut. Dots get their own radius
  // where the value range is automatic; with a fixed one, dots of values outside the range stay hidden.
  const line = Math.ceil(lineWidthPx(palette, frame) / 2);
  const margin = (min ?? max) === undefined ? Math.max(line, dot) : line;
  ctx.setTransform(1, 0, 0, 1, 0, 0);
  ctx.beginPath();
  // The right edge gets the margin too: the newest value of a line may be a single dot there.
  ctx.rect(frame.left, frame.top - margin, frame.width + dot, frame.height + 2 * margin);
  ctx.clip();
  drawBands(ctx, scene, frame);
}

/** Ends the clipping and draws what is in front of the lines: their ends, and the marks. */
function endLines(
  ctx: CanvasRenderingContext2D,
  scene: Scene,
  frame: Frame | undefined,
  right: Frame | undefined,
): void {
  ctx.restore();
  if (!frame) return;
  ctx.save();
  ctx.setTransform(1, 0, 0, 1, 0, 0);
  drawEnds(ctx, scene, frame, right);
  drawMarks(ctx, scene, frame);
  ctx.restore();
}

/**
 * Returns a text that changes when the layout of a scene has to change. The page's own Chart.js options are compared
 * separately.
 */
const layoutOf = (scene: Scene): string =>
  `${hasRight(scene)} ${lanePx(scene.marks, scene.palette)} ${scene.unitOf('left')} ${scene.unitOf('right')} ${scene.palette.fontPx}`;

/** Keeps Chart.js' own scales up to date for pages that read them, without an update of the chart. */
function syncScales(
  chart: Chart<'lpLine'>,
  frame: Frame,
  timeTicks: AxisTick[],
  valueTicks: AxisTick[],
): void {
  const { x, y } = chart.scales;
  if (x) slide(x, frame.fromT, frame.toT, timeTicks);
  if (y) slide(y, valueOf(frame, frame.min), valueOf(frame, frame.max), valueTicks);
}

/** Returns a value of the frame's axis as a plain number: on a logarithmic axis the frame has powers of ten. */
const valueOf = ({ log }: Frame, v: number): number => (log ? 10 ** v : v);

/** Sets the range and the ticks of a Chart.js scale. */
function slide(scale: Scale, min: number, max: number, ticks: AxisTick[]): void {
  scale.min = min;
  scale.max = max;
  scale.ticks = ticks;
}
