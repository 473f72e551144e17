import { countText, plural } from '../../../format/plural.ts';

const LANGUAGE = 'en';

/** English: the words of `lp-status`. */
export const STATUS = {
  retryNow: 'Retry now',
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
  manyTabs: (count: number): string =>
    `${countText(LANGUAGE, count)} tabs hold a connection, others wait`,
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
};
