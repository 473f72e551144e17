import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  isTableSound,
  type Manifest,
  parseManifest,
  scanLog,
  sequencesOf,
} from './leveldb-format.ts';

/**
 * Checks the files of a folder for damage before LevelDB opens it. Returns where the damage is and of which kind, as text;
 * undefined if there is none. LevelDB itself checks its MANIFEST and whether its tables exist.
 *
 * Tables are read whole, one after the other; with `logs`, only the logs are checked (4 MB each, two at most).
 */
export async function findDamage(
  location: string,
  what: 'all' | 'logs',
): Promise<string | undefined> {
  const names = (await readdir(location)).sort();
  if (!names.includes('CURRENT')) return undefined;
  const manifest = await readManifest(location);
  if (!manifest) return undefined;
  if (what === 'all') {
    for (const name of names) {
      const isLive = /^\d+\.(ldb|sst)$/.test(name) && manifest.tables.has(parseInt(name));
      if (isLive && !isTableSound(await readFile(join(location, name)))) {
        return `the table ${name} is not what was written`;
      }
    }
  }
  return logDamage(location, names, manifest);
}

/** Undefined if it cannot be read: LevelDB reports that. */
async function readManifest(location: string): Promise<Manifest | undefined> {
  try {
    const current = await readFile(join(location, 'CURRENT'), 'utf8');
    return parseManifest(await readFile(join(location, current.trim())));
  } catch {
    return undefined;
  }
}

/**
 * The changes of all logs are numbered without gaps, so that a missing end of an older log is
 * detected too.
 */
async function logDamage(
  location: string,
  names: string[],
  { log: oldest, lastSequence }: Manifest,
): Promise<string | undefined> {
  const logs = names.filter((name) => /^\d+\.log$/.test(name) && parseInt(name) >= oldest);
  if (oldest > 0 && !logs.some((name) => parseInt(name) === oldest)) {
    return `the log ${String(oldest).padStart(6, '0')}.log is missing`;
  }
  let next: number | undefined;
  for (const name of logs.sort((a, b) => parseInt(a) - parseInt(b))) {
    const { records, damagedAt } = scanLog(await readFile(join(location, name)));
    for (const record of records) {
      if (record.body.length < 12) return placeOf(name, record.at, 'has an invalid record');
      const [first, after] = sequencesOf(record);
      const follows = next === undefined ? first <= lastSequence + 1 : first === next;
      if (!follows) return placeOf(name, record.at, 'does not continue the records before it');
      next = after;
    }
    if (damagedAt !== undefined) return placeOf(name, damagedAt, 'differs from what was written');
  }
  return undefined;
}

const placeOf = (name: string, at: number, what: string): string =>
  `the log ${name} ${what} from byte ${at} on`;
