import { randomBytes } from 'node:crypto';
import { type Stats, unwatchFile, watchFile } from 'node:fs';
import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { newLinkKey, parseLinkKey } from './links.ts';
import {
  hashOf,
  type PublicEntry,
  type TokenEntry,
  Tokens,
  type WithdrawnEntry,
} from './tokens.ts';

/** Interval in ms at which a tokens file is checked for changes. */
const WATCH_MS = 500;

/** A tokens file that is read again whenever it changes. */
export class TokensFile {
  #tokens: Tokens;
  readonly #path: string;
  readonly #listeners = new Set<() => void>();
  readonly #onFileChange = (now: Stats, before: Stats): void => {
    const isSame = now.ino === before.ino && now.mtimeMs === before.mtimeMs; // a missing file is reported once
    if (!isSame) void this.#reload();
  };

  private constructor(path: string, tokens: Tokens) {
    this.#path = path;
    this.#tokens = tokens;
    for (const file of [path, keyPath(path)]) {
      watchFile(file, { interval: WATCH_MS, persistent: false }, this.#onFileChange);
    }
  }

  /** @throws TypeError for a file that cannot be read, that others may write, or that is not a list of tokens */
  static async open(path: string): Promise<TokensFile> {
    return new TokensFile(path, await readTokens(path));
  }

  /** The tokens that are in force: those of the last valid version of the file. */
  get tokens(): Tokens {
    return this.#tokens;
  }

  /** Calls `listener` after each change. Returns the function that removes the listener. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    for (const file of [this.#path, keyPath(this.#path)]) unwatchFile(file, this.#onFileChange);
  }

  /** Reads the file again. If it is invalid, the previous tokens stay in force, and the error is logged. */
  async #reload(): Promise<void> {
    try {
      this.#tokens = await readTokens(this.#path);
    } catch (error) {
      console.error(
        `lp-kit: ${(error as Error).message}; the previous tokens stay in force until the file is valid`,
      );
      return;
    }
    for (const listener of this.#listeners) listener();
  }
}

async function readTokens(path: string): Promise<Tokens> {
  try {
    await checkMode(path);
    const list: unknown = JSON.parse(await readFile(path, 'utf8'));
    return new Tokens(list, await linkKeyOf(path));
  } catch (cause) {
    throw new TypeError(`tokens file ${path}: ${(cause as Error).message}`, { cause });
  }
}

async function checkMode(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const { mode } = await stat(path);
  if (mode & 0o022) throw new TypeError(`other users may write it: chmod 600 ${path}`);
  if (mode & 0o044) console.warn(`lp-kit: other users may read ${path}: chmod 600 ${path}`);
}

/** Path of the key for links, beside the tokens file. A new key, or none, invalidates all links. */
const keyPath = (path: string): string => `${path}.key`;

/** Returns the key of the links of a tokens file; undefined if there is none. @throws TypeError */
async function linkKeyOf(path: string): Promise<Buffer | undefined> {
  try {
    await checkMode(keyPath(path));
    return parseLinkKey(await readFile(keyPath(path), 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Returns the key of the links of a tokens file, created if it is missing. @throws TypeError */
export async function linkKey(path: string): Promise<Buffer> {
  const known = await linkKeyOf(path);
  if (known) return known;
  const key = newLinkKey();
  const text = `${key.toString('base64url')}\n`;
  await writeFile(keyPath(path), text, { mode: 0o600, flag: 'wx' });
  return key;
}

/** An entry of a tokens file. */
export type Entry = TokenEntry | PublicEntry | WithdrawnEntry;

/** Returns the entries of a file unchecked; none if there is no file. @throws TypeError as `TokensFile.open` */
export async function readEntries(path: string): Promise<Entry[]> {
  try {
    await readTokens(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
    return [];
  }
  return JSON.parse(await readFile(path, 'utf8')) as Entry[];
}

const isMissing = (error: unknown): boolean =>
  error instanceof TypeError && (error.cause as NodeJS.ErrnoException)?.code === 'ENOENT';

/** Replaces a file atomically, readable by its owner only. @throws TypeError for invalid entries */
export async function writeEntries(path: string, entries: Entry[]): Promise<void> {
  void new Tokens(entries); // checks them
  const draft = `${path}.${process.pid}.tmp`;
  await writeFile(draft, `${JSON.stringify(entries, null, 2)}\n`, { mode: 0o600 });
  await rename(draft, path);
}

/** Returns a new token of 32 random characters, and its hash. */
export function newToken(): { token: string; hash: string } {
  const token = `lp_${randomBytes(24).toString('base64url')}`;
  return { token, hash: hashOf(token) };
}
