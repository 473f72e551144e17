import { readFile, statfs } from 'node:fs/promises';

/**
 * A disk by its mount point: used bytes, all bytes, and their ratio as `df` reports it (space reserved for root counts as
 * neither).
 */
export interface Disk {
  used: number;
  total: number;
  usedRatio: number;
}

/** Maximum number of disks, because nobody reads a longer list. */
const MOST = 8;

/**
 * Where disks are mounted, from `/proc/self/mounts` of Linux: each device once, at its shortest
 * path.
 */
export function parseMounts(text: string): string[] {
  const places = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [device = '', escaped = ''] = line.split(' ');
    const path = escaped.replace(/\\(\d{3})/g, (_, octal) =>
      String.fromCharCode(Number.parseInt(octal as string, 8)),
    );
    if (!device.startsWith('/dev/') || device.startsWith('/dev/loop')) continue;
    if (path.startsWith('/etc/')) continue; // Single files, as containers mount them.
    const known = places.get(device);
    if (known === undefined || path.length < known.length) places.set(device, path);
  }
  return [...places.values()].sort().slice(0, MOST);
}

/**
 * Returns the mount points of this machine's disks; the current folder (`.`) if the system lists
 * none.
 */
export async function readDisks(mounts = '/proc/self/mounts'): Promise<Record<string, Disk>> {
  const text = await readFile(mounts, 'utf8').catch(() => '');
  const found = parseMounts(text);
  const disks = await Promise.all(
    (found.length > 0 ? found : ['.']).map(async (path) => [path, await readDisk(path)] as const),
  );
  return Object.fromEntries(disks.filter((pair): pair is readonly [string, Disk] => !!pair[1]));
}

/** Undefined if it cannot be read. */
export async function readDisk(path: string): Promise<Disk | undefined> {
  try {
    const { bsize, blocks, bfree, bavail } = await statfs(path);
    const used = (blocks - bfree) * bsize;
    const free = bavail * bsize;
    if (used + free <= 0) return undefined;
    const usedRatio = Math.round((used / (used + free)) * 10_000) / 10_000;
    return { used, total: blocks * bsize, usedRatio };
  } catch {
    return undefined;
  }
}
