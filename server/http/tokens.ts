import { createHash, timingSafeEqual } from 'node:crypto';
import { isChannel, shown } from '../../protocol/lp1.ts';
import type { ReadRights } from '../hub/watched-channel.ts';
import { ChannelPatterns } from './channel-patterns.ts';
import { LINK_PREFIX, readLink } from './links.ts';

/** One token of a tokens file. */
export interface TokenEntry {
  /** Name for people: of the owner or the use. Unique in the file. */
  name: string;
  /** `sha256:` and the 64 hex digits of the token's SHA-256; never the token itself. */
  hash: string;
  /** Channels that may be read: names, or beginnings of names with a final `*`. Default none. */
  read?: string[];
  /** Channels that may be written and deleted. Default none. */
  write?: string[];
  /** In place of `read` and `write`: the one channel that the token may write from a URL (pings and hooks). */
  push?: string;
  /** With `push`: the secret with which webhooks must be signed (`X-Hub-Signature-256`). */
  secret?: string;
  /** RFC 3339 time or day at which the token expires. Default never. */
  until?: string;
  /** Writes per minute, from all addresses together. Default unlimited. */
  perMinute?: number;
  /** Polls that may be open at the same time. Default unlimited. */
  maxHeld?: number;
}

/** Channels that may be read without a token; at most one such entry in a file. */
export interface PublicEntry {
  public: { read: string[] };
}

/** Ids of links that are withdrawn; at most one such entry in a file. */
export interface WithdrawnEntry {
  withdrawn: string[];
}

/** The rights of a token. */
export interface Access {
  name: string;
  /** Hash by which the token is found again; for a link its whole text. */
  hash: string;
  /** Channels that may be read; undefined = none. */
  read: ReadRights | undefined;
  write: ChannelPatterns;
  push: { channel: string; secret: string | undefined } | undefined;
  /** Maximum of writes per minute; undefined = unlimited. */
  perMinute: number | undefined;
  /** Maximum of polls that are open at the same time; undefined = unlimited. */
  maxHeld: number | undefined;
  /** Time at which it expires, in ms since 1970; Infinity = never. */
  untilMs: number;
}

/** The validated tokens of a file. Immutable: a changed file makes a new object. */
export class Tokens {
  /** Channels that may be read without a token; undefined = none. */
  readonly public: ReadRights | undefined;
  readonly #byHash = new Map<string, Access>();
  readonly #withdrawn: Set<string>;
  readonly #open: string[];
  readonly #linkKey: Buffer | undefined;

  /** `linkKey`: the key of links, if there is one. @throws TypeError with the entry and what is wrong with it */
  constructor(list: unknown, linkKey?: Buffer) {
    this.#linkKey = linkKey;
    if (!Array.isArray(list))
      throw new TypeError(
        'the file is not a JSON list of {"name", "hash", …}: make it with lp-kit token add',
      );
    const entries: unknown[] = list;
    const open = entries.filter(isPublic).flatMap((entry) => entry.public.read);
    this.public = rightsOf(open, true);
    this.#open = open;
    this.#withdrawn = new Set(entries.filter(isWithdrawn).flatMap((entry) => entry.withdrawn));
    const names = new Set<string>();
    for (const entry of entries) {
      if (isPublic(entry) || isWithdrawn(entry)) continue;
      const access = parseEntry(entry, open);
      if (names.has(access.name))
        throw new TypeError(`two tokens are named ${shown(access.name)}: rename one`);
      names.add(access.name);
      this.#byHash.set(access.hash, access);
    }
  }

  /**
   * Returns the rights of a token at `now` (ms since 1970); undefined for one that is unknown or has expired.
   * @param hash the token's hash, by `hashOf`; of a link its whole text
   */
  find(hash: string, now: number): Access | undefined {
    const access = hash.startsWith(LINK_PREFIX) ? this.#link(hash) : this.#byHash.get(hash);
    return access && now < access.untilMs ? access : undefined;
  }

  #link(token: string): Access | undefined {
    const link = this.#linkKey && readLink(this.#linkKey, token);
    if (!link || this.#withdrawn.has(link.id)) return undefined;
    return {
      name: `link ${link.id}`,
      hash: token,
      read: rightsOf([...link.read, ...this.#open], false),
      write: NOTHING,
      push: undefined,
      perMinute: undefined,
      maxHeld: undefined,
      untilMs: link.until,
    };
  }
}

const NOTHING = new ChannelPatterns([]);

/** Returns the hash of a token as stored in a file. */
export const hashOf = (token: string): string =>
  `sha256:${createHash('sha256').update(token).digest('hex')}`;

/**
 * Hashes of the tokens of requests. Clients send the same token with each request, so that the last one of each connection is
 * remembered: hashing costs more than anything else that a poll needs.
 */
export class TokenHashes {
  readonly #last = new WeakMap<object, { token: Buffer; hash: string }>();

  /** Returns the hash of a token that came by a connection. */
  of(token: string, connection: object): string {
    const bytes = Buffer.from(token);
    const last = this.#last.get(connection);
    // in constant time: connections of a proxy are shared by its clients
    if (last && last.token.length === bytes.length && timingSafeEqual(last.token, bytes))
      return last.hash;
    const hash = hashOf(token);
    this.#last.set(connection, { token: bytes, hash });
    return hash;
  }
}

function isPublic(entry: unknown): entry is PublicEntry {
  if (typeof entry !== 'object' || entry === null || !('public' in entry)) return false;
  const { public: open } = entry as { public: { read?: unknown } | null };
  if (Array.isArray(open?.read)) return true;
  throw new TypeError('the entry "public" is invalid: write {"public": {"read": ["status.*"]}}');
}

function isWithdrawn(entry: unknown): entry is WithdrawnEntry {
  if (typeof entry !== 'object' || entry === null || !('withdrawn' in entry)) return false;
  const { withdrawn } = entry;
  if (Array.isArray(withdrawn) && withdrawn.every((id) => typeof id === 'string')) return true;
  throw new TypeError('the entry "withdrawn" is not a list of ids of links');
}

function parseEntry(entry: unknown, open: string[]): Access {
  if (typeof entry !== 'object' || entry === null) {
    throw new TypeError(
      `${shown(entry)} is not a token: write {"name", "hash", …}, or make it with lp-kit token add`,
    );
  }
  const { name, hash, read = [], write = [], push, secret, until, ...more } = entry as TokenEntry;
  const { perMinute, maxHeld, ...rest } = more;
  const [unknown] = Object.keys(rest);
  if (typeof name !== 'string' || name === '')
    throw new TypeError('a token has no name: give its entry a "name"');
  try {
    if (unknown !== undefined) {
      throw new TypeError(
        `it has an unknown field ${shown(unknown)}; known are name, hash, read, write, push, secret, until, perMinute and maxHeld`,
      );
    }
    if (!/^sha256:[\da-f]{64}$/.test(hash)) {
      throw new TypeError(
        'its hash is not "sha256:" and 64 hex digits: make the token with lp-kit token add',
      );
    }
    if (push !== undefined && !isChannel(push)) {
      throw new TypeError(`push ${shown(push)} is not the name of one channel`);
    }
    if (push !== undefined && (read.length > 0 || write.length > 0)) {
      throw new TypeError('it has push, so it cannot have read or write: remove one of them');
    }
    for (const [field, limit] of Object.entries({ perMinute, maxHeld })) {
      if (limit !== undefined && !(Number.isInteger(limit) && limit > 0)) {
        throw new TypeError(`${field} ${shown(limit)} is not a whole number above 0`);
      }
    }
    const untilMs = until === undefined ? Infinity : Date.parse(until);
    if (Number.isNaN(untilMs))
      throw new TypeError(
        `until ${shown(until)} is not a time: write it as 2030-05-01 or 2030-05-01T12:00:00Z`,
      );
    return {
      name,
      hash,
      read: read.length > 0 ? rightsOf([...read, ...open], false) : undefined,
      write: new ChannelPatterns(write),
      push: push === undefined ? undefined : { channel: push, secret },
      perMinute,
      maxHeld,
      untilMs,
    };
  } catch (cause) {
    throw new TypeError(`token ${shown(name)}: ${(cause as Error).message}`, { cause });
  }
}

function rightsOf(patterns: string[], isOpen: boolean): ReadRights | undefined {
  const set = new ChannelPatterns(patterns);
  if (set.empty) return undefined;
  return { id: set.id, all: set.all, open: isOpen, allows: (channel) => set.allows(channel) };
}
