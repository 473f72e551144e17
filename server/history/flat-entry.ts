/*
 * Most entries are a number, or an object of nothing but numbers. Reading their text directly takes a third of the time of
 * `JSON.parse`, which takes most of the time of a roll. All other texts are left to `JSON.parse`.
 */

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN, CLOSE, MINUS, DOT, ZERO] = [0x7b, 0x7d, 0x2d, 0x2e, 0x30];

/**
 * A decimal number of at most this many digits is a whole number divided by a power of ten; both
 * are exact, so the quotient is correctly rounded.
 */
const EXACT_DIGITS = 15;
const POWERS = Array.from({ length: EXACT_DIGITS + 1 }, (_, n) => 10 ** n);

/** Name of the field of a payload that is not an object. */
export const OWN_VALUE = 'value';

/** The time and the numbers of an entry. One object is reused for many entries in sequence. */
export class FlatEntry {
  /** ms since 1970. */
  t = 0;
  /** Names of the fields; the same list as long as they do not change. */
  names: string[] = [];
  /** Values of the fields. */
  readonly values: number[] = [];
  #text = '';
  #at = 0;

  /** Reads an entry's JSON text. Returns false if its payload is anything but a number, or an object of numbers. */
  read(text: string): boolean {
    this.#text = text;
    this.#at = '{"v":'.length;
    return this.#readHead() && this.#readPayload() && this.#take(CLOSE) && this.#at === text.length;
  }

  #readHead(): boolean {
    this.#at = this.#text.indexOf(',', this.#at);
    if (!this.#takeText(',"t":')) return false;
    this.t = this.#number();
    if (this.#takeText(',"d":')) return true;
    return this.#takeText(',"k":"') && this.#endOfString() >= 0 && this.#takeText(',"d":');
  }

  #readPayload(): boolean {
    if (this.#text.charCodeAt(this.#at) !== OPEN) {
      this.#name(0, OWN_VALUE);
      return this.#value(0) && this.#hasNames(1);
    }
    this.#at++;
    for (let i = 0; ; i++) {
      if (!this.#readName(i) || !this.#value(i)) return false;
      if (this.#take(COMMA)) continue;
      return this.#take(CLOSE) && this.#hasNames(i + 1);
    }
  }

  /** Reads a field's name and the colon. In most cases it is that of the entry before. */
  #readName(i: number): boolean {
    if (!this.#take(QUOTE)) return false;
    const known = this.names[i];
    const end = this.#at + (known?.length ?? 0);
    if (
      known !== undefined &&
      this.#text.charCodeAt(end) === QUOTE &&
      this.#text.startsWith(known, this.#at)
    ) {
      this.#at = end + 1;
      return this.#take(COLON);
    }
    const from = this.#at;
    const to = this.#endOfString();
    if (to < 0) return false;
    this.#name(i, this.#text.slice(from, to));
    return this.#take(COLON);
  }

  #name(i: number, name: string): void {
    if (this.names[i] !== name) this.names = [...this.names.slice(0, i), name];
  }

  /** Returns false if a name occurs twice. */
  #hasNames(count: number): boolean {
    if (this.names.length > count) this.names = this.names.slice(0, count);
    return count === 1 || new Set(this.names).size === count;
  }

  #value(i: number): boolean {
    return !Number.isNaN((this.values[i] = this.#number()));
  }

  /** Reads a number; NaN if there is none. */
  #number(): number {
    const text = this.#text;
    const from = this.#at;
    let at = from;
    const isNegative = text.charCodeAt(at) === MINUS;
    if (isNegative) at++;
    const first = at;
    let whole = 0;
    let dot = -1;
    for (; ; at++) {
      const code = text.charCodeAt(at);
      if (code === DOT) dot = at;
      else if (code >= ZERO && code <= ZERO + 9) whole = whole * 10 + (code - ZERO);
      else break;
    }
    const digits = at - first - (dot < 0 ? 0 : 1);
    this.#at = at;
    if (digits === 0 || digits > EXACT_DIGITS || isExponent(text.charCodeAt(at)))
      return this.#longNumber(from, at);
    const value = dot < 0 ? whole : whole / (POWERS[at - dot - 1] as number);
    return isNegative ? -value : value;
  }

  #longNumber(from: number, at: number): number {
    const [found = ''] = /^[-+.\deE]*/.exec(this.#text.slice(from, from + 400)) ?? [];
    this.#at = Math.max(at, from + found.length);
    return found === '' ? Number.NaN : Number(found);
  }

  /**
   * Moves past the quote that ends a string, and returns its position; -1 if the string has an
   * escape.
   */
  #endOfString(): number {
    const text = this.#text;
    for (let at = this.#at; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === BACKSLASH) return -1;
      if (code === QUOTE) {
        this.#at = at + 1;
        return at;
      }
    }
    return -1;
  }

  #take(code: number): boolean {
    if (this.#text.charCodeAt(this.#at) !== code) return false;
    this.#at++;
    return true;
  }

  #takeText(expected: string): boolean {
    if (!this.#text.startsWith(expected, this.#at)) return false;
    this.#at += expected.length;
    return true;
  }
}

/** True for `e` and `E`. */
const isExponent = (code: number): boolean => (code | 0x20) === 0x65;
