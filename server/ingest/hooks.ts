import { createHmac, timingSafeEqual } from 'node:crypto';
import { ProtocolError, shown } from '../../protocol/lp1.ts';
import { finite, isDeeperThan, isRecord, MAX_DEPTH } from './body.ts';
import { eventId, type Headers } from './cloudevents.ts';
import { type Collector, type Steps } from './collector.ts';
import {
  at,
  commonFields,
  githubFields,
  gitlabFields,
  type HookFields,
  type Payload,
  PRESETS,
} from './hook-fields.ts';
import { parseJsonSteps } from './json-steps.ts';
import { levelOf } from './level-word.ts';

/** Parts of a webhook's request other than its body. */
export interface HookOptions {
  channel: string;
  headers: Headers;
  /** `preset`, and templates such as `title={{repository.full_name}}`. */
  query: URLSearchParams;
}

/**
 * Reads any webhook: a JSON object, a form, or a form with JSON in `payload`. Known fields are copied to the entry; a
 * payload with neither text nor title is stored whole in `data`. @throws ProtocolError `bad-request`
 */
export function* parseHook(text: string, options: HookOptions, collector: Collector): Steps<void> {
  const { channel, headers } = options;
  const payload = yield* payloadOf(text);
  const delivery = headers['x-github-delivery'];
  const data: Payload = {};
  const { maxEntryLength } = collector.options;
  for (const [name, value] of Object.entries(fieldsOf(payload, options, maxEntryLength))) {
    if (value !== undefined) data[name] = value;
  }
  if (data['title'] === undefined && data['text'] === undefined) {
    data['title'] = 'webhook';
    if (data['value'] === undefined) data['data'] = whole(payload, text, maxEntryLength);
  }
  collector.event({
    channel,
    data,
    id: typeof delivery === 'string' ? eventId(`github\n${delivery}`) : undefined,
  });
}

/** Checks `X-Hub-Signature-256` over the raw body. @throws ProtocolError `forbidden` where it is missing or wrong */
export function checkSignature(body: Buffer, headers: Headers, secret: string): void {
  const given = Buffer.from(String(headers['x-hub-signature-256'] ?? ''));
  const right = Buffer.from(`sha256=${createHmac('sha256', secret).update(body).digest('hex')}`);
  if (given.length === right.length && timingSafeEqual(given, right)) return;
  throw new ProtocolError(
    'forbidden',
    'X-Hub-Signature-256 does not match the body: sign it with the secret that the server has',
  );
}

function* payloadOf(text: string): Steps<Payload> {
  const trimmed = text.trim();
  const body = /^[\w.[\]-]+=/.test(trimmed)
    ? yield* formOf(trimmed)
    : yield* parseJsonSteps(trimmed);
  if (!isRecord(body)) throw bad(`the body must be a JSON object, not ${shown(body)}`);
  return body;
}

/** Returns a payload that is stored as a whole. @throws ProtocolError where it is too long or too deep */
function whole(payload: Payload, text: string, maxEntryLength: number): Payload {
  if (text.length > SPACED * maxEntryLength)
    throw bad(
      `the body has none of the known fields, and is too long to be stored as a whole (${maxEntryLength} characters): select fields with ?title={{…}} or ?text={{…}}`,
    );
  if (isDeeperThan(payload, MAX_DEPTH))
    throw bad(`the body is nested deeper than ${MAX_DEPTH} levels`);
  return payload;
}

/** How much longer than an entry a body may be where that could be only its indentation. */
const SPACED = 4;

const MAX_FIELDS = 1_000;
const MAX_FORM = 1_048_576;

function* formOf(text: string): Steps<unknown> {
  if (text.length > MAX_FORM || text.split('&', MAX_FIELDS + 1).length > MAX_FIELDS) {
    throw new ProtocolError(
      'too-large',
      `the form has more than ${MAX_FORM} bytes or ${MAX_FIELDS} fields: send less`,
    );
  }
  const form = new URLSearchParams(text);
  const payload = form.get('payload');
  if (payload !== null) return yield* parseJsonSteps(payload);
  const fields: Payload = Object.create(null);
  for (const [name, value] of form) fields[name] = value;
  return fields;
}

function fieldsOf(
  payload: Payload,
  { headers, query }: HookOptions,
  maxEntryLength: number,
): HookFields {
  return {
    ...presetFields(payload, headers, query.get('preset')),
    ...templateFields(payload, query, maxEntryLength),
  };
}

function presetFields(payload: Payload, headers: Headers, preset: string | null): HookFields {
  const { 'x-github-event': github, 'x-gitlab-event': gitlab } = headers;
  if (typeof github === 'string') return githubFields(payload, github);
  if (typeof gitlab === 'string') return gitlabFields(payload, gitlab);
  if (preset === null) return commonFields(payload);
  const fields = Object.hasOwn(PRESETS, preset) ? PRESETS[preset] : undefined;
  if (fields) return fields(payload);
  throw bad(
    `preset ${shown(preset)} does not exist: use one of ${Object.keys(PRESETS).join(', ')}`,
  );
}

function templateFields(payload: Payload, query: URLSearchParams, most: number): HookFields {
  const fields: HookFields = {};
  const filled = (name: string): string | undefined => fill(payload, query.get(name), most);
  for (const name of ['title', 'text', 'link', 'author'] as const) {
    const text = filled(name);
    if (text) fields[name] = text;
  }
  const level = filled('level');
  if (level) fields.level = levelOf(level);
  const value = filled('value');
  if (value) fields.value = numberOf(value);
  return fields;
}

/**
 * Returns a template with its paths replaced by their values; a path without a value gives an empty text.
 * @throws ProtocolError for more than `most` characters, as a template may name a long value many times
 */
function fill(payload: Payload, template: string | null, most: number): string | undefined {
  let length = 0;
  return template?.replaceAll(/\{\{([^{}]*)\}\}/g, (_, path: string) => {
    const value = at(payload, path.trim());
    if (value === undefined || value === null) return '';
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    length += text.length;
    if (length > most)
      throw bad(`the template gives more than ${most} characters: select shorter fields`);
    return text;
  });
}

function numberOf(text: string): number | null {
  const number = Number(text);
  if (!Number.isNaN(number)) return finite(number);
  throw bad(
    `value ${shown(text)} is not a number: use a template that gives one, such as value={{metrics.cpu}}`,
  );
}

const bad = (message: string): ProtocolError => new ProtocolError('bad-request', message);
