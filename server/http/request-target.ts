import type { IncomingMessage } from 'node:http';

const ABSOLUTE = /^https?:\/\/([^/?#]*)/i;

/**
 * Normalises a request's target: `/path?query` with single slashes. A client may send the whole URL, whose host then
 * replaces the `Host` header (RFC 9112, section 3.2.2); URLs that were joined without care have double slashes.
 */
export function normalizeTarget(req: IncomingMessage): void {
  const { url = '/' } = req;
  const absolute = ABSOLUTE.exec(url);
  if (absolute) req.headers.host = absolute[1];
  const target = absolute ? url.slice(absolute[0].length) : url;
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const query = mark < 0 ? '' : target.slice(mark);
  req.url = `/${path}`.replace(/\/{2,}/g, '/') + query;
}

/** Returns the path of a request. `req.path` exists only in an Express app. */
export const pathOf = (req: IncomingMessage): string => (req.url ?? '/').split('?', 1)[0] as string;
