import type { Palette } from './drawing.ts';
import { type Frame, xOf, yOf } from './frame.ts';

/** A line across the plot: a limit of the values, or something that happened at a time. */
export type Mark =
  | { kind: 'limit'; value: number; level: 'warn' | 'danger' }
  | { kind: 'event'; t: number; text: string; level?: string | undefined };

type Context = CanvasRenderingContext2D;

/** Draws marks over the lines, in device pixels. */
export function drawMarks(
  ctx: Context,
  marks: readonly Mark[],
  frame: Frame,
  palette: Palette,
): void {
  const thin = Math.max(1, Math.round(frame.ratio));
  for (const mark of marks) {
    if (mark.kind === 'limit') drawLimit(ctx, mark, palette, frame);
    else drawEvent(ctx, mark.t, colorOf(mark.level, palette), frame, thin);
  }
  ctx.setLineDash([]);
}

type Limit = Extract<Mark, { kind: 'limit' }>;

function drawLimit(ctx: Context, { value, level }: Limit, palette: Palette, frame: Frame): void {
  const thin = Math.max(1, Math.round(frame.ratio));
  if (!(value >= frame.min && value <= frame.max)) return;
  const y = Math.round(yOf(frame, value)) + (thin % 2) / 2;
  ctx.beginPath();
  ctx.moveTo(frame.left, y);
  ctx.lineTo(frame.left + frame.width, y);
  ctx.setLineDash([6 * frame.ratio, 4 * frame.ratio]);
  // first in the surface's colour: over bars and bands of any colour it is still seen
  ctx.globalAlpha = 0.7;
  ctx.strokeStyle = palette.surface;
  ctx.lineWidth = 3 * thin;
  ctx.stroke();
  ctx.globalAlpha = 1;
  ctx.strokeStyle = palette[level];
  ctx.lineWidth = thin;
  ctx.stroke();
}

function drawEvent(ctx: Context, t: number, color: string, frame: Frame, thin: number): void {
  const x = Math.round(xOf(frame, t));
  if (x < frame.left || x >= frame.left + frame.width) return;
  const size = 4 * frame.ratio;
  ctx.fillStyle = color;
  ctx.globalAlpha = 0.6;
  ctx.fillRect(x, frame.top, thin, frame.height);
  ctx.globalAlpha = 1;
  ctx.beginPath();
  ctx.moveTo(x - size, frame.top);
  ctx.lineTo(x + size + thin, frame.top);
  ctx.lineTo(x + thin / 2, frame.top + size * 1.5);
  ctx.fill();
}

function colorOf(level: string | undefined, palette: Palette): string {
  if (level === 'danger' || level === 'error' || level === 'critical') return palette.danger;
  return level === 'warn' || level === 'warning' ? palette.warn : palette.accent;
}
