import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { type Appended, type Meta, ProtocolError, parseChannel } from '../protocol/lp1.ts';
import { Guard } from './http/guard.ts';
import { liveMetrics } from './http/metrics.ts';
import { PollRoute } from './http/poll-route.ts';
import { sendProblem } from './http/problem.ts';
import { describe, type LiveHandler, liveRouter } from './http/router.ts';
import { Hub } from './hub/hub.ts';
import { processLoad } from './hub/process-load.ts';
import { metaItem } from './ingest/meta.ts';
import { parseValues } from './ingest/native.ts';
import { type LivePollOptions, parseBase, parseOptions } from './options.ts';
import { Publisher } from './hub/publisher.ts';
import { openStore } from './open-store.ts';
import type { AppendResult, Store } from './stores/store.ts';
import { packageDir, version } from './version.ts';

export interface ListenOptions {
  /** 0 takes a free one. Default 3000. */
  port?: number;
  /** Default loopback only. */
  host?: string;
  /** Answers whatever does not stand below the base. */
  app?: LiveHandler;
}

export interface LivePoll {
  /** All routes, for `app.use('/lp', live.router)` in any Express 4 or 5 app, before its body parsers. */
  readonly router: LiveHandler;
  readonly store: Store;
  /** One value, or an array as one atomic batch: objects, numbers, texts, as `POST` takes them. */
  publish(channel: string, values: unknown, options?: { id?: string }): Promise<Appended>;
  /** Tells a channel's label, unit, ttl, retain … as `PUT` does; `count` is 0 where nothing changed. */
  describe(channel: string, meta: Meta): Promise<Appended>;
  /** A front door: everything below the base is answered before `app` and its middleware see it. */
  listen(options?: ListenOptions): Server;
  /** Answers every held poll, ends the servers that `listen` opened, flushes and closes the store. */
  close(): Promise<void>;
}

/**
 * The store, the hub and the routes, joined.
 * @throws TypeError for options that cannot be, StoreError where the data cannot be used
 */
export async function livePoll(options: LivePollOptions = {}): Promise<LivePoll> {
  const limits = parseOptions(options);
  const base = parseBase(options.base ?? '/lp');
  const { now = Date.now, random = Math.random, strict = false, shared = false } = options;
  const guard = new Guard(options);
  const { data, durability, redis, onProgress } = options;
  const place = { data, durability, redis, onProgress };
  const store = options.store ?? (await openStore({ ...limits, ...place, now, random }));
  const { maxHeld, maxChannelsPerPoll, maxUrlBytes, graceMs } = limits;
  const answerLimit = { entries: limits.maxAnswerEntries, bytes: limits.maxAnswerBytes };
  const strain = processLoad({ maxLagMs: limits.maxLagMs });
  const hub = new Hub({
    store,
    strain,
    maxHeld,
    maxChannelsPerPoll,
    answerLimit,
    strict,
    shared,
    now,
    random,
    ...(options.monotonic && { monotonic: options.monotonic }),
  });
  const { idWindowMs, maxIds } = limits;
  const publisher = new Publisher({ store, strict, idWindowMs, maxIds, now });
  const poll = new PollRoute({ hub, guard, shared, maxUrlBytes, maxUnreadMs: limits.maxUnreadMs });
  const metrics = liveMetrics(hub, publisher);
  const router = liveRouter({
    hub,
    store,
    guard,
    poll,
    publisher,
    metrics,
    version,
    now,
    kitDir: options.kitDir ?? join(packageDir, 'dist/kit'),
    maxBodyBytes: limits.maxBodyBytes,
    maxItems: limits.maxItems,
    writesPerMinute: options.writesPerMinute,
  });
  const servers = new Set<Server>();
  let closing: Promise<void> | undefined;

  return {
    router,
    store,
    async publish(channel, values, { id } = {}) {
      const items = parseValues(values, { maxItems: limits.maxItems, now: now() });
      const results = await publisher.append(new Map([[parseChannel(channel), items]]), { id });
      const { cursor, first, count } = results.get(channel) as AppendResult;
      return { cursor, first, count };
    },
    describe: async (channel, meta) =>
      describe({ store, publisher }, parseChannel(channel), metaItem(meta)),
    listen({ port = 3000, host = '127.0.0.1', app } = {}) {
      const server = createServer(frontDoor({ base, poll, router, app }));
      server.keepAliveTimeout = 75_000; // above the idle time of usual balancers, which else meet a closing connection
      server.headersTimeout = 80_000;
      servers.add(server);
      server.once('close', () => servers.delete(server));
      return server.listen(port, host);
    },
    close() {
      closing ??= close();
      return closing;
    },
  };

  async function close(): Promise<void> {
    const ended = [...servers].map(
      (server) => new Promise<void>((done) => server.close(() => done())),
    );
    await hub.close(graceMs);
    for (const server of servers) server.closeIdleConnections();
    const cut = setTimeout(() => {
      for (const server of servers) server.closeAllConnections();
    }, 1_000);
    await Promise.all(ended);
    clearTimeout(cut);
    strain.stop();
    publisher.close();
    await store.close();
  }
}

interface FrontDoorOptions {
  base: string;
  poll: PollRoute;
  router: LiveHandler;
  app: LiveHandler | undefined;
}

/** Polls first, and without Express: that costs a third. */
function frontDoor({ base, poll, router, app }: FrontDoorOptions): LiveHandler {
  const pollPath = `${base}/poll?`;
  return (req, res) => {
    const url = req.url ?? '/';
    if (req.method === 'GET' && url.startsWith(pollPath)) {
      poll.handle(req, res);
      return;
    }
    if (url === base || url.startsWith(`${base}/`) || url.startsWith(`${base}?`)) {
      req.url = url.slice(base.length).replace(/^(?!\/)/, '/');
      router(req, res, (error) => sendProblem(res, error ?? nothing(url)));
      return;
    }
    if (app) app(req, res);
    else sendProblem(res, nothing(url));
  };
}

const nothing = (url: string): ProtocolError =>
  new ProtocolError('not-found', `there is nothing at ${JSON.stringify(url.slice(0, 80))}`);
