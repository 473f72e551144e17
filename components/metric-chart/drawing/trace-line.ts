import { type Frame, xOf, yOf } from './frame.ts';
import type { PlotLine, Scene } from './scene.ts';
import { AREA_ALPHA, DOT_PX, isDense, type Look, zeroLine } from './trace.ts';
import { traceBuckets } from './trace-buckets.ts';
import { traceColumns } from './trace-columns.ts';
import { traceSamples } from './trace-samples.ts';

type Context = CanvasRenderingContext2D;

/** Samples further apart than this many CSS pixels are marked with a dot. */
const APART_PX = 24;

/** Draws a line of a scene, by columns or by samples, whichever is cheaper at its density. `width` in device pixels. */
export function traceLine(
  ctx: Context,
  line: PlotLine,
  frame: Frame,
  { scene, width }: { scene: Scene; width: number },
): void {
  const { series, color, dash, gapMs, isEarlier } = line;
  const { type, curve, points } = scene;
  const dashPx = dash.map((n) => n * frame.ratio);
  const area = type === 'area' && !isEarlier;
  // A stepped line shows a state, which also holds across midnight.
  const startsInside = scene.isCalendar && curve !== 'step';
  const look = { color, width, dash: dashPx, curve, area, gapMs, startsInside };
  if (series.spread) {
    const lines = scene.lines.filter(({ hidden }) => !hidden).length;
    traceBuckets(ctx, line, frame, { look, lines });
    return;
  }
  if (isDense(series, frame)) {
    traceColumns(ctx, series, frame, look);
  } else {
    traceSamples(ctx, series, frame, look);
    if (points === 'all' || (points === 'auto' && standApart(line, frame)))
      drawPoints(ctx, line, frame, look);
  }
  if (curve === 'step') holdLast(ctx, line, frame, { look, untilT: scene.knownUntil() });
}

const standApart = ({ series }: PlotLine, frame: Frame): boolean =>
  series.usualStepMs() >= (APART_PX * frame.ratio * frame.columnMs) / frame.columnPx;

function drawPoints(ctx: Context, { series }: PlotLine, frame: Frame, look: Look): void {
  const radius = Math.max(look.width, DOT_PX * frame.ratio);
  ctx.fillStyle = look.color;
  ctx.beginPath();
  for (let i = series.indexAt(frame.fromT); i < series.end; i++) {
    const t = series.times[i] as number;
    if (t > frame.toT) break;
    const v = series.values[i] as number;
    if (Number.isNaN(v)) continue;
    const x = xOf(frame, t);
    const y = yOf(frame, v);
    ctx.moveTo(x + radius, y);
    ctx.arc(x, y, radius, 0, 7);
  }
  ctx.fill();
}

/**
 * Extends the newest value of a stepped line to `untilT`, because a state is valid until the next one: a door that was opened
 * two minutes ago is open now.
 */
function holdLast(
  ctx: Context,
  { series, gapMs }: PlotLine,
  frame: Frame,
  { look, untilT }: { look: Look; untilT: number },
): void {
  const v = series.values[series.end - 1] as number;
  const t = series.lastTime;
  const endT = Math.min(untilT, t + gapMs, frame.toT);
  if (Number.isNaN(v) || !(endT > Math.max(t, frame.fromT))) return;
  const x = Math.max(xOf(frame, t), frame.left);
  const y = yOf(frame, v);
  const end = xOf(frame, endT);
  if (look.area) {
    const zero = zeroLine(frame);
    ctx.fillStyle = look.color;
    ctx.globalAlpha = AREA_ALPHA;
    ctx.fillRect(x, Math.min(y, zero), end - x, Math.abs(zero - y));
    ctx.globalAlpha = 1;
  }
  ctx.strokeStyle = look.color;
  ctx.lineWidth = look.width;
  ctx.setLineDash(look.dash as number[]);
  ctx.beginPath();
  ctx.moveTo(x, y);
  ctx.lineTo(end, y);
  ctx.stroke();
  if (look.dash.length > 0) ctx.setLineDash([]);
}
