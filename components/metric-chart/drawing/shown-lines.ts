import type { Extent } from '../samples/columns.ts';
import type { Palette } from './drawing.ts';
import { type Frame, yOf } from './frame.ts';
import { type AxisSide, isStacked, type PlotLine, type Scene } from './scene.ts';
import { Stack } from './stack.ts';
import { fillOf } from './textures.ts';
import { isDense } from './trace.ts';
import { type BarLayout, type BarValues, barLayout, traceBars } from './trace-bars.ts';
import { traceLine } from './trace-line.ts';

/** The visible lines of a scene, as lines, bars or stacked bands: computes their positions and draws them. */
export class ShownLines {
  #lines: readonly PlotLine[] = [];
  readonly #stack = new Stack();
  #bars: Omit<BarLayout, 'slot'> | undefined;

  /** The lines that are not hidden, in the order of the scene. */
  get lines(): readonly PlotLine[] {
    return this.#lines;
  }

  /** Whether dense lines are drawn by their pixel columns rather than by samples. */
  isColumnar(scene: Scene): boolean {
    return !this.#bars && !isStacked(scene);
  }

  /** Selects the visible lines of the scene, and computes the columns of each for this frame. */
  place(scene: Scene, frame: Frame): void {
    const { lines, held } = scene;
    this.#lines = lines.filter((line) => !line.hidden);
    this.#bars = scene.type === 'bar' ? barLayout(scene, this.#lines, frame) : undefined;
    const { columnMs, lastId } = frame;
    for (const { series } of this.#lines) {
      const ms = this.#bars?.barMs ?? columnMs;
      const count = Math.ceil((frame.toT - frame.fromT) / ms) + 1;
      series.setColumns(ms, count, held ? (lastId + 0.5) * columnMs : Infinity);
    }
  }

  /** Returns the lowest and the highest value in view, of the lines of one side or of all lines. */
  extent(scene: Scene, frame: Frame, side: AxisSide | undefined): Extent {
    const lines = side ? this.#lines.filter(({ axis }) => axis === side) : this.#lines;
    const extent: Extent = { min: Infinity, max: -Infinity };
    if (isStacked(scene)) {
      const gapMs = Math.max(...lines.map((line) => line.gapMs));
      this.#stack.fill(
        lines.map((line) => line.series),
        frame,
        { aggregate: scene.aggregate, gapMs, shares: scene.type === 'stacked-percent' },
        extent,
      );
      return extent;
    }
    for (const { series, gapMs } of lines) {
      if (!this.#bars && isDense(series, frame))
        series.columns.extent(frame.firstId, frame.lastId, extent);
      else series.extent(frame.fromT, frame.toT, extent);
      // The value that a stepped line enters the view with may be the only one in view.
      if (scene.curve === 'step') series.extent(frame.fromT - gapMs, frame.fromT, extent, 1);
    }
    return extent;
  }

  /** Draws line `index` of the scene, unless it is hidden. `frame` has the range of the line's axis. */
  draw(ctx: CanvasRenderingContext2D, index: number, scene: Scene, frame: Frame): void {
    const line = scene.lines[index];
    if (!line || line.hidden) return;
    if (this.isColumnar(scene)) {
      const width = lineWidthPx(scene.palette, frame);
      // Several lines keep their own colours, and limits are those of the left axis.
      const zones = this.#lines.length === 1 && line.axis === 'left' ? zonesOf(scene, frame) : [];
      if (zones.length < 2) {
        const own = inColorOf(zones[0]?.level, line, scene);
        return traceLine(ctx, own, frame, { scene, width });
      }
      for (const zone of zones) traceZone(ctx, line, frame, { scene, width, zone });
      return;
    }
    const slot = this.#lines.indexOf(line);
    const { color, texture, series } = line;
    const { ratio } = frame;
    const fill = fillOf(ctx, { color, texture, surface: scene.palette.surface, ratio });
    const values = barValuesOf(scene, index, ratio);
    if (this.#bars) traceBars(ctx, series, frame, fill, { ...this.#bars, slot, values });
    else this.#stack.paint(ctx, slot, frame, fill);
  }

  /** Returns the value at whose height value `v` of a line is drawn: the edge of its band where lines are stacked. */
  edgeOf(scene: Scene, frame: Frame, line: PlotLine | undefined, t: number, v: number): number {
    const isBand = line !== undefined && isStacked(scene);
    return isBand ? this.#stack.edgeAt(this.#lines.indexOf(line), t, frame) : v;
  }
}

/** A part of the plot's height, in device pixels, where values have one level. */
interface Zone {
  top: number;
  bottom: number;
  level: 'warn' | 'danger' | undefined;
}

/** Returns the parts of the plot's height that the limits in view make, from the good values to the worst. */
function zonesOf({ marks }: Scene, frame: Frame): Zone[] {
  const limits = marks.filter((mark) => mark.kind === 'limit');
  const of = (level: Zone['level']): number | undefined =>
    limits.find((limit) => limit.level === level)?.value;
  const isLowBad = (of('danger') ?? Infinity) < (of('warn') ?? -Infinity);
  const end = frame.top + frame.height;
  const pixel = (value: number): number =>
    Math.round(Math.min(end + MARGIN_PX, Math.max(frame.top - MARGIN_PX, yOf(frame, value))));
  const [good, worst] = isLowBad
    ? [frame.top - MARGIN_PX, end + MARGIN_PX]
    : [end + MARGIN_PX, frame.top - MARGIN_PX];
  const edges = [good, ...limits.map(({ value }) => pixel(value)), worst];
  return [undefined, ...limits.map(({ level }) => level)]
    .map((level, i) => [level, edges[i] as number, edges[i + 1] as number] as const)
    .map(([level, a, b]) => ({ level, top: Math.min(a, b), bottom: Math.max(a, b) }))
    .filter(({ top, bottom }) => bottom > top);
}

/** Lines and dots along an edge of the plot reach this far out of it, in device pixels. */
const MARGIN_PX = 16;

const inColorOf = (level: Zone['level'], line: PlotLine, { palette }: Scene): PlotLine =>
  level ? { ...line, color: palette[level] } : line;

/** Draws the part of a line that is in a zone, in the colour of its level. */
function traceZone(
  ctx: CanvasRenderingContext2D,
  line: PlotLine,
  frame: Frame,
  { scene, width, zone }: { scene: Scene; width: number; zone: Zone },
): void {
  const { top, bottom, level } = zone;
  ctx.save();
  ctx.beginPath();
  ctx.rect(frame.left - MARGIN_PX, top, frame.width + 2 * MARGIN_PX, bottom - top);
  ctx.clip();
  traceLine(ctx, inColorOf(level, line, scene), frame, { scene, width });
  ctx.restore();
}

/** Returns the width of lines in whole device pixels: crisp, and at one pixel several times cheaper. */
export const lineWidthPx = ({ lineWidth }: Palette, { ratio }: Frame): number =>
  Math.max(1, Math.floor(lineWidth * ratio));

function barValuesOf(scene: Scene, index: number, ratio: number): BarValues | undefined {
  const { barValues, formatValue, palette } = scene;
  if (!barValues) return undefined;
  const fontPx = Math.round(palette.fontPx * ratio * 0.92);
  return {
    text: (v) => formatValue(v, index),
    font: `${fontPx}px ${palette.family}`,
    fontPx,
    color: palette.text,
    surface: palette.surface,
  };
}
