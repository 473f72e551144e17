import type { Extent } from '../samples/columns.ts';
import { LABEL_GAP_PX } from './axis.ts';
import type { AxisTick, Palette } from './drawing.ts';
import type { Frame } from './frame.ts';
import {
  logRange,
  logTicks,
  type RangeOptions,
  type ValueRange,
  valueRange,
  valueTicks,
} from './value-range.ts';

/** Options of a value axis. */
export interface ValueScaleOptions
  extends Pick<RangeOptions, 'min' | 'max' | 'minSpan' | 'unitSeconds' | 'zero'> {
  /** Logarithmic: equal distances are equal ratios. Values of zero and below are at the lower end. */
  log: boolean;
  palette: Palette;
  /** Returns the label of a value on an axis whose ticks are `step` apart. */
  formatTick: (value: number, step: number) => string;
}

/** The axis' width grows in steps of this many CSS pixels, and shrinks only by more than two steps. */
const AXIS_STEP_PX = 8;
/** Labels that would take more than this share of the chart's width are left out. */
const MOST_SHARE = 0.4;
/** Room between an axis without labels and the edge, in CSS pixels. */
const BARE_PX = 8;

/** Range, ticks and labels of a value axis. They are kept while data slide, as far as possible. */
export class ValueScale {
  /** Width of the labels and their margins, in CSS pixels. */
  width = 40;
  ticks: AxisTick[] = [];
  #range: ValueRange | undefined;
  #steps = 0;
  #widest = 12;

  /** Distance of the ticks, once there are any. */
  get step(): number | undefined {
    return this.#range?.step;
  }

  /** Makes the next `scale` compute labels again, and the range too unless `keepRange`. */
  reset({ keepRange }: { keepRange: boolean }): void {
    if (!keepRange) this.#range = undefined;
    this.ticks = [];
  }

  /** Sets the frame's range for its data. */
  scale(
    ctx: CanvasRenderingContext2D,
    frame: Frame,
    extent: Extent,
    options: ValueScaleOptions,
  ): void {
    const { min, max, minSpan, unitSeconds, zero = false, log, palette, formatTick } = options;
    const labelPx = palette.fontPx * 2.8 * frame.ratio;
    const steps = Math.min(6, Math.max(1, Math.floor(frame.height / labelPx)));
    // Another height needs another number of steps: the former range is dropped.
    const previous = steps === this.#steps ? this.#range : undefined;
    this.#steps = steps;
    const range = log
      ? logRange(extent, { min, max, previous })
      : valueRange(extent, { steps, previous, min, max, minSpan, unitSeconds, zero });
    this.#range = range;
    frame.log = log;
    frame.min = log ? Math.log10(range.min) : range.min;
    frame.max = log ? Math.log10(range.max) : range.max;
    const same = previous && range.min === previous.min && range.max === previous.max;
    if (same && range.step === previous.step && this.ticks.length > 0) return;
    ctx.font = `${palette.fontPx}px ${palette.family}`;
    const values = log ? logTicks(range, steps) : valueTicks(range);
    this.ticks = values.map((value) => {
      const label = formatTick(value, log ? Math.abs(value) / 2 : range.step);
      return { value, label, labelPx: ctx.measureText(label).width };
    });
    this.#widest = Math.max(12, ...this.ticks.map((tick) => tick.labelPx));
  }

  /** Returns the width that the labels need in a chart of `chartPx`; the present width if that is about right. */
  widthWanted(chartPx: number): number {
    const wanted = Math.ceil((this.#widest + LABEL_GAP_PX) / AXIS_STEP_PX) * AXIS_STEP_PX;
    if (wanted > chartPx * MOST_SHARE) return BARE_PX;
    const shrinksLittle = wanted < this.width && wanted >= this.width - 2 * AXIS_STEP_PX;
    return shrinksLittle ? this.width : wanted;
  }

  /** Whether the labels have room. */
  get hasLabels(): boolean {
    return this.width > BARE_PX;
  }
}
