import { countText, plural } from '../../../format/plural.ts';

const LANGUAGE = 'en';

/** English: the words of `lp-metric-chart`. */
export const CHART = {
  chartHeld: (name: string, from: string, to: string): string => `${name}, ${from} to ${to}`,
  chartHelp:
    'Arrow keys read the values, with Shift they move the span, plus and minus look closer and wider, Escape goes back to live.',
  chartTime: 'Time',
  chartTable: 'Show as table',
  chartNoTable: 'Hide the table',
  chartLive: 'Back to live',
  chartSince: (time: string): string => `since ${time}`,
  chartEarlier: (name: string, span: string): string => `${name}, ${span} earlier`,
  chartShown: (shown: number, all: number): string =>
    `${countText(LANGUAGE, shown)} of ${countText(LANGUAGE, all)} shown`,
  chartRows: (count: number): string => plural(LANGUAGE, count, { one: '# row', other: '# rows' }),
  chartMenu: 'More',
  chartPng: 'Download picture',
  chartFull: 'Full screen',
  chartTag: 'Copy tag',
  chartCopied: 'Copied',
  chartNow: 'now',
  chartMin: 'min',
  chartMean: 'mean',
  chartMax: 'max',
  chartSum: 'sum',
  chartAt: (value: string, time: string): string => `${value} at ${time}`,
  chartCount: 'Count',
};
