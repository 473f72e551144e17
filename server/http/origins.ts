import type { IncomingMessage, Server } from 'node:http';
import { ProtocolError, shown } from '../../protocol/lp1.ts';
import { HostNames } from './host-names.ts';

/** The allowed origins and host names of requests: same origin, CORS and `Host`. */
export class Origins {
  readonly #allowed: Set<string>;
  readonly #names: HostNames;

  /** See `allowOrigins` and `allowHosts` of the options. @throws TypeError for an invalid origin or host name */
  constructor(allowed: string[] = [], hosts?: string[]) {
    this.#allowed = new Set(allowed.map(parseOrigin));
    this.#names = new HostNames(hosts, this.#allowed);
  }

  /** Makes connections of `server`, which listens on loopback, be answered only for known host names. */
  watch(server: Server): void {
    this.#names.watch(server);
  }

  /** Checks the `Host` of a request. @throws ProtocolError `forbidden` for an unknown host name */
  checkHost(req: IncomingMessage): void {
    this.#names.check(req);
  }

  /**
   * Checks the origin of a write. Form and text posts need no preflight, so any web page could write to a server on the
   * viewer's own machine: a browser's write from another origin is refused unless that origin is allowed.
   * @throws ProtocolError `forbidden`
   */
  check(req: IncomingMessage): void {
    this.checkHost(req);
    const { origin } = req.headers;
    if (isForeign(req) && !(origin && this.allows(origin))) {
      throw new ProtocolError(
        'forbidden',
        `a page of ${originName(origin)} may not write here: start the server with --allow-origin ${origin ?? 'ORIGIN'} (allowOrigins)`,
      );
    }
  }

  /** True for an origin on the allow-list. */
  allows(origin: string): boolean {
    return this.#allowed.has('*') || this.#allowed.has(origin);
  }

  /** Returns the CORS headers for a request, as name, value, name, value …; empty if its origin is not allowed. */
  headers(req: IncomingMessage): readonly string[] {
    if (this.#allowed.size === 0) return NO_CORS;
    const { origin } = req.headers;
    if (origin && this.#allowed.has(origin)) {
      return [...ALLOW_ORIGIN, origin, 'Access-Control-Allow-Credentials', 'true', ...EXPOSE];
    }
    return origin && this.#allowed.has('*') ? [...ALLOW_ORIGIN, '*', ...EXPOSE] : VARY;
  }
}

const NO_CORS: readonly string[] = [];
const VARY = ['Vary', 'Origin'];
const EXPOSE = [...VARY, 'Access-Control-Expose-Headers', 'Age, Retry-After, Idempotency-Replayed'];
const ALLOW_ORIGIN = ['Access-Control-Allow-Origin'];

/**
 * Whether a browser's request comes from a page of another origin (Fetch Metadata; `Origin` where a browser lacks it).
 */
function isForeign({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const { origin, host } = headers;
  if (origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== host?.toLowerCase();
}

const originName = (origin: string | undefined): string =>
  origin === 'null' ? 'origin null (a file, or a frame with sandbox)' : (origin ?? 'another site');

function parseOrigin(text: string): string {
  if (text === '*' || text === 'null') return text;
  const origin = URL.canParse(text) ? new URL(text).origin : 'null';
  if (origin !== 'null') return origin;
  throw new TypeError(
    `allowOrigins: ${shown(text)} is not an origin, such as https://wall.example`,
  );
}
