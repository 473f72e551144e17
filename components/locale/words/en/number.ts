import { plural } from '../../../format/plural.ts';

const LANGUAGE = 'en';

/** English: the words of `lp-number`. */
export const NUMBER = {
  noChange: 'no change',
  changedUp: (by: string): string => `up ${by}`,
  changedDown: (by: string): string => `down ${by}`,
  percentagePoints: (count: number): string =>
    plural(LANGUAGE, count, { one: '# percentage point', other: '# percentage points' }),
  shortPoints: (count: string): string => `${count} pp`,
  bothChanges: (by: string, percent: string): string => `${by} (${percent})`,
  sincePrevious: 'since the previous value',
  numberOf: (share: string, target: string): string => `${share} of ${target}`,
  numberMin: (value: string): string => `min ${value}`,
  numberMax: (value: string): string => `max ${value}`,
  sinceStart: 'since the start',
  better: 'better',
  worse: 'worse',
};
