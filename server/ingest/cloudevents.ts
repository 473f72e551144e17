import { createHash } from 'node:crypto';
import { ProtocolError, shown } from '../../protocol/lp1.ts';
import { isRecord } from './body.ts';
import { BadSample, type Collector, eventChannel, type Steps } from './collector.ts';
import { eventTime } from './event-time.ts';
import { parseJsonSteps } from './json-steps.ts';

/** Headers of a request, by their names in lower case. */
export type Headers = Readonly<Record<string, string | string[] | undefined>>;

/**
 * Reads CloudEvents 1.0 in binary, structured or batched mode: one entry per event, in the channel `events`.
 * Source: CloudEvents 1.0.2, "HTTP Protocol Binding". @throws ProtocolError `bad-request`, `too-large`
 */
export function* parseCloudEvents(
  text: string,
  headers: Headers,
  collector: Collector,
): Steps<void> {
  const type = String(headers['content-type'] ?? '');
  if (!/^application\/cloudevents/i.test(type)) {
    return add(yield* binary(text, type, headers), 0, collector);
  }
  const body = yield* parseJsonSteps(text);
  const batch = /^application\/cloudevents-batch/i.test(type);
  if (batch !== Array.isArray(body)) {
    throw new ProtocolError(
      'bad-request',
      `a body of type ${type} must be ${batch ? 'a list of events' : 'one event'}`,
    );
  }
  const events = Array.isArray(body) ? body : [body];
  for (let at = 0; at < events.length; at++) {
    collector.try(at, () => add(events[at], at, collector));
    if (at % 100 === 99) yield;
  }
}

/** Reads an event in binary mode: its attributes are in headers `ce-…`, percent-encoded, and the body is its data. */
function* binary(text: string, type: string, headers: Headers): Steps<Record<string, unknown>> {
  const event: Record<string, unknown> = Object.create(null);
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith('ce-')) event[name.slice(3)] = decoded(String(value));
  }
  if (text !== '') event['data'] = /json/i.test(type) ? yield* parseJsonSteps(text) : text;
  return event;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function add(event: unknown, at: number, collector: Collector): void {
  if (!isRecord(event)) throw new BadSample(`${shown(event)} is not an event: send a JSON object`);
  const { specversion, id, source, type, subject, time, data, data_base64: base64 } = event;
  if (specversion !== '1.0') {
    throw new BadSample(`specversion ${shown(specversion)} is not supported: send "1.0"`);
  }
  for (const [name, value] of Object.entries({ id, source, type })) {
    if (typeof value !== 'string' || value === '')
      throw new BadSample(`${name} must be text that is not empty, not ${shown(value)}`);
  }
  const text = typeof data === 'string' ? data : subject;
  collector.event({
    channel: eventChannel(collector.options.prefix, 'events'),
    t: eventTime(time),
    at,
    id: eventId(`${String(source)}\n${String(id)}`),
    data: {
      title: type,
      ...(typeof text === 'string' && { text }),
      type,
      source,
      id,
      ...(typeof subject === 'string' && { subject }),
      ...(data !== undefined && typeof data !== 'string' && { data }),
      ...(typeof base64 === 'string' && { data_base64: base64 }),
    },
  });
}

/** Returns the idempotency key for an id that the sender gave. */
export const eventId = (id: string): string =>
  `in:${createHash('sha256').update(id).digest('base64url').slice(0, 22)}`;
