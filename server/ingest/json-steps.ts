import { ProtocolError } from '../../protocol/lp1.ts';
import type { Steps } from './collector.ts';

/** Maximum of characters for which `JSON.parse` is used; it takes about 1 ms for them. */
const SMALL = 100_000;
const MAX_DEPTH = 200;
const MAX_VALUES = 1_000_000;

interface Frame {
  list: unknown[] | undefined;
  object: Record<string, unknown> | undefined;
  key: string;
}

type Expected = 'value' | 'value or end' | 'key' | 'key or end' | 'comma or end' | 'nothing';

/**
 * Parses one JSON value. `JSON.parse` would block the server for 100 ms on 8 MiB, so large texts are parsed with pauses.
 * Objects of large texts have no prototype. @throws ProtocolError `bad-request`
 */
export function* parseJsonSteps(text: string): Steps<unknown> {
  if (text.length > SMALL) return yield* new JsonReader(text).read();
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw notJson((cause as Error).message, cause);
  }
}

class JsonReader {
  readonly #text: string;
  #at = 0;
  #expected: Expected = 'value';
  readonly #stack: Frame[] = [];
  #result: unknown;
  #values = 0;

  constructor(text: string) {
    this.#text = text;
  }

  *read(): Steps<unknown> {
    for (let n = 1; ; n++) {
      this.#skipSpaces();
      if (this.#at >= this.#text.length) break;
      this.#token(this.#text[this.#at] as string);
      if (n % 2_000 === 0) yield;
    }
    if (this.#expected !== 'nothing') throw notJson('the text ends before the value is complete');
    return this.#result;
  }

  #skipSpaces(): void {
    for (;;) {
      const c = this.#text.charCodeAt(this.#at);
      if (c !== 32 && c !== 10 && c !== 13 && c !== 9) return;
      this.#at++;
    }
  }

  #token(c: string): void {
    const expected = this.#expected;
    if ((c === ']' || c === '}') && expected.endsWith('end')) return this.#close(c);
    if (expected === 'comma or end' && c === ',') {
      this.#at++;
      this.#expected = this.#stack.at(-1)?.list ? 'value' : 'key';
    } else if (expected.startsWith('key') && c === '"') this.#key();
    else if (expected.startsWith('value')) this.#value(c);
    else throw this.#wrong();
  }

  #key(): void {
    const key = this.#string();
    this.#skipSpaces();
    if (this.#text[this.#at++] !== ':') throw this.#wrong();
    (this.#stack.at(-1) as Frame).key = key; // a key is expected in an object only
    this.#expected = 'value';
  }

  #value(c: string): void {
    if (++this.#values > MAX_VALUES)
      throw notJson(`it has more than ${MAX_VALUES} values: send less`);
    if (c === '{' || c === '[') return this.#open(c);
    this.#put(c === '"' ? this.#string() : this.#word());
  }

  #open(c: string): void {
    if (this.#stack.length >= MAX_DEPTH)
      throw notJson(`it is nested deeper than ${MAX_DEPTH} levels`);
    this.#at++;
    const list = c === '[' ? [] : undefined;
    const object = list ? undefined : (Object.create(null) as Record<string, unknown>);
    this.#put(list ?? object);
    this.#stack.push({ list, object, key: '' });
    this.#expected = list ? 'value or end' : 'key or end';
  }

  #close(c: string): void {
    const frame = this.#stack.pop();
    if (!frame || (frame.list ? ']' : '}') !== c) throw this.#wrong();
    this.#at++;
    this.#expected = this.#stack.length === 0 ? 'nothing' : 'comma or end';
  }

  #put(value: unknown): void {
    const frame = this.#stack.at(-1);
    if (!frame) this.#result = value;
    else if (frame.list) frame.list.push(value);
    else if (frame.object) frame.object[frame.key] = value;
    this.#expected = frame ? 'comma or end' : 'nothing';
  }

  #string(): string {
    const text = this.#text;
    const from = this.#at;
    let end = text.indexOf('"', from + 1);
    while (end > 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
    if (end < 0) throw notJson('a string has no closing quote');
    this.#at = end + 1;
    const inner = text.slice(from + 1, end);
    if (!inner.includes('\\') && !CONTROL.test(inner)) return inner;
    return this.#parsed(text.slice(from, end + 1)) as string;
  }

  #word(): unknown {
    WORD.lastIndex = this.#at;
    const word = WORD.exec(this.#text)?.[0];
    if (word === undefined) throw this.#wrong();
    this.#at += word.length;
    return this.#parsed(word);
  }

  #parsed(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw notJson((cause as Error).message, cause);
    }
  }

  #wrong(): ProtocolError {
    return notJson(
      `unexpected ${JSON.stringify(this.#text[this.#at] ?? '')} at position ${this.#at}`,
    );
  }
}

const CONTROL = /\p{Cc}/u;
const WORD = /[-+.\w]{1,400}/y;

function isEscaped(text: string, at: number): boolean {
  let from = at;
  while (text[from - 1] === '\\') from--;
  return (at - from) % 2 === 1;
}

const notJson = (message: string, cause?: unknown): ProtocolError =>
  new ProtocolError('bad-request', `the body is not JSON: ${message}`, { cause });
