import { Chart, type Scale } from 'chart.js';
import type { Extent } from '../samples/columns.ts';
import { TimeAxis, ValueAxis } from './axis.ts';
import { type AxisTick, adopt, type Drawing, type Palette } from './drawing.ts';
import { type Frame, type FrameBox, frameAt, frameBox, wholeSize, yOf } from './frame.ts';
import { LineController, LineMark } from './line-controller.ts';
import { drawMarks } from './marks.ts';
import { PictureKey } from './picture-key.ts';
import { PlotAxes } from './plot-axes.ts';
import { datasetsOf, optionsOf } from './plot-options.ts';
import type { PlotLine, Scene } from './scene.ts';
import { Stack } from './stack.ts';
import { fillOf } from './textures.ts';
import { DOT_PX, isDense } from './trace.ts';
import { type BarLayout, barLayout, traceBars } from './trace-bars.ts';
import { traceLine } from './trace-line.ts';

export type { LineController } from './line-controller.ts'; // declares the type of the chart

Chart.register(LineMark, LineController, TimeAxis, ValueAxis);

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
  #shown: readonly PlotLine[] = [];
  #axes = new PlotAxes();
  #box: FrameBox | undefined;
  #picture = new PictureKey();
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
    this.#forgetPicture();
  }

  /** Brings the canvas up to date. False where nothing could have changed. */
  draw(): boolean {
    if (!(this.chart.width > 0 && this.chart.height > 0)) return false;
    const frame = this.#place();
    const { ctx } = this.chart;
    this.#axes.scaleValues(ctx, frame, this.#measure(frame), this.#scene);
    if (this.#axes.widthWanted() !== this.valueAxisPx) {
      this.#layOut();
      return this.draw();
    }
    this.#axes.scaleTimes(ctx, frame, this.#scene);
    this.frame = frame;
    this.#slide(frame);
    const columnar = !this.#bars && this.#scene.type !== 'stacked';
    if (!this.#picture.changes(this.#shown, this.#scene.marks.length, frame, columnar))
      return false;
    this.#held = false;
    this.chart.render();
    this.counts.drawn++;
    return true;
  }

  drawLine(index: number, ctx: CanvasRenderingContext2D): void {
    const { frame } = this;
    const line = this.#scene.lines[index];
    if (!frame || !line || line.hidden) return;
    const { type } = this.#scene;
    if (type !== 'stacked' && !this.#bars) {
      traceLine(ctx, line, frame, { scene: this.#scene, width: this.#lineWidth(frame) });
      return;
    }
    const slot = this.#shown.indexOf(line);
    const { color, texture, series } = line;
    const { ratio } = frame;
    const fill = fillOf(ctx, { color, texture, surface: this.palette.surface, ratio });
    if (this.#bars) traceBars(ctx, series, frame, fill, { ...this.#bars, slot });
    else this.#stack.paint(ctx, slot, frame, fill);
  }

  /** Distance of the value axis' ticks, once there are any. */
  get valueStep(): number | undefined {
    return this.#axes.valueStep;
  }

  /** Height in CSS pixels, from the top of the canvas, at which a value of a line is drawn: stacked values lie on others. */
  placeOf(index: number, t: number, v: number): number | undefined {
    const { frame } = this;
    if (!frame) return undefined;
    const line = this.#scene.lines[index];
    const isStacked = this.#scene.type === 'stacked' && line !== undefined;
    const edge = isStacked ? this.#stack.edgeAt(this.#shown.indexOf(line), t, frame) : v;
    return yOf(frame, edge) / frame.ratio;
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
    this.#axes.valueWidth = this.#axes.widthWanted();
    this.chart.update('none');
    this.counts.laidOut++;
    this.#forgetPicture();
  }

  #forgetPicture(): void {
    this.frame = undefined;
    this.#box = undefined;
    this.#picture.forget();
  }

  /** Where the window stands now, and its columns in every series. */
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

  /** Chart.js' own scales, for who reads them: an update would lay out anew. */
  #slide(frame: Frame): void {
    const { x, y } = this.chart.scales;
    if (x) slide(x, frame.fromT, frame.toT, this.#axes.timeTicks);
    if (y) slide(y, frame.min, frame.max, this.#axes.valueTicks);
  }

  #measure(frame: Frame): Extent {
    const extent: Extent = { min: Infinity, max: -Infinity };
    const shown = this.#shown;
    if (this.#scene.type === 'stacked') {
      const gapMs = Math.max(...shown.map((line) => line.gapMs));
      const { aggregate } = this.#scene;
      this.#stack.fill(
        shown.map((line) => line.series),
        frame,
        { aggregate, gapMs, shares: false },
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
    // half a line's width more: a line along the edge is drawn whole; so is a dot, where no value is past the edge
    const line = Math.ceil(this.#lineWidth(frame) / 2);
    const margin = (min ?? max) === undefined ? Math.max(line, dot) : line;
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.beginPath();
    // on the right too: the newest value of a line may stand alone there
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

function slide(scale: Scale, min: number, max: number, ticks: AxisTick[]): void {
  scale.min = min;
  scale.max = max;
  scale.ticks = ticks;
}
