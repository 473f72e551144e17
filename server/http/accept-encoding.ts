import Negotiator from 'negotiator';
import type { Compression } from '../hub/answer.ts';

const OURS: Compression[] = ['br', 'gzip'];
/** Maximum number of header values whose result is cached. A browser sends the same value with every poll. */
const MAX_KNOWN = 100;
const known = new Map<string, Compression[]>();

/**
 * Returns which of the server's encodings a request accepts, by its `Accept-Encoding`: the preferred one first; among
 * equal ones the one with the smaller result first (RFC 9110, 12.5.3). A client that names none gets the body
 * uncompressed.
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

/**
 * A parameter that version 1 of the library has and its types lack: the order of encodings that are equally preferred.
 */
interface Preferring {
  encodings(available: string[], options: { preferred: string[] }): string[];
}

const isOurs = (name: string): name is Compression => OURS.includes(name as Compression);
