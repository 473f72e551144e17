import type { IncomingMessage, Server } from 'node:http';
import { join } from 'node:path';
import { type Appended, type Meta, parseChannel } from '../protocol/lp1.ts';
import { IngestWriter } from './feed/ingest-writer.ts';
import { History } from './history/history.ts';
import { Roller } from './history/roller.ts';
import { Audit } from './http/audit.ts';
import { clientAddress } from './http/client-address.ts';
import { Guard } from './http/guard.ts';
import { HistoryRoute } from './http/history-route.ts';
import { InRoutes } from './http/in-routes.ts';
import { InStats } from './http/in-stats.ts';
import { standaloneServer } from './http/listener.ts';
import { liveMetrics } from './http/metrics.ts';
import { PollRoute } from './http/poll-route.ts';
import { sendProblem } from './http/problem.ts';
import { proxyUser } from './http/proxy-user.ts';
import { pathOf } from './http/request-target.ts';
import { type LiveHandler, liveRouter, nothingAt } from './http/router.ts';
import { TokensFile } from './http/tokens-file.ts';
import { checkedBy, tokenRate, writeRate } from './http/write-rate.ts';
import { Hub } from './hub/hub.ts';
import { processLoad } from './hub/process-load.ts';
import { Publisher } from './hub/publisher.ts';
import { metaItem } from './ingest/meta.ts';
import { parseValues } from './ingest/native.ts';
import { openStore } from './open-store.ts';
import {
  type LivePollOptions,
  parseBase,
  parseFormats,
  historyAge,
  parseOptions,
} from './options.ts';
import type { AppendResult, Store } from './stores/store.ts';
import { packageDir, version } from './version.ts';

/** Options of `LivePoll.listen`. */
export interface ListenOptions {
  /** TCP port; 0 takes a free one. Default 3000. */
  port?: number;
  /** Address to listen on. Default `127.0.0.1`: this machine alone, and only by its own names (see `allowHosts`). */
  host?: string;
  /** Answers requests that are not below the base; with the base `/`, those that are no route of the kit. */
  app?: LiveHandler;
}

/** A live-poll server: its routes, and the same writes as functions of this process. Made by `livePoll()`. */
export interface LivePoll {
  /** All routes, for `app.use('/lp', live.router)` in an Express 4 or 5 app, before its body parsers. */
  readonly router: LiveHandler;
  /**
   * `/write`, `/query`, `/ping`, `/api/v2/write`, `/api/push/{token}` and `/widgets/{id}` at the server's root, for agents
   * that can be given a host and a port only: `app.use(live.inRoutes)`, before the app's body parsers.
   */
  readonly inRoutes: LiveHandler;
  /** The store that holds the channels. */
  readonly store: Store;
  /**
   * Publishes one value, or an array as one atomic batch: objects, numbers, texts, booleans, as `POST` takes them.
   * `id`: idempotency key; `ifMatch`: cursor that the channel must have, else nothing is stored (`moved`).
   */
  publish(
    channel: string,
    values: unknown,
    options?: { id?: string; ifMatch?: string },
  ): Promise<Appended>;
  /** Sets a channel's label, unit, ttl, retain … as `PUT` does; `count` is 0 if nothing changed. */
  describe(channel: string, meta: Meta): Promise<Appended>;
  /** Opens the audit file again, after it was moved away. */
  reopenAudit(): void;
  /** Opens a standalone listener: everything below the base is answered before `app` and its middleware see it. */
  listen(options?: ListenOptions): Server;
  /** Answers every held poll, closes the servers that `listen` opened, flushes and closes the store. */
  close(): Promise<void>;
}

/**
 * Opens a store and connects it with the hub and the routes.
 * @throws TypeError for invalid options, StoreError where the data cannot be used
 * @example
 * const live = await livePoll({ data: 'data' });
 * app.use('/lp', live.router);
 * await live.publish('cpu', { value: 42 });
 */
export async function livePoll(options: LivePollOptions = {}): Promise<LivePoll> {
  const limits = parseOptions(options);
  const base = parseBase(options.base ?? '/lp');
  const { now = Date.now, random = Math.random, strict = false, shared = false } = options;
  const tokensFile =
    options.tokens === undefined ? undefined : await TokensFile.open(options.tokens);
  if (shared && tokensFile && !tokensFile.tokens.public) throw nothingToShare();
  const guard = new Guard(options, tokensFile && (() => tokensFile.tokens), now);
  const addressOf = clientAddress(options);
  const userOf = proxyUser(options);
  const { audit: target } = options;
  const nameOf = (req: IncomingMessage) => guard.nameOf(req);
  const audit =
    target === undefined ? undefined : new Audit({ target, addressOf, nameOf, userOf, now });
  const { data, durability, redis, onProgress } = options;
  const place = { data, durability, redis, onProgress, historyMs: historyAge(options) };
  const store = options.store ?? (await openStore({ ...limits, ...place, now, random }));
  const roller = store.history && new Roller({ store, history: store.history, now, random });
  roller?.start();
  const { maxHeld, maxChannelsPerPoll, maxUrlBytes, graceMs } = limits;
  const answerLimit = { entries: limits.maxAnswerEntries, bytes: limits.maxAnswerBytes };
  const load = processLoad({ maxLagMs: limits.maxLagMs });
  const hub = new Hub({
    store,
    load,
    maxHeld,
    maxChannelsPerPoll,
    answerLimit,
    strict,
    shared,
    now,
    random,
    ...(options.monotonic && { monotonic: options.monotonic }),
  });
  tokensFile?.onChange(() => {
    audit?.tokensChanged();
    hub.review();
  });
  const { idWindowMs, maxIds } = limits;
  const publisher = new Publisher({ store, strict, idWindowMs, maxIds, now });
  const { maxUnreadMs } = limits;
  const poll = new PollRoute({ hub, guard, shared, audit, maxUrlBytes, maxUnreadMs });
  const read = new PollRoute({ hub, guard, shared: false, audit, maxUrlBytes, maxUnreadMs });
  const history = new HistoryRoute({
    history: new History({ store, now }),
    store,
    guard,
    strict,
    shared,
    maxUrlBytes,
    now,
  });
  const inStats = new InStats();
  const metrics = liveMetrics({ hub, publisher, inStats, store });
  const { writesPerMinute } = options;
  const limiter = writesPerMinute === undefined ? undefined : writeRate(writesPerMinute, addressOf);
  const tokenLimiter = tokensFile && tokenRate((req) => guard.limitOf(req));
  const inRoutes = new InRoutes({
    audit,
    ...limits,
    guard,
    store,
    writer: new IngestWriter({ ...limits, store, publisher, strict }),
    stats: inStats,
    formats: parseFormats(options.in),
    checkRate: checkedBy(limiter),
    checkTokenRate: checkedBy(tokenLimiter),
    addressOf,
    now,
  });
  const router = liveRouter({
    hub,
    store,
    guard,
    poll,
    read,
    history,
    publisher,
    metrics,
    audit,
    version,
    now,
    kitDir: options.kitDir ?? join(packageDir, 'dist/kit'),
    body: { maxBytes: limits.maxBodyBytes, maxMs: limits.maxBodyMs },
    maxItems: limits.maxItems,
    limiters: [limiter, tokenLimiter].filter((one) => one !== undefined),
    userOf,
    inRoutes,
  });
  const servers = new Set<Server>();
  let closing: Promise<void> | undefined;

  return {
    router,
    inRoutes(req, res, next = () => sendProblem(res, nothingAt(pathOf(req)))) {
      if (inRoutes.isAtRoot(req)) inRoutes.handle(req, res, pathOf(req));
      else next();
    },
    store,
    async publish(channel, values, { id, ifMatch } = {}) {
      const items = parseValues(values, { maxItems: limits.maxItems, now: now() });
      const results = await publisher.append(new Map([[parseChannel(channel), items]]), {
        id,
        expect: ifMatch,
      });
      const { cursor, first, count } = results.get(channel) as AppendResult;
      return { cursor, first, count };
    },
    describe: async (channel, meta) => publisher.describe(parseChannel(channel), metaItem(meta)),
    reopenAudit: () => audit?.reopen(),
    listen({ port = 3000, host = '127.0.0.1', app } = {}) {
      const server = standaloneServer({ base, poll, router, guard, app, host });
      if (app) addressOf.follow(server, app);
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
    tokensFile?.close();
    await hub.close(graceMs);
    for (const server of servers) server.closeIdleConnections();
    const cut = setTimeout(() => {
      for (const server of servers) server.closeAllConnections();
    }, 1_000);
    await Promise.all(ended);
    clearTimeout(cut);
    load.stop();
    publisher.close();
    await roller?.close();
    await store.close();
    await audit?.close();
  }
}

const nothingToShare = (): TypeError =>
  new TypeError(
    'livePoll: shared responses may be stored by any cache, and the tokens file lets nobody read without a token: add {"public":{"read":["status.*"]}}, or drop shared',
  );
