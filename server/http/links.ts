import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { shown } from '../../protocol/lp1.ts';
import { ChannelPatterns } from './channel-patterns.ts';

/** The beginning of every link token. */
export const LINK_PREFIX = 'lpl_';

/** Content of a link token: signed, so that it cannot be changed, but not encrypted. */
export interface Link {
  /** Identifier by which the link can be withdrawn. */
  id: string;
  /** Patterns of the channels that it may read. */
  read: string[];
  /** Time at which it expires, in ms since 1970. */
  until: number;
}

/**
 * Returns a link token: read-only, for share links, embeds and pictures, in `?access=…`. It needs no entry in the
 * tokens file: it contains its rights, signed by HMAC-SHA-256 with the key beside that file.
 */
export function signLink(key: Buffer, link: Omit<Link, 'id'>): { token: string; id: string } {
  const id = randomBytes(6).toString('base64url');
  for (const pattern of link.read) void new ChannelPatterns([pattern]); // checks it
  const payload = Buffer.from(JSON.stringify({ ...link, id } satisfies Link)).toString('base64url');
  return {
    token: `${LINK_PREFIX}${payload}.${signatureOf(key, payload).toString('base64url')}`,
    id,
  };
}

/** Returns the link in a token; undefined if its signature or its form is invalid. */
export function readLink(key: Buffer, token: string): Link | undefined {
  const [payload = '', signature = '', ...rest] = token.slice(LINK_PREFIX.length).split('.');
  if (!token.startsWith(LINK_PREFIX) || rest.length > 0) return undefined;
  const given = Buffer.from(signature, 'base64url');
  const wanted = signatureOf(key, payload);
  // The text is compared, too: several base64url texts decode to the same bytes.
  const isGood = given.length === wanted.length && timingSafeEqual(given, wanted);
  if (!isGood || signature !== wanted.toString('base64url')) return undefined;
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Link; // signed by this server, so of this form
}

const signatureOf = (key: Buffer, payload: string): Buffer =>
  createHmac('sha256', key).update(`lp-kit link ${payload}`).digest();

/** Returns a new random key for links. */
export const newLinkKey = (): Buffer => randomBytes(32);

/** Parses the text of a key file. @throws TypeError */
export function parseLinkKey(text: string): Buffer {
  const key = Buffer.from(text.trim(), 'base64url');
  if (key.length >= 32) return key;
  throw new TypeError(
    `${shown(text.slice(0, 8))} … is not a key for links: it has 43 characters of base64url; delete the file, and lp-kit link makes a new one`,
  );
}
