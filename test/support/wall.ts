import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type LivePoll, type LivePollOptions, livePoll } from '../../server/index.ts';

/** The strict policy of the README, under which the elements must work. */
export const STRICT_CSP: string =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
  "require-trusted-types-for 'script'; trusted-types lit-html";

export interface Wall extends AsyncDisposable {
  /** URL of the pages. */
  origin: string;
  /** The current live server. */
  readonly live: LivePoll;
  /** Posts `body` like curl; resolves with the status. */
  post(channel: string, body: string): Promise<number>;
  /** Closes all connections and frees the port, like a kill. */
  kill(): Promise<void>;
  /** Starts again on the same port: with an empty store, unless `options` names one. */
  start(options?: LivePollOptions): Promise<void>;
}

/** A live server whose standalone listener also serves `pages` (path → content of the body, or an SVG), under the strict policy. */
export async function openWall(
  pages: Record<string, string>,
  options: LivePollOptions = {},
): Promise<Wall> {
  let live = await livePoll({ graceMs: 20, ...options });
  let server: Server | undefined;
  let port = 0;
  const listen = async (): Promise<void> => {
    server = live.listen({
      port,
      app: (req, res) => {
        const body = pages[(req.url ?? '').split('?')[0] as string];
        const isImage = body?.startsWith('<svg') === true;
        const type = {
          'Content-Type': isImage ? 'image/svg+xml' : 'text/html; charset=utf-8',
          'Content-Security-Policy': STRICT_CSP,
        };
        res.writeHead(body === undefined ? 404 : 200, type);
        res.end(body === undefined ? '' : isImage ? body : page(body));
      },
    });
    await new Promise((done) => server?.once('listening', done));
    port = (server.address() as AddressInfo).port;
  };
  const kill = async (): Promise<void> => {
    const old = server;
    server = undefined;
    if (!old) return;
    const closed = new Promise((done) => old.close(done));
    old.closeAllConnections();
    await closed;
  };
  await listen();
  return {
    origin: `http://127.0.0.1:${port}`,
    get live() {
      return live;
    },
    post: async (channel, body) =>
      (await fetch(`http://127.0.0.1:${port}/lp/channels/${channel}`, { method: 'POST', body }))
        .status,
    kill,
    start: async (again = {}) => {
      live = await livePoll({ graceMs: 20, ...options, ...again });
      await listen();
    },
    [Symbol.asyncDispose]: async () => {
      await kill();
      await live.close();
    },
  };
}

const page = (body: string): string => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>A wall</title><link rel="icon" href="data:,">
<script type="module" src="/lp/kit.js"></script></head>
<body>${body}</body>
</html>`;
