import type { ChartOptions } from 'chart.js';
import type { Aggregate } from '../samples/columns.ts';
import type { Series } from '../samples/series.ts';
import type { Span } from './frame.ts';
import type { Mark } from './marks.ts';
import type { AxesOptions } from './plot-axes.ts';
import type { Curve } from './trace.ts';

export type PlotType = 'line' | 'area' | 'bar' | 'stacked';

/** One line of a plot. */
export interface PlotLine {
  series: Series;
  label: string;
  color: string;
  /** Lengths of dash and gap in CSS pixels. */
  dash: readonly number[];
  /** Of bars and bands: strokes that tell them apart without colour; '' = full. */
  texture: string;
  hidden: boolean;
  /** A longer silence is not crossed; Infinity = all are. */
  gapMs: number;
}

/** All that a plot draws. The series in it outlive the plot. */
export interface Scene extends AxesOptions {
  type: PlotType;
  curve: Curve;
  aggregate: Aggregate;
  lines: readonly PlotLine[];
  marks: readonly Mark[];
  windowMs: number;
  /** A span to stand still at, in place of the newest `windowMs`. */
  held: Span | undefined;
  /** Merged over the plot's own Chart.js options. */
  options: ChartOptions | undefined;
}
