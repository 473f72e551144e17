import type { IncomingMessage } from 'node:http';
import { ProtocolError, shown } from '../../protocol/lp1.ts';
import type { ReadRights } from '../hub/watched-channel.ts';
import { LINK_PREFIX } from './links.ts';
import { OptionTokens } from './option-tokens.ts';
import { Origins } from './origins.ts';
import { type Access, hashOf, TokenHashes, type Tokens } from './tokens.ts';

/** Options of `Guard`. */
export interface GuardOptions {
  /** Tokens, one of which a client must send to write. Default: no token is needed. */
  writeToken?: string | string[] | undefined;
  /** Tokens, one of which a client must send to read; a write token is accepted, too. Default: no token is needed. */
  readToken?: string | string[] | undefined;
  /**
   * Other origins whose pages may read and write, such as `https://wall.example`. `null` is the origin of all `file:`
   * pages and sandboxed frames; `*` is any origin. Default none.
   */
  allowOrigins?: string[];
  /**
   * `Host` names that the server answers to, beside IP addresses, `localhost` and the hosts of `allowOrigins`: as a
   * browser's address bar shows them. Stops DNS rebinding. Default: any; for a listener on loopback, no other.
   */
  allowHosts?: string[] | undefined;
  /**
   * Check of the app's own, for apps with sessions: returns what the client of a request may do, or undefined to let
   * the tokens decide. Called once per request, before its body is read. An error with `status` 401 or 403 refuses.
   */
  authorize?: ((req: IncomingMessage) => Authorized | undefined) | undefined;
  /** Tokens that may be part of a URL: each may write one channel, and nothing else. */
  channelTokens?: (ChannelRight & { token: string })[] | undefined;
}

/** The rights that `authorize` gives to a client. */
export interface Authorized {
  /** Name for messages. */
  name?: string;
  /** Returns whether a channel may be read. Also called with `*` for every channel, which `/metrics` needs. */
  read(channel: string): boolean;
  /** Returns whether a channel may be written and deleted. */
  write(channel: string): boolean;
}

/** A client whose reading is limited by a tokens file. */
export interface Reader {
  rights: ReadRights;
  /** Hash of its token; undefined without one. */
  hash: string | undefined;
  /** Polls that its token may have open at the same time; undefined = unlimited. */
  maxHeld?: number | undefined;
}

/** Rights of a token that may be part of a URL. */
export interface ChannelRight {
  /** The one channel that it may write. */
  channel: string;
  /** If set, a webhook has to be signed with it (`X-Hub-Signature-256`). */
  secret?: string | undefined;
}

/** Decides which clients may read and write, and from which origins. */
export class Guard {
  readonly #options: OptionTokens;
  /** The origins and host names of allowed requests. */
  readonly origins: Origins;
  readonly #channels: Map<string, ChannelRight> = new Map();
  /** Returns the tokens of the file, if there is one. */
  readonly #tokens: (() => Tokens) | undefined;
  readonly #hashes = new TokenHashes();
  readonly #now: () => number;
  readonly #authorize: GuardOptions['authorize'];
  /** Results of `authorize` by request, as it is called once per request. */
  readonly #authorized = new WeakMap<IncomingMessage, Authorized | undefined>();
  /** Clients that may write some channels only, by their requests. */
  readonly #writers = new WeakMap<IncomingMessage, Writer>();
  /** Tokens of the file that were sent with writing requests, by request. */
  readonly #sent = new WeakMap<IncomingMessage, Access>();

  /** `fileTokens` returns those of the file as it is now. `now`: wall clock, ms. */
  constructor(options: GuardOptions = {}, fileTokens?: () => Tokens, now: () => number = Date.now) {
    this.#tokens = fileTokens;
    this.#now = now;
    this.#authorize = options.authorize;
    const { writeToken, readToken, allowOrigins, allowHosts, channelTokens = [] } = options;
    this.#options = new OptionTokens(writeToken, readToken);
    for (const { token, channel, secret } of channelTokens) {
      this.#channels.set(hashOf(token), { channel, secret });
    }
    this.origins = new Origins(allowOrigins, allowHosts);
  }

  /**
   * Returns the client, and the channels that it may read; undefined = all channels.
   * @throws ProtocolError `unauthorized`, `forbidden` where it may read none
   */
  reader(req: IncomingMessage): Reader | undefined {
    this.origins.checkHost(req);
    const authorized = this.#authorizedFor(req);
    if (authorized) return { rights: rightsOf(authorized), hash: undefined };
    const tokens = this.#tokens?.();
    if (!tokens && !this.#options.guardReads) return undefined;
    const token = shownToken(req) ?? (tokens && linkIn(req));
    const access = token === undefined ? undefined : this.#find(req, token);
    if (access) return readerOf(access);
    if (tokens?.public && token === undefined) return { rights: tokens.public, hash: undefined };
    this.#checkToken(req, 'read');
    return tokens && { rights: EVERYTHING, hash: undefined };
  }

  /** Returns which channels may be read; undefined = all. @throws ProtocolError as `reader` */
  mayRead(req: IncomingMessage): ReadRights | undefined {
    const rights = this.reader(req)?.rights;
    return rights?.all ? undefined : rights;
  }

  /**
   * Checks that a channel may be read; without one, that all may.
   * @throws ProtocolError as `reader`, and `forbidden`
   */
  checkRead(req: IncomingMessage, channel?: string): void {
    const rights = this.mayRead(req);
    if (!rights || (channel !== undefined && rights.allows(channel))) return;
    if (channel !== undefined) throw notReadable(channel);
    throw new ProtocolError('forbidden', 'this needs a token that may read every channel ("*")');
  }

  /** Whether a held poll of this client may continue after the tokens have changed. */
  review(reader: Reader | undefined): 'keep' | 'again' | Error {
    const tokens = this.#tokens?.();
    if (!tokens || !reader) return 'keep';
    const access = reader.hash ? tokens.find(reader.hash, this.#now()) : undefined;
    const rights = reader.hash ? access?.read : tokens.public;
    if (rights?.id === reader.rights.id) return 'keep';
    return rights ? 'again' : unauthorized('read');
  }

  /**
   * Checks that a request may write. `elsewhere`: tokens that were sent outside the headers, as some agents do; one
   * valid token is enough.
   * @throws ProtocolError `unauthorized`, `forbidden`
   */
  mayWrite(req: IncomingMessage, elsewhere: readonly (string | null | undefined)[] = []): void {
    this.origins.check(req);
    const authorized = this.#authorizedFor(req);
    if (authorized) return void this.#writers.set(req, writerOf(authorized));
    if (this.#tokens && this.#isLimitedWriter(req, elsewhere)) return;
    if (this.#tokens || this.#options.guardWrites) this.#checkToken(req, 'write', elsewhere);
  }

  /**
   * Checks that the client of a request that passed `mayWrite` may write these channels.
   * @throws ProtocolError `forbidden`
   */
  checkChannels(req: IncomingMessage, channels: Iterable<string>): void {
    const writer = this.#writers.get(req);
    if (!writer) return;
    for (const channel of channels)
      if (!writer.write.allows(channel)) throw notWritable(writer, channel);
  }

  /** Returns the name of the client of a request that passed `mayWrite`, if it has one. */
  nameOf(req: IncomingMessage): string | undefined {
    return this.#writers.get(req)?.name ?? this.#sent.get(req)?.name;
  }

  /** Returns the write limit of the token of a request, if it has one. */
  limitOf(req: IncomingMessage): { name: string; perMinute: number } | undefined {
    const { name, perMinute } = this.#sent.get(req) ?? {};
    return name === undefined || perMinute === undefined ? undefined : { name, perMinute };
  }

  #authorizedFor(req: IncomingMessage): Authorized | undefined {
    if (!this.#authorize) return undefined;
    if (!this.#authorized.has(req)) this.#authorized.set(req, this.#authorize(req));
    return this.#authorized.get(req);
  }

  /** Returns the rights of a token in the tokens file. */
  #find(req: IncomingMessage, token: string): Access | undefined {
    const id = token.startsWith(LINK_PREFIX) ? token : this.#hashes.of(token, req.socket);
    return this.#tokens?.().find(id, this.#now());
  }

  #isLimitedWriter(
    req: IncomingMessage,
    elsewhere: readonly (string | null | undefined)[],
  ): boolean {
    for (const token of [shownToken(req), ...elsewhere]) {
      const access = typeof token === 'string' ? this.#find(req, token) : undefined;
      if (!access || access.write.empty) continue;
      this.#writers.set(req, access);
      this.#sent.set(req, access);
      return true;
    }
    return false;
  }

  /** Returns the rights of a token in a URL; undefined for any other token, including one that may write more. */
  channelRight(req: IncomingMessage, token: string): ChannelRight | undefined {
    const access = this.#find(req, token);
    if (!access?.push) return this.#channels.get(this.#hashes.of(token, req.socket));
    this.#sent.set(req, access);
    return access.push;
  }

  /** Checks the tokens of the options, which are valid for all channels. */
  #checkToken(
    req: IncomingMessage,
    what: 'read' | 'write',
    elsewhere: readonly (string | null | undefined)[] = [],
  ): void {
    const given = [shownToken(req), ...elsewhere].filter((token) => typeof token === 'string');
    if (given.length === 0) throw unauthorized(what);
    const hashes = given.map((token) => this.#hashes.of(token, req.socket));
    if (this.#options.fits(hashes, what)) return;
    const isKnown = (): boolean =>
      this.#options.fits(hashes, 'anything') ||
      given.some((token) => this.#find(req, token) !== undefined);
    if (this.#tokens && !isKnown()) {
      throw unauthorized(what, 'that token is unknown, withdrawn or over');
    }
    throw new ProtocolError('forbidden', `that token may not ${what} here`);
  }
}

const unauthorized = (
  what: 'read' | 'write',
  why = `a token is needed to ${what}`,
): ProtocolError => new ProtocolError('unauthorized', `${why}: send "Authorization: Bearer …"`);

/** Rights of a token from the options where a tokens file exists too: no shared cache may store such responses. */
const EVERYTHING: ReadRights = { id: '*', all: true, open: false, allows: () => true };

function readerOf({ name, read, hash, maxHeld }: Access): Reader {
  if (read) return { rights: read, hash, maxHeld };
  throw new ProtocolError('forbidden', `the token ${shown(name)} may not read here`);
}

const notReadable = (channel: string): ProtocolError =>
  new ProtocolError('forbidden', `that token may not read ${shown(channel)}`, { channel });

interface Writer {
  name: string;
  write: { allows(channel: string): boolean; id?: string };
}

const rightsOf = (authorized: Authorized): ReadRights => ({
  id: '',
  varies: true,
  all: authorized.read('*'),
  open: false,
  allows: (channel) => authorized.read(channel),
});

const writerOf = (authorized: Authorized): Writer => ({
  name: authorized.name ?? 'this client',
  write: { allows: (channel) => authorized.write(channel) },
});

function notWritable({ name, write }: Writer, channel: string): ProtocolError {
  const rights = write.id === undefined ? '' : `: it may write ${write.id}`;
  const message = `${shown(name)} may not write ${shown(channel)}${rights}`;
  return new ProtocolError('forbidden', message, { channel });
}

/** Returns the token of a request: Bearer token, password of Basic, or `X-Api-Key`. */
function shownToken(req: IncomingMessage): string | undefined {
  const key = req.headers['x-api-key'];
  if (typeof key === 'string') return key;
  const [scheme = '', value = ''] = (req.headers.authorization ?? '').split(' ', 2);
  if (!value) return undefined;
  if (/^(bearer|token)$/i.test(scheme)) return value;
  if (!/^basic$/i.test(scheme)) return undefined;
  return Buffer.from(value, 'base64').toString().split(':').slice(1).join(':');
}

/** Returns the link token in the query of a GET; undefined for any other token, which must not be in a URL. */
function linkIn({ method, url = '' }: IncomingMessage): string | undefined {
  if (method !== 'GET' && method !== 'HEAD') return undefined;
  const token = ACCESS.exec(url)?.[1];
  return token?.startsWith(LINK_PREFIX) ? token : undefined;
}

const ACCESS = /[?&]access=([^&#]*)/;

/** Returns a query string without `access`, so that clients with equal rights share responses. */
export const withoutAccess = (search: string): string =>
  search.includes('access=') ? search.replace(/(^|&)access=[^&]*/g, '').replace(/^&/, '') : search;
