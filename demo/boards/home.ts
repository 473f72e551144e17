import type { Json } from 'lp-kit/server';
import { type Board, dayOf, rounded, sinceMidnight } from './board-feed.ts';

const ROOMS = [
  { room: 'Kitchen', base: 22.6, swing: 2.1 },
  { room: 'Living room', base: 21.8, swing: 1.7 },
  { room: 'Bedroom', base: 20.1, swing: 1.4 },
  { room: 'Outside', base: 7.2, swing: 3.4 },
];

/** Seconds ago, name, state, remark, and level. */
const CHANGES: [number, string, string, string?, string?][] = [
  [77_400, 'Front door', 'opened', 'code 2, key 2'],
  [76_200, 'Front door', 'closed', 'night lock'],
  [73_800, 'Bedroom window', 'closed'],
  [71_400, 'Kitchen window', 'closed'],
  [37_800, 'Garage', 'open 30 min', 'nobody closed it', 'warning'],
  [36_000, 'Garage', 'closed'],
  [8_100, 'Front door', 'opened', 'code 4, key 1'],
  [7_800, 'Front door', 'closed'],
  [2_700, 'Front door', 'opened', 'code 4, key 1'],
  [2_640, 'Front door', 'closed'],
  [720, 'Bedroom window', 'open', 'heating is on', 'critical'],
];

/**
 * Seconds ago at which the heating of a room was switched on, off, on …; the first state is given.
 */
const HEATING: { room: string; first: string; ago: number[] }[] = [
  {
    room: 'Living room',
    first: 'on',
    ago: [86_400, 80_640, 67_680, 61_200, 40_320, 34_560, 14_880, 6_600, 2_880],
  },
  { room: 'Bedroom', first: 'off', ago: [86_400, 68_400, 64_200, 19_380, 13_980, 720] },
  { room: 'Bath', first: 'off', ago: [86_400, 66_600, 61_200, 39_600, 36_700, 17_280, 11_880] },
];

/** A home: four rooms, heating, energy, doors and windows. The same data as those of `public/home.sh`. */
export const home: Board = {
  channels: {
    'home.temperature': {
      label: 'Rooms',
      unit: 'celsius',
      decimals: 1,
      ttl: 900,
      retain: 3500,
    },
    'home.energy': {
      label: 'Energy today',
      unit: 'kWh',
      decimals: 1,
      ttl: 900,
      retain: 6500,
      history: '3d',
    },
    'home.doors': { label: 'Doors and windows', retain: 40 },
    'home.heating': { label: 'Heating', retain: 60, states: 'on:none,off:none' },
  },
  events: (start) => ({ 'home.doors': changes(start), 'home.heating': heating(start) }),
  series: {
    'home.temperature': { stepSeconds: 300, days: 1, at: temperatures },
    'home.energy': { stepSeconds: 300, days: 2, at: energy },
  },
};

/**
 * A daily curve for each room: cold before sunrise, warm in the afternoon, different each day, with
 * a little noise.
 */
function temperatures(time: number): Json[] {
  const hour = sinceMidnight(time) / 3600;
  return ROOMS.map(({ room, base, swing }, n) => {
    const daily = base + swing * Math.sin(((hour - 10) / 24) * 6.2832);
    const weather = 0.8 * Math.sin(time / 60_000 + n + 1);
    const noise = 0.12 * Math.sin(time / 700 + (n + 1) * 5) + 0.08 * Math.sin(time / 190 + n + 1);
    return { value: rounded(daily + weather + noise, 1), labels: { room }, time: time * 1000 };
  });
}

/**
 * Energy since midnight, in kWh: more at breakfast and dinner, and a seventh more on every other
 * day.
 */
function energy(time: number): Json[] {
  const hour = sinceMidnight(time) / 3600;
  const used =
    0.28 * hour + 2.2 / (1 + Math.exp(7.2 - hour)) + 3.6 / (1 + Math.exp((18.6 - hour) * 1.1));
  const factor = dayOf(time) % 2 ? 1.17 : 1;
  return [{ value: rounded(used * factor, 2), time: time * 1000 }];
}

const changes = (start: number): Json[] =>
  CHANGES.map(([ago, title, state, text, level]) => ({
    key: title,
    title,
    text: text ? `${state}, ${text}` : state,
    ...(level && { level }),
    time: (start - ago) * 1000,
  }));

const heating = (start: number): Json[] =>
  HEATING.flatMap(({ room, first, ago }) =>
    ago.map((seconds, n) => ({
      labels: { room },
      state: (n % 2 === 0) === (first === 'on') ? 'on' : 'off',
      time: (start - seconds) * 1000,
    })),
  );
