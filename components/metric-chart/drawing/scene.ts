import type { ChartOptions } from 'chart.js';
import type { Aggregate } from '../samples/columns.ts';
import type { Series } from '../samples/series.ts';
import type { Span } from './frame.ts';
import type { Mark } from './marks.ts';
import type { TimeScaleOptions } from './time-scale.ts';
import type { ValueScaleOptions } from './value-scale.ts';
import type { Curve } from './trace.ts';

/** Type of a chart. */
export type PlotType = 'line' | 'area' | 'bar' | 'stacked' | 'stacked-percent';

/** The side of a line's value axis. */
export type AxisSide = 'left' | 'right';

/** Where samples are marked with a dot. `auto`: where they are far apart. */
export type Points = 'auto' | 'all' | 'none';

/** One line of a plot. */
export interface PlotLine {
  series: Series;
  label: string;
  color: string;
  /** Lengths of dash and gap in CSS pixels. */
  dash: readonly number[];
  /** Texture that distinguishes bars and bands without colour; '' = filled. */
  texture: string;
  hidden: boolean;
  /** Axis of its values. Bars and stacks have the left one. */
  axis: AxisSide;
  /** A line does not cross a longer time without samples, in ms; Infinity: it crosses all. */
  gapMs: number;
  /** The samples are those of an earlier time, for comparison: a dashed line without area. */
  isEarlier: boolean;
}

/** Everything that a plot draws. The series in it are kept when the plot is destroyed. */
export interface Scene extends TimeScaleOptions, Omit<ValueScaleOptions, 'formatTick'> {
  type: PlotType;
  curve: Curve;
  aggregate: Aggregate;
  lines: readonly PlotLine[];
  marks: readonly Mark[];
  /** Dots on samples: where they are far apart, on each one, or nowhere. */
  points: Points;
  windowMs: number;
  /** The window begins with a day, week or month: what is before it is not joined to what is in it. */
  isCalendar: boolean;
  /** The fixed span of the view, in place of the newest `windowMs`. */
  held: Span | undefined;
  /** Time in ms of the right edge unless the view is fixed; NaN or -Infinity without data. */
  edge: () => number;
  /** Time in ms up to which it is known that no newer sample exists. */
  knownUntil: () => number;
  /** True if bars show their values. */
  barValues: boolean;
  /** Returns the text of a value of line `index`. */
  formatValue: (value: number, index: number) => string;
  /** Returns the label of a value on an axis whose ticks are `step` apart. */
  formatTick: (value: number, step: number, axis: AxisSide) => string;
  /** Unit written above an axis, if there are two axes. */
  unitOf: (axis: AxisSide) => string;
  /** Merged over the plot's own Chart.js options. */
  options: ChartOptions | undefined;
}

/** Whether lines are stacked. */
export const isStacked = ({ type }: Pick<Scene, 'type'>): boolean => type.startsWith('stacked');

/** Whether some line has an axis on the right. */
export const hasRight = (scene: Scene): boolean =>
  (scene.type === 'line' || scene.type === 'area') &&
  scene.lines.some(({ axis, hidden }) => axis === 'right' && !hidden);
