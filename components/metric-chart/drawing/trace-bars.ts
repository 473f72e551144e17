import type { Aggregate } from '../samples/columns.ts';
import type { Series } from '../samples/series.ts';
import { type Frame, xOf, yOf } from './frame.ts';
import type { PlotLine, Scene } from './scene.ts';
import type { Fill } from './textures.ts';
import { timeStep } from './time-ticks.ts';
import { zeroLine } from './trace.ts';

type Context = CanvasRenderingContext2D;

/** A bar chart's layout: bars of `barMs` each, or one bar per sample where they are far apart. */
export interface BarLayout {
  barMs: number;
  perSample: boolean;
  /** Index of this line among those side by side. */
  slot: number;
  slots: number;
  aggregate: Aggregate;
  /** Writes the values on the bars that have room for them. */
  values?: BarValues | undefined;
}

/** How the values on bars are written. */
export interface BarValues {
  text: (v: number) => string;
  /** CSS font in device pixels, and its height. */
  font: string;
  fontPx: number;
  color: string;
  /** Behind texts. */
  surface: string;
}

/** Returns the layout of a scene's bars: one per sample where there is room, else one per step of the clock. */
export function barLayout(
  { aggregate }: Scene,
  shown: readonly PlotLine[],
  frame: Frame,
): Omit<BarLayout, 'slot'> {
  const slots = Math.max(1, shown.length);
  const msPerPx = frame.columnMs / frame.columnPx;
  const leastMs = (slots * 3 + 3) * frame.ratio * msPerPx;
  const steps = shown.map((line) => line.series.usualStepMs()).filter((ms) => ms > 0);
  const usualMs = steps.length > 0 ? Math.max(...steps) : 0;
  // Too few to have a usual step: a bar by the clock would begin at the newest one, out of view.
  const few = shown.every((line) => line.series.length < 3);
  const bucketMs = Math.max(0, ...shown.map(({ series }) => series.spread?.stepMs ?? 0));
  const perSample = bucketMs === 0 && (usualMs >= leastMs || few);
  const widest = (frame.toT - frame.fromT) / 4;
  const barMs = perSample
    ? Math.min(Math.max(usualMs, leastMs), widest)
    : wholeBuckets(barStep(leastMs), bucketMs);
  return { barMs, perSample, slots, aggregate };
}

/** The smallest multiple of the buckets that is at least `ms`; without buckets `ms` itself. */
const wholeBuckets = (ms: number, bucketMs: number): number =>
  bucketMs > 0 ? Math.max(1, Math.ceil(ms / bucketMs - 1e-6)) * bucketMs : ms;

/** Draws bars from zero: one per `barMs` with its aggregate, or one per sample over the time before it. */
export function traceBars(
  ctx: Context,
  series: Series,
  frame: Frame,
  fill: Fill,
  bars: BarLayout,
): void {
  ctx.fillStyle = fill.style;
  if (fill.edge) ctx.strokeStyle = fill.edge;
  ctx.lineWidth = Math.max(1, Math.floor(frame.ratio));
  const edged = fill.edge !== undefined;
  if (bars.perSample) {
    const from = series.indexAt(frame.fromT);
    for (let i = from; i < series.end; i++) {
      const t = series.times[i] as number;
      if (t - bars.barMs > frame.toT) break;
      const v = series.values[i] as number;
      if (!Number.isNaN(v)) fillBar(ctx, frame, { t: t - bars.barMs, v, edged }, bars);
    }
    return;
  }
  const { columns } = series;
  const lastId = Math.min(columns.lastId, columns.idOf(frame.toT));
  for (let id = columns.idOf(frame.fromT); id <= lastId; id++) {
    const o = columns.offset(id);
    if (o < 0) continue;
    const v = columns.figure(o, bars.aggregate);
    fillBar(ctx, frame, { t: id * bars.barMs, v, edged }, bars);
  }
}

function fillBar(
  ctx: Context,
  frame: Frame,
  { t, v, edged }: { t: number; v: number; edged: boolean },
  bars: BarLayout,
): void {
  const widest = (bars.barMs / frame.columnMs) * frame.columnPx;
  const margin = Math.max(1, Math.round(widest * 0.12));
  const each = Math.max(1, (widest - margin) / bars.slots);
  // Both edges are rounded independently: neighbours differ by a pixel at most and are never blurred.
  const start = xOf(frame, t) + margin / 2 + each * bars.slot;
  const x = Math.round(start);
  const zero = zeroLine(frame);
  const y = yOf(frame, v);
  const height = Math.max(Math.abs(zero - y), v === 0 ? 0 : 1);
  const width = Math.max(1, Math.round(start + each) - x);
  ctx.fillRect(x, Math.min(y, zero), width, height);
  if (bars.values) drawValue(ctx, frame, { v, x: x + width / 2, y, room: each }, bars.values);
  if (!edged) return;
  const inset = ctx.lineWidth / 2; // the outline is inside the bar, on whole pixels
  const top = Math.round(Math.min(y, zero)) + inset;
  ctx.strokeRect(x + inset, top, Math.max(0, width - 2 * inset), Math.max(0, height - 2 * inset));
}

/**
 * Writes a value at the end of its bar, where it is no wider than the bar's room. Past the plot's edge it is written inside
 * the bar.
 */
function drawValue(
  ctx: Context,
  { top, height }: Frame,
  { v, x, y, room }: { v: number; x: number; y: number; room: number },
  { text, font, fontPx, color, surface }: BarValues,
): void {
  const { fillStyle, strokeStyle, lineWidth } = ctx;
  ctx.font = font;
  const label = text(v);
  if (ctx.measureText(label).width <= room) {
    const isUp = v >= 0;
    const outside = isUp ? y - fontPx * 1.3 >= top : y + fontPx * 1.3 <= top + height;
    ctx.textAlign = 'center';
    ctx.textBaseline = isUp === outside ? 'bottom' : 'top';
    ctx.strokeStyle = surface;
    ctx.fillStyle = outside ? color : surface;
    ctx.lineWidth = fontPx / 4;
    const at = y + ((isUp === outside ? -1 : 1) * fontPx) / 6;
    if (outside) ctx.strokeText(label, x, at);
    ctx.fillText(label, x, at);
  }
  Object.assign(ctx, { fillStyle, strokeStyle, lineWidth });
}

/** Returns a whole number of seconds, minutes or hours if possible, so that bars start on the clock. */
function barStep(leastMs: number): number {
  return leastMs < 1_000 ? leastMs : timeStep(leastMs, 1);
}
