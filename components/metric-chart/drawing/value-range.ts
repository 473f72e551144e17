import type { Extent } from '../samples/columns.ts';

/** Ends of a value axis, and the distance of its ticks. Both ends are multiples of `step` unless fixed. */
export interface ValueRange {
  min: number;
  max: number;
  step: number;
}

/** Options of the range of a value axis. */
export interface RangeOptions {
  /** Approximate number of steps. */
  steps: number;
  /** The range shown now: kept while the data fit in it and fill it well, so that the axis does not change all the time. */
  previous?: ValueRange | undefined;
  /** Ends fixed by the page. */
  min?: number | undefined;
  max?: number | undefined;
  /** Smallest distance between the ends: a line with small changes stays flat. */
  minSpan?: number | undefined;
  /**
   * For times and durations: the number of seconds in a value of 1. Steps are then whole seconds, minutes, hours or
   * days, not 200 or 500 seconds.
   */
  unitSeconds?: number | undefined;
  /** The range includes zero: for bars, areas and stacks. */
  zero?: boolean;
}

/** Beyond this the distance of two values may overflow. */
const HUGE = 4e307;
/** Below this, steps would be subnormal. */
const TINY = 1e-290;
/** Data that fills less than this share of the axis lets it shrink. */
const WELL_FILLED = 0.4;

/** Returns the range for values of `extent`; for an empty extent the previous one, else 0…1. */
export function valueRange(extent: Extent, options: RangeOptions): ValueRange {
  const { previous, steps } = options;
  const fixed = options.min !== undefined && options.max !== undefined && options.min < options.max;
  if (fixed) return fixedRange(options.min as number, options.max as number, options);
  if (!(extent.min <= extent.max)) return previous ?? valueRange({ min: 0, max: 1 }, options);
  const wanted = widened(extent, options);
  if (previous && fits(wanted, previous, options)) return previous;
  const step = stepFor((wanted.max - wanted.min) / Math.max(1, steps), options);
  return {
    // + 0 turns -0 into 0
    min: options.min ?? Math.floor(wanted.min / step + 1e-9) * step + 0,
    max: options.max ?? Math.ceil(wanted.max / step - 1e-9) * step + 0,
    step,
  };
}

/** Returns the values that get a tick: multiples of the step within the range. */
export function valueTicks({ min, max, step }: ValueRange): number[] {
  const ticks: number[] = [];
  const first = Math.ceil(min / step - 1e-9);
  const last = Math.floor(max / step + 1e-9);
  for (let n = first; n <= last && ticks.length < 50; n++) ticks.push(n === 0 ? 0 : n * step);
  return ticks;
}

/** Maximum number of decades below the largest value on a logarithmic axis, if values reach down to zero. */
const MOST_DECADES = 6;

/** Returns the range of a logarithmic axis: whole decades around the positive values of `extent`. `step` is its lower end. */
export function logRange(
  extent: Extent,
  { min, max, previous }: Pick<RangeOptions, 'min' | 'max' | 'previous'>,
): ValueRange {
  const high = max !== undefined && max > 0 ? max : extent.max;
  if (!(high > 0) || !Number.isFinite(high)) return previous ?? { min: 1, max: 10, step: 1 };
  const top = max !== undefined && max > 0 ? max : 10 ** Math.ceil(Math.log10(high) - 1e-9);
  const least = top / 10 ** MOST_DECADES;
  const low = min !== undefined && min > 0 ? min : Math.max(extent.min, least);
  const bottom = min !== undefined && min > 0 ? min : 10 ** Math.floor(Math.log10(low) + 1e-9);
  return { min: bottom < top ? bottom : top / 10, max: top, step: bottom };
}

/** Returns the values that get a tick on a logarithmic axis: powers of ten; 2 and 5 times them too where there is room. */
export function logTicks({ min, max }: ValueRange, most: number): number[] {
  const from = Math.floor(Math.log10(min) + 1e-9);
  const to = Math.ceil(Math.log10(max) - 1e-9);
  const factors = (to - from) * 3 <= most + 1 ? [1, 2, 5] : [1];
  const every = Math.max(1, Math.ceil((to - from) / Math.max(1, most)));
  const ticks: number[] = [];
  for (let power = from; power <= to; power += every) {
    for (const factor of factors) {
      const value = factor * 10 ** power;
      if (value >= min * (1 - 1e-9) && value <= max * (1 + 1e-9)) ticks.push(value);
    }
  }
  return ticks;
}

function fixedRange(min: number, max: number, options: RangeOptions): ValueRange {
  return { min, max, step: stepFor((max - min) / Math.max(1, options.steps), options) };
}

function fits(wanted: Extent, previous: ValueRange, options: RangeOptions): boolean {
  if (options.min !== undefined && options.min !== previous.min) return false;
  if (options.max !== undefined && options.max !== previous.max) return false;
  const slack = previous.step * 1e-6;
  if (wanted.min < previous.min - slack || wanted.max > previous.max + slack) return false;
  const span = previous.max - previous.min;
  // the rounding to steps may itself have added up to one step at either end; a low chart has no more than these two
  const inner = Math.max(span - 2 * previous.step, span / 2);
  return wanted.max - wanted.min >= WELL_FILLED * inner;
}

function widened(extent: Extent, { min, max, minSpan = 0, zero = false }: RangeOptions): Extent {
  let low = clamp(extent.min);
  let high = clamp(extent.max);
  if (zero) {
    low = Math.min(low, 0);
    high = Math.max(high, 0);
  }
  if (min !== undefined) low = min;
  if (max !== undefined) high = max;
  // One value, or values that differ only by rounding errors, get an axis around them, so that noise is not magnified.
  const size = Math.max(Math.abs(low), Math.abs(high));
  const flat = high - low <= Math.max(size * 1e-12, TINY);
  const least = Math.max(minSpan, flat ? (size > 100 * TINY ? size * 0.1 : 1) : 0);
  const lack = least - (high - low);
  if (!(lack > 0)) return { min: low, max: high };
  if (min !== undefined || (zero && low === 0)) return { min: low, max: high + lack };
  if (max !== undefined || (zero && high === 0)) return { min: low - lack, max: high };
  return { min: low - lack / 2, max: high + lack / 2 };
}

const clamp = (v: number): number => Math.min(HUGE, Math.max(-HUGE, v));

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;
/** Steps of time in seconds, from one second to a day. */
const TIME_STEPS = [
  1,
  2,
  5,
  10,
  15,
  20,
  30,
  ...[1, 2, 5, 10, 15, 20, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
];

/** The next nice step, in units of the values. */
function stepFor(atLeast: number, { unitSeconds }: RangeOptions): number {
  if (unitSeconds === undefined) return niceStep(atLeast);
  const seconds = atLeast * unitSeconds;
  if (!(seconds > 1)) return niceStep(seconds) / unitSeconds;
  const whole = TIME_STEPS.find((step) => seconds <= step * (1 + 1e-9));
  return (whole ?? Math.ceil(niceStep(seconds / DAY)) * DAY) / unitSeconds;
}

/** The next of 1, 2, 2.5, 5 × 10ⁿ. */
function niceStep(atLeast: number): number {
  const power = 10 ** Math.floor(Math.log10(atLeast));
  if (!(power > 0) || !Number.isFinite(power)) return Math.max(atLeast, Number.MIN_VALUE);
  const share = atLeast / power;
  const nice = [1, 2, 2.5, 5].find((n) => share <= n * (1 + 1e-9)) ?? 10;
  return nice * power;
}
