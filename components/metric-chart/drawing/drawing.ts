import type { Chart } from 'chart.js';
import type { Frame } from './frame.ts';

/** Colours and type of a chart, as the page's theme gives them. */
export interface Palette {
  text: string;
  muted: string;
  grid: string;
  surface: string;
  ok: string;
  warn: string;
  danger: string;
  accent: string;
  /** Font family. */
  family: string;
  /** Font size in CSS pixels. */
  fontPx: number;
  /** Width of lines in CSS pixels. */
  lineWidth: number;
  /** True if lines must be distinguishable without colour: in forced colours mode and in print. */
  dashed: boolean;
  /** Colours of lines, `--lp-series-1` to `-8`. */
  series: readonly string[];
}

/** The part of a plot that is used by the classes which Chart.js calls (controller, scales). */
export interface Drawing {
  readonly palette: Palette;
  /** Undefined before the first layout. */
  readonly frame: Frame | undefined;
  readonly axes: AxisParts;
  /** The frame with the range of a value axis. */
  frameOf(side: 'left' | 'right'): Frame | undefined;
  /** Text above a value axis; '' = none. */
  axisUnit(side: 'left' | 'right'): string;
  timeTicks(): readonly AxisTick[];
  /** Draws the line of a dataset. */
  drawLine(index: number, ctx: CanvasRenderingContext2D): void;
}

/** The part of the value axes that Chart.js' scales use. */
export interface AxisParts {
  /** Returns the scale of a side; its `width` is in CSS pixels. */
  of(side: 'left' | 'right'): { readonly width: number };
  /** Returns the ticks of a side; their labels are empty if these have no room. */
  ticks(side: 'left' | 'right'): readonly AxisTick[];
}

/** A tick of an axis. */
export interface AxisTick {
  value: number;
  label: string;
  /** Width of the label in CSS pixels. */
  labelPx: number;
}

const drawings = new WeakMap<HTMLCanvasElement, Drawing>();

/** Registers the plot of a canvas. Call it before the chart is made: Chart.js uses its parts in the constructor. */
export function adopt(canvas: HTMLCanvasElement, drawing: Drawing): void {
  drawings.set(canvas, drawing);
}

/** Returns the plot of a chart. @throws Error for a chart that no plot made */
export function drawingOf(chart: Chart): Drawing {
  const drawing = drawings.get(chart.canvas);
  if (!drawing) throw new Error('a chart of type lpLine can only be made by Plot');
  return drawing;
}
