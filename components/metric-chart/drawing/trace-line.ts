import type { Frame } from './frame.ts';
import type { PlotLine, Scene } from './scene.ts';
import { isDense } from './trace.ts';
import { traceColumns } from './trace-columns.ts';
import { traceSamples } from './trace-samples.ts';

/** A line of a scene, as it is cheapest for its density. `width` in device pixels. */
export function traceLine(
  ctx: CanvasRenderingContext2D,
  { series, color, dash, gapMs }: PlotLine,
  frame: Frame,
  { type, curve, width }: Pick<Scene, 'type' | 'curve'> & { width: number },
): void {
  const dashPx = dash.map((n) => n * frame.ratio);
  const look = { color, width, dash: dashPx, curve, area: type === 'area', gapMs };
  const trace = isDense(series, frame) ? traceColumns : traceSamples;
  trace(ctx, series, frame, look);
}
