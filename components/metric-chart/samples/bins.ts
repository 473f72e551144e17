/** Values with their weights: the number of samples that a value stands for, 1 if there are no weights. */
export interface Weighted {
  values: readonly number[];
  weights?: readonly number[];
}

/** A distribution: bins of equal width, and for each line the number of samples in each bin. */
export interface Bins {
  /** Lower end of the first bin. */
  from: number;
  /** Width of a bin. A bin includes its lower end, not its upper one. */
  step: number;
  counts: number[][];
}

/** Number of bins at most. */
const MOST_BINS = 30; // 42, if the width is rounded down
/** Number of bins at least, where there are so many values. */
const FEWEST_BINS = 10;

/**
 * Returns the distribution of the values of some lines over common bins; undefined if there is no value. The width of a bin is
 * that of Freedman and Diaconis (2 × interquartile range ÷ cube root of the count), rounded to 1, 2 or 5 times a power of ten; bins
 * of whole numbers are at least 1 wide.
 */
export function binsOf(lines: readonly Weighted[]): Bins | undefined {
  const sorted = lines.flatMap(({ values }) => values).sort((a, b) => a - b);
  const [least, most] = [sorted[0], sorted.at(-1)];
  if (least === undefined || most === undefined) return undefined;
  const step = stepOf(sorted, most - least);
  const from = Math.floor(least / step + ROUNDING) * step;
  const at = (value: number): number => Math.floor((value - from) / step + ROUNDING);
  const size = at(most) + 1;
  const counts = lines.map(({ values, weights }) => {
    const bins = Array.from({ length: size }, () => 0);
    for (const [n, value] of values.entries()) {
      const bin = at(value);
      bins[bin] = (bins[bin] ?? 0) + (weights?.[n] ?? 1);
    }
    return bins;
  });
  return { from, step, counts };
}

/** 0.3 ÷ 0.1 is a little less than 3. */
const ROUNDING = 1e-9;

function stepOf(sorted: readonly number[], span: number): number {
  const isWhole = sorted.every((value) => Number.isInteger(value));
  if (span === 0) return isWhole ? 1 : niceStep(Math.abs(sorted[0] as number) / 10);
  const { length } = sorted;
  const at = (share: number): number => sorted[Math.floor(share * (length - 1))] as number;
  const middle = at(0.75) - at(0.25);
  const usual = middle > 0 ? (2 * middle) / Math.cbrt(length) : span / (Math.log2(length) + 1);
  const width = Math.min(span / Math.min(FEWEST_BINS, Math.sqrt(length)), usual);
  const step = niceStep(Math.max(span / MOST_BINS, width));
  return isWhole ? Math.max(1, step) : step;
}

/** Returns that of 1, 2, 5, 10, 20 … and their fractions whose ratio to `width` is nearest to 1. */
function niceStep(width: number): number {
  const power = 10 ** Math.floor(Math.log10(width));
  const ratio = width / power;
  const factor =
    ratio < Math.SQRT2 ? 1 : ratio < Math.sqrt(10) ? 2 : ratio < Math.sqrt(50) ? 5 : 10;
  return Number((factor * power).toPrecision(12));
}
