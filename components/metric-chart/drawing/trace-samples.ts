import type { Series } from '../samples/series.ts';
import { FAR, type Frame, onAxis } from './frame.ts';
import { AREA_ALPHA, type Curve, DOT_PX, type Look, zeroLine } from './trace.ts';

type Context = CanvasRenderingContext2D;

/** Segments per stroke, of lines wider than a device pixel and others. */
const WIDE_PIECE = 16;
const THIN_PIECE = 256;

/** Draws a line whose values are far apart as a stroke through them. A value without neighbours is a dot. */
export function traceSamples(ctx: Context, series: Series, frame: Frame, look: Look): void {
  ctx.strokeStyle = look.color;
  ctx.fillStyle = look.color;
  ctx.lineWidth = look.width;
  ctx.lineJoin = 'bevel';
  ctx.lineCap = 'butt';
  ctx.setLineDash(look.dash as number[]);
  eachRun(series, frame, look, (count) => {
    if (count === 1) {
      ctx.beginPath();
      ctx.arc(xs[0] as number, ys[0] as number, Math.max(look.width, DOT_PX * frame.ratio), 0, 7);
      ctx.fill();
      return;
    }
    if (look.area) fillRun(ctx, frame, look.curve, count);
    strokeRun(ctx, frame, look, count);
  });
  if (look.dash.length > 0) ctx.setLineDash([]);
}

// The run being collected. Shared by all lines, because drawing is synchronous; grown as needed.
let xs = new Float64Array(512);
let ys = new Float64Array(512);

function eachRun(series: Series, frame: Frame, look: Look, emit: (count: number) => void): void {
  const { gapMs, startsInside } = look;
  const { times, values, end } = series;
  const { left, top, fromT, max, log } = frame;
  const pxPerMs = frame.columnPx / frame.columnMs;
  const pxPerUnit = frame.height / (max - frame.min);
  let count = 0;
  let lastT = Number.NaN;
  // One sample before the window and one after it: the line enters and leaves at the edge.
  const from = Math.max(series.start, series.indexAt(frame.fromT) - (startsInside ? 0 : 1));
  for (let i = from; i < end; i++) {
    const t = times[i] as number;
    const v = values[i] as number;
    if (count > 0 && (Number.isNaN(v) || t - lastT > gapMs)) {
      emit(count);
      count = 0;
    }
    if (!Number.isNaN(v)) {
      if (count === xs.length) grow();
      const down = (max - onAxis(log, v)) * pxPerUnit;
      xs[count] = left + (t - fromT) * pxPerMs;
      ys[count++] = top + (down > FAR ? FAR : down < -FAR ? -FAR : down);
      lastT = t;
    }
    if (t > frame.toT) break;
  }
  if (count > 0) emit(count);
}

function grow(): void {
  const wider = (old: Float64Array): Float64Array<ArrayBuffer> => {
    const next = new Float64Array(old.length * 2);
    next.set(old);
    return next;
  };
  xs = wider(xs);
  ys = wider(ys);
}

function fillRun(ctx: Context, frame: Frame, curve: Curve, count: number): void {
  const zero = zeroLine(frame);
  ctx.beginPath();
  followRun(ctx, curve, 0, count - 1, count);
  ctx.lineTo(xs[count - 1] as number, zero);
  ctx.lineTo(xs[0] as number, zero);
  ctx.globalAlpha = AREA_ALPHA;
  ctx.fill();
  ctx.globalAlpha = 1;
}

function followRun(ctx: Context, curve: Curve, from: number, to: number, count: number): void {
  ctx.moveTo(xs[from] as number, ys[from] as number);
  if (curve === 'smooth') {
    followSmooth(ctx, from, to, count);
    return;
  }
  for (let i = from + 1; i <= to; i++) {
    if (curve === 'step') ctx.lineTo(xs[i] as number, ys[i - 1] as number);
    ctx.lineTo(xs[i] as number, ys[i] as number);
  }
}

/**
 * Strokes a run in pieces: with software rendering, the cost of a wide path grows faster than its length, and a path that
 * crosses the edge of the plot is clipped segment by segment. So the segment that enters is drawn separately.
 */
function strokeRun(ctx: Context, { left }: Frame, look: Look, count: number): void {
  const { curve, dash, width } = look;
  const piece = dash.length > 0 ? count : width > 1 ? WIDE_PIECE : THIN_PIECE;
  let to = 0;
  for (let from = 0; from < count - 1; from = to) {
    to = Math.min(count - 1, dash.length === 0 && (xs[from] as number) < left ? 1 : from + piece);
    ctx.beginPath();
    followRun(ctx, curve, from, to, count);
    ctx.stroke();
  }
}

/** Draws a cubic through all values that never exceeds them between samples (Fritsch and Carlson, 1980). */
function followSmooth(ctx: Context, from: number, to: number, count: number): void {
  let slope = tangent(from, count);
  for (let i = from + 1; i <= to; i++) {
    const next = tangent(i, count);
    const third = ((xs[i] as number) - (xs[i - 1] as number)) / 3;
    ctx.bezierCurveTo(
      (xs[i - 1] as number) + third,
      (ys[i - 1] as number) + slope * third,
      (xs[i] as number) - third,
      (ys[i] as number) - next * third,
      xs[i] as number,
      ys[i] as number,
    );
    slope = next;
  }
}

function tangent(i: number, count: number): number {
  const rise = (j: number): number =>
    ((ys[j + 1] as number) - (ys[j] as number)) / ((xs[j + 1] as number) - (xs[j] as number));
  if (i === 0) return rise(0);
  if (i === count - 1) return rise(count - 2);
  const before = rise(i - 1);
  const after = rise(i);
  return before * after <= 0 ? 0 : (2 * before * after) / (before + after);
}
