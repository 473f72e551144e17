import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LivePoll, livePoll, type Meta } from 'lp-kit/server';

/**
 * A kit server that may be made to fail: in its own folder, reached on loopback only with its
 * token.
 */
export interface OwnServer {
  /** Base URL; undefined while it is down. */
  readonly url: string | undefined;
  /** @throws StoreError if its data cannot be opened */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Deletes its data; call it only while it is stopped. */
  wipe(): Promise<void>;
  /** Stops it, and removes its folder. */
  remove(): Promise<void>;
}

export interface OwnServerOptions {
  /** The token that reads and writes need. */
  token: string;
  /** Published at each start, because a wipe deletes the meta too. */
  channels: Record<string, Meta>;
}

/** Maximum number of held polls: pages that show the lab at the same time. */
const MOST_HELD = 200;

/** Starts nothing yet. @throws Error if its folder cannot be created */
export async function ownServer({ token, channels }: OwnServerOptions): Promise<OwnServer> {
  const folder = await mkdtemp(join(tmpdir(), 'lp-kit-lab-'));
  const data = join(folder, 'data');
  let live: LivePoll | undefined;
  let url: string | undefined;

  return {
    get url() {
      return url;
    },
    async start() {
      live = await livePoll({ data, readToken: token, writeToken: token, maxHeld: MOST_HELD });
      for (const [name, meta] of Object.entries(channels)) await live.describe(name, meta);
      const server = live.listen({ port: 0 });
      await once(server, 'listening');
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/lp`;
    },
    stop,
    wipe: () => rm(data, { recursive: true, force: true }),
    async remove() {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };

  async function stop(): Promise<void> {
    url = undefined;
    await live?.close();
    live = undefined;
  }
}
