import { randomBytes } from 'node:crypto';
import { unwatchFile, watchFile } from 'node:fs';
import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { hashOf, type PublicEntry, type TokenEntry, Tokens } from './tokens.ts';

/** Interval at which a tokens file is looked at for changes, in ms. */
const WATCH_MS = 500;

/** A tokens file that is read again whenever it changes. */
export class TokensFile {
  #tokens: Tokens;
  readonly #path: string;
  readonly #listeners = new Set<() => void>();
  readonly #onFileChange = (): void => void this.#reload();

  private constructor(path: string, tokens: Tokens) {
    this.#path = path;
    this.#tokens = tokens;
    watchFile(path, { interval: WATCH_MS, persistent: false }, this.#onFileChange);
  }

  /** @throws TypeError for a file that cannot be read, that others may write, or that is not a list of tokens */
  static async open(path: string): Promise<TokensFile> {
    return new TokensFile(path, await readTokens(path));
  }

  /** The tokens as the file has them now. */
  get tokens(): Tokens {
    return this.#tokens;
  }

  /** Calls `listener` after each change. Returns the function that ends it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    unwatchFile(this.#path, this.#onFileChange);
  }

  /** A file that cannot be used changes nothing: the tokens before it stay good. */
  async #reload(): Promise<void> {
    try {
      this.#tokens = await readTokens(this.#path);
    } catch (error) {
      console.error(`lp-kit: ${(error as Error).message}; the tokens before it stay in force`);
      return;
    }
    for (const listener of this.#listeners) listener();
  }
}

async function readTokens(path: string): Promise<Tokens> {
  try {
    await checkMode(path);
    return new Tokens(JSON.parse(await readFile(path, 'utf8')));
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

type Entry = TokenEntry | PublicEntry;

/** The entries of a file as they stand there; none where there is no file. @throws TypeError as `TokensFile.open` */
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

/** Writes a file whole or not at all, for its owner alone. @throws TypeError for entries that are none */
export async function writeEntries(path: string, entries: Entry[]): Promise<void> {
  void new Tokens(entries); // checks them
  const draft = `${path}.${process.pid}.tmp`;
  await writeFile(draft, `${JSON.stringify(entries, null, 2)}\n`, { mode: 0o600 });
  await rename(draft, path);
}

/** Makes a new token: 32 random characters, and its hash. */
export function newToken(): { token: string; hash: string } {
  const token = `lp_${randomBytes(24).toString('base64url')}`;
  return { token, hash: hashOf(token) };
}
