import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { type LivePoll, type LivePollOptions, livePoll } from '../../server/index.ts';
import { type Asked, type AskOptions, ask } from './ask.ts';

export interface LiveServer extends AsyncDisposable {
  live: LivePoll;
  /** Of the base, such as http://127.0.0.1:43210/lp */
  url: string;
  /** A poll: `server.poll('channels=cpu&since=')`. */
  poll(search: string, options?: AskOptions): Promise<Asked>;
  /** Resolves as soon as the server holds this many polls. */
  held(count: number): Promise<void>;
  /** Ends the server at once, with all held polls. */
  close(): Promise<void>;
}

export interface StartOptions extends LivePollOptions {
  /** How the kit is reached: mounted in an Express app (default), its standalone listener, or only the router. */
  door?: 'express' | 'front' | 'bare';
  /** With the standalone listener: the routes for agents are also at the server's root, as with `lp-kit serve`. */
  atRoot?: boolean;
}

/** A server of the kit on a free loopback port: `await using server = await startLive()`. */
export async function startLive({
  door = 'express',
  atRoot = false,
  ...options
}: StartOptions = {}): Promise<LiveServer> {
  const live = await livePoll({ graceMs: 20, ...options });
  const server = open(door, live, atRoot);
  if (!server.listening) await new Promise((done) => server.once('listening', done));
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await Promise.all([new Promise((done) => server.close(done)), live.close()]);
  };
  const url = `http://127.0.0.1:${port}${door === 'bare' ? '' : '/lp'}`;
  return {
    live,
    url,
    close,
    [Symbol.asyncDispose]: close,
    poll: (search, asked) => ask(`${url}/poll?${search}`, asked),
    async held(count) {
      for (;;) {
        const { held } = (await ask(`${url}/health`)).json as { held: number };
        if (held === count) return;
      }
    },
  };
}

function open(door: string, live: LivePoll, atRoot: boolean): Server {
  if (door === 'front') return live.listen({ port: 0, ...(atRoot && { app: live.inRoutes }) });
  if (door === 'bare') return createServer(live.router).listen(0, '127.0.0.1');
  return express().use('/lp', live.router).listen(0, '127.0.0.1');
}
