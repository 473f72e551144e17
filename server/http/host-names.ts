import type { IncomingMessage, Server } from 'node:http';
import { isIP, type Socket } from 'node:net';
import { ProtocolError, shown } from '../../protocol/lp1.ts';

/** The names by which a server answers. Stops DNS rebinding: a page can make its own name lead to any address. */
export class HostNames {
  readonly #names: Set<string>;
  /** Every name is answered, except on loopback. */
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

  /** From now on, connections of `server`, which listens on loopback, are answered by known names alone. */
  watch(server: Server): void {
    server.on('connection', (socket) => this.#local.add(socket));
  }

  /** @throws ProtocolError `forbidden` for a request by another name */
  check(req: IncomingMessage): void {
    if (this.#any && !this.#local.has(req.socket)) return;
    const host = hostname(req.headers.host ?? '');
    if (this.#names.has(host) || host.endsWith('.localhost') || isAddress(host)) return;
    throw new ProtocolError(
      'forbidden',
      `this server does not go by the name ${shown(host)}: start it with --allow-host ${host || 'NAME'} (allowHosts), or call it by its IP address`,
    );
  }
}

/** True for an address that only this machine can reach. */
export const isLoopback = (host: string): boolean =>
  /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/.test(host);

/** The name in a `Host` header: without the port, and without the dot that may end a full name. */
const hostname = (host: string): string => host.replace(/\.?(:\d+)?$/, '').toLowerCase();

const isAddress = (host: string): boolean => isIP(host.replace(/^\[|\]$/g, '')) !== 0;

function parseHost(text: string): string {
  if (/^(\[[\da-f:.]+\]|[^\s:/?#@*[\]]+)(:\d+)?$/i.test(text)) return hostname(text);
  throw new TypeError(`allowHosts: ${shown(text)} is not a host name, such as wall.example`);
}
