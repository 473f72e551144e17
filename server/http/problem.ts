import type { ServerResponse } from 'node:http';
import { ProtocolError, shown } from '../../protocol/lp1.ts';

/** Answers with JSON that no cache keeps. `extra` is name, value, name, value … */
export function sendJson(
  res: ServerResponse,
  status: number,
  body: unknown,
  extra: string[] = [],
): void {
  send(res, status, 'application/json', body, extra);
}

/**
 * Answers with RFC 9457 problem details. What is not a `ProtocolError` is translated (body reader) or told as
 * `internal`, without its words, and written to stderr.
 */
export function sendProblem(res: ServerResponse, error: unknown): void {
  const problem = toProtocolError(error);
  if (problem.code === 'internal') console.error('lp-kit:', error);
  if (res.headersSent) {
    res.destroy();
    return;
  }
  const wait = problem.retryAfter === undefined ? [] : ['Retry-After', String(problem.retryAfter)];
  const auth = problem.status === 401 ? ['WWW-Authenticate', 'Bearer realm="lp-kit"'] : [];
  const end =
    problem.code === 'draining' || problem.code === 'too-large' ? ['Connection', 'close'] : [];
  send(res, problem.status, 'application/problem+json', problem.toProblem(), [
    ...wait,
    ...auth,
    ...end,
  ]);
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
  res.end(bytes);
}

/** What the body reader and the router throw (http-errors): a status below 500 is the client's doing. */
interface HttpError {
  status: number;
  type?: string;
  limit?: number;
  encoding?: string;
}

function toProtocolError(error: unknown): ProtocolError {
  if (error instanceof ProtocolError) return error;
  if (!isClientError(error)) {
    return new ProtocolError('internal', 'something broke inside', { cause: error });
  }
  const { type, limit, encoding } = error;
  if (type === 'entity.too.large') {
    return new ProtocolError(
      'too-large',
      `the body is larger than ${limit} bytes: send less at a time`,
    );
  }
  if (type === 'encoding.unsupported') {
    return new ProtocolError(
      'media-type',
      `Content-Encoding ${shown(encoding)}: use gzip, br or deflate`,
    );
  }
  const what = type ?? (error instanceof URIError ? 'a bad %-escape in its path' : 'bad encoding');
  return new ProtocolError('bad-request', `the request cannot be read: ${what}`, { cause: error });
}

const isClientError = (error: unknown): error is HttpError =>
  error instanceof Error &&
  'status' in error &&
  typeof error.status === 'number' &&
  error.status >= 400 &&
  error.status < 500;
