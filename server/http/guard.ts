import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { ProtocolError, shown } from '../../protocol/lp1.ts';

export interface GuardOptions {
  /** Whoever writes must show one of these. Default: anybody may write. */
  writeToken?: string | string[] | undefined;
  /** Whoever reads must show one of these, or a write token. Default: anybody may read. */
  readToken?: string | string[] | undefined;
  /** Other origins whose pages may read and write, such as `https://wall.example`; `*` = any may read and write. Default none. */
  allowOrigins?: string[];
  /** `Host` names the server answers to, beside IP addresses and those of `allowOrigins`. Default any. Stops DNS rebinding. */
  allowHosts?: string[] | undefined;
}

/** Who may read and write, and from where. */
export class Guard {
  readonly #write: Buffer[];
  readonly #read: Buffer[];
  readonly #origins: Set<string>;
  readonly #hosts: Set<string> | undefined;
  readonly #salt = randomBytes(32);

  constructor({ writeToken, readToken, allowOrigins = [], allowHosts }: GuardOptions = {}) {
    this.#write = tokens('writeToken', writeToken).map((token) => this.#digest(token));
    this.#read = tokens('readToken', readToken).map((token) => this.#digest(token));
    this.#origins = new Set(allowOrigins.map(parseOrigin));
    if (!allowHosts) return;
    const named = [...this.#origins].filter((origin) => origin !== '*');
    const hosts = [...allowHosts, ...named.map((origin) => new URL(origin).hostname)];
    this.#hosts = new Set(hosts.map((host) => host.toLowerCase()));
  }

  /** True where reading needs a token: such answers must never be cached. */
  get readsArePrivate(): boolean {
    return this.#read.length > 0;
  }

  /** @throws ProtocolError `unauthorized`, `forbidden` */
  mayRead(req: IncomingMessage): void {
    this.#checkHost(req);
    if (this.#read.length > 0) this.#checkToken(req, [...this.#read, ...this.#write], 'read');
  }

  /**
   * Form and text posts need no preflight, so any web page could feed a server on the reader's own machine:
   * a browser's write from a foreign origin is refused unless that origin is allowed.
   * @throws ProtocolError `unauthorized`, `forbidden`
   */
  mayWrite(req: IncomingMessage): void {
    this.#checkHost(req);
    const { origin } = req.headers;
    if (isForeign(req) && !(origin && this.allows(origin))) {
      throw new ProtocolError(
        'forbidden',
        `a page of ${origin ?? 'another site'} may not write here: start the server with --allow-origin ${origin ?? 'ORIGIN'}`,
      );
    }
    if (this.#write.length > 0) this.#checkToken(req, this.#write, 'write');
  }

  /** True for an origin on the allow-list. */
  allows(origin: string): boolean {
    return this.#origins.has('*') || this.#origins.has(origin);
  }

  /** CORS headers for this request, as name, value, name, value …; none where CORS is off. */
  corsHeaders(req: IncomingMessage): readonly string[] {
    if (this.#origins.size === 0) return NO_CORS;
    const { origin } = req.headers;
    if (origin && this.#origins.has(origin)) {
      return [...ALLOW_ORIGIN, origin, 'Access-Control-Allow-Credentials', 'true', ...EXPOSE];
    }
    return origin && this.#origins.has('*') ? [...ALLOW_ORIGIN, '*', ...EXPOSE] : VARY;
  }

  #checkHost(req: IncomingMessage): void {
    if (!this.#hosts) return;
    const host = hostname(req.headers.host ?? '');
    if (this.#hosts.has(host) || isIP(host.replace(/^\[|\]$/g, '')) !== 0) return;
    throw new ProtocolError(
      'forbidden',
      `this server does not go by the name ${shown(host)}: start it with --allow-origin and the page's origin`,
    );
  }

  #checkToken(req: IncomingMessage, good: Buffer[], what: 'read' | 'write'): void {
    const token = shownToken(req);
    if (token === undefined) {
      throw new ProtocolError(
        'unauthorized',
        `a token is needed to ${what}: send "Authorization: Bearer …"`,
      );
    }
    const digest = this.#digest(token);
    // each comparison takes the same time, whichever token fits and however much of one
    const fits = good.filter((known) => timingSafeEqual(known, digest)).length > 0;
    if (!fits) throw new ProtocolError('forbidden', `that token may not ${what} here`);
  }

  #digest(token: string): Buffer {
    return createHmac('sha256', this.#salt).update(token).digest();
  }
}

const NO_CORS: readonly string[] = [];
const VARY = ['Vary', 'Origin'];
const EXPOSE = [...VARY, 'Access-Control-Expose-Headers', 'Retry-After, Idempotency-Replayed'];
const ALLOW_ORIGIN = ['Access-Control-Allow-Origin'];

/** Bearer token, password of Basic, or `X-Api-Key`. */
function shownToken(req: IncomingMessage): string | undefined {
  const key = req.headers['x-api-key'];
  if (typeof key === 'string') return key;
  const [scheme = '', value = ''] = (req.headers.authorization ?? '').split(' ', 2);
  if (!value) return undefined;
  if (/^(bearer|token)$/i.test(scheme)) return value;
  if (!/^basic$/i.test(scheme)) return undefined;
  return Buffer.from(value, 'base64').toString().split(':').slice(1).join(':');
}

/** True for a browser's request from a page of another origin (Fetch Metadata; `Origin` where a browser lacks it). */
function isForeign({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const { origin, host } = headers;
  if (origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== host?.toLowerCase();
}

const hostname = (host: string): string => host.replace(/:\d+$/, '').toLowerCase();

function parseOrigin(text: string): string {
  if (text === '*') return text;
  const origin = URL.canParse(text) ? new URL(text).origin : 'null';
  if (origin !== 'null') return origin;
  throw new TypeError(
    `allowOrigins: ${shown(text)} is not an origin, such as https://wall.example`,
  );
}

function tokens(name: string, value: string | string[] | undefined): string[] {
  const list = value === undefined ? [] : [value].flat();
  if (list.every((token) => token.length > 0 && !/\s/.test(token))) return list;
  throw new TypeError(`${name}: a token is not empty and holds no blanks`);
}
