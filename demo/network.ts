import { readFile } from 'node:fs/promises';

/** Bytes since the machine started. */
export interface Traffic {
  in: number;
  out: number;
}

/** Its own traffic only: what a container or a bridge passes on would count twice. */
const NOT_OURS = /^(?:lo|veth|docker|br-|virbr|tun|tap)/;

/** The traffic of `/proc/net/dev`'s text, all real interfaces together; undefined where there is none. */
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

/** What this machine has sent and received; undefined where it does not tell (only Linux does). */
export async function readTraffic(path = '/proc/net/dev'): Promise<Traffic | undefined> {
  try {
    return parseTraffic(await readFile(path, 'utf8'));
  } catch {
    return undefined; // no such file: the channel stays empty, which says so
  }
}

/** Bytes a second between two readings; undefined where there are none, or an interface left and took its count along. */
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
