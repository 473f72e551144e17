import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { ResetReason } from '../../protocol/lp1.ts';
import type { Slice } from '../stores/store.ts';
import { nextRound, type PollQuery } from './poll-query.ts';

/** A response part: the updates of one channel as JSON text, made once for all polls with the same cursor. */
export interface PartText {
  text: string;
  entries: number;
  reset: ResetReason | undefined;
  more: boolean;
  /** True if the part has no updates. */
  empty: boolean;
}

/** Returns the part of a channel. `from` is the cursor of the poll, exactly as sent. */
export function partText(channel: string, from: string, slice: Slice): PartText {
  const { to, reset, skips, meta, entries, more } = slice;
  const why = reset ? `,"reset":"${reset}"` : skips ? ',"skips":true' : '';
  const about = meta === undefined ? '' : `,"meta":${meta}`;
  const cut = more ? ',"more":true' : '';
  return {
    text: `"${channel}":{"from":"${from}","to":"${to}"${why}${cut}${about},"entries":[${entries.join(',')}]}`,
    entries: entries.length,
    reset,
    more,
    empty: !reset && !skips && entries.length === 0,
  };
}

/** Returns the part of a channel that the client may not read. */
export const deniedPart = (channel: string, from: string): PartText => ({
  text: `"${channel}":{"from":"${from}","denied":true}`,
  entries: 0,
  reset: undefined,
  more: false,
  empty: false,
});

/** Limits of a response: it ends with the entry that exceeds one of them. */
export interface AnswerLimit {
  entries: number;
  bytes: number;
}

/** Options of `Answer`. */
export interface AnswerOptions {
  now: number;
  limit: AnswerLimit;
  /** Time in ms for which the client is asked to wait before its next poll. */
  pause?: number | undefined;
  round?: string | undefined;
  /** True if the connection is closed after this response. */
  final?: boolean;
  /** True if no shared cache may store the response. */
  private?: boolean;
}

/** Bodies with fewer bytes are not compressed: they fit into about one network packet, so it would save nothing. */
export const COMPRESS_BYTES = 1_400;

/** The encodings that the server supports, the one with the smallest results first. */
export type Compression = 'br' | 'gzip';

/** A `Content-Encoding` of responses. */
export type Encoding = Compression | 'identity';

/** The body of a 200, shared by all polls with the same query and rights. */
export class Answer {
  /**
   * Text where the body is `small`: Node writes it together with the head. Otherwise bytes, encoded once for all polls.
   */
  readonly body: string | Buffer;
  /** Bytes of the body before compression. */
  readonly bytes: number;
  readonly entries: number;
  readonly resets: ResetReason[];
  readonly final: boolean;
  readonly private: boolean;
  readonly #encoded = new Map<Encoding, Promise<Buffer>>();

  /**
   * Adds the smallest parts first, so that a busy channel cannot displace a quiet one. Parts beyond the limit are left
   * out, and `more` is set.
   */
  constructor(parts: PartText[], options: AnswerOptions) {
    const { now, limit, pause, round } = options;
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
    this.final = options.final ?? false;
    this.private = options.private ?? false;
  }

  /** Whether the body is never compressed. */
  get small(): boolean {
    return this.bytes < COMPRESS_BYTES;
  }

  /** Returns the body in `encoding`, compressed once for all polls. @throws where zlib fails */
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

/** Quality 4 gives smaller results than gzip's default in the same time. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };

/** Returns the body in `encoding`. @throws where zlib fails */
export const compress = (body: string | Buffer, encoding: Encoding): Promise<Buffer> =>
  encoding === 'br' ? brotliAsync(body, BROTLI) : gzipAsync(body);

/** Options of `Answers`. */
export interface AnswersOptions {
  limit: AnswerLimit;
  /** True if responses have a `round`, for shared caches. */
  shared: boolean;
  /** Wall clock, in ms since 1970. */
  now: () => number;
  stats: { answersBuilt: number };
}

/** Makes responses, and caches recent ones for the next polls with the same query and rights. */
export class Answers {
  readonly limit: AnswerLimit;
  readonly #options: AnswersOptions;
  readonly #recent = new Map<string, Answer>();

  constructor(options: AnswersOptions) {
    this.limit = options.limit;
    this.#options = options;
  }

  make(
    parts: PartText[],
    group: { query: PollQuery; private: boolean },
    extra: Pick<AnswerOptions, 'pause' | 'final'> = {},
  ): Answer {
    const { limit, shared, now, stats } = this.#options;
    stats.answersBuilt++;
    const at = now();
    const round = shared ? nextRound(at, group.query) : undefined;
    return new Answer(parts, { now: at, limit, round, private: group.private, ...extra });
  }

  /** Returns the cached response for a key of `PollGroups`. */
  recent(key: string): Answer | undefined {
    return this.#recent.get(key);
  }

  keep(key: string, answer: Answer): void {
    this.#recent.set(key, answer);
  }

  /** Drops the cached responses: a channel advanced, or time has passed. */
  forget(): void {
    this.#recent.clear();
  }
}
