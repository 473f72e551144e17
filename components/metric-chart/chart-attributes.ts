import type { ChartOptions } from 'chart.js';
import type { PropertyDeclarations } from 'lit';
import { type AttributeCheck, anyOf, oneOf } from '../shared/attribute-check.ts';
import { oneOrDuration } from '../shared/duration.ts';
import { CALENDAR_WINDOWS } from './view/viewed-span.ts';
import type { PlotType, Points } from './drawing/scene.ts';
import type { Curve } from './drawing/trace.ts';
import type { LineSpec } from './samples/auto-fields.ts';
import type { Aggregate } from './samples/columns.ts';

/** Default of the maximum number of lines. */
export const MAX_LINES = 32;
/** Default of the redraws per second. */
export const FPS = 10;

/** The attributes of a chart, beside those of every data widget. */
export interface ChartAttributes {
  /**
   * How the lines are drawn. `stacked-percent`: shares of 100 %. `histogram`: how often which values occur in the span shown.
   * Default `line`.
   */
  type: PlotType | 'histogram';
  /** Time span shown: `10s` to `365d`, or from the start of `today`, this `week` or this `month` in the viewer's time zone until now. The part without samples in the page comes from the channel's history. Default `5m`. */
  window: string;
  /** Fields to show, in order: `user system idle`. Default: every numeric field. */
  fields: string | undefined;
  /** Fixed lower end of the value axis. Default: the channel's, else it follows the data. */
  min: number | undefined;
  /** Fixed upper end of the value axis. Default: the channel's, else it follows the data. */
  max: number | undefined;
  /** Value axis: `linear` or `log`, on which equal distances are equal ratios. Default `linear`. */
  scale: 'linear' | 'log' | undefined;
  /** Smallest distance between the ends of the value axis: below it a line with small changes stays flat. */
  minSpan: number | undefined;
  /**
   * Time without samples that no line crosses: `10s`, `never`. Default: twice the channel's `ttl`, else four usual steps of
   * the line (`curve="step"`: `never`).
   */
  gapAfter: string | undefined;
  /** Maximum number of lines drawn. The legend lists the others, for the viewer to choose. Default `32`. */
  maxLines: number;
  /**
   * Dots on samples: where they are far apart (`auto`), on every sample (`all`), or on single samples only (`none`). Default
   * `auto`.
   */
  points: Points;
  /** How samples are joined. `step`: each value holds until the next one, the newest until now. Default `linear`. */
  curve: Curve;
  /**
   * Position of the legend; `right` only if the card is wide enough. Default: below the plot if there is more than one line.
   */
  legend: 'bottom' | 'right' | 'none' | undefined;
  /**
   * Figures of each line over the visible span: any of `last`, `min`, `mean`, `max`, `sum`, in order. Of several lines they
   * form a table that replaces the newest values. Of a single one they are above the plot, and so are the newest values of
   * lines with `offset` beside it.
   */
  legendValues: string | undefined;
  /** The figure of a bar, or of a column of a stack. Default `mean`. */
  aggregate: Aggregate;
  /** With `type="bar"`: each bar that has room for it shows its value. */
  barValues: boolean;
  /** The values are counters: their growth per second is shown. */
  rate: boolean;
  /** Maximum redraws per second. Default `10`. */
  fps: number;
  /** Channel of a feed whose entries are marked on the chart. */
  annotations: string | undefined;
  /** Lines wanted, in order. Wins over `fields` and `<lp-series>` children. */
  series: readonly LineSpec[] | undefined;
  /** Options of Chart.js, merged over the chart's own. */
  options: ChartOptions | undefined;
}

/** The attributes of `ChartAttributes`, for `static properties`. */
export const chartProperties: PropertyDeclarations = {
  type: oneOf(['line', 'area', 'bar', 'stacked', 'stacked-percent', 'histogram'], {
    fallback: 'line',
  }),
  window: oneOrDuration(CALENDAR_WINDOWS),
  fields: {},
  min: { type: Number },
  max: { type: Number },
  scale: oneOf(['linear', 'log']),
  minSpan: { type: Number, attribute: 'min-span' },
  gapAfter: { attribute: 'gap-after' },
  maxLines: { type: Number, attribute: 'max-lines', fallback: MAX_LINES } as AttributeCheck,
  points: oneOf(['auto', 'all', 'none'], { fallback: 'auto' }),
  curve: oneOf(['linear', 'step', 'smooth'], { fallback: 'linear' }),
  legend: oneOf(['bottom', 'right', 'none']),
  legendValues: anyOf(['last', 'min', 'mean', 'max', 'sum'], { attribute: 'legend-values' }),
  aggregate: oneOf(['mean', 'max', 'min', 'last'], { fallback: 'mean' }),
  barValues: { type: Boolean, attribute: 'bar-values' },
  rate: { type: Boolean },
  fps: { type: Number, fallback: FPS } as AttributeCheck,
  annotations: {},
  series: { attribute: false },
  options: { attribute: false },
};
