import { Scale } from 'chart.js';
import { type AxisTick, type Drawing, drawingOf } from './drawing.ts';
import { type Frame, timeAtX, xOf, yOf } from './frame.ts';

/** CSS pixels between an axis and its labels. */
export const LABEL_GAP_PX = 8;

/** Height in CSS pixels of the strip below the plot. */
const stripPx = (fontPx: number): number => Math.ceil(fontPx * 1.3) + LABEL_GAP_PX;

/** Time, from left to right. Its span and ticks are the plot's: a tick slides it without an update of the chart. */
export class TimeAxis extends Scale {
  static id = 'lpTime';
  static defaults = {};

  override determineDataLimits(): void {
    const frame = drawingOf(this.chart).frame;
    this.min = frame?.fromT ?? 0;
    this.max = frame?.toT ?? 1;
  }

  override buildTicks(): AxisTick[] {
    return [...drawingOf(this.chart).timeTicks()];
  }

  override generateTickLabels(): void {}
  override calculateLabelRotation(): void {}

  override fit(): void {
    this.width = this.maxWidth;
    this.height = stripPx(drawingOf(this.chart).palette.fontPx);
  }

  override getPixelForValue(value: number): number {
    const { frame } = drawingOf(this.chart);
    return frame ? xOf(frame, value) / frame.ratio : Number.NaN;
  }

  override getValueForPixel(pixel: number): number {
    const { frame } = drawingOf(this.chart);
    return frame ? timeAtX(frame, pixel * frame.ratio) : Number.NaN;
  }

  override draw(): void {
    const drawing = drawingOf(this.chart);
    const { frame } = drawing;
    if (frame) onDevicePixels(this.ctx, drawing, frame, drawTimes);
  }
}

/** Values, upwards. */
export class ValueAxis extends Scale {
  static id = 'lpValue';
  static defaults = {};

  override determineDataLimits(): void {
    const frame = drawingOf(this.chart).frame;
    this.min = frame?.min ?? 0;
    this.max = frame?.max ?? 1;
  }

  override buildTicks(): AxisTick[] {
    return [...drawingOf(this.chart).valueTicks()];
  }

  override generateTickLabels(): void {}
  override calculateLabelRotation(): void {}

  override fit(): void {
    this.width = drawingOf(this.chart).valueAxisPx;
    this.height = this.maxHeight;
  }

  override getPixelForValue(value: number): number {
    const { frame } = drawingOf(this.chart);
    return frame ? yOf(frame, value) / frame.ratio : Number.NaN;
  }

  override getValueForPixel(pixel: number): number {
    const { frame } = drawingOf(this.chart);
    if (!frame) return Number.NaN;
    const share = (pixel * frame.ratio - frame.top) / frame.height;
    return frame.max - share * (frame.max - frame.min);
  }

  override draw(): void {
    const drawing = drawingOf(this.chart);
    const { frame } = drawing;
    if (frame) onDevicePixels(this.ctx, drawing, frame, drawValues);
  }
}

type Context = CanvasRenderingContext2D;

function onDevicePixels(
  ctx: Context,
  drawing: Drawing,
  frame: Frame,
  draw: (ctx: Context, drawing: Drawing, frame: Frame) => void,
): void {
  const { ratio } = frame;
  ctx.setTransform(1, 0, 0, 1, 0, 0);
  ctx.font = `${drawing.palette.fontPx * ratio}px ${drawing.palette.family}`;
  draw(ctx, drawing, frame);
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
}

function drawTimes(ctx: Context, drawing: Drawing, frame: Frame): void {
  const bottom = frame.top + frame.height;
  const y = bottom + Math.round(LABEL_GAP_PX * frame.ratio);
  const right = ctx.canvas.width;
  const thin = Math.max(1, Math.floor(frame.ratio));
  const apart = LABEL_GAP_PX * frame.ratio;
  let free = 0; // from here on no label stands yet
  ctx.textAlign = 'center';
  ctx.textBaseline = 'top';
  for (const { value, label, labelPx } of drawing.timeTicks()) {
    const x = Math.round(xOf(frame, value));
    if (x < frame.left || x > frame.left + frame.width) continue;
    ctx.fillStyle = drawing.palette.grid;
    ctx.fillRect(x, frame.top, thin, frame.height);
    const half = Math.ceil((labelPx * frame.ratio) / 2);
    // never clipped: at an edge it waits beside its tick until there is room, or until it touches its neighbour
    const middle = Math.min(Math.max(x, half), right - half);
    if (middle - half < free) continue;
    free = middle + half + apart;
    ctx.fillStyle = drawing.palette.muted;
    ctx.fillText(label, middle, y);
  }
}

function drawValues(ctx: Context, drawing: Drawing, frame: Frame): void {
  const thin = Math.max(1, Math.floor(frame.ratio));
  const right = frame.left - Math.round(LABEL_GAP_PX * frame.ratio);
  ctx.textAlign = 'right';
  ctx.textBaseline = 'middle';
  for (const { value, label } of drawing.valueTicks()) {
    const y = Math.round(yOf(frame, value));
    ctx.fillStyle = drawing.palette.grid;
    ctx.fillRect(frame.left, Math.min(y, frame.top + frame.height - thin), frame.width, thin);
    ctx.fillStyle = drawing.palette.muted;
    ctx.fillText(label, right, y);
  }
}
