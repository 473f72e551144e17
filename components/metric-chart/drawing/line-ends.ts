import type { Series } from '../samples/series.ts';
import { type Frame, xOf, yOf } from './frame.ts';
import type { PlotLine, Scene } from './scene.ts';

type Context = CanvasRenderingContext2D;

/** Half the size of an end marker, as a part of the size of the axes' text: 3.5 px at 12 px. */
const END = 0.29;

/** Draws the marker of a shape around the origin, whose half size is `r`. Series differ by it also without colour. */
const SHAPES: readonly ((ctx: Context, x: number, y: number, r: number) => void)[] = [
  (ctx, x, y, r) => ctx.arc(x, y, r, 0, 7),
  (ctx, x, y, r) => ctx.rect(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8),
  (ctx, x, y, r) =>
    polygon(ctx, [x, y - r * 1.25, x + r * 1.25, y, x, y + r * 1.25, x - r * 1.25, y]),
  (ctx, x, y, r) => polygon(ctx, [x, y - r * 1.2, x + r * 1.2, y + r, x - r * 1.2, y + r]),
];

/** Maximum number of lines with markers: with more, the markers would hide each other. */
const MOST_ENDS = 12;

/** Marks the newest value of each line that is in view: with a shape for each line, in a rim of the surface's colour. */
export function drawEnds(ctx: Context, scene: Scene, frame: Frame, right: Frame | undefined): void {
  const { type, held, lines, points } = scene;
  if (held || points === 'none' || (type !== 'line' && type !== 'area')) return;
  if (lines.filter(({ hidden }) => !hidden).length > MOST_ENDS) return;
  for (const [index, line] of lines.entries())
    if (!line.hidden) drawEnd(ctx, index, scene, (line.axis === 'right' && right) || frame);
}

function drawEnd(ctx: Context, index: number, scene: Scene, frame: Frame): void {
  const line = scene.lines[index] as PlotLine;
  const end = newestOf(line.series);
  if (!end || !(end.t >= frame.fromT && end.t <= frame.toT)) return;
  const y = yOf(frame, end.v);
  if (!(y >= frame.top - 1 && y <= frame.top + frame.height + 1)) return;
  ctx.beginPath();
  SHAPES[index % SHAPES.length]?.(
    ctx,
    xOf(frame, end.t),
    y,
    END * scene.palette.fontPx * frame.ratio,
  );
  ctx.lineJoin = 'round';
  ctx.lineWidth = (scene.palette.fontPx / 6) * frame.ratio;
  ctx.strokeStyle = scene.palette.surface;
  ctx.stroke();
  ctx.fillStyle = line.color;
  ctx.fill();
}

function newestOf({ times, values, start, end }: Series): { t: number; v: number } | undefined {
  const v = values[end - 1];
  return end > start && v !== undefined && !Number.isNaN(v)
    ? { t: times[end - 1] as number, v }
    : undefined;
}

function polygon(ctx: Context, points: readonly number[]): void {
  for (let i = 0; i < points.length; i += 2)
    ctx.lineTo(points[i] as number, points[i + 1] as number);
  ctx.closePath();
}
