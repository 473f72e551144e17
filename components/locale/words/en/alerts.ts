import { countText } from '../../../format/plural.ts';

const LANGUAGE = 'en';

/** English: the words of `lp-alerts`. */
export const ALERTS = {
  alertsNone: (count: number, word: string): string => `All ${countText(LANGUAGE, count)} ${word}`,
  alertsCount: (good: number, all: number, word: string): string =>
    `${countText(LANGUAGE, good)} of ${countText(LANGUAGE, all)} ${word}`,
};
