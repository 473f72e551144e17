import { readFile } from 'node:fs/promises';

/** Bytes since the machine started. */
export interface Traffic {
  in: number;
  out: number;
}

/** Only the traffic of the real interfaces: that of containers and bridges would count twice. */
const NOT_OURS = /^(?:lo|veth|docker|br-|virbr|tun|tap)/;

/** Returns the traffic in the text of `/proc/net/dev`, all real interfaces together; undefined if there is none. */
export function parseTraffic(text: string): Traffic | undefined {
  const rows = [...text.matchAll(/^\s*([^\s:]+):\s*(\d[\d ]*)/gm)]
    .filter(([, name = '']) => !NOT_OURS.test(name))
    .map(([, , numbers = '']) => numbers.trim().split(/\s+/).map(Number))
    .filter((numbers) => numbers.length >= 9);
  if (rows.length === 0) return undefined;
  const sum = (column: number): number =>
    rows.reduce((total, numbers) => total + (numbers[column] as number), 0);
  return { in: sum(0), out: sum(8) };
}

/** Returns what this machine has sent and received; undefined if it is not reported (only Linux does). */
export async function readTraffic(path = '/proc/net/dev'): Promise<Traffic | undefined> {
  try {
    return parseTraffic(await readFile(path, 'utf8'));
  } catch {
    return undefined; // No such file: the channel stays empty.
  }
}

/**
 * Returns bytes per second between two readings; undefined if there are none, or an interface was removed with its count.
 */
export function trafficRate(
  before: Traffic | undefined,
  now: Traffic | undefined,
  seconds: number,
): Traffic | undefined {
  if (!before || !now || seconds <= 0) return undefined;
  if (now.in < before.in || now.out < before.out) return undefined;
  return {
    in: Math.round((now.in - before.in) / seconds),
    out: Math.round((now.out - before.out) / seconds),
  };
}
