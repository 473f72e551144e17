import { countText, listText, plural } from '../../format/plural.ts';

const LANGUAGE = 'en';
const names = (all: string[]): string => listText(LANGUAGE, all);

/**
 * English, and the shape of every other table. Ages come in ready ("4 min. ago"), as `Intl.RelativeTimeFormat` writes them.
 * An element's own words stand under its name.
 */
export const ENGLISH = {
  // States of a widget
  noValue: 'no value',
  waitingForData: 'Waiting for data',
  noChannel: 'No channel chosen',
  noData: (name: string): string => `No data yet for ${name}`,
  cannotShow: 'This data cannot be shown',
  cannotRead: (shape: string): string => `Cannot read ${shape}`,
  severalSeries: (count: number): string =>
    plural(LANGUAGE, count, { one: '# series: choose one', other: '# series: choose one' }),
  noSeries: (name: string): string => `No series “${name}”`,
  firstData: (age: string): string => `First data ${age}`,
  refused: 'The server refused this request',
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

  // Ages
  updatedNow: 'Updated just now',
  updated: (age: string): string => `Updated ${age}`,
  updatesWaiting: (count: number): string =>
    plural(LANGUAGE, count, { one: '# update waiting', other: '# updates waiting' }),

  // Controls
  pause: 'Pause',
  resume: 'Resume',
  retry: 'Retry',
  retryNow: 'Retry now',

  // Announcements: whole sentences without ticking numbers
  saidWarn: (all: string[]): string => `${names(all)}: warning.`,
  saidDanger: (all: string[]): string => `${names(all)}: critical.`,
  saidOk: (all: string[]): string => `${names(all)}: back to normal.`,
  saidLost: 'Connection lost. Values may be out of date.',
  saidRestored: 'Connection restored.',

  // lp-status
  statusConnecting: 'Connecting',
  statusLive: 'Live',
  statusReconnecting: 'Connection lost',
  statusOffline: 'Offline',
  statusPaused: 'Paused',
  statusDenied: 'Sign-in needed',
  statusNone: 'No source',
  retryIn: (time: string): string => `Next try in ${time}`,
  staleChannels: (stale: number, all: number): string =>
    plural(LANGUAGE, all, {
      one: `${countText(LANGUAGE, stale)} of # channel stale`,
      other: `${countText(LANGUAGE, stale)} of # channels stale`,
    }),
  oldest: (age: string): string => `oldest ${age}`,
  details: 'Connection details',
  detailServer: 'Server',
  detailContact: 'Last contact',
  detailLatency: 'Latency',
  detailVersion: 'Widget version',
  detailChannels: 'Channels',
  detailOldest: 'Oldest stale channel',
  detailAhead: 'Clock ahead',
  never: 'never',
  listed: (parts: string[]): string => parts.join(', '),

  // lp-metric-chart
  chartSpan: (name: string, span: string): string => `${name}, last ${span}`,
  chartHeld: (name: string, from: string, to: string): string => `${name}, ${from} to ${to}`,
  chartFigures: (figures: { now: string; low: string; high: string; mean: string }): string =>
    `now ${figures.now}, lowest ${figures.low}, highest ${figures.high}, average ${figures.mean}`,
  chartHelp:
    'Arrow keys read the values, plus and minus look closer and wider, Escape goes back to live.',
  chartTime: 'Time',
  chartTable: 'Show as table',
  chartNoTable: 'Hide the table',
  chartLive: 'Back to live',
  chartNoNumbers: (shape: string): string => `No numbers here: ${shape}`,
  chartNotLoaded: 'The code that draws charts could not be loaded',
  chartShown: (shown: number, all: number): string =>
    `${countText(LANGUAGE, shown)} of ${countText(LANGUAGE, all)} shown`,
  chartRows: (count: number): string => plural(LANGUAGE, count, { one: '# row', other: '# rows' }),
  chartMenu: 'More',
  chartCsv: 'Download CSV',
  chartPng: 'Download picture',
  chartFull: 'Full screen',
  chartTag: 'Copy tag',
  chartCopied: 'Copied',
  chartNow: 'now',
  chartMin: 'min',
  chartMean: 'mean',
  chartMax: 'max',
  chartSum: 'sum',
  chartCount: 'Count',

  // lp-feed
  feedNew: (count: number): string =>
    plural(LANGUAGE, count, { one: '# new item', other: '# new items' }),
  feedSaidNew: (count: number, name: string): string =>
    `${plural(LANGUAGE, count, { one: '# new item', other: '# new items' })}: ${name}.`,
  feedSearch: 'Search',
  feedDownload: 'Download as text',
  feedNothing: 'Nothing of this kind yet',
  itemDebug: 'Debug',
  itemInfo: 'Info',
  itemOk: 'OK',
  itemWarn: 'Warning',
  itemError: 'Error',
  itemCritical: 'Critical',

  // lp-publish
  publishMessage: 'Message',
  publishAuthor: 'Your name',
  publishSend: 'Send',
  publishSending: 'Sending',
  publishSent: 'Sent.',
  publishBlank: 'Write something first',
  publishTooLong: (over: number): string =>
    plural(LANGUAGE, over, { one: '# character too long', other: '# characters too long' }),
  publishCount: (used: number, most: number): string =>
    `${countText(LANGUAGE, used)} of ${countText(LANGUAGE, most)} characters`,
  publishNotReached: 'Not sent: the server cannot be reached. Your text is kept.',
  publishTooMany: 'Not sent: too many messages in a short time. Your text is kept.',
  publishTryIn: (time: string): string => `Try again in ${time}`,
  publishSignIn: 'Not sent: sign in first. Your text is kept.',
  publishForbidden: 'Not sent: you may not write here. Your text is kept.',
  publishTooLarge: 'Not sent: this is too large. Your text is kept.',
  publishRefused: 'Not sent: the server refused it. Your text is kept.',
  publishWaits: 'Offline: sending is possible again once the connection is back',

  // lp-number
  noChange: 'no change',
  changedUp: (by: string): string => `up ${by}`,
  changedDown: (by: string): string => `down ${by}`,
  percentagePoints: (count: number): string =>
    plural(LANGUAGE, count, { one: '# percentage point', other: '# percentage points' }),
  shortPoints: (count: string): string => `${count} pp`,
  bothChanges: (by: string, percent: string): string => `${by} (${percent})`,
  sinceAgo: (ago: string): string => `since ${ago}`,
  sincePrevious: 'since the previous value',
  sinceStart: 'since the start',
  better: 'better',
  worse: 'worse',

  // lp-meter
  aboveScale: 'above the scale',
  belowScale: 'below the scale',

  // lp-list
  moreRows: (count: number): string => plural(LANGUAGE, count, { other: '# more' }),
  noRows: 'Nothing to list',

  // lp-tracker
  trackerPeriod: (from: string, to: string): string => `${from} to ${to}`,
  trackerNone: 'No data',
  trackerNeutral: 'Not rated',
  trackerNow: 'now',
  trackerCounts: (count: number): string =>
    plural(LANGUAGE, count, { one: '# entry', other: '# entries' }),
  trackerHelp: 'Arrow keys read the periods.',

  // lp-dashboard
  fullScreen: 'Full screen',
  leaveFullScreen: 'Leave full screen',
  badConfig: 'This dashboard’s configuration cannot be read',
};
