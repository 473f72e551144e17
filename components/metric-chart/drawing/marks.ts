import type { Level } from '../../data/states.ts';
import type { Palette } from './drawing.ts';
import { type Frame, xOf, yOf } from './frame.ts';
import { freeBox, type PassingLine, type TextBox } from './label-places.ts';

/** Something drawn beside the lines. */
export type Mark =
  /** A limit of the values: a line across the plot with its text. */
  | { kind: 'limit'; value: number; level: 'warn' | 'danger'; text: string }
  /** An event at a time: a flag in the lane above the plot, and a thin vertical line. */
  | {
      kind: 'event';
      t: number;
      text: string;
      short?: string | undefined;
      level?: Level | undefined;
    }
  /** A range of values, filled behind the lines. */
  | { kind: 'band'; from: number; to: number; color: string; text: string };

type Context = CanvasRenderingContext2D;
type Of<K extends Mark['kind']> = Extract<Mark, { kind: K }>;

/** Opacity of the area of a band. */
const BAND_ALPHA = 0.12;
/** Narrower plots, in CSS pixels, have lines without text. */
const TEXT_FROM_PX = 160;
/** Room between the texts of two flags, in CSS pixels. */
const APART_PX = 8;

/** Height in CSS pixels of the lane that the marks need above the plot. */
export const lanePx = (marks: readonly Mark[], { fontPx }: Palette): number =>
  marks.some(({ kind }) => kind === 'event') ? Math.ceil(fontPx * 1.4) : 0;

/** What marks are drawn into: the frame, and the lines, which no text is to cover. */
export interface MarkScene {
  marks: readonly Mark[];
  lines: readonly PassingLine[];
  palette: Palette;
}

/** Draws the marks behind the lines, in device pixels. */
export function drawBands(ctx: Context, { marks, lines, palette }: MarkScene, frame: Frame): void {
  for (const mark of marks) {
    if (mark.kind !== 'band') continue;
    const [a, b] = [yOf(frame, mark.from), yOf(frame, mark.to)];
    const top = Math.max(frame.top, Math.min(a, b));
    const bottom = Math.min(frame.top + frame.height, Math.max(a, b));
    if (!(bottom > top)) continue;
    ctx.fillStyle = mark.color;
    ctx.globalAlpha = BAND_ALPHA;
    ctx.fillRect(frame.left, top, frame.width, bottom - top);
    ctx.globalAlpha = 1;
    const fits = bottom - top >= palette.fontPx * 1.2 * frame.ratio;
    if (!mark.text || !fits || !hasText(frame)) continue;
    const size = textSize(ctx, mark.text, palette, frame);
    const pad = 3 * frame.ratio;
    // in the band, else just below or above it
    const inside = [top + pad, bottom - pad - size.height];
    const boxes = cornersOf(frame, size, [...inside, bottom + pad, top - pad - size.height]);
    if (boxes.length === 0) continue;
    const { left: x, top: y } = freeBox(mark, boxes, lines, frame);
    drawText(ctx, mark.text, { x, y, frame, palette }, 'top');
  }
}

/** Draws the marks in front of the lines, in device pixels. */
export function drawMarks(ctx: Context, scene: MarkScene, frame: Frame): void {
  const { marks, palette } = scene;
  for (const mark of marks) if (mark.kind === 'limit') drawLimit(ctx, mark, scene, frame);
  const events = marks.filter(
    (mark) => mark.kind === 'event' && isIn(frame, mark.t),
  ) as Of<'event'>[];
  for (const [n, event] of events.entries())
    drawEvent(ctx, event, { frame, palette, next: events[n + 1]?.t });
  ctx.setLineDash([]);
}

const hasText = ({ width, ratio }: Frame): boolean => width >= TEXT_FROM_PX * ratio;

function isIn(frame: Frame, t: number): boolean {
  const x = Math.round(xOf(frame, t));
  return x >= frame.left && x < frame.left + frame.width;
}

/** Returns the boxes of a text at the left and the right edge of the plot, at each of these heights that is in the plot. */
function cornersOf(
  { left, top, width, height, ratio }: Frame,
  size: { width: number; height: number },
  tops: readonly number[],
): TextBox[] {
  const pad = 4 * ratio;
  return tops
    .filter((y) => y >= top && y + size.height <= top + height)
    .flatMap((y) =>
      [left + pad, left + width - pad - size.width].map((x) => ({
        left: x,
        right: x + size.width,
        top: y,
        bottom: y + size.height,
      })),
    );
}

function textSize(
  ctx: Context,
  text: string,
  palette: Palette,
  { ratio }: Frame,
): { width: number; height: number } {
  ctx.font = fontOf(palette, ratio);
  return { width: ctx.measureText(text).width, height: palette.fontPx * ratio };
}

function drawLimit(ctx: Context, mark: Of<'limit'>, scene: MarkScene, frame: Frame): void {
  const { value, level, text } = mark;
  const { palette, lines } = scene;
  const thin = Math.max(1, Math.round(frame.ratio));
  const exact = yOf(frame, value);
  if (!(exact >= frame.top - 0.5 && exact <= frame.top + frame.height + 0.5)) return;
  const y = Math.round(exact) + (thin % 2) / 2;
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
  ctx.setLineDash([]);
  if (!text || !hasText(frame)) return;
  const size = textSize(ctx, text, palette, frame);
  const pad = 3 * frame.ratio;
  const boxes = cornersOf(frame, size, [y - pad - size.height, y + pad]);
  if (boxes.length === 0) return;
  const place = freeBox(mark, boxes, lines, frame);
  const own = { ...palette, muted: palette[level] };
  drawText(ctx, text, { x: place.left, y: place.top, frame, palette: own }, 'top');
}

/** Draws a flag above the plot, with its text, or its title alone, if that fits before the next flag. */
function drawEvent(
  ctx: Context,
  { t, text, short = '', level }: Of<'event'>,
  { frame, palette, next }: { frame: Frame; palette: Palette; next: number | undefined },
): void {
  const { ratio, top } = frame;
  const thin = Math.max(1, Math.round(ratio));
  const x = Math.round(xOf(frame, t));
  const size = 4 * ratio;
  ctx.fillStyle = colorOf(level, palette);
  ctx.globalAlpha = 0.45;
  ctx.fillRect(x, top, thin, frame.height);
  ctx.globalAlpha = 1;
  ctx.beginPath();
  ctx.moveTo(x + thin / 2 - size, top - size * 1.6);
  ctx.lineTo(x + thin / 2 + size, top - size * 1.6);
  ctx.lineTo(x + thin / 2, top);
  ctx.fill();
  ctx.font = fontOf(palette, ratio);
  const from = x + size + 3 * ratio;
  const until = next === undefined ? frame.left + frame.width : xOf(frame, next) - size;
  const fitting = [text, short].find(
    (each) => from + ctx.measureText(each).width + APART_PX * ratio <= until,
  );
  if (!fitting || !hasText(frame)) return;
  const own =
    level === 'warn' || level === 'danger' ? { ...palette, muted: palette[level] } : palette;
  drawText(ctx, fitting, { x: from, y: top - ratio, frame, palette: own }, 'bottom');
}

function drawText(
  ctx: Context,
  text: string,
  { x, y, frame, palette }: { x: number; y: number; frame: Frame; palette: Palette },
  baseline: CanvasTextBaseline,
): void {
  ctx.font = fontOf(palette, frame.ratio);
  ctx.textAlign = 'left';
  ctx.textBaseline = baseline;
  // with a rim in the surface's colour: it may be in front of lines
  ctx.lineJoin = 'round';
  ctx.lineWidth = 3 * frame.ratio;
  ctx.strokeStyle = palette.surface;
  ctx.strokeText(text, x, y);
  ctx.fillStyle = palette.muted;
  ctx.fillText(text, x, y);
}

const fontOf = ({ fontPx, family }: Palette, ratio: number): string =>
  `${Math.round(fontPx * 0.92) * ratio}px ${family}`;

const colorOf = (level: Level | undefined, palette: Palette): string =>
  level === 'warn' || level === 'danger' ? palette[level] : palette.accent;
