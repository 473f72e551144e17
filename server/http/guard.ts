import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import { isIP, type Socket } from 'node:net';
import { ProtocolError, shown } from '../../protocol/lp1.ts';

export interface GuardOptions {
  /** Tokens of which a writer must show one. Default: anybody may write. */
  writeToken?: string | string[] | undefined;
  /** Tokens of which a reader must show one; a write token will do, too. Default: anybody may read. */
  readToken?: string | string[] | undefined;
  /**
   * Other origins whose pages may read and write, such as `https://wall.example`. `null` is the origin of `file:` pages
   * and sandboxed frames, whichever they are; `*` is any origin. Default none.
   */
  allowOrigins?: string[];
  /**
   * `Host` names that the server answers to, beside IP addresses, `localhost` and the hosts of `allowOrigins`: as a
   * browser's address bar shows them. Stops DNS rebinding. Default: any; for a listener on loopback, no other.
   */
  allowHosts?: string[] | undefined;
  /** Tokens that may stand in a URL: each may write one channel, and nothing else. */
  channelTokens?: (ChannelRight & { token: string })[] | undefined;
}

/** What a token that may stand in a URL allows. */
export interface ChannelRight {
  /** The one channel that it may write. */
  channel: string;
  /** Where there is one, a webhook has to be signed with it (`X-Hub-Signature-256`). */
  secret?: string | undefined;
}

/** Decides who may read and write, and from where. */
export class Guard {
  readonly #write: Buffer[];
  readonly #read: Buffer[];
  readonly #origins: Set<string>;
  readonly #hosts: Set<string>;
  readonly #anyHost: boolean;
  /** Connections of listeners on loopback. */
  readonly #local = new WeakSet<Socket>();
  readonly #channels: Map<string, ChannelRight> = new Map();
  readonly #salt = randomBytes(32);

  constructor(options: GuardOptions = {}) {
    const { writeToken, readToken, allowOrigins = [], allowHosts, channelTokens = [] } = options;
    this.#write = tokens('writeToken', writeToken).map((token) => this.#digest(token));
    this.#read = tokens('readToken', readToken).map((token) => this.#digest(token));
    for (const { token, channel, secret } of channelTokens) {
      this.#channels.set(this.#digest(token).toString('hex'), { channel, secret });
    }
    this.#origins = new Set(allowOrigins.map(parseOrigin));
    const named = [...this.#origins].filter((origin) => URL.canParse(origin));
    const hosts = named.map((origin) => new URL(origin).hostname);
    this.#hosts = new Set([...(allowHosts ?? []).map(parseHost), ...hosts, 'localhost']);
    this.#anyHost = !allowHosts;
  }

  /** From now on, connections of `server`, which listens on loopback, are answered by known names alone. */
  nameLoopback(server: Server): void {
    server.on('connection', (socket) => this.#local.add(socket));
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
   * `elsewhere`: tokens that the sender shows apart from the headers, as some agents do; one that fits is enough.
   * @throws ProtocolError `unauthorized`, `forbidden`
   */
  mayWrite(req: IncomingMessage, elsewhere: readonly (string | null | undefined)[] = []): void {
    this.checkOrigin(req);
    if (this.#write.length > 0) this.#checkToken(req, this.#write, 'write', elsewhere);
  }

  /**
   * Form and text posts need no preflight, so any web page could feed a server on the reader's own machine:
   * a browser's write from a foreign origin is refused unless that origin is allowed.
   * @throws ProtocolError `forbidden`
   */
  checkOrigin(req: IncomingMessage): void {
    this.#checkHost(req);
    const { origin } = req.headers;
    if (isForeign(req) && !(origin && this.allows(origin))) {
      throw new ProtocolError(
        'forbidden',
        `a page of ${originName(origin)} may not write here: start the server with --allow-origin ${origin ?? 'ORIGIN'} (allowOrigins)`,
      );
    }
  }

  /** What a token that stands in a URL allows; undefined for any other token, also one that may write more. */
  channelRight(token: string): ChannelRight | undefined {
    return this.#channels.get(this.#digest(token).toString('hex'));
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
    if (this.#anyHost && !this.#local.has(req.socket)) return;
    const host = hostname(req.headers.host ?? '');
    if (this.#hosts.has(host) || host.endsWith('.localhost') || isAddress(host)) return;
    throw new ProtocolError(
      'forbidden',
      `this server does not go by the name ${shown(host)}: start it with --allow-host ${host || 'NAME'} (allowHosts), or call it by its IP address`,
    );
  }

  #checkToken(
    req: IncomingMessage,
    good: Buffer[],
    what: 'read' | 'write',
    elsewhere: readonly (string | null | undefined)[] = [],
  ): void {
    const shownTokens = [shownToken(req), ...elsewhere].filter(
      (token) => typeof token === 'string',
    );
    if (shownTokens.length === 0) {
      throw new ProtocolError(
        'unauthorized',
        `a token is needed to ${what}: send "Authorization: Bearer …"`,
      );
    }
    const digests = shownTokens.map((token) => this.#digest(token));
    // each comparison takes the same time, whichever token fits and however much of one
    const fits = good.filter((known) => digests.some((digest) => timingSafeEqual(known, digest)));
    if (fits.length === 0) throw new ProtocolError('forbidden', `that token may not ${what} here`);
  }

  #digest(token: string): Buffer {
    return createHmac('sha256', this.#salt).update(token).digest();
  }
}

const NO_CORS: readonly string[] = [];
const VARY = ['Vary', 'Origin'];
const EXPOSE = [...VARY, 'Access-Control-Expose-Headers', 'Age, Retry-After, Idempotency-Replayed'];
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

const originName = (origin: string | undefined): string =>
  origin === 'null' ? 'origin null (a file, or a frame with sandbox)' : (origin ?? 'another site');

/** The name in a `Host` header: without the port, and without the dot that may end a full name. */
const hostname = (host: string): string => host.replace(/\.?(:\d+)?$/, '').toLowerCase();

const isAddress = (host: string): boolean => isIP(host.replace(/^\[|\]$/g, '')) !== 0;

/** True for an address that only this machine can reach. */
export const isLoopback = (host: string): boolean =>
  /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/.test(host);

function parseHost(text: string): string {
  if (/^(\[[\da-f:.]+\]|[^\s:/?#@*[\]]+)(:\d+)?$/i.test(text)) return hostname(text);
  throw new TypeError(`allowHosts: ${shown(text)} is not a host name, such as wall.example`);
}

function parseOrigin(text: string): string {
  if (text === '*' || text === 'null') return text;
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
