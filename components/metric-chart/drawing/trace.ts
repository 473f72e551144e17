import type { Series } from '../samples/series.ts';
import { type Frame, yOf } from './frame.ts';

/** How the samples of a line are joined. */
export type Curve = 'linear' | 'step' | 'smooth';

/** How a line is drawn. Lengths are device pixels. */
export interface Look {
  color: string;
  width: number;
  /** Lengths of dash and gap, or none. */
  dash: readonly number[];
  curve: Curve;
  /** Fills down (or up) to zero. */
  area: boolean;
  /** A line does not cross a longer time without samples, in ms. */
  gapMs: number;
  /**
   * The line does not enter at the left edge. For windows of the calendar: a counter that starts from 0 at midnight would fall
   * from yesterday's value into the plot.
   */
  startsInside?: boolean;
}

/** Opacity of the area below a line. */
export const AREA_ALPHA = 0.14;

/** Radius in CSS pixels of the dot of a single value. */
export const DOT_PX = 2.5;

/** Returns the base of areas and bars: zero, or the edge that is nearest to it. */
export function zeroLine(frame: Frame): number {
  if (frame.log) return frame.top + frame.height;
  return yOf(frame, Math.min(frame.max, Math.max(frame.min, 0)));
}

/** If samples are closer than this many columns, the line is drawn by columns, otherwise by strokes. */
const DENSE = 1.05;

/** Whether every column holds about one sample or more; false if there are too few samples to know, and for buckets. */
export const isDense = (series: Series, frame: Frame): boolean =>
  !series.spread && series.usualStepMs() <= DENSE * frame.columnMs;
