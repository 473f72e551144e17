import { onAxis, type Frame } from './frame.ts';
import type { Spread } from '../samples/series.ts';
import type { PlotLine } from './scene.ts';
import { AREA_ALPHA, DOT_PX, type Look, zeroLine } from './trace.ts';

type Context = CanvasRenderingContext2D;

/** Opacity of the band from the smallest to the largest sample; the second is used if the bands of many lines overlap. */
const BAND_ALPHA = 0.38;
const FAINT_ALPHA = 0.18;
/** Maximum number of lines that do not count as many. */
const FEW_LINES = 3;
/** Buckets narrower than this many columns are drawn as upright rectangles, so that a spike of one bucket stays visible. */
const NARROW_COLUMNS = 4;

/** A spike is at most this many buckets wide, and at least this many CSS pixels high. */
const SPIKE_PIECES = 3;
const SPIKE_PX = 6;

/** Position of one bucket, or of several that share a column, in device pixels. */
export interface Piece {
  left: number;
  right: number;
  top: number;
  bottom: number;
  mean: number;
}

/**
 * Draws a line of buckets: the band from the smallest to the largest sample, and the mean as a line. Where buckets are
 * narrower than a column, whole multiples of them are taken together, so that no column holds one bucket more than the next.
 * `lines`: how many lines are drawn.
 */
export function traceBuckets(
  ctx: Context,
  line: PlotLine,
  frame: Frame,
  { look, lines }: { look: Look; lines: number },
): void {
  const runs = runsOf(line, frame, look.startsInside);
  ctx.fillStyle = look.color;
  if (look.area) fillAreas(ctx, runs, frame);
  ctx.globalAlpha = lines > FEW_LINES ? FAINT_ALPHA : BAND_ALPHA;
  ctx.beginPath();
  for (const run of runs) followBand(ctx, run, frame);
  ctx.fill();
  ctx.globalAlpha = 1;
  ctx.beginPath();
  for (const run of runs) fillSpikes(ctx, run, frame);
  ctx.fill();
  strokeMeans(ctx, runs, frame, look);
}

/** Returns the visible buckets and one more at each side (with `startsInside`, none at the left), split where the line is broken. */
function runsOf({ series, gapMs }: PlotLine, frame: Frame, startsInside = false): Piece[][] {
  const { spread } = series;
  if (!spread) return [];
  const group = Math.max(1, Math.ceil(frame.columnMs / spread.stepMs - 1e-6));
  const groupMs = group * spread.stepMs;
  const runs: Piece[][] = [];
  let run: Piece[] = [];
  let lastT = Number.NaN;
  const end = (): void => {
    if (run.length > 0) runs.push(run);
    run = [];
  };
  const from = startsInside
    ? series.indexAt(frame.fromT - spread.stepMs + 1)
    : series.indexAt(frame.fromT) - group - 1;
  let i = Math.max(series.start, from);
  while (i < series.end) {
    const t = Math.floor((series.times[i] as number) / groupMs) * groupMs;
    const next = Math.max(i + 1, series.indexAt(t + groupMs));
    const piece = pieceOf(spread, { i, next, t, groupMs }, frame);
    if (!piece || t - lastT > gapMs) end();
    if (piece) {
      run.push(piece);
      lastT = t;
    }
    if (t > frame.toT) break;
    i = next;
  }
  end();
  return runs;
}

/** Returns buckets `i` to `next` (exclusive) as one; undefined if they hold only gaps. */
function pieceOf(
  { counts, sums, mins, maxs }: Spread,
  { i, next, t, groupMs }: { i: number; next: number; t: number; groupMs: number },
  frame: Frame,
): Piece | undefined {
  let [count, sum, min, max] = [0, 0, Infinity, -Infinity];
  for (let n = i; n < next; n++) {
    if (counts[n] === 0) continue;
    count += counts[n] as number;
    sum += sums[n] as number;
    min = Math.min(min, mins[n] as number);
    max = Math.max(max, maxs[n] as number);
  }
  if (count === 0) return undefined;
  const pxPerMs = frame.columnPx / frame.columnMs;
  const left = frame.left + (t - frame.fromT) * pxPerMs;
  const scale = frame.height / (frame.max - frame.min);
  const y = (v: number): number => frame.top + (frame.max - onAxis(frame.log, v)) * scale;
  return {
    left,
    right: left + groupMs * pxPerMs,
    top: y(max),
    bottom: y(min),
    mean: y(sum / count),
  };
}

const middle = ({ left, right }: Piece): number => (left + right) / 2;

function followBand(ctx: Context, run: readonly Piece[], { columnPx }: Frame): void {
  const [first] = run;
  if (!first) return;
  if (first.right - first.left < NARROW_COLUMNS * columnPx || run.length === 1) {
    for (const { left, right, top, bottom } of run)
      ctx.rect(left, top, Math.max(columnPx, right - left), bottom - top);
    return;
  }
  ctx.moveTo(middle(first), first.top);
  for (const piece of run) ctx.lineTo(middle(piece), piece.top);
  for (const piece of run.toReversed()) ctx.lineTo(middle(piece), piece.bottom);
  ctx.closePath();
}

/** Fills spikes with the full colour, one column wide: in a band of low opacity, one of a single column is hardly seen. */
function fillSpikes(ctx: Context, run: readonly Piece[], { columnPx, ratio }: Frame): void {
  for (const { left, right, from, to } of spikesOf(run, SPIKE_PX * ratio)) {
    const isNarrow = right - left < NARROW_COLUMNS * columnPx;
    const x = isNarrow ? left : Math.round((left + right - columnPx) / 2);
    ctx.rect(x, from, columnPx, to - from);
  }
}

/**
 * Returns the parts of the bands that reach far beyond the bands on both sides: by more than `leastPx`, and by more than these are
 * high. In a noisy line, whose bands differ in height everywhere, there are few or none.
 */
export function spikesOf(
  run: readonly Piece[],
  leastPx: number,
): { left: number; right: number; from: number; to: number }[] {
  const parts: { left: number; right: number; from: number; to: number }[] = [];
  for (const [i, { left, right, top, bottom }] of run.entries()) {
    if (bottom - top <= leastPx) continue;
    const [upper, lower] = [baseOf(run, i, 'top', leastPx), baseOf(run, i, 'bottom', leastPx)];
    if (upper !== undefined) parts.push({ left, right, from: top, to: upper });
    if (lower !== undefined) parts.push({ left, right, from: lower, to: bottom });
  }
  return parts;
}

/** Returns where a bucket's spike begins; undefined if it has none, or if the spike is too wide. */
function baseOf(
  run: readonly Piece[],
  i: number,
  side: 'top' | 'bottom',
  leastPx: number,
): number | undefined {
  const before = lowerThan(run, i, { side, leastPx, direction: -1 });
  // Of the newest bucket, only the side before it is known.
  const isNewest = i === run.length - 1;
  const after = isNewest ? before : lowerThan(run, i, { side, leastPx, direction: 1 });
  if (before === undefined || after === undefined) return undefined;
  if (after - before - 1 > SPIKE_PIECES) return undefined;
  const ends = [before, after].map((n) => run[n]?.[side] ?? Number.NaN);
  return side === 'top' ? Math.min(...ends) : Math.max(...ends);
}

/** Returns the index of the nearest bucket on one side whose band does not reach as far; undefined if there is none near. */
function lowerThan(
  run: readonly Piece[],
  i: number,
  { side, leastPx, direction }: { side: 'top' | 'bottom'; leastPx: number; direction: 1 | -1 },
): number | undefined {
  const own = run[i]?.[side] ?? Number.NaN;
  for (let n = i + direction; Math.abs(n - i) <= SPIKE_PIECES; n += direction) {
    const other = run[n];
    if (!other) return undefined;
    const beyond = side === 'top' ? other.top - own : own - other.bottom;
    if (beyond > Math.max(leastPx, other.bottom - other.top)) return n;
  }
  return undefined;
}

function fillAreas(ctx: Context, runs: readonly Piece[][], frame: Frame): void {
  const zero = zeroLine(frame);
  ctx.globalAlpha = AREA_ALPHA;
  ctx.beginPath();
  for (const run of runs) {
    const [first] = run;
    if (!first) continue;
    ctx.moveTo(first.left, zero);
    for (const piece of run) {
      ctx.lineTo(piece.left, piece.mean);
      ctx.lineTo(piece.right, piece.mean);
    }
    ctx.lineTo(run.at(-1)?.right ?? first.right, zero);
  }
  ctx.fill();
  ctx.globalAlpha = 1;
}

/** Segments per stroke: where drawing is done in software, the cost of a wide path grows faster than its length. */
const PIECE = 64;

function strokeMeans(
  ctx: Context,
  runs: readonly Piece[][],
  frame: Frame,
  { color, width, dash, curve }: Look,
): void {
  ctx.strokeStyle = color;
  ctx.lineWidth = width;
  ctx.lineJoin = 'bevel';
  ctx.setLineDash(dash as number[]);
  for (const run of runs) {
    const [only] = run;
    if (run.length === 1 && only) drawDot(ctx, only, Math.max(width, DOT_PX * frame.ratio));
    const size = dash.length > 0 ? run.length : PIECE;
    for (let from = 0; from < run.length - 1; from += size) {
      ctx.beginPath();
      for (const [n, piece] of run.slice(from, from + size + 1).entries()) {
        if (curve === 'step') ctx.lineTo(piece.left, piece.mean);
        if (n === 0 && curve !== 'step') ctx.moveTo(middle(piece), piece.mean);
        else ctx.lineTo(curve === 'step' ? piece.right : middle(piece), piece.mean);
      }
      ctx.stroke();
    }
  }
  if (dash.length > 0) ctx.setLineDash([]);
}

function drawDot(ctx: Context, piece: Piece, radius: number): void {
  ctx.beginPath();
  ctx.arc(middle(piece), piece.mean, radius, 0, 7);
  ctx.fill();
}
