import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Compression } from '../hub/answer.ts';
import { takenEncodings } from './accept-encoding.ts';

type Next = (error?: unknown) => void;
type Handler<Req, Res> = (req: Req, res: Res, next: Next) => unknown;

/** Paths of the files served here: scripts, the styles of elements that are not loaded yet, and the descriptions of the server for tools and assistants. */
const KIT_FILE =
  /^\/(?:[\w-]+\.js(?:\.map)?|kit\.css|openapi\.json|dashboard\.schema\.json|llms\.txt)$/;
/** Suffix that the build adds to the name of a compressed file, by encoding. */
const SUFFIXES: Readonly<Record<Compression, string>> = { br: '.br', gzip: '.gz' };

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
    const encoding = Object.entries(SUFFIXES).find(([, suffix]) => file.endsWith(suffix))?.[0];
    if (encoding) {
      res.setHeader('Content-Encoding', encoding);
      const type = /\.css\.\w+$/.test(file) ? 'text/css' : 'text/javascript';
      res.setHeader('Content-Type', `${type}; charset=utf-8`);
    }
    const hashed = /-[A-Z0-9]{8}\.js/.test(file);
    res.setHeader('Cache-Control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    res.appendHeader('Vary', 'Accept-Encoding');
    res.setHeader('Access-Control-Allow-Origin', '*');
    res.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
    res.setHeader('X-Content-Type-Options', 'nosniff');
  },
};

/** Answers with the compressed file beside a script, where it exists and the client accepts it. */
export function kitFiles<Req extends IncomingMessage, Res extends ServerResponse>(
  files: Handler<Req, Res>,
): Handler<Req, Res> {
  return (req, res, next) => {
    const { url = '/' } = req;
    const [path = '', query] = url.split('?', 2);
    if (EXPLORE_FILE.test(path)) {
      files(req, res, next);
      return;
    }
    if (!KIT_FILE.test(path)) {
      next();
      return;
    }
    const taken = takenEncodings(req.headers['accept-encoding']);
    const names = taken.map((encoding) => path + SUFFIXES[encoding]);
    const attempt = ([name, ...others]: string[]): void => {
      if (name === undefined) {
        next();
        return;
      }
      req.url = query === undefined ? name : `${name}?${query}`;
      const { statusCode } = res;
      res.statusCode = 200; // Koa sets 404 at first, and `send` does not change the status
      files(req, res, (error) => {
        res.statusCode = statusCode;
        req.url = url;
        if (error) next(error);
        else attempt(others);
      });
    };
    attempt([...names, path]);
  };
}
