import { BROKEN, FIRST, LAST, MAX, MIN, T_FIRST, T_LAST } from '../samples/columns.ts';
import type { Series } from '../samples/series.ts';
import { type Frame, onAxis } from './frame.ts';
import { AREA_ALPHA, type Look, zeroLine } from './trace.ts';

type Context = CanvasRenderingContext2D;

/**
 * A line with at least about one value per column, exact to the pixel. One device pixel wide it is a stroke down one
 * column and up the next; wider, where strokes cost several times more, a rectangle per column from its lowest to its
 * highest value, which meets its neighbours half-way.
 */
export function traceColumns(ctx: Context, series: Series, frame: Frame, look: Look): void {
  ctx.fillStyle = look.color;
  if (look.area) {
    ctx.globalAlpha = AREA_ALPHA;
    eachColumn(series, frame, look, (x, width, top) => fillToZero(ctx, frame, x, width, top));
    ctx.globalAlpha = 1;
  }
  const hole = dashHole(frame, look);
  if (look.width === 1 && !hole) {
    strokeColumns(ctx, series, frame, look);
    return;
  }
  const half = look.width / 2;
  eachColumn(series, frame, look, (x, width, top, bottom) => {
    if (hole?.(x)) return;
    ctx.fillRect(x, top - half, width, bottom - top + look.width);
  });
}

/** Strokes a path through the lowest and the highest value of each column, the nearer one first. A single column is a dot. */
function strokeColumns(ctx: Context, { columns }: Series, frame: Frame, look: Look): void {
  const { cells } = columns;
  const { log } = frame;
  const scale = frame.height / (frame.max - frame.min);
  const yMax = frame.top + frame.max * scale;
  const lastId = Math.min(frame.lastId, columns.lastId);
  const longest = Math.max(look.gapMs, 2 * frame.columnMs);
  const dot = Math.max(frame.columnPx, Math.round(frame.ratio));
  let lastT = -Infinity;
  let x = 0; // where the path ends so far
  let y = 0;
  let run = 0; // columns joined so far
  ctx.strokeStyle = look.color;
  ctx.lineWidth = look.width;
  ctx.beginPath();
  for (let id = frame.firstId; id <= lastId; id++) {
    const o = columns.offset(id);
    if (o < 0) continue;
    // bounds: o is a cell start
    const near = cells[o + BROKEN] === 0 && (cells[o + T_FIRST] as number) - lastT <= longest;
    lastT = cells[o + T_LAST] as number;
    if (!near) {
      if (run === 1) ctx.fillRect(x - 1.5 * dot, y - dot, 3 * dot, 2 * dot);
      y = yMax - onAxis(log, cells[o + FIRST] as number) * scale;
      run = 0;
    }
    const top = yMax - onAxis(log, cells[o + MAX] as number) * scale;
    const bottom = yMax - onAxis(log, cells[o + MIN] as number) * scale;
    const upFirst = Math.abs(y - top) < Math.abs(y - bottom);
    x = frame.left + (id - frame.firstId + 0.5) * frame.columnPx;
    y = upFirst ? bottom : top;
    if (run++ > 0) ctx.lineTo(x, upFirst ? top : bottom);
    else ctx.moveTo(x, upFirst ? top : bottom);
    if (bottom - top > 0.25) ctx.lineTo(x, y);
  }
  if (run === 1) ctx.fillRect(x - 1.5 * dot, y - dot, 3 * dot, 2 * dot);
  ctx.stroke();
}

type ColumnPen = (x: number, width: number, top: number, bottom: number) => void;

function eachColumn({ columns }: Series, frame: Frame, { gapMs }: Look, pen: ColumnPen): void {
  const { cells } = columns;
  const { log } = frame;
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
    let nextTop = yMax - onAxis(log, cells[o + MAX] as number) * scale;
    let nextBottom = yMax - onAxis(log, cells[o + MIN] as number) * scale;
    const near = cells[o + BROKEN] === 0 && (cells[o + T_FIRST] as number) - lastT <= longest;
    const joined = near && waits;
    if (joined) {
      const meet = (lastY + yMax - onAxis(log, cells[o + FIRST] as number) * scale) / 2;
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
    lastY = yMax - onAxis(log, cells[o + LAST] as number) * scale;
  }
  if (waits && alone) pen(x - dot, 3 * dot, top - dot / 2, bottom + dot / 2);
  else if (waits) pen(x, frame.columnPx, top, bottom);
}

/** Dashes are counted by the columns' ids, so that they move with the line. */
function dashHole(frame: Frame, { dash }: Look): ((x: number) => boolean) | undefined {
  const [on = 0, off = 0] = dash;
  if (!(on > 0 && off > 0)) return undefined;
  const shift = (frame.firstId * frame.columnPx) % (on + off);
  return (x) => (x - frame.left + shift) % (on + off) >= on;
}

/** Fills on whole pixels, which is cheaper. The line covers the edge. */
function fillToZero(ctx: Context, frame: Frame, x: number, width: number, y: number): void {
  const zero = Math.round(zeroLine(frame));
  const edge = Math.round(y);
  ctx.fillRect(x, Math.min(edge, zero), width, Math.abs(zero - edge));
}
