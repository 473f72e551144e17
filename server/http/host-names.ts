import type { IncomingMessage, Server } from 'node:http';
import { isIP, type Socket } from 'node:net';
import { ProtocolError, shown } from '../../protocol/lp1.ts';

/**
 * The `Host` names that a server answers to. Prevents DNS rebinding, where a web page lets its own host name resolve to
 * the address of this server.
 */
export class HostNames {
  readonly #names: Set<string>;
  /** True if every name is answered, except on loopback. */
  readonly #any: boolean;
  /** Connections of listeners on loopback. */
  readonly #local = new WeakSet<Socket>();

  /** `allowed`: see `allowHosts`. @throws TypeError for an invalid host name */
  constructor(allowed: string[] | undefined, origins: Iterable<string>) {
    const named = [...origins].filter((origin) => URL.canParse(origin));
    const hosts = named.map((origin) => new URL(origin).hostname);
    this.#names = new Set([...(allowed ?? []).map(parseHost), ...hosts, 'localhost']);
    this.#any = !allowed;
  }

  /** Makes connections of `server`, which listens on loopback, be answered only for known names. */
  watch(server: Server): void {
    server.on('connection', (socket) => this.#local.add(socket));
  }

  /** Checks the `Host` of a request. @throws ProtocolError `forbidden` for an unknown name */
  check(req: IncomingMessage): void {
    if (this.#any && !this.#local.has(req.socket)) return;
    const host = hostname(req.headers.host ?? '');
    if (this.#names.has(host) || host.endsWith('.localhost') || isAddress(host)) return;
    throw new ProtocolError(
      'forbidden',
      `this server does not answer to the host name ${shown(host)}: start it with --allow-host ${host || 'NAME'} (allowHosts), or call it by its IP address`,
    );
  }
}

/** Whether only this machine can reach an address. */
export const isLoopback = (host: string): boolean =>
  /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/.test(host);

/** Returns the name in a `Host` header, without the port and without a final dot. */
const hostname = (host: string): string => host.replace(/\.?(:\d+)?$/, '').toLowerCase();

const isAddress = (host: string): boolean => isIP(host.replace(/^\[|\]$/g, '')) !== 0;

function parseHost(text: string): string {
  if (/^(\[[\da-f:.]+\]|[^\s:/?#@*[\]]+)(:\d+)?$/i.test(text)) return hostname(text);
  throw new TypeError(`allowHosts: ${shown(text)} is not a host name, such as wall.example`);
}
