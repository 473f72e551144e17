import type { IncomingMessage } from 'node:http';
import { shown } from '../../protocol/lp1.ts';
import type { Item } from '../stores/store.ts';
import { type ClientAddressOptions, trusted } from './client-address.ts';

/** Options for the name of a user who has signed in at a proxy. */
export interface ProxyUserOptions extends ClientAddressOptions {
  /**
   * Header in which a proxy of `trustProxy` names the user who has signed in, such as `Remote-User`. The name becomes
   * `by` in the audit and the `author` of messages. Trusted from those proxies only. Default none.
   */
  trustUserHeader?: string | undefined;
}

/** Returns the user that a trusted proxy names for a request; undefined if there is none. */
export type UserOf = (req: IncomingMessage) => string | undefined;

/**
 * Returns the function that finds the user of a request. @throws TypeError without `trustProxy`, or for an invalid
 * header name
 */
export function proxyUser({ trustUserHeader, trustProxy }: ProxyUserOptions): UserOf {
  if (trustUserHeader === undefined) return () => undefined;
  if (!/^[\w-]+$/.test(trustUserHeader)) {
    throw new TypeError(`trustUserHeader: ${shown(trustUserHeader)} is not the name of a header`);
  }
  const trust = trusted(trustProxy);
  if (!trust) {
    throw new TypeError(
      'livePoll: trustUserHeader needs trustProxy, or any client could claim any name: give the address of the proxy',
    );
  }
  const header = trustUserHeader.toLowerCase();
  return (req) => {
    if (!trust(req.socket.remoteAddress ?? '', 0)) return undefined;
    const value = req.headers[header];
    return typeof value === 'string' ? nameIn(value) : undefined;
  };
}

/** Decodes a name: Node reads headers as Latin-1, and proxies send names in UTF-8. */
function nameIn(header: string): string | undefined {
  const name = Buffer.from(header, 'latin1').toString('utf8').trim();
  return name === '' ? undefined : name.slice(0, MAX_NAME);
}

const MAX_NAME = 128;

/**
 * Returns the items with `user` as the author of messages, whatever author the page has sent. A message is an object
 * with a string `text`, or any object with an `author`; all other items stay as they are.
 */
export function signedBy(user: string | undefined, items: Item[]): Item[] {
  return user === undefined ? items : items.map((item) => signed(user, item));
}

function signed(user: string, item: Item): Item {
  if (item.meta || !item.json.startsWith('{')) return item;
  const payload = JSON.parse(item.json) as Record<string, unknown>;
  const isMessage = Object.hasOwn(payload, 'author') || typeof payload['text'] === 'string';
  return isMessage ? { ...item, json: JSON.stringify({ ...payload, author: user }) } : item;
}
