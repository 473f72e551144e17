import Negotiator from 'negotiator';
import type { Compression } from '../hub/answer.ts';

const OURS: Compression[] = ['br', 'gzip'];
/** Few texts come, and each again and again: a browser sends the same one with every poll. */
const MAX_KNOWN = 100;
const known = new Map<string, Compression[]>();

/**
 * Returns which of our encodings a request takes, by its `Accept-Encoding`, the preferred one first; of equal ones the smaller
 * result first (RFC 9110, 12.5.3). A client that names none gets the body uncompressed.
 */
export function takenEncodings(accepted = ''): Compression[] {
  const present = known.get(accepted);
  if (present) return present;
  const negotiator: Preferring = new Negotiator({ headers: { 'accept-encoding': accepted } });
  const taken = negotiator.encodings(OURS, { preferred: OURS }).filter(isOurs);
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(accepted, taken);
  return taken;
}

/** What version 1 has and its types lack: the order of encodings that are equally welcome. */
interface Preferring {
  encodings(available: string[], options: { preferred: string[] }): string[];
}

const isOurs = (name: string): name is Compression => OURS.includes(name as Compression);
