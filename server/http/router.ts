import type { IncomingMessage, ServerResponse } from 'node:http';
import express, { type NextFunction, type Request, type Router } from 'express';
import type { RateLimitRequestHandler } from 'express-rate-limit';
import { ProtocolError, parseChannel, shown } from '../../protocol/lp1.ts';
import type { Hub } from '../hub/hub.ts';
import { appended, type Publisher } from '../hub/publisher.ts';
import { parseMeta } from '../ingest/meta.ts';
import { parseChannels, parseNative, parseValues } from '../ingest/native.ts';
import type { AppendResult, Store } from '../stores/store.ts';
import type { Audit } from './audit.ts';
import type { Guard } from './guard.ts';
import type { HistoryRoute } from './history-route.ts';
import type { InRoutes } from './in-routes.ts';
import { BackupSender } from './backup-route.ts';
import { listPage, parseListQuery } from './channel-list.ts';
import { sendExplore } from './explore-page.ts';
import { kitFileOptions, kitFiles } from './kit-files.ts';
import type { Metrics } from './metrics.ts';
import type { PollRoute } from './poll-route.ts';
import { sendJson, sendProblem, toProtocolError } from './problem.ts';
import { signedBy, type UserOf } from './proxy-user.ts';
import { type BodyLimits, bodyOf, idempotency, ifMatch, readBody } from './request-body.ts';
import { normalizeTarget, pathOf } from './request-target.ts';

/** A request handler of node's http, Express 4 or Express 5. */
export type LiveHandler = (
  req: IncomingMessage,
  res: ServerResponse,
  next?: (error?: unknown) => void,
) => void;

/** Options of `liveRouter`. */
export interface RouterOptions {
  hub: Hub;
  store: Store;
  guard: Guard;
  poll: PollRoute;
  /** Answers `GET /channels/{channel}`, which no cache may store. */
  read: PollRoute;
  /** Answers `GET /channels/{channel}/history`. */
  history: HistoryRoute;
  publisher: Publisher;
  metrics: Metrics;
  /** The audit log, for writes and refusals. */
  audit: Audit | undefined;
  version: string;
  /** Folder of kit.js and its chunks. */
  kitDir: string;
  body: BodyLimits;
  maxItems: number;
  /** Handlers that limit the writes per minute; empty if no limit is set. */
  limiters: RateLimitRequestHandler[];
  /** Returns the user that a trusted proxy names: the author of messages. */
  userOf: UserOf;
  /** Routes below `/in`. */
  inRoutes: InRoutes;
  /** Current time in ms since 1970. */
  now: () => number;
}

/** Returns the handler of all routes below the base. This is the only file that imports express. */
export function liveRouter(options: RouterOptions): LiveHandler {
  const { hub, store, guard, poll, publisher, metrics, audit, userOf, version } = options;
  const router: Router = express.Router({ caseSensitive: true });
  const write = writeSteps(options);
  const backups = new BackupSender(store);

  router.use((req, res, next) => {
    if (isForApp(req)) return next('router');
    const cors = guard.origins.headers(req);
    for (let i = 0; i < cors.length; i += 2)
      res.setHeader(cors[i] as string, cors[i + 1] as string);
    if (hub.draining) res.setHeader('Connection', 'close');
    if (req.method !== 'OPTIONS') return next();
    const methods = methodsOf(pathOf(req));
    if (methods) res.setHeader('Allow', methods);
    if (cors.includes('Access-Control-Allow-Origin')) preflight(res);
    res.writeHead(204).end();
  });
  router.get('/poll', (req, res) => poll.handle(req, res));
  router.get('/channels/:channel', (req, res) => {
    guard.mayRead(req); // before an error reveals anything about the channel
    const channel = parseChannel(req.params.channel);
    guard.checkRead(req, channel);
    const { searchParams } = new URL(req.url, 'http://localhost');
    const since = searchParams.get('since') ?? '';
    const tail = searchParams.get('tail') ?? '';
    options.read.answer(
      String(new URLSearchParams({ channels: channel, since, tail, wait: '0' })),
      req,
      res,
    );
  });
  router.get('/channels/:channel/history', async (req, res) => {
    guard.mayRead(req); // before an error reveals anything about the channel
    const channel = parseChannel(req.params.channel);
    guard.checkRead(req, channel);
    await options.history.answer(channel, searchOf(req), req, res);
  });
  router.get('/channels', async (req, res) => {
    const rights = guard.mayRead(req);
    const page = parseListQuery(searchOf(req));
    const channels = await store.list();
    const readable = rights ? channels.filter(({ name }) => rights.allows(name)) : channels;
    sendJson(res, 200, { now: options.now(), ...listPage(readable, page) });
  });
  router.get('/health', async (req, res) => {
    const deep = new URL(req.url, 'http://localhost').searchParams.has('deep');
    if (deep) guard.checkRead(req);
    const { ok, channels, ...more } = store.health();
    const status = hub.draining ? 'draining' : ok ? 'ok' : 'store';
    const body = { status, held: hub.held, channels, store: store.kind, version };
    const details = deep ? { ...more, listed: await listed(store), uptime: process.uptime() } : {};
    sendJson(res, status === 'ok' ? 200 : 503, { ...body, ...details });
  });
  router.get('/backup', async (req, res) => {
    guard.checkRead(req);
    await backups.send(res, options.now());
  });
  router.get('/metrics', async (req, res) => {
    guard.checkRead(req);
    const { type, text } = await metrics.render();
    res.writeHead(200, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(text);
  });

  router.post('/channels/:channel', ...write, async (req: Request<{ channel: string }>, res) => {
    const channel = parseChannel(req.params.channel);
    const body = bodyOf(req);
    const native = { maxItems: options.maxItems, now: options.now() };
    const items = Buffer.isBuffer(body)
      ? parseNative(body, req.headers['content-type'] ?? '', native)
      : parseValues(body, native);
    const results = await publisher.append(new Map([[channel, signedBy(userOf(req), items)]]), {
      ...idempotency(req, `/channels/${channel}`, body),
      ...ifMatch(req),
    });
    const result = results.get(channel) as AppendResult;
    audit?.wrote(req, [[channel, result.cursor]]);
    sendJson(res, 201, appended(result), replay(result.replayed));
  });
  router.post('/publish', ...write, async (req, res) => {
    const body = bodyOf(req);
    const channels = parseChannels(
      body,
      { maxItems: options.maxItems, now: options.now() },
      req.headers['content-type'],
    );
    guard.checkChannels(req, channels.keys());
    const user = userOf(req);
    for (const [name, items] of channels) channels.set(name, signedBy(user, items));
    const results = await publisher.append(channels, idempotency(req, '/publish', body));
    const channelResults = [...results].map(([name, result]) => [name, appended(result)]);
    audit?.wrote(
      req,
      [...results].map(([name, { cursor }]) => [name, cursor] as const),
    );
    const replayed = [...results.values()].every((result) => result.replayed);
    sendJson(res, 201, { channels: Object.fromEntries(channelResults) }, replay(replayed));
  });
  router.put('/channels/:channel', ...write, async (req: Request<{ channel: string }>, res) => {
    const channel = parseChannel(req.params.channel);
    const item = parseMeta(bodyOf(req), req.headers['content-type']);
    const described = await publisher.describe(channel, item);
    audit?.wrote(req, [[channel, described.cursor]]);
    sendJson(res, 200, described);
  });
  router.delete('/channels/:channel', ...write, async (req: Request<{ channel: string }>, res) => {
    const channel = parseChannel(req.params.channel);
    await publisher.clear(channel);
    audit?.wrote(req, [[channel, undefined]]);
    res.writeHead(204, { 'Cache-Control': 'no-store' }).end();
  });

  router.get('/explore', (_req, res) => sendExplore(res, options.kitDir));
  router.use(kitFiles(options.kitDir, express.static(options.kitDir, kitFileOptions)));
  router.use((req, res, next) => {
    const path = pathOf(req);
    const methods = methodsOf(path);
    if (!methods && atRoot(req)) return next('router');
    if (!methods) throw nothingAt(path);
    if (/^\/[\w.]+\.(js|json|txt)$/.test(path) && /^(GET|HEAD)$/.test(req.method))
      throw new ProtocolError('not-found', `${path.slice(1)} is not built: npm run build`);
    res.setHeader('Allow', methods);
    throw new ProtocolError('method-not-allowed', `${req.method} ${shown(path)}: use ${methods}`);
  });
  router.use((error: unknown, req: Request, res: ServerResponse, _next: NextFunction) => {
    if (/^(?:POST|PUT|DELETE)$/.test(req.method)) publisher.stats.refused++;
    audit?.refused(req, toProtocolError(error));
    sendProblem(res, error);
  });
  const handle = router as unknown as (...args: Required<Parameters<LiveHandler>>) => void; // its handlers use node's own request and response only
  return (req, res, next) => {
    if (isPoll(req)) return poll.handle(req, res);
    const { url } = req;
    normalizeTarget(req);
    if (req.url?.startsWith('/in/')) return options.inRoutes.handle(req, res, pathOf(req).slice(3));
    handle(req, res, (error) => {
      if (!next) return sendProblem(res, error ?? nothingAt(pathOf(req)));
      req.url = url;
      next(error);
    });
  };
}

/** The steps before each write: the right to write and the rate are checked before a byte of the body is read. */
function writeSteps({ guard, body, limiters }: RouterOptions): express.RequestHandler[] {
  const allow: express.RequestHandler<{ channel?: string }> = (req, _res, next) => {
    guard.mayWrite(req);
    const { channel } = req.params;
    if (req.headers['if-match'] !== undefined && !(channel !== undefined && req.method === 'POST'))
      throw new ProtocolError(
        'bad-request',
        'If-Match is for POST /channels/{channel} only: send it there',
      );
    if (channel !== undefined) guard.checkChannels(req, [parseChannel(channel)]);
    next();
  };
  const read: express.RequestHandler = async (req, res, next) => {
    await readBody(req, res, body);
    next();
  };
  return [allow, ...limiters, read];
}

const replay = (replayed: boolean): string[] => (replayed ? ['Idempotency-Replayed', 'true'] : []);

/** Returns the number of channels that the store lists, which may take a while; null if it cannot be read. */
async function listed(store: Store): Promise<number | null> {
  try {
    return (await store.list()).length;
  } catch {
    return null;
  }
}

function preflight(res: ServerResponse): void {
  res.setHeader('Access-Control-Allow-Methods', 'GET, POST, PUT, DELETE');
  res.setHeader(
    'Access-Control-Allow-Headers',
    'Authorization, Content-Type, Idempotency-Key, If-Match, X-Api-Key',
  );
  res.setHeader('Access-Control-Max-Age', '86400');
}

/** Returns the query string of a request, without its '?'. */
function searchOf({ url = '' }: IncomingMessage): string {
  const mark = url.indexOf('?');
  return mark < 0 ? '' : url.slice(mark + 1);
}

/** Whether a request is a poll. Polls bypass the router: an Express router would cost a third of their CPU time. */
const isPoll = ({ method, url }: IncomingMessage): boolean =>
  method === 'GET' && url?.startsWith('/poll?') === true;

const METHODS: [RegExp, string][] = [
  [
    /^\/(poll|health|metrics|channels|backup|kit\.js|openapi\.json|dashboard\.schema\.json|llms\.txt)\/?$/,
    'GET, HEAD, OPTIONS',
  ],
  [/^\/explore(?:\/[\w-]+\.(?:js|css))?$/, 'GET, HEAD, OPTIONS'],
  [/^\/publish\/?$/, 'POST, OPTIONS'],
  [/^\/channels\/[^/]+\/history\/?$/, 'GET, HEAD, OPTIONS'],
  [/^\/channels\/[^/]+\/?$/, 'GET, HEAD, POST, PUT, DELETE, OPTIONS'],
];

/** Returns the methods of a path; undefined for an unknown one. */
const methodsOf = (path: string): string | undefined =>
  METHODS.find(([known]) => known.test(path))?.[1];

/** Whether the kit has no base of its own, so that the app's routes are beside the kit's. */
const atRoot = (req: IncomingMessage & { baseUrl?: string }): boolean => !req.baseUrl;

/** Whether the app has to answer a request, without headers of the kit. Scripts may be files of the kit. */
const isForApp = (req: IncomingMessage): boolean =>
  atRoot(req) &&
  (/\.(json|txt)$/.test(pathOf(req)) ||
    (!methodsOf(pathOf(req)) && !/\.js(\.map)?$/.test(pathOf(req))));

/** Returns the error for a path without a route. */
export const nothingAt = (path: string): ProtocolError =>
  new ProtocolError('not-found', `there is nothing at ${shown(path)}`);
