import type { IncomingMessage, ServerResponse } from 'node:http';
import { ProtocolError } from '../../protocol/lp1.ts';
import type { Answer, Encoding } from '../hub/answer.ts';
import type { Hub } from '../hub/hub.ts';
import type { Group, HeldPoll, ReadRights } from '../hub/watched-channel.ts';
import { takenEncodings } from './accept-encoding.ts';
import type { Audit } from './audit.ts';
import { type Guard, type Reader, withoutAccess } from './guard.ts';
import { sendProblem, toProtocolError } from './problem.ts';

/** Options of `PollRoute`. */
export interface PollRouteOptions {
  hub: Hub;
  guard: Guard;
  /** True where shared caches may store responses. */
  shared: boolean;
  /** The audit log, for refused tokens. */
  audit?: Audit | undefined;
  maxUrlBytes: number;
  /** Time in ms after which a client that reads nothing of its response loses its connection. */
  maxUnreadMs: number;
}

/** The route `GET {base}/poll`, on plain node http, so that it can also be served without Express. */
export class PollRoute {
  readonly #hub: Hub;
  readonly #guard: Guard;
  readonly #shared: boolean;
  readonly #audit: Audit | undefined;
  readonly #maxUrlBytes: number;
  readonly #maxUnreadMs: number;
  /** Open polls of each token that has a limit, by the token's hash. */
  readonly #open = new Map<string, number>();
  /** Cache of the last response head: all polls that are woken together get the same one. */
  #written: { answer?: Answer; encoding?: Encoding; head: string[] } = { head: [] };

  constructor({ hub, guard, shared, audit, maxUrlBytes, maxUnreadMs }: PollRouteOptions) {
    this.#hub = hub;
    this.#guard = guard;
    this.#shared = shared;
    this.#audit = audit;
    this.#maxUrlBytes = maxUrlBytes;
    this.#maxUnreadMs = maxUnreadMs;
  }

  /** Answers or holds a poll, by the query string of its URL. */
  handle(req: IncomingMessage, res: ServerResponse): void {
    const url = req.url ?? '';
    const mark = url.indexOf('?');
    this.answer(mark < 0 ? '' : url.slice(mark + 1), req, res);
  }

  /** Answers or holds a poll with this query string (without its '?'). */
  answer(search: string, req: IncomingMessage, res: ServerResponse): void {
    if (res.destroyed) return; // The client disconnected during the app's middleware: 'close' has fired already, and would not end the hold.
    try {
      if (search.length > this.#maxUrlBytes) throw urlTooLong(this.#maxUrlBytes);
      const reader = this.#guard.reader(req);
      const poll = new HttpPoll(this, res, reader);
      // One closure per poll: a property of the response costs twice as much where Express has changed its prototype.
      if (reader?.maxHeld !== undefined) this.#count(reader.hash ?? '', reader.maxHeld, res);
      res.on('close', () => this.#hub.leave(poll)); // req closes as soon as its body is read: only res shows that the client has disconnected.
      this.#hub.poll(reader ? withoutAccess(search) : search, poll);
    } catch (error) {
      this.fail(res, error);
    }
  }

  /** Counts the open polls of a token. @throws ProtocolError `rate-limited` */
  #count(hash: string, max: number, res: ServerResponse): void {
    const open = this.#open.get(hash) ?? 0;
    if (open >= max) {
      const message = `this token may have ${max} polls open at the same time`;
      throw new ProtocolError('rate-limited', message, { retryAfter: 10 });
    }
    this.#open.set(hash, open + 1);
    res.once('close', () => {
      const left = (this.#open.get(hash) ?? 1) - 1;
      if (left === 0) this.#open.delete(hash);
      else this.#open.set(hash, left);
    });
  }

  send(res: ServerResponse, answer: Answer): void {
    const encoding = answer.small ? 'identity' : encodingFor(res.req);
    if (encoding === 'identity') {
      this.#write(res, answer, answer.body, encoding);
      return;
    }
    answer.encoded(encoding).then(
      (bytes) => this.#write(res, answer, bytes, encoding),
      () => this.#write(res, answer, answer.body, 'identity'),
    );
  }

  /** Returns, after rights have changed, whether a held poll may stay: see `HeldPoll.review`. */
  review(reader: Reader | undefined): 'keep' | 'again' | Error {
    return this.#guard.review(reader);
  }

  fail(res: ServerResponse, error: unknown): void {
    if (res.destroyed) return;
    const cors = this.#guard.origins.headers(res.req);
    for (let i = 0; i < cors.length; i += 2)
      res.setHeader(cors[i] as string, cors[i + 1] as string);
    const problem = toProtocolError(error);
    if (problem.status === 401 || problem.status === 403) this.#audit?.refused(res.req, problem);
    sendProblem(res, error);
  }

  #write(res: ServerResponse, answer: Answer, body: string | Buffer, encoding: Encoding): void {
    if (res.destroyed) return;
    if (this.#written.answer !== answer || this.#written.encoding !== encoding) {
      const bytes = encoding === 'identity' ? answer.bytes : body.length;
      this.#written = { answer, encoding, head: this.#head(bytes, encoding, answer) };
    }
    const { head } = this.#written;
    const cors = this.#guard.origins.headers(res.req);
    try {
      res.writeHead(200, cors.length > 0 ? [...head, ...cors] : head);
      res.end(body);
      if (res.writableLength > 0) res.setTimeout(this.#maxUnreadMs, () => res.destroy());
    } catch (error) {
      console.error(
        'lp-kit: a response could not be written; if the app has middleware, it must not write to the response before lp-kit',
        error,
      );
      res.destroy();
    }
  }

  #head(bytes: number, encoding: Encoding, answer: Answer): string[] {
    const caching = this.#shared && !answer.private ? CACHED : NOT_CACHED;
    const head = [...JSON_HEADERS, ...caching, 'Content-Length', String(bytes)];
    if (encoding !== 'identity') head.push('Content-Encoding', encoding);
    if (answer.final) head.push('Connection', 'close');
    return head;
  }
}

const JSON_HEADERS = [
  'Content-Type',
  'application/json',
  'X-Content-Type-Options',
  'nosniff',
  'Vary',
  'Accept-Encoding',
];
/** Header of responses that shared caches may store. */
export const CACHED: readonly string[] = ['Cache-Control', 'public, max-age=0, s-maxage=5'];
/** Header of responses that no cache may store. */
export const NOT_CACHED: readonly string[] = ['Cache-Control', 'no-store'];

/** A held poll over HTTP: its response, and the fields that the hub sets. */
class HttpPoll implements HeldPoll {
  since = 0;
  deadline = 0;
  group: Group | undefined = undefined;
  readonly #route: PollRoute;
  readonly #res: ServerResponse;
  readonly #reader: Reader | undefined;

  constructor(route: PollRoute, res: ServerResponse, reader: Reader | undefined) {
    this.#route = route;
    this.#res = res;
    this.#reader = reader;
  }

  get rights(): ReadRights | undefined {
    return this.#reader?.rights;
  }

  review(): 'keep' | 'again' | Error {
    return this.#route.review(this.#reader);
  }

  send(answer: Answer): void {
    this.#route.send(this.#res, answer);
  }

  fail(error: unknown): void {
    this.#route.fail(this.#res, error);
  }
}

const encodingFor = ({ headers }: IncomingMessage): Encoding =>
  takenEncodings(headers['accept-encoding'])[0] ?? 'identity';

const urlTooLong = (max: number): ProtocolError =>
  new ProtocolError(
    'url-too-long',
    `a poll's query is at most ${max} bytes: ask for fewer channels at once`,
  );
