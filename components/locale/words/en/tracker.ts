import { plural } from '../../../format/plural.ts';

const LANGUAGE = 'en';

/** English: the words of `lp-tracker`. */
export const TRACKER = {
  trackerPeriod: (from: string, to: string): string => `${from} to ${to}`,
  trackerNone: 'No data',
  trackerNeutral: 'Not rated',
  trackerNow: 'now',
  trackerCounts: (count: number): string =>
    plural(LANGUAGE, count, { one: '# entry', other: '# entries' }),
  trackerFor: (span: string): string => `for ${span}`,
  trackerOver: (span: string): string => `over ${span}`,
  trackerSince: (moment: string): string => `since ${moment}`,
  trackerHelp: 'Arrow keys read the periods.',
};
