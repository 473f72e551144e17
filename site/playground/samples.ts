/** Sample data: those of the demo's boards, and of an invented machine. */
import { rounded } from '../../demo/boards/board-feed.ts';
import { home } from '../../demo/boards/home.ts';
import { sales } from '../../demo/boards/sales.ts';
import { wall } from '../../demo/boards/wall.ts';
import type { Json, Meta } from '../../protocol/lp1.ts';

/** A channel: its meta, and the payloads of a time in seconds since 1970. */
export interface Sample {
  meta: Meta;
  stepSeconds: number;
  /** Length of the past that is published at the start, in seconds. */
  past: number;
  at: (time: number) => Json[];
}

const wave = (time: number, period: number, shift = 0): number =>
  0.5 + 0.5 * Math.sin(time / period + shift);
const noisy = (time: number, shift = 0): number =>
  rounded(0.15 + 0.45 * wave(time, 47, shift) + 0.3 * wave(time, 7.3, shift * 3), 4);
const now = (time: number): { time: number } => ({ time: time * 1000 });

const live = (meta: Meta, at: (time: number) => { [name: string]: Json }[]): Sample => ({
  meta: { ttl: 30, ...meta },
  stepSeconds: 2,
  past: 300,
  at: (time) => at(time).map((payload) => ({ ...payload, ...now(time) })),
});

const MACHINE: Record<string, Sample> = {
  cpu: live({ label: 'CPU' }, (t) => [{ value: noisy(t) }]),
  memory: live({ label: 'Memory' }, (t) => [
    { usedRatio: rounded(0.5 + 0.3 * wave(t, 90), 4), used: 8.1e9 },
  ]),
  disk: live({ label: 'Disk' }, (t) => [
    { usedRatio: rounded(0.71 + 0.1 * wave(t, 200), 4), free: rounded(3 + 40 * wave(t, 70), 1) },
  ]),
  disks: live({ label: 'Disks' }, (t) =>
    ['/', '/home', '/var', '/backup'].map((disk, n) => ({
      value: rounded(0.35 + 0.18 * n + 0.08 * wave(t, 60, n), 3),
      labels: { disk },
    })),
  ),
  network: live({ label: 'Network', unit: 'byte-per-second' }, (t) => [
    { in: Math.round(2e6 * noisy(t)), out: Math.round(8e5 * noisy(t, 2)) },
  ]),
  loop: live({ label: 'Event loop delay', unit: 'millisecond' }, (t) => [
    { p50: rounded(1 + noisy(t), 2), p99: rounded(3 + 6 * noisy(t, 1), 2) },
  ]),
  uptime: live({ label: 'Up for', unit: 'second' }, (t) => [{ value: 400_000 + (t % 86_400) }]),
  backup: live({ label: 'Last backup' }, (t) => [{ value: (t - (t % 600) - 60) * 1000 }]),
  hello: live({ label: 'Your metric', ttl: 86_400 }, () => []),
};

const MESSAGES: [number, string, string][] = [
  [900, 'Team Blue', 'Deploy of web 2.4 starts at 10:00.'],
  [600, 'Team Green', 'Ready. The queue is empty.'],
  [240, 'Team Blue', 'Done, all checks are green.'],
];

/** What is published once, at the start (seconds since 1970), by channel. */
export function onceAt(start: number): Record<string, Json[]> {
  return {
    chat: MESSAGES.map(([ago, author, text]) => ({ author, text, ...now(start - ago) })),
    'camera.yard': [{ url: 'camera.svg', alt: 'A house before hills', ...now(start - 40) }],
    ...home.events(start),
    ...wall.events(start),
  };
}

/** Labels, units and limits of those channels. */
export const ONCE_META: Record<string, Meta> = { chat: { label: 'Chat' } };

/** All channels that go on. */
export function samples(start: number): Record<string, Sample> {
  const all = { ...MACHINE };
  for (const { channels, series } of [home, sales, wall]) {
    for (const [channel, { stepSeconds, at }] of Object.entries(series)) {
      const past = Math.min(86_400, 300 * stepSeconds);
      all[channel] = {
        meta: channels[channel] ?? {},
        stepSeconds,
        past,
        at: (time) => at(time, start),
      };
    }
    Object.assign(ONCE_META, channels);
  }
  return all;
}
