import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { ResetReason } from '../../protocol/lp1.ts';
import type { Slice } from '../stores/store.ts';

/** One channel's news as it travels, made once for all readers at the same cursor. */
export interface PartText {
  text: string;
  entries: number;
  reset: ResetReason | undefined;
  more: boolean;
  /** Nothing moved after all. */
  empty: boolean;
}

/** `from` is the reader's cursor, to the letter. */
export function partText(channel: string, from: string, slice: Slice): PartText {
  const { to, reset, meta, entries, more } = slice;
  const why = reset ? `,"reset":"${reset}"` : '';
  const about = meta === undefined ? '' : `,"meta":${meta}`;
  return {
    text: `"${channel}":{"from":"${from}","to":"${to}"${why}${about},"entries":[${entries.join(',')}]}`,
    entries: entries.length,
    reset,
    more,
    empty: !reset && entries.length === 0,
  };
}

export interface AnswerLimit {
  entries: number;
  bytes: number;
}

export interface AnswerOptions {
  now: number;
  limit: AnswerLimit;
  /** Ask the readers to wait so many ms. */
  pause?: number | undefined;
  round?: string | undefined;
  /** The connection ends with this answer. */
  final?: boolean;
}

/** Below this, compressing costs more than it saves: about one network packet. */
const COMPRESS_BYTES = 1_400;

/** The encodings that we make, smallest first. */
export type Compression = 'br' | 'gzip';

export type Encoding = Compression | 'identity';

/** The body of a 200, shared by all readers that ask the same. */
export class Answer {
  /** Text where it is `small`, which node writes in one piece with the head; else bytes, put into UTF-8 once for all. */
  readonly body: string | Buffer;
  /** Of the body, not compressed. */
  readonly bytes: number;
  readonly entries: number;
  readonly resets: ResetReason[];
  readonly final: boolean;
  readonly #encoded = new Map<Encoding, Promise<Buffer>>();

  /** Parts past the limit are left out (smallest first, so that no flood starves a quiet channel) and `more` is told. */
  constructor(parts: PartText[], { now, limit, pause, round, final = false }: AnswerOptions) {
    const taken = parts.length > 1 ? withinLimit(parts, limit) : parts;
    const more = taken.length < parts.length || taken.some((part) => part.more);
    const text =
      `{"now":${now},"channels":{${taken.map((part) => part.text).join(',')}}` +
      `${more ? ',"more":true' : ''}${pause ? `,"pause":${Math.round(pause)}` : ''}` +
      `${round ? `,"round":"${round}"` : ''}}`;
    this.bytes = Buffer.byteLength(text);
    this.body = this.small ? text : Buffer.from(text);
    this.entries = taken.reduce((sum, part) => sum + part.entries, 0);
    this.resets = taken.flatMap((part) => part.reset ?? []);
    this.final = final;
  }

  /** Travels as it is, whatever the client takes. */
  get small(): boolean {
    return this.bytes < COMPRESS_BYTES;
  }

  /** What travels under `encoding`, compressed once for all. @throws where zlib fails */
  encoded(encoding: Encoding): Promise<Buffer> {
    let bytes = this.#encoded.get(encoding);
    if (!bytes) {
      bytes = compress(this.body, encoding);
      this.#encoded.set(encoding, bytes);
    }
    return bytes;
  }
}

function withinLimit(parts: PartText[], limit: AnswerLimit): PartText[] {
  let { entries, bytes } = limit;
  return parts
    .toSorted((a, b) => a.text.length - b.text.length)
    .filter((part, i) => {
      entries -= part.entries;
      bytes -= part.text.length;
      return i === 0 || (entries >= 0 && bytes >= 0);
    });
}

const gzipAsync = promisify(gzip);
const brotliAsync = promisify(brotliCompress);

/** Quality 4: brotli's better than gzip's default there, and as quick. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };

const compress = (body: string | Buffer, encoding: Encoding): Promise<Buffer> =>
  encoding === 'br' ? brotliAsync(body, BROTLI) : gzipAsync(body);
