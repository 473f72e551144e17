import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LiveHandler } from 'lp-kit/server';
import { BAR, bar } from './bar.ts';
import { type BoardFiles, boardOf, boardPage } from './board-pages.ts';

export interface PagesOptions {
  /** The kit's path: `/lp`. */
  base: string;
  /** True if publishing needs a token: the pages then show it in their examples. */
  needsToken: boolean;
}

/**
 * Policy of every page: own scripts and styles only, no inline ones, no requests elsewhere, no HTML
 * from strings.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "frame-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'self'",
  "require-trusted-types-for 'script'",
  'trusted-types lit-html',
].join('; ');

const HEADERS = {
  'Content-Security-Policy': POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'same-origin',
  'Cache-Control': 'no-cache',
};

/** Vue registers a policy of its own name, and logs an error when it may not. */
const WITH_VUE = { ...HEADERS, 'Content-Security-Policy': `${POLICY} vue` };

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.sh': 'text/plain; charset=utf-8',
};

const publicDir = fileURLToPath(new URL('./public', import.meta.url));

/** The files of `public/`, read on each request: edit and reload. */
export function pages(options: PagesOptions): LiveHandler {
  return (req, res) => {
    send(req, res, options).catch(() => {
      if (!res.headersSent) res.writeHead(500, HEADERS);
      res.end();
    });
  };
}

async function send(
  { method, url = '/' }: IncomingMessage,
  res: ServerResponse,
  options: PagesOptions,
): Promise<void> {
  const isRead = method === 'GET' || method === 'HEAD';
  const file = fileOf(url.split('?', 1)[0] as string);
  const bytes = isRead && file ? await read(file, options) : undefined;
  if (!file || bytes === undefined) {
    const status = isRead ? 404 : 405;
    const text = isRead ? 'There is nothing here.\n' : 'This can only be read.\n';
    res.writeHead(status, { ...HEADERS, 'Content-Type': 'text/plain; charset=utf-8' }).end(text);
    return;
  }
  const type = TYPES[extname(file)] as string;
  const length = Buffer.byteLength(bytes);
  const headers = file === 'framework.html' ? WITH_VUE : HEADERS;
  res.writeHead(200, { ...headers, 'Content-Type': type, 'Content-Length': length });
  res.end(method === 'HEAD' ? undefined : bytes);
}

/**
 * Returns the file's name; undefined for anything but plain names, so that no path leads out of the
 * folder.
 */
function fileOf(path: string): string | undefined {
  if (path === '/') return 'index.html';
  const name = /^\/([a-z][\w-]*\.(?:html|css|js|sh|svg))$/.exec(path)?.[1];
  return name ?? (/^\/[a-z-]+$/.test(path) ? `${path.slice(1)}.html` : undefined);
}

/**
 * Attributes that load something from the kit. The URL becomes relative, so that pages also work
 * below a path of a proxy.
 */
const KIT_URL = /(<[^<>]*\s(?:src|href)=")\/lp\//g;

async function read(file: string, { base, needsToken }: PagesOptions): Promise<string | undefined> {
  const text = await source(file, base).catch(() => undefined);
  if (text === undefined) return undefined;
  if (extname(file) !== '.html') return text;
  const placed = text.replace(BAR, () => bar(file, base));
  return needsToken ? placed.replace('<html ', '<html data-token ') : placed;
}

/** Returns the text of a file, whose tags load the kit from `base`. */
async function source(file: string, base: string): Promise<string> {
  const board = boardOf(file);
  const load = async (name: string): Promise<string> => {
    const text = await readFile(join(publicDir, name), 'utf8');
    return extname(name) === '.html' ? text.replaceAll(KIT_URL, `$1.${base}/`) : text;
  };
  if (!board) return load(file);
  const names = ['board-page.html', `${board}.html`, `${board}.sh`];
  const [template, html, script] = await Promise.all(names.map(load));
  return boardPage(board, { template, html, script } as BoardFiles);
}
