import { timingSafeEqual } from 'node:crypto';
import { hashOf } from './tokens.ts';

/**
 * The tokens of `writeToken` and `readToken`, valid for all channels. Stored as hashes, and compared in constant time.
 */
export class OptionTokens {
  readonly #write: Buffer[];
  readonly #read: Buffer[];

  /** @throws TypeError for a token that is empty or contains blanks */
  constructor(write: string | string[] | undefined, read: string | string[] | undefined) {
    this.#write = tokens('writeToken', write).map((token) => Buffer.from(hashOf(token)));
    this.#read = tokens('readToken', read).map((token) => Buffer.from(hashOf(token)));
  }

  /** True where reading needs a token. */
  get guardReads(): boolean {
    return this.#read.length > 0;
  }

  /** True where writing needs a token. */
  get guardWrites(): boolean {
    return this.#write.length > 0;
  }

  /**
   * Whether one of the given tokens is valid for reading, writing or either; a write token may read, too.
   * @param hashes the tokens' hashes, by `hashOf`
   */
  fits(hashes: string[], what: 'read' | 'write' | 'anything'): boolean {
    const good = what === 'write' ? this.#write : [...this.#read, ...this.#write];
    const given = hashes.map((hash) => Buffer.from(hash));
    // each comparison takes the same time, whether and where a token differs
    return good.filter((known) => given.some((hash) => timingSafeEqual(known, hash))).length > 0;
  }
}

function tokens(name: string, value: string | string[] | undefined): string[] {
  const list = value === undefined ? [] : [value].flat();
  if (list.every((token) => token.length > 0 && !/\s/.test(token))) return list;
  throw new TypeError(`${name}: a token is empty or contains a blank: give text without blanks`);
}
