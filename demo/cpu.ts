import type { CpuInfo } from 'node:os';

/** Shares of the time between two readings, 0 to 1. */
export interface CpuShares {
  value: number;
  user: number;
  system: number;
  /** Busy share of each core. */
  cores: number[];
}

/**
 * Returns the shares of the cores between two readings of `os.cpus()`; undefined if no time has
 * passed, or the number of cores changed.
 */
export function cpuShares(before: CpuInfo[], now: CpuInfo[]): CpuShares | undefined {
  if (before.length !== now.length || now.length === 0) return undefined;
  const cores = now.map((core, i) => spent((before[i] as CpuInfo).times, core.times));
  const all = cores.reduce((sum, core) => ({
    total: sum.total + core.total,
    idle: sum.idle + core.idle,
    user: sum.user + core.user,
  }));
  if (all.total <= 0) return undefined;
  return {
    value: share(all.total - all.idle, all.total),
    user: share(all.user, all.total),
    system: share(all.total - all.idle - all.user, all.total),
    cores: cores.map(({ total, idle }) => share(total - idle, total)),
  };
}

interface Spent {
  total: number;
  idle: number;
  user: number;
}

function spent(before: CpuInfo['times'], now: CpuInfo['times']): Spent {
  const since = (kind: keyof CpuInfo['times']): number => now[kind] - before[kind];
  const idle = since('idle');
  const user = since('user') + since('nice');
  return { total: idle + user + since('sys') + since('irq'), idle, user };
}

// A core that slept through the interval counts as idle; clocks that step backward give no share below 0.
function share(part: number, total: number): number {
  if (total <= 0) return 0;
  return Math.min(1, Math.max(0, Math.round((part / total) * 10_000) / 10_000));
}
