import type { IncomingMessage, ServerResponse } from 'node:http';
import { ProtocolError } from '../../protocol/lp1.ts';
import type { History, HistoryBody } from '../history/history.ts';
import { parseHistoryQuery } from '../history/history-query.ts';
import { COMPRESS_BYTES, compress } from '../hub/answer.ts';
import { unknownChannel } from '../hub/publisher.ts';
import type { Store } from '../stores/store.ts';
import { takenEncodings } from './accept-encoding.ts';
import { type Guard, withoutAccess } from './guard.ts';
import { CACHED, NOT_CACHED } from './poll-route.ts';

/** Options of `HistoryRoute`. */
export interface HistoryRouteOptions {
  history: History;
  store: Store;
  guard: Guard;
  /** True if only channels declared by PUT exist. */
  strict: boolean;
  /** True where shared caches may store responses. */
  shared: boolean;
  maxUrlBytes: number;
  /** Wall clock, ms since 1970. */
  now: () => number;
}

/** The route `GET {base}/channels/{channel}/history`. */
export class HistoryRoute {
  readonly #options: HistoryRouteOptions;

  constructor(options: HistoryRouteOptions) {
    this.#options = options;
  }

  /**
   * Answers a request whose client may read the channel. `search` is its query string.
   * @throws ProtocolError `bad-request`, `url-too-long`, `unknown-channel` (strict), and the errors of the store
   */
  async answer(
    channel: string,
    search: string,
    req: IncomingMessage,
    res: ServerResponse,
  ): Promise<void> {
    const { history, store, guard, strict, shared, maxUrlBytes, now } = this.#options;
    if (search.length > maxUrlBytes) throw urlTooLong(maxUrlBytes);
    const asked = withoutAccess(search);
    const query = parseHistoryQuery(asked, now());
    if (strict && !(await store.info(channel))) throw unknownChannel(channel);
    const body = await history.body(channel, asked, query);
    const rights = guard.mayRead(req);
    const caching = shared && (!rights || rights.open) ? CACHED : NOT_CACHED;
    await send(res, body, caching);
  }
}

async function send(
  res: ServerResponse,
  body: HistoryBody,
  caching: readonly string[],
): Promise<void> {
  const head = [
    'Content-Type',
    body.type,
    'X-Content-Type-Options',
    'nosniff',
    'Vary',
    'Accept-Encoding',
    ...caching,
  ];
  const [encoding] =
    body.bytes.length < COMPRESS_BYTES ? [] : takenEncodings(res.req.headers['accept-encoding']);
  let { bytes } = body;
  if (encoding) {
    let made = body.encoded.get(encoding);
    if (!made) body.encoded.set(encoding, (made = compress(bytes, encoding)));
    bytes = await made;
    head.push('Content-Encoding', encoding);
  }
  if (res.destroyed) return;
  res.writeHead(200, [...head, 'Content-Length', String(bytes.length)]).end(bytes);
}

const urlTooLong = (max: number): ProtocolError =>
  new ProtocolError(
    'url-too-long',
    `the query of a history is at most ${max} bytes: ask for fewer keys or fields at once`,
  );
