import { listText, plural } from '../../../format/plural.ts';

const LANGUAGE = 'en';
const names = (all: string[]): string => listText(LANGUAGE, all);

/** English texts used by more than one element: states, ages, controls, announcements. */
export const CORE = {
  noValue: 'no value',
  waitingForData: 'Waiting for data',
  noChannel: 'No channel chosen',
  noData: (name: string): string => (name ? `No data yet for ${name}` : 'No data yet'),
  cannotShow: 'This data cannot be shown',
  cannotRead: (shape: string): string => `Cannot read ${shape}`,
  severalSeries: (count: number): string =>
    plural(LANGUAGE, count, { one: '# series: choose one', other: '# series: choose one' }),
  noSeries: (name: string): string => `No series “${name}”`,
  firstData: (age: string): string => `First data ${age}`,
  refused: 'The server refused this request',
  refusedBetween: (status: number): string => `Refused by something in between (${status})`,
  badChannel: (channel: string): string => `“${channel}” is not a channel name`,
  badSource: 'The address of the source is not valid',
  signIn: 'Sign in to see this',
  offline: 'Offline',
  stale: 'Out of date',
  paused: 'Paused',
  error: 'Error',
  denied: 'No access',
  ok: 'Normal',
  warn: 'Warning',
  danger: 'Critical',
  updatedNow: 'Updated just now',
  updated: (age: string): string => `Updated ${age}`,
  updatesWaiting: (count: number): string =>
    plural(LANGUAGE, count, { one: '# update waiting', other: '# updates waiting' }),
  pause: 'Pause',
  resume: 'Resume',
  retry: 'Retry',
  saidWarn: (all: string[]): string => `${names(all)}: warning.`,
  saidDanger: (all: string[]): string => `${names(all)}: critical.`,
  saidOk: (all: string[]): string => `${names(all)}: back to normal.`,
  saidLost: 'Connection lost. Values may be out of date.',
  saidRestored: 'Connection restored.',
  listed: (parts: string[]): string => parts.join(', '),
  chartNoNumbers: (shape: string): string => `No numbers here: ${shape}`,
  chartNotLoaded: 'The code that draws charts could not be loaded',
  chartCsv: 'Download CSV',
  sinceAgo: (ago: string): string => `since ${ago}`,
  moreRows: (count: number): string => plural(LANGUAGE, count, { other: '# more' }),
};
