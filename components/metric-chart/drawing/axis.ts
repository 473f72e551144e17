import { Scale } from 'chart.js';
import { type AxisTick, type Drawing, drawingOf } from './drawing.ts';
import { type Frame, timeAtX, xOf, yOf } from './frame.ts';

/** CSS pixels between an axis and its labels. */
export const LABEL_GAP_PX = 8;

/** A chart lower than this, in CSS pixels, has no time labels, because the plot needs the space. */
const LOW_PX = 72;

/** Height in CSS pixels of the strip below the plot. */
const stripPx = (fontPx: number): number => Math.ceil(fontPx * 1.3) + LABEL_GAP_PX;

/** The time axis. The plot sets its span and ticks, so that a new sample moves it without an update of the chart. */
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
    const { fontPx } = drawingOf(this.chart).palette;
    this.height = this.chart.height < LOW_PX ? Math.ceil(fontPx / 2) : stripPx(fontPx);
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

/** A value axis; on the right if its id is `y2`. */
export class ValueAxis extends Scale {
  static id = 'lpValue';
  static defaults = {};

  get #side(): 'left' | 'right' {
    return this.id === 'y2' ? 'right' : 'left';
  }

  get #frame(): Frame | undefined {
    return drawingOf(this.chart).frameOf(this.#side);
  }

  override determineDataLimits(): void {
    this.min = this.#frame?.min ?? 0;
    this.max = this.#frame?.max ?? 1;
  }

  override buildTicks(): AxisTick[] {
    return [...drawingOf(this.chart).axes.ticks(this.#side)];
  }

  override generateTickLabels(): void {}
  override calculateLabelRotation(): void {}

  override fit(): void {
    this.width = drawingOf(this.chart).axes.of(this.#side).width;
    this.height = this.maxHeight;
  }

  override getPixelForValue(value: number): number {
    const frame = this.#frame;
    return frame ? yOf(frame, value) / frame.ratio : Number.NaN;
  }

  override getValueForPixel(pixel: number): number {
    const frame = this.#frame;
    if (!frame) return Number.NaN;
    const share = (pixel * frame.ratio - frame.top) / frame.height;
    const value = frame.max - share * (frame.max - frame.min);
    return frame.log ? 10 ** value : value;
  }

  override draw(): void {
    const drawing = drawingOf(this.chart);
    const frame = this.#frame;
    const draw = this.#side === 'left' ? drawLeft : drawRight;
    if (frame) onDevicePixels(this.ctx, drawing, frame, draw);
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

// The grid first, then the labels: each change of colour costs time.
function drawTimes(ctx: Context, drawing: Drawing, frame: Frame): void {
  const { palette } = drawing;
  const ticks = drawing.timeTicks();
  const y = frame.top + frame.height + Math.round(LABEL_GAP_PX * frame.ratio);
  const thin = Math.max(1, Math.floor(frame.ratio));
  ctx.fillStyle = palette.grid;
  for (const { value } of ticks) {
    const x = Math.round(xOf(frame, value));
    if (isIn(frame, x)) ctx.fillRect(x, frame.top, thin, frame.height);
  }
  if (ctx.canvas.height < LOW_PX * frame.ratio) return;
  ctx.fillStyle = palette.muted;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'top';
  const right = ctx.canvas.width;
  let free = 0; // right end of the labels drawn so far
  for (const { value, label, labelPx } of ticks) {
    const x = Math.round(xOf(frame, value));
    const half = Math.ceil((labelPx * frame.ratio) / 2);
    // A label is never clipped: at an edge it stays inside, unless it would touch its neighbour.
    const middle = Math.min(Math.max(x, half), right - half);
    if (!isIn(frame, x) || middle - half < free) continue;
    free = middle + half + LABEL_GAP_PX * frame.ratio;
    ctx.fillText(label, middle, y);
  }
}

const isIn = ({ left, width }: Frame, x: number): boolean => x >= left && x <= left + width;

function drawLeft(ctx: Context, drawing: Drawing, frame: Frame): void {
  const { palette } = drawing;
  const ticks = drawing.axes.ticks('left');
  const thin = Math.max(1, Math.floor(frame.ratio));
  const lowest = frame.top + frame.height - thin;
  ctx.fillStyle = palette.grid;
  for (const { value } of ticks)
    ctx.fillRect(frame.left, Math.min(Math.round(yOf(frame, value)), lowest), frame.width, thin);
  const x = frame.left - Math.round(LABEL_GAP_PX * frame.ratio);
  drawLabels(ctx, drawing, frame, { side: 'left', x });
}

function drawRight(ctx: Context, drawing: Drawing, frame: Frame): void {
  const x = frame.left + frame.width + Math.round(LABEL_GAP_PX * frame.ratio);
  drawLabels(ctx, drawing, frame, { side: 'right', x });
}

function drawLabels(
  ctx: Context,
  drawing: Drawing,
  frame: Frame,
  { side, x }: { side: 'left' | 'right'; x: number },
): void {
  ctx.fillStyle = drawing.palette.muted;
  ctx.textAlign = side === 'left' ? 'right' : 'left';
  ctx.textBaseline = 'middle';
  const least = drawing.palette.fontPx * frame.ratio;
  let last = Infinity; // a low plot has no room for each label
  for (const { value, label } of drawing.axes.ticks(side)) {
    const y = Math.round(yOf(frame, value));
    if (!label || last - y < least) continue;
    last = y;
    ctx.fillText(label, x, y);
  }
  const unit = drawing.axisUnit(side);
  if (!unit) return;
  ctx.textBaseline = 'bottom';
  ctx.fillText(unit, x, frame.top - Math.round(LABEL_GAP_PX * frame.ratio));
}
