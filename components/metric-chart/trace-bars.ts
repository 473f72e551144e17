import type { Aggregate } from './columns.ts';
import { type Frame, xOf, yOf } from './frame.ts';
import type { Series } from './series.ts';

type Context = CanvasRenderingContext2D;

/** A bar chart's layout: bars of `barMs` each, or one bar per sample where they stand far apart. */
export interface BarLayout {
  barMs: number;
  perSample: boolean;
  /** This line's place among those that stand side by side. */
  slot: number;
  slots: number;
  aggregate: Aggregate;
}

/** Bars from zero: one per stretch of `barMs` with its aggregate, or one per sample over the time before it. */
export function traceBars(
  ctx: Context,
  series: Series,
  frame: Frame,
  color: string,
  bars: BarLayout,
): void {
  ctx.fillStyle = color;
  if (bars.perSample) {
    const from = series.indexAt(frame.fromT);
    for (let i = from; i < series.end; i++) {
      const t = series.times[i] as number;
      if (t - bars.barMs > frame.toT) break;
      const v = series.values[i] as number;
      if (!Number.isNaN(v)) fillBar(ctx, frame, t - bars.barMs, v, bars);
    }
    return;
  }
  const { columns } = series;
  const lastId = Math.min(columns.lastId, columns.idOf(frame.toT));
  for (let id = columns.idOf(frame.fromT); id <= lastId; id++) {
    const o = columns.offset(id);
    if (o >= 0) fillBar(ctx, frame, id * bars.barMs, columns.figure(o, bars.aggregate), bars);
  }
}

function fillBar(ctx: Context, frame: Frame, t: number, v: number, bars: BarLayout): void {
  const widest = (bars.barMs / frame.columnMs) * frame.columnPx;
  const margin = Math.max(1, Math.round(widest * 0.12));
  const each = Math.max(1, (widest - margin) / bars.slots);
  // both edges rounded by themselves: neighbours differ by a pixel at most and never blur
  const start = xOf(frame, t) + margin / 2 + each * bars.slot;
  const x = Math.round(start);
  const zero = yOf(frame, Math.min(frame.max, Math.max(frame.min, 0)));
  const y = yOf(frame, v);
  const height = Math.max(Math.abs(zero - y), v === 0 ? 0 : 1);
  ctx.fillRect(x, Math.min(y, zero), Math.max(1, Math.round(start + each) - x), height);
}
