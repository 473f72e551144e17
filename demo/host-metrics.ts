import os from 'node:os';
import type { Json, Meta } from 'lp-kit/server';
import { type CpuShares, cpuShares } from './cpu.ts';
import { readDisk, readDisks } from './disks.ts';
import { readTraffic, type Traffic, trafficRate } from './network.ts';

/** A channel's value, or undefined if this machine does not report it: then nothing is published, rather than a zero. */
export type Sample = Record<string, Json | undefined>;

/** Five minutes at one sample a second, and some more for a window that is being dragged. */
const EACH_SECOND: Meta = { ttl: 5, retain: 360 };

export const hostChannels: Record<string, Meta> = {
  cpu: { ...EACH_SECOND, label: 'CPU', min: 0, max: 1 },
  cores: { ...EACH_SECOND, label: 'Cores', min: 0, max: 1, retain: 120 },
  memory: { ...EACH_SECOND, label: 'Memory', min: 0, max: os.totalmem() },
  load: { ...EACH_SECOND, label: 'Load average', min: 0 },
  network: { ...EACH_SECOND, label: 'Network', unit: 'byte-per-second', min: 0 },
  disk: { label: 'Disk', ttl: 30, retain: 60, min: 0 },
  disks: { label: 'Disks', ttl: 30, retain: 1 },
  uptime: { label: 'Uptime', unit: 'second', ttl: 5, retain: 1 },
  host: { label: 'Host', retain: 1 },
};

const DISK_EVERY_MS = 10_000;

/**
 * Shares over less time than this are inaccurate: the clocks of the cores tick a hundred times a
 * second.
 */
const SHORTEST_MS = 500;

/** Reads this machine. Shares and rates are since the last call, so the first one has none. */
export function hostMetrics(now: () => number = () => performance.now()): () => Promise<Sample> {
  const readRates = rates(now);
  let diskAt = Number.NEGATIVE_INFINITY;

  return async () => {
    const { shares, traffic } = await readRates();
    const diskIsDue = now() - diskAt >= DISK_EVERY_MS;
    if (diskIsDue) diskAt = now();
    const storage = diskIsDue ? await disks() : undefined;
    return {
      cpu: shares && { value: shares.value, user: shares.user, system: shares.system },
      cores: shares && byCore(shares),
      memory: memory(),
      load: load(),
      network: traffic && { ...traffic },
      ...storage,
      uptime: { value: Math.round(os.uptime()) },
    };
  };
}

interface Rates {
  shares?: CpuShares | undefined;
  traffic?: Traffic | undefined;
}

function rates(now: () => number): () => Promise<Rates> {
  let cpus = os.cpus();
  let traffic = readTraffic();
  let readAt = now();
  return async () => {
    const at = now();
    if (at - readAt < SHORTEST_MS) return {};
    const seconds = (at - readAt) / 1000;
    const [cpusBefore, trafficBefore] = [cpus, traffic];
    [cpus, traffic, readAt] = [os.cpus(), readTraffic(), at];
    return {
      shares: cpuShares(cpusBefore, cpus),
      traffic: trafficRate(await trafficBefore, await traffic, seconds),
    };
  };
}

/** Facts about this machine; they do not change while the process runs. */
export function hostFacts(): Json {
  const cpus = os.cpus();
  const model = cpus[0]?.model.replace(/\s+/g, ' ').trim();
  return {
    name: os.hostname(),
    system: `${os.type()} ${os.release()}`,
    cpus: cpus.length,
    node: process.version,
    ...(model && { model }),
  };
}

const byCore = ({ cores }: CpuShares): Json =>
  Object.fromEntries(cores.map((share, i) => [`cpu${i}`, share]));

function memory(): Json {
  const total = os.totalmem();
  const used = total - os.freemem();
  return { used, total, usedRatio: ratio(used, total) };
}

function load(): Json | undefined {
  if (process.platform === 'win32') return undefined; // Node reports 0 if it is unknown.
  const [m1 = 0, m5 = 0, m15 = 0] = os.loadavg().map((value) => Math.round(value * 100) / 100);
  return { m1, m5, m15 };
}

/** The disk of the current folder, and the used share of each disk. */
async function disks(): Promise<Sample> {
  const [disk, all] = await Promise.all([readDisk('.'), readDisks()]);
  const shares = Object.entries(all).map(([place, { usedRatio }]) => [place, usedRatio] as const);
  return {
    disk: disk && { ...disk },
    disks: shares.length > 0 ? Object.fromEntries(shares) : undefined,
  };
}

const ratio = (part: number, total: number): number =>
  total > 0 ? Math.round((part / total) * 10_000) / 10_000 : 0;
