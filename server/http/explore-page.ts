import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { ProtocolError } from '../../protocol/lp1.ts';

/** Own scripts and styles only, and no HTML from strings. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
  "require-trusted-types-for 'script'",
  'trusted-types lit-html',
].join('; ');

/**
 * Answers with the page that shows all channels. The page itself is public, as kit.js is; what it shows needs the right to read.
 * @throws ProtocolError `not-found` where the kit is not built
 */
export async function sendExplore(res: ServerResponse, kitDir: string): Promise<void> {
  const html = await readFile(join(kitDir, 'explore/explore.html')).catch(() => undefined);
  if (!html) throw new ProtocolError('not-found', 'the page is not built: npm run build');
  res.writeHead(200, {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Length': html.length,
    'Content-Security-Policy': POLICY,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'same-origin',
    'Cache-Control': 'no-cache',
  });
  res.end(html);
}
