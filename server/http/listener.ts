import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { ProtocolError } from '../../protocol/lp1.ts';
import type { Guard } from './guard.ts';
import { isLoopback } from './host-names.ts';
import type { PollRoute } from './poll-route.ts';
import { sendProblem } from './problem.ts';
import { continueBody, deferContinue } from './request-body.ts';
import { normalizeTarget } from './request-target.ts';
import type { LiveHandler } from './router.ts';

/** How long a standalone listener waits for a client to send, in ms. */
export interface ListenTimes {
  /** Time for the head of a request. */
  headMs: number;
  /**
   * Time for a request as a whole, where there is no app beside the kit (an app may take large uploads: Node's
   * default).
   */
  requestMs: number;
  /**
   * Time for which an idle connection is kept open. It is longer than the idle time of usual load balancers: otherwise
   * they could send a request on a connection that the server is closing.
   */
  idleMs: number;
  /** Interval of the check for late requests. */
  checkMs: number;
}

const TIMES: ListenTimes = {
  headMs: 20_000,
  requestMs: 60_000,
  idleMs: 75_000,
  checkMs: 5_000,
};

/** Options of `standaloneServer`. */
export interface ListenerOptions {
  base: string;
  poll: PollRoute;
  router: LiveHandler;
  guard: Guard;
  /** Answers requests that are not below the base; with the base `/`, those that are not a route of the kit. */
  app: LiveHandler | undefined;
  /** Address to listen on. On loopback only its own host names are answered, unless `allowHosts` allows more. */
  host: string;
  times?: Partial<ListenTimes>;
}

/**
 * Returns an HTTP server that does not listen yet. It answers polls without Express, which saves a third of their CPU
 * time.
 */
export function standaloneServer(options: ListenerOptions): Server {
  const { app, times, guard, host } = options;
  const { headMs, requestMs, idleMs, checkMs } = { ...TIMES, ...times };
  const handle = standaloneHandler(options);
  const server = createServer({ connectionsCheckingInterval: checkMs }, handle);
  server.headersTimeout = headMs;
  if (!app) server.requestTimeout = Math.max(requestMs, headMs);
  server.keepAliveTimeout = idleMs;
  if (isLoopback(host)) guard.origins.watch(server);
  server.on('checkContinue', (req: IncomingMessage, res: ServerResponse) => {
    deferContinue(req); // a body that will be refused need not be sent
    handle(req, res);
  });
  return server;
}

function standaloneHandler({ base, poll, router, app }: ListenerOptions): Handler {
  const pollPath = `${base}/poll?`;
  const elsewhere = (req: IncomingMessage, res: ServerResponse, url: string): void => {
    if (!app) return sendProblem(res, nothing(url));
    req.url = url;
    continueBody(req, res);
    app(req, res);
  };
  return (req, res) => {
    const { url = '/' } = req;
    if (req.method === 'GET' && url.startsWith(pollPath)) return poll.handle(req, res);
    normalizeTarget(req);
    const target = req.url as string;
    if (!isBelow(target, base)) return elsewhere(req, res, url);
    req.url = target.slice(base.length).replace(/^(?!\/)/, '/');
    req.baseUrl = base; // as Express does for mounted apps
    router(req, res, (error) => {
      if (error) sendProblem(res, error);
      else if (base === '') elsewhere(req, res, url);
      else sendProblem(res, nothing(target));
    });
  };
}

type Handler = (req: IncomingMessage & { baseUrl?: string }, res: ServerResponse) => void;

const isBelow = (url: string, base: string): boolean =>
  url === base || url.startsWith(`${base}/`) || url.startsWith(`${base}?`);

const nothing = (url: string): ProtocolError =>
  new ProtocolError('not-found', `there is nothing at ${JSON.stringify(url.slice(0, 80))}`);
