import type { Json } from 'lp-kit/server';
import { type Board, rounded } from './board-feed.ts';

const SERVICES = 'api auth billing search mail cdn db-1 db-2 queue web docs ci'.split(' ');

/**
 * Periods before the start, in seconds, in which a service was not up; a current one has a message.
 */
const TROUBLES: [service: string, from: number, to: number, status: string, message?: string][] = [
  ['db-1', 660, -Infinity, 'down', 'refused, Team Blue is on it'],
  ['db-1', 1_500, 660, 'slow'],
  ['queue', 1_200, -Infinity, 'slow', '2,410 jobs waiting, limit 500'],
  ['queue', 65_300, 64_000, 'slow'],
  ['web', 13_200, 10_800, 'down'],
  ['web', 14_700, 13_200, 'slow'],
  ['api', 31_000, 30_000, 'slow'],
  ['auth', 10_000, 9_000, 'slow'],
  ['auth', 34_000, 31_500, 'slow'],
  ['search', 68_000, 67_000, 'slow'],
  ['mail', 53_000, 52_000, 'slow'],
  ['ci', 40_500, 38_000, 'slow'],
];

/** Seconds ago, name, state, team. */
const DEPLOYS: [number, string, string, string][] = [
  [75_600, 'web 2.1', 'live', 'team-d'],
  [68_400, 'api 8.1', 'live', 'team-c'],
  [41_400, 'web 2.2', 'failed', 'team-b'],
  [39_600, 'web 2.3', 'live', 'team-b'],
  [2_520, 'web 2.4', 'live', 'team-a'],
];

const ON_CALL: [string, string][] = [
  ['Now', 'Team Blue'],
  ['Until', 'Tue 08:00'],
  ['Phone', '+49 30 1234'],
  ['Accepted', 'db-1'],
  ['Next', 'Team Green'],
];

/** Twelve services in production, with an error rate, deploys and who is on call. The same data as those of `public/wall.sh`. */
export const wall: Board = {
  channels: {
    'wall.services': {
      label: 'Services',
      ttl: 900,
      retain: 3500,
      states: 'up:ok,slow:warn,down:danger',
    },
    'wall.errors': {
      label: 'Error rate',
      unit: 'percent',
      decimals: 1,
      ttl: 900,
      retain: 3500,
      warn: 2,
      danger: 4,
      min: 0,
    },
    'wall.deploys': { label: 'Deploys', retain: 100, states: 'live:ok,failed:danger' },
    'wall.oncall': { label: 'On call', retain: 10 },
  },
  events: (start) => ({
    'wall.deploys': deploys(start),
    'wall.oncall': [
      { items: ON_CALL.map(([label, value]) => ({ label, value })), time: (start - 30_000) * 1000 },
    ],
  }),
  series: {
    'wall.services': { stepSeconds: 300, days: 1, at: checks },
    'wall.errors': { stepSeconds: 300, days: 1, at: errors },
  },
};

/** A check of each service. */
function checks(time: number, start: number): Json[] {
  const ago = start - time;
  return SERVICES.map((service) => {
    const trouble = TROUBLES.find(([name, from, to]) => name === service && ago < from && ago > to);
    const [, , , status = 'up', message] = trouble ?? [];
    return { status, ...(message && { message }), labels: { service }, time: time * 1000 };
  });
}

/**
 * The share of requests that failed, in percent: a peak while web was down, and higher since db-1
 * has been slow.
 */
function errors(time: number, start: number): Json[] {
  const ago = start - time;
  let rate = 0.55 + 0.25 * Math.sin(time / 9000);
  rate += 0.1 * Math.sin(time / 611) + 0.06 * Math.sin(time / 173);
  if (ago > 10_500 && ago < 13_800) rate += 5.2 * Math.exp(-(((ago - 12_000) / 900) ** 2));
  if (ago < 1_500) rate += (1.7 * (1_500 - Math.max(0, ago))) / 1_500;
  return [{ value: rounded(rate, 2), time: time * 1000 }];
}

const deploys = (start: number): Json[] =>
  DEPLOYS.map(([ago, title, status, author]) => ({
    title,
    status,
    author,
    text: `${status}, ${author}`,
    time: (start - ago) * 1000,
  }));
