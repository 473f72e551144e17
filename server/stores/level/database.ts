import { chmod, mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { StoreError } from '../store-error.ts';
import { findDamage } from './integrity.ts';

/** A change of one key. */
export type Change = { type: 'put'; key: string; value: string } | { type: 'del'; key: string };

/** The database on disk: sorted keys, atomic writes. Tests replace it with a faulty one. */
export interface Folder {
  /**
   * Writes all changes or none; with `sync`, they are on the disk when it resolves.
   * @throws StoreError `no-room`, `failed`
   */
  write(changes: Change[], sync: boolean): Promise<void>;
  /** Returns all keys in order, some hundreds at a time. @throws StoreError `damaged` */
  scan(): AsyncIterable<[key: string, value: string][]>;
  get(key: string): Promise<string | undefined>;
  close(): Promise<void>;
}

const CHUNK = 1_000;

/**
 * Opens LevelDB in a folder, which is created if it is missing.
 * @throws StoreError `in-use`, `no-access`, `no-room`, `damaged`
 */
export async function openFolder(location: string, check: 'all' | 'logs' = 'all'): Promise<Folder> {
  await checkFolder(location);
  const damage = await findDamage(location, check);
  if (damage) throw damaged(location, damage);
  const db = new ClassicLevel<string, string>(location, { compression: false });
  try {
    await db.open();
  } catch (error) {
    throw openError(location, (error as Error).cause ?? error);
  }

  return {
    async write(changes, sync) {
      try {
        const batch = db.batch(); // A chained batch: an array of changes costs the event loop twenty times as much.
        for (const change of changes) {
          if (change.type === 'put') batch.put(change.key, change.value);
          else batch.del(change.key);
        }
        await batch.write({ sync });
      } catch (error) {
        throw writeError(location, error);
      }
    },
    async *scan() {
      const iterator = db.iterator();
      try {
        for (;;) {
          const chunk = await iterator.nextv(CHUNK);
          if (chunk.length === 0) return;
          yield chunk;
        }
      } catch (error) {
        throw damaged(location, messageOf(error), error);
      } finally {
        await iterator.close();
      }
    },
    get: (key) => db.get(key),
    close: () => db.close(),
  };
}

/**
 * Without its CURRENT file LevelDB would start an empty database and drop everything silently. A first start that was killed
 * leaves MANIFEST-000001 at most, and no data.
 */
async function checkFolder(location: string): Promise<void> {
  let files: string[];
  try {
    await mkdir(location, { recursive: true, mode: 0o700 });
    files = await readdir(location);
    await hideFromOthers(location, files);
  } catch (error) {
    throw noAccess(location, error);
  }
  if (files.includes('CURRENT')) return;
  const lost = files.find((file) => /\.(ldb|sst|log)$|^MANIFEST-(?!000001$)/.test(file));
  if (lost) throw damaged(location, `CURRENT is missing, yet there is ${lost}`);
}

/**
 * Removes the rights of other users on the store's files; rights of a group stay. The same for the folder, unless it
 * contains other files. Files of another user are left as they are.
 */
async function hideFromOthers(location: string, files: string[]): Promise<void> {
  const ours = files.filter((file) => OURS.test(file));
  const paths = ours.map((file) => join(location, file));
  if (ours.length === files.length) paths.push(location);
  for (const path of paths) {
    try {
      const { mode } = await stat(path);
      if (mode & 0o007) await chmod(path, mode & 0o770);
    } catch {
      // These rights cannot be changed by this process; opening reports whether the folder can be used.
    }
  }
}

const OURS = /^(\d+\.(ldb|sst|log)|MANIFEST-\d+|CURRENT|LOG(\.old)?|LOCK|lp-kit\.commit)$/;

function openError(location: string, error: unknown): StoreError {
  const { code } = error as { code?: string };
  const text = messageOf(error);
  if (code === 'LEVEL_LOCKED') {
    return new StoreError(
      'in-use',
      `the data folder ${location} is in use by another process: stop that one, or give this one a folder of its own with --data DIR`,
      { cause: error },
    );
  }
  if (isNoRoom(text)) return noRoom(location, error);
  if (/permission denied|read-only file system|not a directory|EACCES|EROFS/i.test(text)) {
    return noAccess(location, error);
  }
  return damaged(location, text, error);
}

function writeError(location: string, error: unknown): StoreError {
  const text = messageOf(error);
  if (isNoRoom(text)) return noRoom(location, error);
  return new StoreError('failed', `reading or writing ${location} failed: ${text}`, {
    cause: error,
  });
}

const isNoRoom = (text: string): boolean =>
  /no space left|quota exceeded|file too large|ENOSPC|EDQUOT|EFBIG/i.test(text);

const noRoom = (location: string, cause: unknown): StoreError =>
  new StoreError('no-room', `no space is left on the disk of ${location}: free some`, { cause });

const noAccess = (location: string, cause: unknown): StoreError =>
  new StoreError(
    'no-access',
    `the data folder ${location} cannot be used (${messageOf(cause)}): give one that this user may write with --data DIR, or keep nothing with --memory`,
    { cause },
  );

/** Returns the error of a data folder that cannot be used; `what` names the damage. */
export const damaged = (location: string, what: string, cause?: unknown): StoreError =>
  new StoreError(
    'damaged',
    `the data in ${location} is damaged (${what}): put a backup in its place, or move it away and start with an empty folder`,
    { cause },
  );

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
