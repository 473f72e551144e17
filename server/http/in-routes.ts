/*
 * The routes below /in, from the request to its response. It is one long file because every kind of request passes the same steps in
 * the same order (rights, rate, body, parse, write, response), and each kind has only a few lines of its own.
 */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ProtocolError } from '../../protocol/lp1.ts';
import type { IngestWriter, Written } from '../feed/ingest-writer.ts';
import { nextTurn } from '../feed/known-channel.ts';
import { badBody, Collector, finish, type Steps } from '../ingest/collector.ts';
import {
  type FormatName,
  type Found,
  findRoute,
  type InBody,
  isAtRoot,
  isFiltered,
  methodsAt,
  readIn,
  textOf,
} from '../ingest/formats.ts';
import { checkSignature } from '../ingest/hooks.ts';
import { parseJsonSteps } from '../ingest/json-steps.ts';
import { addCheck, addPing, checkSuffix } from '../ingest/ping.ts';
import { addWidget, parseWidget } from '../ingest/smashing.ts';
import type { Store } from '../stores/store.ts';
import type { Audit } from './audit.ts';
import type { ChannelRight, Guard } from './guard.ts';
import {
  type InAnswer,
  keepsGoodParts,
  partly,
  refusal,
  success,
  type AnswerContext,
} from './in-answers.ts';
import type { InStats } from './in-stats.ts';
import { endAnswer, sendProblem, toProtocolError } from './problem.ts';
import { type BodyLimits, bytesOf, idempotency, leavesBody, readBody } from './request-body.ts';
import { pathOf } from './request-target.ts';

/** Options of `InRoutes`. */
export interface InRoutesOptions {
  /** The audit log, for writes and refusals. */
  audit: Audit | undefined;
  guard: Guard;
  store: Store;
  writer: IngestWriter;
  stats: InStats;
  /** Formats that are accepted. */
  formats: ReadonlySet<FormatName>;
  maxInBytes: number;
  maxInItems: number;
  /** Maximum of characters of one entry's JSON, and of bytes of a body that is one entry. */
  maxBodyBytes: number;
  /** Maximum time in ms in which a body must arrive. */
  maxBodyMs: number;
  /** Resolves for a write within the rate limit, and rejects with `rate-limited` beyond it. */
  checkRate: (req: IncomingMessage, res: ServerResponse) => Promise<void>;
  /** The same for the rate limit of the request's token. */
  checkTokenRate: (req: IncomingMessage, res: ServerResponse) => Promise<void>;
  /** Returns a client's address. */
  addressOf: (req: IncomingMessage) => string;
  now: () => number;
}

/** A request that is being handled. */
interface InRequest {
  req: IncomingMessage;
  res: ServerResponse;
  found: Found;
  query: URLSearchParams;
  /** Rights of the token in the path, where it may write one channel only. */
  right: ChannelRight | undefined;
}

/** Maximum number of items, and of bad parts, in a body of one entry. */
const ONE_ENTRY = 1;

/** The routes below `{base}/in`, which accept data of agents, SDKs and webhooks in their own formats. */
export class InRoutes {
  readonly #options: InRoutesOptions;
  /** Formats and addresses whose refusals were logged. */
  readonly #logged = new Set<string>();

  constructor(options: InRoutesOptions) {
    this.#options = options;
  }

  /** Handles a request. `path` is the part after `/in`, with a leading slash and without a query. */
  handle(req: IncomingMessage, res: ServerResponse, path: string): void {
    const { guard } = this.#options;
    const cors = guard.origins.headers(req);
    for (let i = 0; i < cors.length; i += 2)
      res.setHeader(cors[i] as string, cors[i + 1] as string);
    if (req.method === 'OPTIONS') return preflight(res, path, cors);
    void this.#answer(req, res, path).catch((error: unknown) => sendProblem(res, error));
  }

  /** Whether a request at the server's root belongs to a format whose clients send it there. */
  isAtRoot(req: IncomingMessage): boolean {
    const { formats } = this.#options;
    const path = pathOf(req);
    if (!isAtRoot(path)) return false;
    const found = findRoute(req.method ?? '', path);
    return !('allow' in found) && formats.has(found.format);
  }

  async #answer(req: IncomingMessage, res: ServerResponse, path: string): Promise<void> {
    const { stats } = this.#options;
    const found = this.#find(req, res, path);
    const context: AnswerContext = { found, type: String(req.headers['content-type'] ?? '') };
    let answer: InAnswer;
    try {
      answer = await this.#take(req, res, context);
    } catch (error) {
      const problem = toProtocolError(error);
      if (problem.code === 'internal') console.error('lp-kit:', error);
      answer = refusal(context, problem);
      if (problem.code === 'draining' || leavesBody(req)) res.setHeader('Connection', 'close');
      this.#log(req, found, problem);
      this.#options.audit?.refused(req, problem);
    }
    stats.request(found.format, answer.status);
    send(res, answer);
  }

  #find(req: IncomingMessage, res: ServerResponse, path: string): Found {
    const { formats } = this.#options;
    const found = findRoute(req.method ?? '', path);
    if ('allow' in found) {
      res.setHeader('Allow', found.allow);
      throw new ProtocolError('method-not-allowed', `${req.method} ${path}: use ${found.allow}`);
    }
    if (formats.has(found.format)) return found;
    throw new ProtocolError(
      'not-found',
      `the format ${found.format} is switched off: start the server with --in ${found.format}`,
    );
  }

  async #take(
    req: IncomingMessage,
    res: ServerResponse,
    context: AnswerContext,
  ): Promise<InAnswer> {
    const { found } = context;
    const query = new URLSearchParams((req.url ?? '').split('?').slice(1).join('?'));
    if (found.kind === 'ping')
      return { status: 204, headers: { 'X-Influxdb-Version': '1.8-lp-kit' } };
    const request: InRequest = { req, res, found, query, right: this.#allow(req, found, query) };
    await this.#options.checkRate(req, res);
    await this.#options.checkTokenRate(req, res);
    if (found.kind === 'query') return queryAnswer(query);
    if (found.kind === 'delete') return { status: 202 };
    if (found.kind === 'push') return this.#push(request);
    if (found.kind === 'check') return this.#check(request);
    if (found.kind === 'widget') return this.#widget(request);
    return this.#body(request, context);
  }

  /** Checks the rights of a request. @throws ProtocolError `unauthorized`, `forbidden`, `not-found` */
  #allow(req: IncomingMessage, found: Found, query: URLSearchParams): ChannelRight | undefined {
    const { guard } = this.#options;
    const { format, segments } = found;
    const token = segments.at(format === 'pings' && segments[0] === 'api' ? 2 : 1) ?? '';
    if (format === 'pings') return pingRight(req, guard, token);
    const right = format === 'hooks' ? guard.channelRight(req, token) : undefined;
    // The token of a Smashing widget is in its body.
    if (right || format === 'smashing') guard.origins.check(req);
    else
      guard.mayWrite(req, [
        format === 'hooks' ? token : format === 'influx' ? query.get('p') : null,
      ]);
    return right;
  }

  async #body(
    { req, res, found, query, right }: InRequest,
    context: AnswerContext,
  ): Promise<InAnswer> {
    const { maxInBytes: maxBytes } = this.#options;
    const raw = found.format === 'remote-write' ? 'snappy' : undefined;
    const bytes = await this.#bytes(req, res, { maxBytes, raw });
    const { headers } = req;
    if (right?.secret !== undefined) checkSignature(bytes, headers, right.secret);
    const collector = this.#collector(found);
    const body: InBody = { ...found, bytes, headers, query, maxBytes, channel: right?.channel };
    await inPieces(readIn(body, collector));
    if (collector.bad.length > 0 && !keepsGoodParts(found.format)) {
      return partly(context, collector.bad, () => badBody(collector.bad));
    }
    const { bad } = await this.#write(req, found, collector, bytes);
    const all = [...collector.bad, ...bad];
    if (all.length > 0) return partly(context, all, () => badBody(all));
    return found.format === 'ntfy' ? ntfyAnswer(collector) : success(context);
  }

  async #bytes(
    req: IncomingMessage,
    res: ServerResponse,
    limits: Omit<BodyLimits, 'maxMs'>,
  ): Promise<Buffer> {
    await readBody(req, res, { ...limits, maxMs: this.#options.maxBodyMs });
    return bytesOf(req);
  }

  /**
   * Handles a Smashing widget. Its token is in its JSON body, so the (small) body is read before the token is checked.
   */
  async #widget({ req, res, found }: InRequest): Promise<InAnswer> {
    const { guard, maxBodyBytes } = this.#options;
    const bytes = await this.#bytes(req, res, { maxBytes: maxBodyBytes });
    const widget = this.#widgetOf(req, bytes);
    guard.mayWrite(req, [widget.token]);
    await this.#options.checkTokenRate(req, res);
    const collector = this.#collector(found);
    addWidget(found.segments[1] ?? '', widget.data, collector);
    return this.#single(req, found, collector, bytes, { status: 204 });
  }

  #widgetOf(req: IncomingMessage, bytes: Buffer): ReturnType<typeof parseWidget> {
    try {
      return parseWidget(finish(parseJsonSteps(textOf(bytes))));
    } catch (error) {
      this.#options.guard.mayWrite(req); // without a token, the response must not reveal anything else
      throw error;
    }
  }

  async #push({ req, found, query, right }: InRequest): Promise<InAnswer> {
    const collector = this.#collector(found);
    addPing(right?.channel ?? '', query, collector);
    const answer = { status: 200, type: 'application/json', body: '{"ok":true}' };
    return this.#single(req, found, collector, Buffer.from(query.toString()), answer);
  }

  async #check({ req, res, found, right }: InRequest): Promise<InAnswer> {
    const suffix = checkSuffix(found.segments[2]);
    if (suffix === null || !right)
      throw new ProtocolError(
        'not-found',
        'this is not a ping: end the path with /start, /fail, /log or an exit status (0 to 255), or with the token alone',
      );
    const bytes = await this.#bytes(req, res, { maxBytes: this.#options.maxBodyBytes });
    const text = bytes.toString().trim();
    const collector = this.#collector(found);
    const startedAt = suffix === 'start' ? undefined : await this.#startedAt(right.channel);
    addCheck({ channel: right.channel, suffix, text, startedAt }, collector);
    return this.#single(req, found, collector, bytes, {
      status: 200,
      type: 'text/plain',
      body: 'OK',
    });
  }

  /** Returns the time of a job's start ping if that is the channel's last entry. */
  async #startedAt(channel: string): Promise<number | undefined> {
    const limit = { entries: 1, bytes: 1, tail: 1 };
    const { entries } = await this.#options.store.read(channel, undefined, limit);
    const last = entries.at(-1);
    if (last === undefined) return undefined;
    const { t, d } = JSON.parse(last) as { t: number; d?: { status?: unknown } };
    return d?.status === 'started' ? t : undefined;
  }

  /** Stores a body that is one entry. @throws ProtocolError where it was not stored */
  async #single(
    req: IncomingMessage,
    found: Found,
    collector: Collector,
    bytes: Buffer,
    answer: InAnswer,
  ): Promise<InAnswer> {
    const { bad } = await this.#write(req, found, collector, bytes);
    if (bad.length > 0) throw badBody(bad);
    return answer;
  }

  async #write(
    req: IncomingMessage,
    found: Found,
    collector: Collector,
    bytes: Buffer,
  ): Promise<Written> {
    const { writer, stats, guard } = this.#options;
    const named = collector.items.map(({ channel }) => channel);
    guard.checkChannels(req, new Set([...named, ...collector.abouts.keys()]));
    const options = { ...idempotency(req, inPath(found), bytes), filtered: isFiltered(found) };
    const written = await writer.write(collector, options);
    if (written.kept > 0) {
      this.#options.audit?.wrote(
        req,
        Array.from(new Set(named), (channel) => [channel, undefined]),
      );
    }
    stats.items(found.format, written.kept);
    stats.dropped(found.format, 'undeclared', written.undeclared);
    stats.dropped(found.format, 'repeated', written.repeated);
    return written;
  }

  #collector({ prefix, kind }: Found): Collector {
    const { maxInItems, maxBodyBytes, now } = this.#options;
    const isOne = kind === 'hook' || kind === 'widget' || kind === 'push' || kind === 'check';
    return new Collector({
      prefix,
      now: now(),
      maxItems: isOne ? ONE_ENTRY : maxInItems,
      maxEntryLength: maxBodyBytes,
    });
  }

  /** Logs the first refusal of each format and address, as the agent's own log may be on another machine. */
  #log(req: IncomingMessage, { format }: Found, { status, message }: ProtocolError): void {
    const from = this.#options.addressOf(req);
    const id = `${format} ${from} ${status}`;
    if (this.#logged.has(id) || this.#logged.size >= MAX_LOGGED || status >= 500) return;
    this.#logged.add(id);
    console.warn(
      `lp-kit: ${format} from ${from} was refused with ${status}: ${message} (logged once per format and address)`,
    );
  }
}

/** Answers a CORS preflight. `Content-Encoding` is allowed, as SDKs in browsers compress their requests. */
function preflight(res: ServerResponse, path: string, cors: readonly string[]): void {
  const allow = methodsAt(path);
  if (allow !== undefined) res.setHeader('Allow', allow);
  if (cors.includes('Access-Control-Allow-Origin')) {
    res.setHeader('Access-Control-Allow-Methods', 'GET, POST, PUT, DELETE');
    res.setHeader(
      'Access-Control-Allow-Headers',
      'Authorization, Content-Type, Content-Encoding, Idempotency-Key, X-Api-Key',
    );
    res.setHeader('Access-Control-Max-Age', '86400');
  }
  res.writeHead(204).end();
}

const inPath = ({ prefix, segments }: Found): string =>
  ['/in', prefix ?? '', ...segments].join('/');

const MAX_LOGGED = 1_000;

/** Maximum time in ms for which a body is parsed before other work gets its turn. */
const SLICE_MS = 8;

/** Runs steps to their end, with pauses in which other work can run. */
async function inPieces(steps: Steps<void>): Promise<void> {
  for (let begun = performance.now(); !steps.next().done; ) {
    if (performance.now() - begun < SLICE_MS) continue;
    await nextTurn();
    begun = performance.now();
  }
}

/**
 * Returns the rights of a ping, whose token may write one channel and nothing else. A request of a browser that
 * prefetches the address, or of a page that embeds it, is refused. @throws ProtocolError `not-found`, `forbidden`
 */
function pingRight(req: IncomingMessage, guard: Guard, token: string): ChannelRight {
  const { headers } = req;
  const ahead = [headers['purpose'], headers['sec-purpose'], headers['x-purpose']].join(' ');
  if (/prefetch|preview|prerender/i.test(ahead)) {
    throw new ProtocolError(
      'forbidden',
      'a prefetch is not a ping: send the ping with GET or POST from the job itself',
    );
  }
  const isVisit =
    headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
  if (!isVisit) guard.origins.check(req);
  const right = guard.channelRight(req, token);
  if (right) return right;
  throw new ProtocolError(
    'not-found',
    'there is no such token: a ping needs one that may write one channel only (lp-kit token add --push CHANNEL)',
  );
}

/** Answers a query of InfluxDB 1: its clients create a database before they write, or list the databases. */
function queryAnswer(query: URLSearchParams): InAnswer {
  const isList = /^\s*show\s+databases/i.test(query.get('q') ?? '');
  const series = [{ name: 'databases', columns: ['name'], values: [[query.get('db') ?? 'lp']] }];
  const body = JSON.stringify({ results: [{ statement_id: 0, ...(isList && { series }) }] });
  return { status: 200, type: 'application/json', body: `${body}\n` };
}

function ntfyAnswer({ items, options: { now } }: Collector): InAnswer {
  const [item] = items;
  const { text } = JSON.parse(item?.item.json ?? '{}') as { text?: string };
  const body = {
    id: randomBytes(9).toString('base64url'),
    time: Math.floor(now / 1_000),
    event: 'message',
    topic: item?.channel ?? '',
    message: text ?? '',
  };
  return { status: 200, type: 'application/json', body: JSON.stringify(body) };
}

function send(res: ServerResponse, { status, type, body = '', headers = {} }: InAnswer): void {
  if (res.headersSent) {
    res.destroy();
    return;
  }
  const length = status === 204 ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
  res.writeHead(status, {
    ...(type !== undefined && { 'Content-Type': type }),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...length,
    ...headers,
  });
  endAnswer(res, body);
}
