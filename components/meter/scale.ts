/** A scale and a value on it. */
export interface ScaleFacts {
  value: unknown;
  /** Attributes first, then the channel's meta; null and NaN count as absent. */
  min: (number | null | undefined)[];
  max: (number | null | undefined)[];
  /** True if values are ratios: the default end of the scale is then 1. */
  isRatio: boolean;
}

/** The scale of a meter, and the place of the value on it. */
export interface Scale {
  min: number;
  max: number;
  /** The value, limited to the scale; undefined if there is none. */
  now: number | undefined;
  /** Place of the value on the scale, 0 to 1. */
  fraction: number;
  /** True if the value is beyond an end of the scale. */
  beyond: 'above' | 'below' | undefined;
}

/**
 * Returns the scale and the place of the value on it. Default: 0 to 100. A scale whose end is not above its start has no
 * fractions.
 */
export function scaleOf({ value, min, max, isRatio }: ScaleFacts): Scale {
  const low = firstNumber(min) ?? 0;
  const high = firstNumber(max) ?? (isRatio ? 1 : 100);
  const number = typeof value === 'number' && !Number.isNaN(value) ? value : undefined;
  const ends = { min: low, max: high };
  if (number === undefined || high <= low)
    return { ...ends, now: undefined, fraction: 0, beyond: undefined };
  const now = Math.min(high, Math.max(low, number));
  const beyond = number > high ? 'above' : number < low ? 'below' : undefined;
  return { ...ends, now, fraction: fractionOf(now, ends), beyond };
}

/** Returns the place of a number between the ends, 0 to 1. */
export function fractionOf(number: number, { min, max }: Pick<Scale, 'min' | 'max'>): number {
  const fraction = (number - min) / (max - min);
  return Math.round(Math.min(1, Math.max(0, fraction)) * 10_000) / 10_000;
}

const firstNumber = (numbers: (number | null | undefined)[]): number | undefined =>
  numbers.find((each): each is number => typeof each === 'number' && Number.isFinite(each));
