import type { ProtocolError } from '../../protocol/lp1.ts';
import type { BadPart } from '../ingest/collector.ts';
import { type FormatName, type Found, isProtobuf } from '../ingest/formats.ts';
import { lengthField, varintField } from '../ingest/protobuf.ts';

/** A response in the form that a format's senders understand. */
export interface InAnswer {
  status: number;
  /** Content type; undefined for a response without a body. */
  type?: string;
  body?: string | Buffer;
  headers?: Record<string, string>;
}

/** The properties of a request on which its response depends. */
export interface AnswerContext {
  found: Found;
  /** Content type of the request. */
  type: string;
}

const TEXT = 'text/plain; charset=utf-8';
const JSON_TYPE = 'application/json';
const PROTOBUF = 'application/x-protobuf';

/** Maximum number of bad parts that a response lists. */
const MAX_LISTED = 50;

/** Whether the good parts of a body in this format are stored although others are bad. */
export const keepsGoodParts = (format: FormatName): boolean =>
  format === 'influx' || format === 'otlp' || format === 'remote-write';

/** Returns the response to a body that was stored completely. */
export function success({ found, type }: AnswerContext): InAnswer {
  switch (found.format) {
    case 'influx':
    case 'remote-write':
    case 'smashing':
      return { status: 204 };
    case 'otlp':
      return isProtobuf(type)
        ? { status: 200, type: PROTOBUF, body: Buffer.alloc(0) }
        : { status: 200, type: JSON_TYPE, body: '{}' };
    case 'hooks':
      return { status: 200, type: TEXT, body: 'ok' };
    default:
      return { status: 200 };
  }
}

/** Returns the response to a body that was stored without the parts `bad`. */
export function partly(
  context: AnswerContext,
  bad: BadPart[],
  asProblem: () => ProtocolError,
): InAnswer {
  const { format, kind } = context.found;
  const worst = bad.toSorted((a, b) => a.at - b.at);
  if (format === 'otlp') {
    const count = new Set(bad.map(({ at }) => at)).size;
    return rejected(context.type, { count, kind, message: messageOf(worst, 'item') });
  }
  if (format === 'influx') return influxLines(worst);
  if (format === 'remote-write') return text(400, messageOf(worst, 'series'));
  if (format === 'prometheus') return text(400, messageOf(worst, 'line'));
  return refusal(context, asProblem());
}

/** Returns the response to a request of which nothing was stored. */
export function refusal({ found, type }: AnswerContext, error: ProtocolError): InAnswer {
  const answer = inForm(found.format, type, error);
  const headers: Record<string, string> = { ...answer.headers };
  if (error.status === 401) headers['WWW-Authenticate'] = CHALLENGE;
  if (error.status === 429 || error.status === 503) {
    headers['Retry-After'] = String(Math.max(1, error.retryAfter ?? 5));
  }
  // Prometheus remote write drops its data on 429, and sends them again on 503.
  const status = found.format === 'remote-write' && error.status === 429 ? 503 : answer.status;
  return { ...answer, status, headers };
}

/** collectd sends its password only if the challenge names Basic; other agents need Bearer. */
const CHALLENGE = 'Basic realm="lp-kit", charset="UTF-8", Bearer realm="lp-kit"';

function inForm(format: FormatName, type: string, error: ProtocolError): InAnswer {
  const { status, message } = error;
  switch (format) {
    case 'influx':
      return influxError(status, message);
    case 'otlp':
      return otlpStatus(status, message, type);
    case 'prometheus':
    case 'remote-write':
    case 'hooks':
      return text(status, message);
    case 'smashing':
      return status === 401 || status === 403
        ? {
            status: 401,
            type: TEXT,
            body: 'Invalid API key\n',
            headers: { 'WWW-Authenticate': CHALLENGE },
          }
        : text(status, message);
    case 'pings':
      return { status, type: JSON_TYPE, body: JSON.stringify({ ok: false, msg: message }) };
    default:
      return {
        status,
        type: 'application/problem+json',
        body: `${JSON.stringify(error.toProblem())}\n`,
      };
  }
}

/** Returns a response of one line of text. */
const text = (status: number, message: string): InAnswer => ({
  status,
  type: TEXT,
  body: `${message.replaceAll(/[\r\n]+/g, ' ')}\n`,
});

function messageOf(bad: BadPart[], word: string): string {
  const [first] = bad;
  const others = bad.length > 1 ? ` (and ${bad.length - 1} more)` : '';
  return `${word} ${first?.at ?? 0}: ${first?.message ?? ''}${others}`;
}

const INFLUX_CODES: Readonly<Record<number, string>> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not found',
  413: 'request too large',
  429: 'too many requests',
  500: 'internal error',
  503: 'unavailable',
};

/**
 * Returns an error for InfluxDB clients: those of version 1 show `error`, of 2 `message`, of 3 `data`; some only the
 * header.
 */
function influxError(status: number, message: string, data?: object[]): InAnswer {
  const code = INFLUX_CODES[status] ?? 'invalid';
  return {
    status,
    type: JSON_TYPE,
    body: JSON.stringify({ code, message, error: message, ...(data && { data }) }),
    headers: { 'X-Influxdb-Error': message.replaceAll(/[^\x20-\x7e]+/g, ' ').slice(0, 1_000) },
  };
}

function influxLines(bad: BadPart[]): InAnswer {
  const lines = new Map(bad.map((part) => [part.at, part]));
  const data = [...lines.values()].slice(0, MAX_LISTED).map(({ at, message, part }) => ({
    error_message: message,
    line_number: at,
    original_line: part ?? '',
  }));
  return influxError(400, `partial write: ${messageOf([...lines.values()], 'line')}`, data);
}

/** gRPC codes of a `google.rpc.Status`. */
const GRPC: Readonly<Record<number, number>> = {
  401: 16,
  403: 7,
  404: 5,
  413: 8,
  429: 8,
  500: 13,
  503: 14,
};

function otlpStatus(status: number, message: string, type: string): InAnswer {
  const code = GRPC[status] ?? 3;
  if (!isProtobuf(type))
    return { status, type: JSON_TYPE, body: JSON.stringify({ code, message }) };
  const body = Buffer.concat([varintField(1, code), lengthField(2, Buffer.from(message))]);
  return { status, type: PROTOBUF, body };
}

interface Rejected {
  count: number;
  kind: Found['kind'];
  message: string;
}

function rejected(type: string, { count, kind, message }: Rejected): InAnswer {
  if (isProtobuf(type)) {
    const partial = Buffer.concat([varintField(1, count), lengthField(2, Buffer.from(message))]);
    return { status: 200, type: PROTOBUF, body: lengthField(1, partial) };
  }
  const name = kind === 'logs' ? 'rejectedLogRecords' : 'rejectedDataPoints';
  const body = { partialSuccess: { [name]: String(count), errorMessage: message } };
  return { status: 200, type: JSON_TYPE, body: JSON.stringify(body) };
}
