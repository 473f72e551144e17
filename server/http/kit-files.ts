import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Compression } from '../hub/answer.ts';
import { takenEncodings } from './accept-encoding.ts';

type Next = (error?: unknown) => void;
type Handler<Req, Res> = (req: Req, res: Res, next: Next) => unknown;

/** Paths of the files served here: scripts, the styles of elements that are not loaded yet, and the descriptions of the server for tools and assistants. */
const KIT_FILE =
  /^\/(?:[\w-]+\.js(?:\.map)?|kit\.css|openapi\.json|dashboard\.schema\.json|llms\.txt)$/;
/** Those that are compressed, and their types. */
const COMPRESSED: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
};

/** Scripts and styles of the page that shows all channels. */
const EXPLORE_FILE = /^\/explore\/[\w-]+\.(?:js|css)$/;

/**
 * Options for serving the kit's folder: any page may load it, as the code is public; names of chunks contain a hash.
 */
export const kitFileOptions = {
  index: false,
  redirect: false,
  acceptRanges: false,
  setHeaders(res: ServerResponse, file: string): void {
    const hashed = /-[A-Z0-9]{8}\.js/.test(file);
    res.setHeader('Cache-Control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    res.appendHeader('Vary', 'Accept-Encoding');
    res.setHeader('Access-Control-Allow-Origin', '*');
    res.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
    res.setHeader('X-Content-Type-Options', 'nosniff');
  },
};

/** Answers with a script or a style sheet of the folder, compressed where the client accepts it; with all else by `files`. */
export function kitFiles<Req extends IncomingMessage, Res extends ServerResponse>(
  folder: string,
  files: Handler<Req, Res>,
): Handler<Req, Res> {
  const compressed = new CompressedFiles(folder);
  return async (req, res, next) => {
    const [path = ''] = (req.url ?? '/').split('?', 1);
    if (!KIT_FILE.test(path) && !EXPLORE_FILE.test(path)) return next();
    const file = KIT_FILE.test(path)
      ? await compressed.of(path, req).catch(() => undefined)
      : undefined;
    if (file) return send(file, path, req, res);
    const { statusCode } = res;
    res.statusCode = 200; // Koa sets 404 at first, and `send` does not change the status
    return files(req, res, (error) => {
      res.statusCode = statusCode;
      next(error);
    });
  };
}

interface CompressedFile {
  encoding: Compression;
  bytes: Buffer;
  etag: string;
}

const brotliAsync = promisify(brotliCompress);
const gzipAsync = promisify(gzip);

/**
 * The files of a folder, compressed when they are first requested and kept in memory: half a megabyte for all files of the kit
 * in both encodings. A file that has been written since is compressed again.
 */
class CompressedFiles {
  readonly #folder: string;
  readonly #kept = new Map<string, { mtimeMs: number; file: Promise<CompressedFile> }>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Returns undefined if the request is better answered with the file itself. @throws Error if it cannot be read */
  async of(
    path: string,
    { method, headers }: IncomingMessage,
  ): Promise<CompressedFile | undefined> {
    const [encoding] = takenEncodings(headers['accept-encoding']);
    const isRead = method === 'GET' || method === 'HEAD';
    const isConditional = 'if-match' in headers || 'if-unmodified-since' in headers;
    if (!encoding || !isRead || isConditional || !typeOf(path)) return undefined;
    const name = join(this.#folder, path);
    const { mtimeMs } = await stat(name);
    const key = `${encoding} ${path}`;
    const kept = this.#kept.get(key);
    if (kept?.mtimeMs === mtimeMs) return kept.file;
    const file = compressedFile(name, encoding);
    this.#kept.set(key, { mtimeMs, file });
    file.catch(() => this.#kept.delete(key));
    return file;
  }
}

async function compressedFile(name: string, encoding: Compression): Promise<CompressedFile> {
  const text = await readFile(name);
  const bytes = await (encoding === 'br' ? brotli(text) : gzipAsync(text, { level: 9 }));
  const hash = createHash('sha256').update(bytes).digest('base64url').slice(0, 22);
  return { encoding, bytes, etag: `"${hash}"` };
}

/** Quality 9: the files of the kit are 7 % larger than with the highest one, in a twelfth of the processor time. */
const brotli = (text: Buffer): Promise<Buffer> =>
  brotliAsync(text, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 9,
      [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
    },
  });

const typeOf = (path: string): string | undefined => COMPRESSED[path.split('.').at(-1) ?? ''];

function send(
  { encoding, bytes, etag }: CompressedFile,
  path: string,
  { method, headers }: IncomingMessage,
  res: ServerResponse,
): void {
  kitFileOptions.setHeaders(res, path);
  res.setHeader('ETag', etag);
  if (isKnown(etag, headers['if-none-match'])) {
    res.statusCode = 304;
    res.end();
    return;
  }
  res.statusCode = 200; // Koa sets 404 at first
  res.setHeader('Content-Type', typeOf(path) as string);
  res.setHeader('Content-Encoding', encoding);
  res.setHeader('Content-Length', bytes.length);
  res.end(method === 'HEAD' ? undefined : bytes);
}

/** Whether `If-None-Match` has the tag; the comparison is weak (RFC 9110, 13.1.2). */
const isKnown = (etag: string, given = ''): boolean =>
  given.split(',').some((each) => ['*', etag, `W/${etag}`].includes(each.trim()));
