import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { ProtocolError, shown } from '../../protocol/lp1.ts';
import type { AppendOptions } from '../stores/store.ts';

/** A request whose body has been read: bytes by the kit's own reader, or whatever the app's made of it. */
export type ReadRequest = IncomingMessage & { body?: unknown };

/**
 * The bytes of a body, or the value that the app's own JSON reader left.
 * @throws ProtocolError `internal` where the app read it and left nothing of use
 */
export function bodyOf(req: ReadRequest): unknown {
  const { body, headers } = req;
  if (Buffer.isBuffer(body)) return body;
  const empty = Number(headers['content-length'] ?? 0) === 0 && !headers['transfer-encoding'];
  if (empty) return Buffer.alloc(0); // some readers make {} of it
  if (typeof body === 'string') return Buffer.from(body);
  if (body !== undefined && /json/i.test(headers['content-type'] ?? '')) return body;
  throw new ProtocolError(
    'internal',
    'the app read this body before lp-kit could: mount live.router before express.urlencoded() and other body parsers',
  );
}

/**
 * The request's `Idempotency-Key`, with a fingerprint of what came with it.
 * @throws ProtocolError `bad-request`
 */
export function idempotency(req: ReadRequest, body: unknown): AppendOptions {
  const header = req.headers['idempotency-key'];
  if (header === undefined) return {};
  const id = String(header).replace(/^"(.*)"$/, '$1');
  if (!/^[\x21-\x7e]{1,255}$/.test(id)) {
    const message = `Idempotency-Key ${shown(header)}: 1–255 visible characters`;
    throw new ProtocolError('bad-request', message);
  }
  const hash = createHash('sha256').update(`${pathOf(req)}\n`);
  hash.update(Buffer.isBuffer(body) ? body : JSON.stringify(body));
  return { id, print: hash.digest('base64').slice(0, 22) };
}

/** `req.path` is there only below an Express app. */
export const pathOf = (req: IncomingMessage): string => (req.url ?? '/').split('?', 1)[0] as string;
