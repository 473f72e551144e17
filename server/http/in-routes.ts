import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ProtocolError } from '../../protocol/lp1.ts';
import type { IngestWriter, Written } from '../feed/ingest-writer.ts';
import { breathe } from '../feed/known-channel.ts';
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
  type Told,
} from './in-answers.ts';
import type { InStats } from './in-stats.ts';
import { endAnswer, sendProblem, toProtocolError } from './problem.ts';
import { type BodyLimits, bytesOf, idempotency, leavesBody, readBody } from './request-body.ts';
import { pathOf } from './request-target.ts';

/** Options of `InRoutes`. */
export interface InRoutesOptions {
  /** Where writes and refusals are noted. */
  audit: Audit | undefined;
  guard: Guard;
  store: Store;
  writer: IngestWriter;
  stats: InStats;
  /** Formats that are taken. */
  formats: ReadonlySet<FormatName>;
  maxInBytes: number;
  maxInItems: number;
  /** Characters of one entry's JSON; bytes of a body that is one entry. */
  maxBodyBytes: number;
  /** ms that a body may take to arrive. */
  maxBodyMs: number;
  /** Passes a write, or refuses it as too many a minute. */
  checkRate: (req: IncomingMessage, res: ServerResponse) => Promise<void>;
  /** The same for the token of the request. */
  checkTokenRate: (req: IncomingMessage, res: ServerResponse) => Promise<void>;
  /** Finds a client's address. */
  addressOf: (req: IncomingMessage) => string;
  now: () => number;
}

/** A request on its way. */
interface InRequest {
  req: IncomingMessage;
  res: ServerResponse;
  found: Found;
  query: URLSearchParams;
  /** Rights of the token in the path, where it may write one channel only. */
  right: ChannelRight | undefined;
}

/** Items and bad parts that a body of one entry may hold. */
const ONE_ENTRY = 1;

/** The routes below `{base}/in`, which take what agents, SDKs and webhooks send in formats of their own. */
export class InRoutes {
  readonly #options: InRoutesOptions;
  /** Formats and addresses whose refusals were logged. */
  readonly #logged = new Set<string>();

  constructor(options: InRoutesOptions) {
    this.#options = options;
  }

  /** `path` is the part after `/in`, with a leading slash and without a query. */
  handle(req: IncomingMessage, res: ServerResponse, path: string): void {
    const { guard } = this.#options;
    const cors = guard.origins.headers(req);
    for (let i = 0; i < cors.length; i += 2)
      res.setHeader(cors[i] as string, cors[i + 1] as string);
    if (req.method === 'OPTIONS') return preflight(res, path, cors);
    void this.#answer(req, res, path).catch((error: unknown) => sendProblem(res, error));
  }

  /** True for a request at the server's root that a format's clients send there. */
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
    const told: Told = { found, type: String(req.headers['content-type'] ?? '') };
    let answer: InAnswer;
    try {
      answer = await this.#take(req, res, told);
    } catch (error) {
      const problem = toProtocolError(error);
      if (problem.code === 'internal') console.error('lp-kit:', error);
      answer = refusal(told, problem);
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

  async #take(req: IncomingMessage, res: ServerResponse, told: Told): Promise<InAnswer> {
    const { found } = told;
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
    return this.#body(request, told);
  }

  /** @throws ProtocolError `unauthorized`, `forbidden`, `not-found` */
  #allow(req: IncomingMessage, found: Found, query: URLSearchParams): ChannelRight | undefined {
    const { guard } = this.#options;
    const { format, segments } = found;
    const token = segments.at(format === 'pings' && segments[0] === 'api' ? 2 : 1) ?? '';
    if (format === 'pings') return pingRight(req, guard, token);
    const right = format === 'hooks' ? guard.channelRight(req, token) : undefined;
    // A widget's token is in its body.
    if (right || format === 'smashing') guard.origins.check(req);
    else
      guard.mayWrite(req, [
        format === 'hooks' ? token : format === 'influx' ? query.get('p') : null,
      ]);
    return right;
  }

  async #body({ req, res, found, query, right }: InRequest, told: Told): Promise<InAnswer> {
    const { maxInBytes: maxBytes } = this.#options;
    const raw = found.format === 'remote-write' ? 'snappy' : undefined;
    const bytes = await this.#bytes(req, res, { maxBytes, raw });
    const { headers } = req;
    if (right?.secret !== undefined) checkSignature(bytes, headers, right.secret);
    const collector = this.#collector(found);
    const body: InBody = { ...found, bytes, headers, query, maxBytes, channel: right?.channel };
    await inPieces(readIn(body, collector));
    if (collector.bad.length > 0 && !keepsGoodParts(found.format)) {
      return partly(told, collector.bad, () => badBody(collector.bad));
    }
    const { bad } = await this.#write(req, found, collector, bytes);
    const all = [...collector.bad, ...bad];
    if (all.length > 0) return partly(told, all, () => badBody(all));
    return found.format === 'ntfy' ? ntfyAnswer(collector) : success(told);
  }

  async #bytes(
    req: IncomingMessage,
    res: ServerResponse,
    limits: Omit<BodyLimits, 'maxMs'>,
  ): Promise<Buffer> {
    await readBody(req, res, { ...limits, maxMs: this.#options.maxBodyMs });
    return bytesOf(req);
  }

  /** A widget's token is in its document, so that is read before the token is checked; it is small. */
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
      this.#options.guard.mayWrite(req); // without a token, the client learns nothing else
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
      throw new ProtocolError('not-found', 'use /start, /fail, /log or an exit status');
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

  /** Returns when a job said that it starts, where that is the channel's last entry. */
  async #startedAt(channel: string): Promise<number | undefined> {
    const limit = { entries: 1, bytes: 1, tail: 1 };
    const { entries } = await this.#options.store.read(channel, undefined, limit);
    const last = entries.at(-1);
    if (last === undefined) return undefined;
    const { t, d } = JSON.parse(last) as { t: number; d?: { status?: unknown } };
    return d?.status === 'started' ? t : undefined;
  }

  /** Writes a body that is one entry. @throws ProtocolError where it was not stored */
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

  /** The first refusal of a format and address: the agent's own log may be far away. */
  #log(req: IncomingMessage, { format }: Found, { status, message }: ProtocolError): void {
    const from = this.#options.addressOf(req);
    const id = `${format} ${from} ${status}`;
    if (this.#logged.has(id) || this.#logged.size >= MAX_LOGGED || status >= 500) return;
    this.#logged.add(id);
    console.warn(
      `lp-kit: ${format} from ${from} was refused with ${status}: ${message} (told once)`,
    );
  }
}

/** SDKs in browsers compress their requests. */
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

/** ms that a body may be read without a pause. */
const SLICE_MS = 8;

/** Runs steps to their end, and lets other work run in between. */
async function inPieces(steps: Steps<void>): Promise<void> {
  for (let begun = performance.now(); !steps.next().done; ) {
    if (performance.now() - begun < SLICE_MS) continue;
    await breathe();
    begun = performance.now();
  }
}

/**
 * A ping needs a token that may write one channel and no more; a browser that fetches its address ahead of time, or a
 * page that embeds it, does not mean to ping. @throws ProtocolError `not-found`, `forbidden`
 */
function pingRight(req: IncomingMessage, guard: Guard, token: string): ChannelRight {
  const { headers } = req;
  const ahead = [headers['purpose'], headers['sec-purpose'], headers['x-purpose']].join(' ');
  if (/prefetch|preview|prerender/i.test(ahead)) {
    throw new ProtocolError('forbidden', 'an address that is fetched ahead of time is no ping');
  }
  const isVisit =
    headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
  if (!isVisit) guard.origins.check(req);
  const right = guard.channelRight(req, token);
  if (right) return right;
  throw new ProtocolError(
    'not-found',
    'no such token: a ping needs one that may write one channel only',
  );
}

/** Clients of InfluxDB 1 make a database before they write, or look for theirs. */
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
