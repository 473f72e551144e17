import { BROKEN, FIRST, LAST, MAX, MIN, T_FIRST, T_LAST } from './columns.ts';
import { type Frame, xOf, yOf } from './frame.ts';
import type { Series } from './series.ts';

export type Curve = 'linear' | 'step' | 'smooth';

/** How a line is drawn. Lengths are device pixels. */
export interface Look {
  color: string;
  width: number;
  /** Lengths of dash and gap, or none. */
  dash: readonly number[];
  curve: Curve;
  /** Fills down (or up) to zero. */
  area: boolean;
  /** A longer silence is not crossed. */
  gapMs: number;
}

type Context = CanvasRenderingContext2D;

const AREA_ALPHA = 0.14;
/** Segments per stroke, of lines wider than a device pixel and others. */
const WIDE_PIECE = 16;
const THIN_PIECE = 256;

/**
 * A line with at least about one value per column: one rectangle per column, from its lowest to its highest value,
 * meeting its neighbours half-way. Several times cheaper than a stroke of the same width, and exact to the pixel.
 */
export function traceColumns(ctx: Context, series: Series, frame: Frame, look: Look): void {
  ctx.fillStyle = look.color;
  if (look.area) {
    ctx.globalAlpha = AREA_ALPHA;
    eachColumn(series, frame, look, (x, width, top) => fillToZero(ctx, frame, x, width, top));
    ctx.globalAlpha = 1;
  }
  const half = look.width / 2;
  const hole = dashHole(frame, look);
  eachColumn(series, frame, look, (x, width, top, bottom) => {
    if (hole?.(x)) return;
    ctx.fillRect(x, top - half, width, bottom - top + look.width);
  });
}

/** A line with room between its values: a stroke through them. A value with no neighbour is a dot. */
export function traceSamples(ctx: Context, series: Series, frame: Frame, look: Look): void {
  ctx.strokeStyle = look.color;
  ctx.fillStyle = look.color;
  ctx.lineWidth = look.width;
  ctx.lineJoin = 'bevel';
  ctx.lineCap = 'butt';
  ctx.setLineDash(look.dash as number[]);
  eachRun(series, frame, look.gapMs, (count) => {
    if (count === 1) {
      ctx.beginPath();
      ctx.arc(xs[0] as number, ys[0] as number, Math.max(look.width, 1.5 * frame.ratio), 0, 7);
      ctx.fill();
      return;
    }
    if (look.area) fillRun(ctx, frame, look.curve, count);
    strokeRun(ctx, look, count);
  });
  if (look.dash.length > 0) ctx.setLineDash([]);
}

type ColumnPen = (x: number, width: number, top: number, bottom: number) => void;

function eachColumn({ columns }: Series, frame: Frame, { gapMs }: Look, pen: ColumnPen): void {
  const { cells } = columns;
  const scale = frame.height / (frame.max - frame.min);
  const yMax = frame.top + frame.max * scale;
  const lastId = Math.min(frame.lastId, columns.lastId);
  const longest = Math.max(gapMs, 2 * frame.columnMs);
  let x = 0; // of the column that waits to be drawn, if `waits`
  let top = 0;
  let bottom = 0;
  let waits = false;
  let alone = true;
  let lastT = -Infinity;
  let lastY = 0;
  const dot = Math.max(frame.columnPx, Math.round(frame.ratio));
  for (let id = frame.firstId; id <= lastId; id++) {
    const o = columns.offset(id);
    if (o < 0) continue;
    // bounds: o is a cell start
    const nextX = frame.left + (id - frame.firstId) * frame.columnPx;
    let nextTop = yMax - (cells[o + MAX] as number) * scale;
    let nextBottom = yMax - (cells[o + MIN] as number) * scale;
    const near = cells[o + BROKEN] === 0 && (cells[o + T_FIRST] as number) - lastT <= longest;
    const joined = near && waits;
    if (joined) {
      const meet = (lastY + yMax - (cells[o + FIRST] as number) * scale) / 2;
      if (meet < top) top = meet;
      if (meet > bottom) bottom = meet;
      if (meet < nextTop) nextTop = meet;
      if (meet > nextBottom) nextBottom = meet;
      pen(x, nextX - x, top, bottom);
    } else if (waits && alone) pen(x - dot, 3 * dot, top - dot / 2, bottom + dot / 2);
    else if (waits) pen(x, frame.columnPx, top, bottom);
    alone = !joined;
    x = nextX;
    top = nextTop;
    bottom = nextBottom;
    waits = true;
    lastT = cells[o + T_LAST] as number;
    lastY = yMax - (cells[o + LAST] as number) * scale;
  }
  if (waits && alone) pen(x - dot, 3 * dot, top - dot / 2, bottom + dot / 2);
  else if (waits) pen(x, frame.columnPx, top, bottom);
}

/** Dashes ride on the columns' ids, so that they move with the line. */
function dashHole(frame: Frame, { dash }: Look): ((x: number) => boolean) | undefined {
  const [on = 0, off = 0] = dash;
  if (!(on > 0 && off > 0)) return undefined;
  const shift = (frame.firstId * frame.columnPx) % (on + off);
  return (x) => (x - frame.left + shift) % (on + off) >= on;
}

function zeroLine(frame: Frame): number {
  return yOf(frame, Math.min(frame.max, Math.max(frame.min, 0)));
}

function fillToZero(ctx: Context, frame: Frame, x: number, width: number, y: number): void {
  const zero = zeroLine(frame);
  ctx.fillRect(x, Math.min(y, zero), width, Math.abs(zero - y));
}

// The run being collected: grown as needed, shared by all lines, for drawing is synchronous.
let xs = new Float64Array(512);
let ys = new Float64Array(512);

function eachRun(series: Series, frame: Frame, gapMs: number, emit: (count: number) => void): void {
  const { times, values, end } = series;
  let count = 0;
  let lastT = Number.NaN;
  // one sample before the window and one behind it: the line enters and leaves at the edge
  const from = Math.max(series.start, series.indexAt(frame.fromT) - 1);
  for (let i = from; i < end; i++) {
    const t = times[i] as number;
    const v = values[i] as number;
    if (count > 0 && (Number.isNaN(v) || t - lastT > gapMs)) {
      emit(count);
      count = 0;
    }
    if (!Number.isNaN(v)) {
      if (count === xs.length) grow();
      xs[count] = xOf(frame, t);
      ys[count++] = yOf(frame, v);
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

/** Strokes a run in pieces: where drawing is done in software, the cost of a wide path grows faster than its length. */
function strokeRun(ctx: Context, { curve, dash, width }: Look, count: number): void {
  const piece = dash.length > 0 ? count : width > 1 ? WIDE_PIECE : THIN_PIECE;
  for (let from = 0; from < count - 1; from += piece) {
    ctx.beginPath();
    followRun(ctx, curve, from, Math.min(count - 1, from + piece), count);
    ctx.stroke();
  }
}

/** A cubic through all values that never swings past them (Fritsch and Carlson, 1980). */
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
