import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { ProtocolError, shown } from '../../protocol/lp1.ts';
import type { AppendOptions } from '../stores/store.ts';

/** A request whose body has been read: as bytes by `readBody`, or by the app's own body parser. */
export type ReadRequest = IncomingMessage & { body?: unknown };

/** Limits of one request body. */
export interface BodyLimits {
  /** Maximum number of bytes, both as sent and decompressed. */
  maxBytes: number;
  /** Maximum time in ms from the start of reading to the end of the body. */
  maxMs: number;
  /** A `Content-Encoding` that the caller decompresses itself. */
  raw?: string | undefined;
}

/** Requests with `Expect: 100-continue` whose client still waits for `100 Continue` before it sends its body. */
const waiting = new WeakSet<IncomingMessage>();

/** Notes that no `100 Continue` was sent yet; `continueBody` sends it once the body is wanted. */
export const deferContinue = (req: IncomingMessage): void => void waiting.add(req);

/** Sends the `100 Continue` that a request waits for, if it waits for one. */
export function continueBody(req: IncomingMessage, res: ServerResponse): void {
  if (waiting.delete(req)) res.writeContinue();
}

/** Bodies up to this size are read to their end after a refusal, so that the connection can be used again. */
const SMALL_BYTES = 65_536;

/** Whether a refusal should leave the body unread, because it is too large or of unknown size. */
export function leavesBody(req: IncomingMessage): boolean {
  if (waiting.has(req)) return true;
  if (req.complete) return false;
  return 'transfer-encoding' in req.headers || Number(req.headers['content-length']) > SMALL_BYTES;
}

/** Whether the client waits for a `100 Continue` that will not come: it sends no body. */
export const sendsNoBody = (req: IncomingMessage): boolean => waiting.has(req);

/**
 * Reads and decompresses a body into `req.body`, unless the app's own parser has read it. A body that is too large is
 * refused at once: by its declared length before a byte is read, otherwise at the first byte beyond the limit.
 * @throws ProtocolError `too-large`, `too-slow`, `media-type`, `bad-request`
 */
export async function readBody(
  req: ReadRequest,
  res: ServerResponse,
  limits: BodyLimits,
): Promise<void> {
  const isRead = req.readableEnded || (req.complete && !req.readable);
  if (isRead || !hasBody(req)) return;
  const inflate = inflaterOf(req, limits.raw);
  if (Number(req.headers['content-length']) > limits.maxBytes) throw tooLarge(limits.maxBytes);
  continueBody(req, res);
  req.body = await collect(req, inflate, limits);
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  'transfer-encoding' in headers || Number(headers['content-length'] ?? 0) > 0;

/** Returns the stream that decompresses the body; undefined for an uncompressed one. */
function inflaterOf(
  { headers }: IncomingMessage,
  raw: string | undefined,
): (Readable & NodeJS.WritableStream) | undefined {
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? '';
  if (encoding === raw) return undefined;
  if (/^(|identity|utf-?8)$/.test(encoding)) return undefined; // utf-8 is a charset; it is often sent here by mistake
  if (/^(x-)?gzip$/.test(encoding)) return createGunzip();
  if (encoding === 'deflate') return createInflate();
  if (encoding === 'br') return createBrotliDecompress();
  throw new ProtocolError(
    'media-type',
    `Content-Encoding ${shown(encoding)} is not supported: use gzip, br or deflate`,
  );
}

/**
 * Average bytes per chunk below which a large body is refused: a chunk of one byte costs as much CPU time as one of 64
 * kB.
 */
const MIN_PIECE_BYTES = 16;
const FREE_PIECES = 1_000;

function collect(
  req: IncomingMessage,
  inflate: ReturnType<typeof inflaterOf>,
  { maxBytes, maxMs }: BodyLimits,
): Promise<Buffer> {
  const source: Readable = inflate ?? req;
  const maxPieces = FREE_PIECES + maxBytes / MIN_PIECE_BYTES;
  const chunks: Buffer[] = [];
  let bytes = 0;
  let pieces = 0;
  return new Promise((resolve, reject) => {
    const end = (error?: Error): void => {
      clearTimeout(timer);
      req.off('data', countPiece).off('error', end).off('close', leave);
      source.off('data', take).off('end', finish);
      if (error) req.unpipe().pause();
      if (inflate) inflate.on('error', () => {}).destroy();
      if (error) reject(toProtocolError(error));
      else resolve(Buffer.concat(chunks));
    };
    const take = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes > maxBytes) end(tooLarge(maxBytes));
      else chunks.push(chunk);
    };
    const countPiece = (): void => {
      if (++pieces > maxPieces) end(tooManyPieces());
    };
    const finish = (): void => end();
    const leave = (): void => {
      if (!req.complete)
        end(
          new ProtocolError(
            'bad-request',
            'the body ended before its declared length: send it again',
          ),
        );
    };
    const timer = setTimeout(() => end(tooSlow(maxMs)), maxMs).unref();
    req.on('data', countPiece).on('error', end).on('close', leave);
    source.on('data', take).on('end', finish);
    if (inflate) req.pipe(inflate.on('error', end));
  });
}

function toProtocolError(error: Error): ProtocolError {
  if (error instanceof ProtocolError) return error;
  const message = `the body cannot be read: ${error.message}`;
  return new ProtocolError('bad-request', message, { cause: error });
}

const tooLarge = (maxBytes: number): ProtocolError =>
  new ProtocolError('too-large', `the body is larger than ${maxBytes} bytes: send less at a time`);

const tooManyPieces = (): ProtocolError =>
  new ProtocolError(
    'too-large',
    `the body comes in too many pieces: send at least ${MIN_PIECE_BYTES} bytes in each chunk`,
  );

const tooSlow = (maxMs: number): ProtocolError =>
  new ProtocolError(
    'too-slow',
    `the body did not arrive within ${maxMs / 1000} s: send less at a time, or over a faster connection`,
  );

/**
 * Returns the bytes of a body, or the value of the app's own JSON parser.
 * @throws ProtocolError `internal` where the app has read the body and kept nothing usable
 */
export function bodyOf(req: ReadRequest): unknown {
  const { body } = req;
  if (Buffer.isBuffer(body)) return body;
  if (!hasBody(req)) return Buffer.alloc(0); // some parsers set {}
  if (typeof body === 'string') return Buffer.from(body);
  if (body !== undefined && /json/i.test(req.headers['content-type'] ?? '')) return body;
  throw alreadyRead();
}

/**
 * Returns the bytes that `readBody` has read. @throws ProtocolError `internal` where the app has read the body before
 */
export function bytesOf(req: ReadRequest): Buffer {
  if (Buffer.isBuffer(req.body)) return req.body;
  if (!hasBody(req)) return Buffer.alloc(0);
  throw alreadyRead();
}

const alreadyRead = (): ProtocolError =>
  new ProtocolError(
    'internal',
    'the app read this body before lp-kit could: mount live.router before express.urlencoded() and other body parsers',
  );

/**
 * Returns the cursor of `If-Match` (RFC 9110, 13.1.1): the write is stored only if the channel is at this cursor.
 * @throws ProtocolError `bad-request` for anything but one cursor in quotes
 */
export function ifMatch({ headers }: IncomingMessage): Pick<AppendOptions, 'expect'> {
  const header = headers['if-match'];
  if (header === undefined) return {};
  const [, cursor = ''] = /^"([^"]*)"$/.exec(header) ?? [];
  if (/^(?:0|\d{1,16}\.[0-9a-z]{1,16})$/.test(cursor)) return { expect: cursor };
  throw new ProtocolError(
    'bad-request',
    `If-Match ${shown(header)}: give one cursor in quotes, such as "1843.k3f9", or "0" for a channel without history`,
  );
}

/**
 * Returns the request's `Idempotency-Key`, with a fingerprint of the request. `path` is the route with the channel's
 * own name, so that another spelling of the same address (`/channels/%61`, `/channels/a/`) is the same request.
 * @throws ProtocolError `bad-request`
 */
export function idempotency(req: ReadRequest, path: string, body: unknown): AppendOptions {
  const header = req.headers['idempotency-key'];
  if (header === undefined) return {};
  const id = String(header).replace(/^"(.*)"$/, '$1');
  if (!/^[\x21-\x7e]{1,255}$/.test(id)) {
    const message = `Idempotency-Key ${shown(header)}: 1–255 visible characters`;
    throw new ProtocolError('bad-request', message);
  }
  const hash = createHash('sha256').update(`${path}\n`);
  hash.update(Buffer.isBuffer(body) ? body : JSON.stringify(body));
  return { id, print: hash.digest('base64').slice(0, 22) };
}
