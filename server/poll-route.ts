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

const JSON_TYPE = ['Content-Type', 'application/json', 'X-Content-Type-Options', 'nosniff'];

/** `GET {base}/poll` on plain node http, so that it can also stand before an app. */
export class PollRoute {
  readonly #hub: Hub;
  readonly #guard: Guard;
  readonly #headers: string[];
  readonly #maxUrlBytes: number;

  constructor({ hub, guard, shared, maxUrlBytes }: PollRouteOptions) {
    this.#hub = hub;
    this.#guard = guard;
    const caching = shared ? 'public, max-age=0, s-maxage=5' : 'no-store';
    this.#headers = [...JSON_TYPE, 'Vary', 'Accept-Encoding', 'Cache-Control', caching];
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
    if (res.destroyed) return; // left while the app's middleware was busy: its close event is over, nobody would end the hold
    const cors = this.#guard.corsHeaders(req);
    const poll = new HeldPoll({ hub: this.#hub, req, res, headers: this.#headers, cors });
    try {
      if (search.length > this.#maxUrlBytes) throw urlTooLong(this.#maxUrlBytes);
      this.#guard.mayRead(req);
      res.on('close', poll.onClose); // req closes as soon as its body is read: only res tells that the client is gone
      this.#hub.poll(search, poll);
    } catch (error) {
      poll.fail(error);
    }
  }
}

interface HeldPollOptions {
  hub: Hub;
  req: IncomingMessage;
  res: ServerResponse;
  headers: string[];
  cors: readonly string[];
}

/** The record of a held poll: its response, and what the hub notes of it. */
class HeldPoll implements Reader {
  since = 0;
  deadline = 0;
  group: Group | undefined = undefined;
  readonly #hub: Hub;
  readonly #res: ServerResponse;
  readonly #headers: string[];
  readonly #cors: readonly string[];
  readonly #encoding: Encoding;

  constructor({ hub, req, res, headers, cors }: HeldPollOptions) {
    this.#hub = hub;
    this.#res = res;
    this.#headers = headers;
    this.#cors = cors;
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
    const res = this.#res;
    if (res.destroyed) return;
    const cors = this.#cors;
    for (let i = 0; i < cors.length; i += 2)
      res.setHeader(cors[i] as string, cors[i + 1] as string);
    sendProblem(res, error);
  }

  #write(bytes: Buffer, final: boolean, encoding: Encoding): void {
    const res = this.#res;
    if (res.destroyed) return;
    const headers = [...this.#headers, ...this.#cors, 'Content-Length', String(bytes.length)];
    if (encoding !== 'identity') headers.push('Content-Encoding', encoding);
    if (final) headers.push('Connection', 'close');
    try {
      res.writeHead(200, headers);
      res.end(bytes);
    } catch (error) {
      console.error('lp-kit: an answer could not be written', error); // the app's middleware wrote before us
      res.destroy();
    }
  }
}

/** The best of what the client takes: br, else gzip. */
function wantedEncoding(accept: string | string[] | undefined): Encoding {
  const text = String(accept ?? '');
  if (/\bbr\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/i.test(text)) return 'br';
  return /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/i.test(text) ? 'gzip' : 'identity';
}

const urlTooLong = (max: number): ProtocolError =>
  new ProtocolError(
    'url-too-long',
    `a poll's query is at most ${max} bytes: ask for fewer channels at once`,
  );
