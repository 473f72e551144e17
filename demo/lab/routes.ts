import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LiveHandler } from 'lp-kit/server';
import { ACTIONS, type Action, type Lab, type LabOptions, lab } from './lab.ts';

export interface LabRoutesOptions extends LabOptions {
  /** The token that actions need. */
  token: string | undefined;
}

export interface LabRoutes {
  /** True for a request to the lab. */
  takes(url: string): boolean;
  handle: LiveHandler;
  close(): Promise<void>;
}

const BASE = '/lab/lp/';
const CONTROL = '/lab/control';

/**
 * `/lab/lp/…` leads through the gate to the lab's own server; `POST /lab/control/{action}` starts or ends a fault, for pages
 * of this origin only. The lab is opened with the first request.
 */
export function labRoutes({ token, ...options }: LabRoutesOptions): LabRoutes {
  let opened: Promise<Lab> | undefined;
  let closed = false;

  return {
    takes: (url) => url.startsWith(BASE) || url.startsWith(CONTROL),
    handle(req, res) {
      serve(req, res).catch((error: unknown) => {
        console.error(`demo: the lab: ${String(error)}`);
        if (!res.headersSent) sendJson(res, 503, { error: 'the lab could not be opened' });
      });
    },
    async close() {
      closed = true;
      await opened?.then(
        (open) => open.close(),
        () => {},
      );
    },
  };

  async function serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const url = req.url ?? '/';
    if (closed) return void res.destroy();
    if (url.startsWith(BASE)) {
      const { gate } = await theLab();
      return gate.handle(url.slice(BASE.length - 1), req, res);
    }
    if (req.method === 'GET' && url === CONTROL) {
      return sendJson(res, 200, { trouble: (await theLab()).trouble });
    }
    const action = ACTIONS.find((name) => url === `${CONTROL}/${name}`);
    if (!action) return sendJson(res, 404, { error: 'there is no such control' });
    await control(action, req, res);
  }

  async function control(action: Action, req: IncomingMessage, res: ServerResponse): Promise<void> {
    if (req.method !== 'POST') return sendJson(res, 405, { error: 'use POST' }, { Allow: 'POST' });
    if (!isOwnPage(req))
      return sendJson(res, 403, { error: 'only pages of this origin may do that' });
    if (token !== undefined && !shows(req, token)) {
      return sendJson(res, 401, { error: 'a write token is needed' });
    }
    const open = await theLab();
    await open.act(action);
    sendJson(res, 200, { trouble: open.trouble });
  }

  function theLab(): Promise<Lab> {
    opened ??= lab(options).catch((error: unknown) => {
      opened = undefined; // The next request may succeed.
      throw error;
    });
    return opened;
  }
}

/**
 * Fetch Metadata; browsers send none over plain http to other machines, but then they send
 * `Origin`. Programs send neither.
 */
function isOwnPage({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const { origin, host } = headers;
  return origin !== undefined && URL.canParse(origin) && new URL(origin).host === host;
}

function shows({ headers }: IncomingMessage, token: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(headers.authorization ?? ''), digest(`Bearer ${token}`));
}

function sendJson(
  res: ServerResponse,
  status: number,
  body: object,
  headers: Record<string, string> = {},
): void {
  const type = { 'Content-Type': 'application/json', 'X-Content-Type-Options': 'nosniff' };
  res.writeHead(status, { ...type, 'Cache-Control': 'no-store', ...headers });
  res.end(JSON.stringify(body));
}
