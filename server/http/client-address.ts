import type { IncomingMessage } from 'node:http';
import proxyAddr from 'proxy-addr';
import { shown } from '../../protocol/lp1.ts';

export interface ClientAddressOptions {
  /**
   * Proxies whose `X-Forwarded-For` is believed: IP addresses, CIDR blocks, `loopback`, `linklocal`, `uniquelocal`.
   * Default none. Name only your own: whoever is named here can claim any address.
   */
  trustProxy?: string | string[] | undefined;
}

/** Set by Express on its requests. */
interface ExpressRequest {
  ip?: string;
  app?: { enabled?(setting: string): boolean };
}

/**
 * Returns the function that finds a client's address, for rate limits and audits. Without `trustProxy`, an Express app's
 * own `trust proxy` setting counts, else the peer of the connection.
 * @throws TypeError for a proxy that is no address
 */
export function clientAddress({
  trustProxy,
}: ClientAddressOptions): (req: IncomingMessage) => string {
  const proxies = [trustProxy ?? []].flat().flatMap((text) => text.split(/[\s,]+/).filter(Boolean));
  const trust = proxies.length > 0 ? compiled(proxies) : undefined;
  let warned = false;
  return (req) => {
    if (trust) return proxyAddr(req, trust);
    const { ip, app } = req as ExpressRequest;
    if (app?.enabled?.('trust proxy')) return ip ?? peer(req);
    if (!warned && 'x-forwarded-for' in req.headers) {
      warned = true;
      console.warn(
        `lp-kit: requests come through a proxy (X-Forwarded-For), and all of them count as its address ${peer(req)}: start with --trust-proxy ${peer(req)} (trustProxy) if that proxy is yours`,
      );
    }
    return peer(req);
  };
}

const peer = (req: IncomingMessage): string => req.socket.remoteAddress ?? '';

function compiled(proxies: string[]): (address: string, hop: number) => boolean {
  try {
    return proxyAddr.compile(proxies);
  } catch (cause) {
    throw new TypeError(
      `trustProxy: ${shown(proxies)} are not IP addresses, CIDR blocks, loopback, linklocal or uniquelocal`,
      { cause },
    );
  }
}
