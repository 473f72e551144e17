import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * The tokens of `writeToken` and `readToken`, valid for all channels. Stored as digests, and compared in constant time.
 */
export class OptionTokens {
  readonly #write: Buffer[];
  readonly #read: Buffer[];
  readonly #salt = randomBytes(32);

  /** @throws TypeError for a token that is empty or contains blanks */
  constructor(write: string | string[] | undefined, read: string | string[] | undefined) {
    this.#write = tokens('writeToken', write).map((token) => this.#digest(token));
    this.#read = tokens('readToken', read).map((token) => this.#digest(token));
  }

  /** True where reading needs a token. */
  get guardReads(): boolean {
    return this.#read.length > 0;
  }

  /** True where writing needs a token. */
  get guardWrites(): boolean {
    return this.#write.length > 0;
  }

  /** Whether one of the given tokens is valid for reading, writing or either; a write token may read, too. */
  fits(given: string[], what: 'read' | 'write' | 'anything'): boolean {
    const good = what === 'write' ? this.#write : [...this.#read, ...this.#write];
    const digests = given.map((token) => this.#digest(token));
    // each comparison takes the same time, whether and where a token differs
    return (
      good.filter((known) => digests.some((digest) => timingSafeEqual(known, digest))).length > 0
    );
  }

  #digest(token: string): Buffer {
    return createHmac('sha256', this.#salt).update(token).digest();
  }
}

function tokens(name: string, value: string | string[] | undefined): string[] {
  const list = value === undefined ? [] : [value].flat();
  if (list.every((token) => token.length > 0 && !/\s/.test(token))) return list;
  throw new TypeError(`${name}: a token is empty or contains a blank: give text without blanks`);
}
