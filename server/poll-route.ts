import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer, Encoding } from './answer.ts';
import type { Guard } from './guard.ts';
import type { Hub } from './hub.ts';
import { sendProblem } from './problem.ts';
import { ProtocolError } from './protocol.ts';
import type { Group, Reader } from './watched-channel.ts';

export interface PollRouteOptions {
  hub: Hub;
  guard: Guard;
  /** Answers may be kept by a shared cache. */
  shared: boolean;
  maxUrlBytes: number;
}

const PRIVATE = ['Content-Type', 'application/json', 'Cache-Control', 'no-store'];
const SHARED = [
  'Content-Type',
  'application/json',
  'Cache-Control',
  'public, max-age=0, s-maxage=5',
];

/** `GET {base}/poll` on plain node http, so that it can also stand before an app. */
export class PollRoute {
  readonly #hub: Hub;
  readonly #guard: Guard;
  readonly #headers: string[];
  readonly #maxUrlBytes: number;

  constructor({ hub, guard, shared, maxUrlBytes }: PollRouteOptions) {
    this.#hub = hub;
    this.#guard = guard;
    this.#headers = [...(shared ? SHARED : PRIVATE), 'Vary', 'Accept-Encoding'];
    this.#maxUrlBytes = maxUrlBytes;
  }

  /** Answers, or holds, `req`; its query string says what is asked. */
  handle(req: IncomingMessage, res: ServerResponse): void {
    const url = req.url ?? '';
    const mark = url.indexOf('?');
    this.answer(mark < 0 ? '' : url.slice(mark + 1), req, res);
  }

  /** The same with a query of our own making. */
  answer(search: string, req: IncomingMessage, res: ServerResponse): void {
    const cors = this.#guard.corsHeaders(req);
    try {
      if (search.length > this.#maxUrlBytes) throw urlTooLong(this.#maxUrlBytes);
      this.#guard.mayRead(req);
      const headers = cors.length > 0 ? [...this.#headers, ...cors] : this.#headers;
      const poll = new HeldPoll(this.#hub, req, res, headers);
      res.on('close', poll.onClose); // req closes as soon as its body is read: only res tells that the client is gone
      this.#hub.poll(search, poll);
    } catch (error) {
      refuse(res, cors, error);
    }
  }
}

/** The record of a held poll: its response, and what the hub notes of it. */
class HeldPoll implements Reader {
  since = 0;
  deadline = 0;
  group: Group | undefined = undefined;
  readonly #hub: Hub;
  readonly #res: ServerResponse;
  readonly #headers: string[];
  readonly #encoding: Encoding;

  constructor(hub: Hub, req: IncomingMessage, res: ServerResponse, headers: string[]) {
    this.#hub = hub;
    this.#res = res;
    this.#headers = headers;
    this.#encoding = wantedEncoding(req.headers['accept-encoding']);
  }

  onClose = (): void => this.#hub.leave(this);

  send(answer: Answer): void {
    const encoding = answer.encoding(this.#encoding);
    if (encoding === 'identity') {
      this.#write(answer.body, answer.final, encoding);
      return;
    }
    answer.encoded(encoding).then(
      (bytes) => this.#write(bytes, answer.final, encoding),
      () => this.#write(answer.body, answer.final, 'identity'),
    );
  }

  fail(error: unknown): void {
    refuse(this.#res, this.#headers.slice(6), error);
  }

  #write(bytes: Buffer, final: boolean, encoding: Encoding): void {
    const res = this.#res;
    if (res.destroyed) return;
    const headers = [...this.#headers, 'Content-Length', String(bytes.length)];
    if (encoding !== 'identity') headers.push('Content-Encoding', encoding);
    if (final) headers.push('Connection', 'close');
    res.writeHead(200, headers);
    res.end(bytes);
  }
}

function refuse(res: ServerResponse, cors: string[], error: unknown): void {
  for (let i = 0; i < cors.length; i += 2) res.setHeader(cors[i] as string, cors[i + 1] as string);
  sendProblem(res, error);
}

function wantedEncoding(accept: string | string[] | undefined): Encoding {
  const text = String(accept ?? '');
  if (/\bbr\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(text)) return 'br';
  return /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(text) ? 'gzip' : 'identity';
}

const urlTooLong = (max: number): ProtocolError =>
  new ProtocolError(
    'url-too-long',
    `a poll's query is at most ${max} bytes: ask for fewer channels at once`,
  );
