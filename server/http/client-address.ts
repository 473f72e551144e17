import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import proxyAddr from 'proxy-addr';
import { shown } from '../../protocol/lp1.ts';

/** Options of `clientAddress`. */
export interface ClientAddressOptions {
  /**
   * Proxies whose `X-Forwarded-For` is trusted: IP addresses, CIDR blocks, `loopback`, `linklocal`, `uniquelocal`.
   * Default none. Name only your own: a proxy listed here can claim any address.
   */
  trustProxy?: string | string[] | undefined;
}

type Trust = (address: string, hop: number) => boolean;

/** The part of an Express app that is used here. */
interface ExpressApp {
  enabled?(setting: string): boolean;
  get?(setting: string): unknown;
}

/** A request of Express, with the app that Express sets on it. */
interface ExpressRequest {
  ip?: string;
  app?: ExpressApp;
}

/** Finds the address of the client that a request comes from. */
export interface ClientAddress {
  (req: IncomingMessage): string;
  /** Makes the `trust proxy` setting of `app` apply to connections of `server`, which the app does not see itself. */
  follow(server: Server, app: object): void;
}

/**
 * Returns the function that finds a client's address, for rate limits and audits. Without `trustProxy`, an Express
 * app's own `trust proxy` setting applies, else the peer of the connection.
 * @throws TypeError for an invalid address of a proxy
 */
export function clientAddress({ trustProxy }: ClientAddressOptions): ClientAddress {
  const trust = trusted(trustProxy);
  const apps = new WeakMap<Socket, ExpressApp>();
  let warned = false;
  const addressOf = (req: IncomingMessage): string => {
    if (trust) return proxyAddr(req, trust);
    const { ip, app = apps.get(req.socket) } = req as ExpressRequest;
    if (app?.enabled?.('trust proxy')) return ip ?? addressBy(app, req);
    if (!warned && 'x-forwarded-for' in req.headers) {
      warned = true;
      console.warn(
        `lp-kit: requests come through a proxy (X-Forwarded-For), and all of them count as its address ${peer(req)}: start with --trust-proxy ${peer(req)} (trustProxy) if that proxy is yours`,
      );
    }
    return peer(req);
  };
  return Object.assign(addressOf, {
    follow: (server: Server, app: object): void => {
      server.on('connection', (socket) => apps.set(socket, app));
    },
  });
}

function addressBy(app: ExpressApp, req: IncomingMessage): string {
  const trust = app.get?.('trust proxy fn'); // the setting, compiled by Express
  return typeof trust === 'function' ? proxyAddr(req, trust as Trust) : peer(req);
}

/**
 * Returns the function that tests whether an address is one of these proxies; undefined if none is configured.
 * @throws TypeError for a proxy that is not an address
 */
export function trusted(trustProxy: ClientAddressOptions['trustProxy']): Trust | undefined {
  const proxies = [trustProxy ?? []].flat().flatMap((text) => text.split(/[\s,]+/).filter(Boolean));
  return proxies.length > 0 ? compiled(proxies) : undefined;
}

const peer = (req: IncomingMessage): string => req.socket.remoteAddress ?? '';

function compiled(proxies: string[]): Trust {
  try {
    return proxyAddr.compile(proxies);
  } catch (cause) {
    throw new TypeError(
      `trustProxy: ${shown(proxies)} are not IP addresses, CIDR blocks, loopback, linklocal or uniquelocal`,
      { cause },
    );
  }
}
