import { ProtocolError, shown } from '../../protocol/lp1.ts';
import { parseAlertmanager } from './alertmanager.ts';
import { type Headers, parseCloudEvents } from './cloudevents.ts';
import { parseCollectd } from './collectd.ts';
import { BadSample, type Collector, type Steps } from './collector.ts';
import { parseHook } from './hooks.ts';
import { parseJsonSteps } from './json-steps.ts';
import { parseLineProtocol } from './line-protocol.ts';
import { addMessage, jsonMessage, plainMessage } from './ntfy.ts';
import { parseOtlpLogs } from './otlp-logs.ts';
import { parseOtlpMetrics } from './otlp-metrics.ts';
import { LOGS_REQUEST, METRICS_REQUEST } from './otlp-schema.ts';
import { messageOf, type Tree } from './otlp-values.ts';
import { parseGrouping, parsePrometheusText } from './prometheus-text.ts';
import { decodeMessage, type Message } from './protobuf.ts';
import { parseRemoteWrite } from './remote-write.ts';
import { inflateSnappy } from './snappy.ts';

/** Names of the supported formats, as `--in` takes them. */
export const FORMATS = [
  'influx',
  'prometheus',
  'otlp',
  'remote-write',
  'smashing',
  'hooks',
  'alertmanager',
  'cloudevents',
  'collectd',
  'ntfy',
  'pings',
] as const;

/** Name of a format that clients may send. */
export type FormatName = (typeof FORMATS)[number];

/** Kind of a route, which decides how its requests are handled. */
export type RouteKind =
  | 'write'
  | 'query'
  | 'ping'
  | 'delete'
  | 'metrics'
  | 'logs'
  | 'widget'
  | 'hook'
  | 'push'
  | 'check';

interface Route {
  format: FormatName;
  methods: readonly string[];
  /** Segments below the prefix: `*` stands for any one segment, a final `**` for any number. */
  path: string;
  kind: RouteKind;
}

const POST = ['POST'];
const ANY = ['GET', 'HEAD', 'POST', 'PUT'];

const route = (
  format: FormatName,
  methods: readonly string[],
  path: string,
  kind: RouteKind,
): Route => ({
  format,
  methods,
  path,
  kind,
});

/** All routes. A request with another method gets status 405 with the header `Allow`. */
const ROUTES: readonly Route[] = [
  route('influx', POST, 'api/v2/write', 'write'),
  route('influx', POST, 'write', 'write'),
  route('influx', POST, 'api/v3/write_lp', 'write'),
  route('influx', POST, 'api/live/push/*', 'write'),
  route('influx', ['GET', 'POST'], 'query', 'query'),
  route('influx', ['GET', 'HEAD'], 'ping', 'ping'),
  route('prometheus', ['POST', 'PUT'], 'metrics', 'write'),
  route('prometheus', ['POST', 'PUT'], 'metrics/job/**', 'write'),
  route('prometheus', ['DELETE'], 'metrics/job/**', 'delete'),
  route('prometheus', ['POST', 'PUT'], 'metrics/job@base64/**', 'write'),
  route('prometheus', ['DELETE'], 'metrics/job@base64/**', 'delete'),
  route('otlp', POST, 'v1/metrics', 'metrics'),
  route('otlp', POST, 'v1/logs', 'logs'),
  route('remote-write', POST, 'api/v1/write', 'write'),
  route('smashing', POST, 'widgets/*', 'widget'),
  route('hooks', POST, 'hooks/*', 'hook'),
  route('alertmanager', POST, 'alertmanager', 'write'),
  route('cloudevents', POST, 'events', 'write'),
  route('collectd', POST, 'collectd', 'write'),
  route('ntfy', POST, 'ntfy', 'write'),
  route('ntfy', ['POST', 'PUT'], 'ntfy/*', 'write'),
  route('pings', ANY, 'push/*', 'push'),
  route('pings', ANY, 'api/push/*', 'push'),
  route('pings', ANY, 'hc/*', 'check'),
  route('pings', ANY, 'hc/*/*', 'check'),
];

/** First segments of routes, which therefore cannot be a prefix. */
const RESERVED = new Set(ROUTES.map(({ path }) => path.split('/', 1)[0] as string));
const PREFIX = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/;

/** Routes that `lp-kit serve` also answers at the server's root, without a prefix. */
const AT_ROOT = /^\/(write|query|ping|api\/v2\/write|api\/push\/[^/]+|widgets\/[^/]+)\/?$/;

/** The route that was found for a path. */
export interface Found {
  format: FormatName;
  kind: RouteKind;
  prefix: string | undefined;
  /** Segments below the prefix, decoded. */
  segments: string[];
}

/**
 * Returns the route of a path below `{base}/in`, or the allowed methods for another method.
 * @throws ProtocolError `not-found`, `bad-request`
 */
export function findRoute(method: string, path: string): Found | { allow: string } {
  const segments = path.split('/').slice(1).map(decodeSegment);
  if (segments.at(-1) === '') segments.pop();
  const [first = ''] = segments;
  const prefix = RESERVED.has(first) ? undefined : first;
  if (prefix !== undefined && !PREFIX.test(prefix)) throw nothing(path);
  const rest = prefix === undefined ? segments : segments.slice(1);
  const fitting = ROUTES.filter((known) => fits(known.path, rest));
  if (fitting.length === 0) throw nothing(path);
  const found = fitting.find(({ methods }) => methods.includes(method));
  if (!found) return { allow: allowed(fitting) };
  return { format: found.format, kind: found.kind, prefix, segments: rest };
}

/** Returns the methods of a path below `{base}/in`; undefined for an unknown one. */
export function methodsAt(path: string): string | undefined {
  try {
    const found = findRoute('', path);
    return 'allow' in found ? found.allow : undefined;
  } catch {
    return undefined;
  }
}

const allowed = (routes: Route[]): string =>
  [...routes.flatMap(({ methods }) => methods), 'OPTIONS'].join(', ');

/** True for a path at the server's root that is a route without base and prefix. */
export const isAtRoot = (path: string): boolean => AT_ROOT.test(path);

function fits(pattern: string, segments: string[]): boolean {
  const parts = pattern.split('/');
  const open = parts.at(-1) === '**';
  if (open ? segments.length < parts.length : segments.length !== parts.length) return false;
  return parts.every(
    (part, i) => part === '**' || part === segments[i] || (part === '*' && segments[i] !== ''),
  );
}

function decodeSegment(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ProtocolError(
      'bad-request',
      `the path segment ${shown(text)} has an invalid percent escape: encode "%" as %25`,
    );
  }
}

const nothing = (path: string): ProtocolError =>
  new ProtocolError(
    'not-found',
    `there is no route ${shown(`/in${path}`)}: docs/feeding.md lists the routes`,
  );

/** A request body, with all that its parser needs. */
export interface InBody extends Found {
  bytes: Buffer;
  headers: Headers;
  query: URLSearchParams;
  /** Maximum of bytes of the body after decompression. */
  maxBytes: number;
  /** The channel of the request's token where the token may write only that one. */
  channel: string | undefined;
}

/**
 * Reads a body into `collector`, by the format of its route. Writes nothing.
 * @throws ProtocolError `bad-request`, `media-type`, `too-large`
 */
export function* readIn(body: InBody, collector: Collector): Steps<void> {
  try {
    yield* READERS[body.format](body, collector);
  } catch (error) {
    if (error instanceof BadSample) throw new ProtocolError('bad-request', error.message);
    throw error;
  }
}

const READERS: Record<FormatName, (body: InBody, collector: Collector) => Steps<void>> = {
  influx: ({ bytes, query }, collector) =>
    parseLineProtocol(textOf(bytes), collector, {
      precision: query.get('precision') ?? undefined,
      name: query.get('name') ?? undefined,
    }),
  prometheus: ({ bytes, segments }, collector) =>
    parsePrometheusText(textOf(bytes), collector, parseGrouping(segments.slice(1))),
  *otlp({ bytes, headers, kind }, collector) {
    const isLogs = kind === 'logs';
    const request = yield* otlpRequest(bytes, headers, isLogs ? LOGS_REQUEST : METRICS_REQUEST);
    yield* isLogs ? parseOtlpLogs(request, collector) : parseOtlpMetrics(request, collector);
  },
  *'remote-write'({ bytes, headers, maxBytes }, collector) {
    const type = String(headers['content-type'] ?? '');
    if (/proto=io\.prometheus\.write\.v2/i.test(type)) {
      throw new ProtocolError(
        'media-type',
        'remote write 2.0 is not supported: set protobuf_message to prometheus.WriteRequest',
      );
    }
    yield* parseRemoteWrite(yield* inflateSnappy(bytes, maxBytes), collector);
  },
  *smashing() {},
  hooks: (body, collector) => {
    const { headers, query, prefix = 'hooks', channel = prefix } = body;
    return parseHook(textOf(body.bytes), { channel, headers, query }, collector);
  },
  *alertmanager({ bytes }, collector) {
    yield* parseAlertmanager(yield* parseJsonSteps(textOf(bytes)), collector);
  },
  cloudevents: ({ bytes, headers }, collector) =>
    parseCloudEvents(textOf(bytes), headers, collector),
  *collectd({ bytes }, collector) {
    yield* parseCollectd(yield* parseJsonSteps(textOf(bytes)), collector);
  },
  *ntfy({ bytes, segments, headers, query }, collector) {
    const [, topic] = segments;
    const text = textOf(bytes);
    const message =
      topic === undefined
        ? jsonMessage(yield* parseJsonSteps(text))
        : plainMessage(topic, text, headers, query);
    addMessage(message, collector);
  },
  *pings() {},
};

/** True for the protobuf content type of OTLP/HTTP; the other is JSON. */
export const isProtobuf = (type: string): boolean => /^application\/(x-)?protobuf\b/i.test(type);

function* otlpRequest(bytes: Buffer, headers: Headers, message: Message): Steps<Tree> {
  const type = String(headers['content-type'] ?? '');
  if (isProtobuf(type)) return yield* decodeMessage(bytes, message);
  if (/^application\/json\b/i.test(type)) {
    return messageOf(yield* parseJsonSteps(textOf(bytes)), 'the body');
  }
  throw new ProtocolError(
    'media-type',
    `Content-Type ${shown(type)} is not supported for OTLP: send application/json or application/x-protobuf`,
  );
}

/** Decodes UTF-8 text. @throws ProtocolError `bad-request` for other bytes */
export function textOf(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new ProtocolError('bad-request', 'the body is not UTF-8 text: encode it as UTF-8', {
      cause,
    });
  }
}

/**
 * True for formats of which strict mode drops unknown channels instead of refusing the request: metrics and logs, of which
 * an agent sends hundreds in one request.
 */
export const isFiltered = ({ format, kind }: Found): boolean =>
  kind === 'logs' || ['influx', 'prometheus', 'otlp', 'remote-write', 'collectd'].includes(format);
