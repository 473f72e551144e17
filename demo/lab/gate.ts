import { type ClientRequest, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';

/** Faults that can be simulated between a page and its server. */
export type Weather = 'fair' | 'silent' | 'refusing' | 'slow' | 'portal' | 'denied';

export interface GateOptions {
  /** Base URL of the server behind the gate; undefined while there is none. */
  server: () => string | undefined;
  /** Token that the gate sends to the server, so that pages need none. */
  token: string;
}

/** A reverse proxy in front of the lab's server, which can simulate faults. It passes polls only. */
export interface Gate {
  /** Passes on a request for `path` (with its search), below the server's base. */
  handle(path: string, req: IncomingMessage, res: ServerResponse): void;
  /** Cuts off pending requests, so that the change takes effect at once. */
  become(weather: Weather): void;
  /** Cuts off all requests. */
  close(): void;
}

const SLOW_MS = 1500;
const SLOW_BYTES_PER_SECOND = 8192;
/** Maximum number of requests held without a response; the next ones are cut off. */
const MOST_MUTE = 50;
const PORTAL =
  '<!doctype html><title>Welcome</title><p>Welcome to the hotel. Please accept our terms first.\n';
const BAD_GATEWAY = '<!doctype html><title>502 Bad Gateway</title><h1>502 Bad Gateway</h1>\n';

export function gate({ server, token }: GateOptions): Gate {
  let weather: Weather = 'fair';
  const open = new Set<ServerResponse>();

  return {
    handle(path, req, res) {
      if (req.method !== 'GET') return page(res, 405, 'Only questions pass this gate.\n');
      if (weather === 'silent' && open.size >= MOST_MUTE) return void res.destroy();
      open.add(res);
      res.once('close', () => open.delete(res));
      if (weather === 'silent') return; // It hangs until the fault ends, or the client gives up.
      if (weather === 'refusing') return page(res, 502, BAD_GATEWAY);
      if (weather === 'portal') return page(res, 200, PORTAL);
      forward(path, req, res).catch(() => res.destroy());
    },
    become(next) {
      const before = weather;
      weather = next;
      // Polls that were held when the server became unresponsive stay open: that is the fault.
      if (next !== before && next !== 'silent') cut();
    },
    close: cut,
  };

  function cut(): void {
    for (const res of open) res.destroy();
  }

  async function forward(path: string, req: IncomingMessage, res: ServerResponse): Promise<void> {
    const url = server();
    if (url === undefined) return page(res, 502, BAD_GATEWAY);
    const isSlow = weather === 'slow';
    if (isSlow) await pause(SLOW_MS);
    const shown = weather === 'denied' ? 'a token of yesterday' : token;
    const behind = ask(`${url}${path}`, req, shown);
    res.once('close', () => behind.destroy());
    behind.once('error', () => {
      if (res.headersSent) res.destroy();
      else if (weather !== 'silent') page(res, 502, BAD_GATEWAY);
    });
    behind.once('response', (answer) => {
      if (weather === 'silent') return void answer.resume(); // The client does not receive the end.
      res.writeHead(answer.statusCode ?? 502, passedOn(answer));
      if (isSlow) pipeline(answer, paced, res, () => {});
      else pipeline(answer, res, () => {});
    });
    behind.end();
  }
}

function ask(url: string, { headers }: IncomingMessage, token: string): ClientRequest {
  const { accept = '*/*', 'accept-encoding': coding = 'identity' } = headers;
  return request(url, {
    agent: false, // A restarted server must not be requested over an old connection.
    headers: {
      accept,
      'accept-encoding': coding,
      authorization: `Bearer ${token.replaceAll(' ', '-')}`,
    },
  });
}

const HOP_BY_HOP = ['connection', 'keep-alive', 'transfer-encoding'];

const passedOn = ({ headers }: IncomingMessage): IncomingMessage['headers'] =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.includes(name)));

async function* paced(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const size = SLOW_BYTES_PER_SECOND / 8;
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length; at += size) {
      await pause(1000 / 8);
      yield chunk.subarray(at, at + size);
    }
  }
}

function page(res: ServerResponse, status: number, text: string): void {
  res.writeHead(status, {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
  });
  res.end(text);
}
