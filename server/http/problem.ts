import type { ServerResponse } from 'node:http';
import { type ErrorCode, ProtocolError } from '../../protocol/lp1.ts';
import { leavesBody, sendsNoBody } from './request-body.ts';

/** Answers with JSON that no cache may store. `extra`: further headers as name, value, name, value … */
export function sendJson(
  res: ServerResponse,
  status: number,
  body: unknown,
  extra: string[] = [],
): void {
  send(res, status, 'application/json', body, extra);
}

/**
 * Answers with problem details (RFC 9457). Errors of libraries are translated. All others that are not a
 * `ProtocolError` are answered as `internal`, without their message, and logged. Where the request's body is unread,
 * the connection ends.
 */
export function sendProblem(res: ServerResponse, error: unknown): void {
  const problem = toProtocolError(error);
  if (problem.code === 'internal') console.error('lp-kit:', error);
  if (res.headersSent) {
    res.destroy();
    return;
  }
  const extra = problem.retryAfter === undefined ? [] : ['Retry-After', String(problem.retryAfter)];
  if (problem.status === 401) extra.push('WWW-Authenticate', 'Bearer realm="lp-kit"');
  if (problem.code === 'draining' || leavesBody(res.req)) extra.push('Connection', 'close');
  send(res, problem.status, 'application/problem+json', problem.toProblem(), extra);
}

function send(
  res: ServerResponse,
  status: number,
  type: string,
  body: unknown,
  extra: string[],
): void {
  const bytes = Buffer.from(`${JSON.stringify(body)}\n`);
  res.writeHead(status, [
    'Content-Type',
    type,
    'Cache-Control',
    'no-store',
    'X-Content-Type-Options',
    'nosniff',
    'Content-Length',
    String(bytes.length),
    ...extra,
  ]);
  endAnswer(res, bytes);
}

/** Sends the body of a response. If the request's body is unread, the connection is closed a little later. */
export function endAnswer(res: ServerResponse, bytes: Buffer | string): void {
  if (leavesBody(res.req) && !sendsNoBody(res.req)) linger(res, bytes);
  else res.end(bytes);
}

/** Maximum of bytes that a refused client may still send, and time in ms for which its connection stays open. */
const LINGER_BYTES = 1_048_576;
const LINGER_MS = 2_000;

/**
 * Sends the body of a response, and closes the connection a little later. A connection closed while the client still
 * sends is reset, and the client never sees the response (RFC 9112, section 9.6). Further input is dropped up to a bound,
 * then left unread: the client's writes block, and it reads the response.
 */
function linger(res: ServerResponse, bytes: Buffer | string): void {
  const { req } = res;
  let left = LINGER_BYTES;
  const end = (): void => {
    clearTimeout(timer);
    req.off('data', drop).off('end', end).off('close', end);
    res.end();
  };
  const drop = (chunk: Buffer): void => {
    left -= chunk.length;
    if (left <= 0) req.pause();
  };
  const timer = setTimeout(end, LINGER_MS).unref();
  res.write(bytes);
  req.on('data', drop).on('end', end).on('close', end).resume();
}

/** An error of Express, its router or its file server (http-errors). A status below 500 is an error of the client. */
interface HttpError extends Error {
  status: number;
}

const CODES: Readonly<Record<number, ErrorCode>> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not-found',
  412: 'precondition-failed',
};

/**
 * Translates errors of libraries. All others that are not a `ProtocolError` become `internal`, without their message.
 */
export function toProtocolError(error: unknown): ProtocolError {
  if (error instanceof ProtocolError) return error;
  if (!isClientError(error)) {
    return new ProtocolError('internal', 'something broke inside', { cause: error });
  }
  const code = CODES[error.status] ?? 'bad-request';
  const what = error instanceof URIError ? 'a bad %-escape in its path' : error.message;
  const message = code === 'bad-request' ? `the request cannot be read: ${what}` : what;
  return new ProtocolError(code, message, { cause: error });
}

const isClientError = (error: unknown): error is HttpError =>
  error instanceof Error &&
  'status' in error &&
  typeof error.status === 'number' &&
  error.status >= 400 &&
  error.status < 500;
