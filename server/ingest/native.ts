import { ProtocolError, parseChannel, shown } from '../../protocol/lp1.ts';
import type { Item } from '../stores/store.ts';
import {
  checkCount,
  decode,
  finite,
  isDeeperThan,
  isRecord,
  MAX_DEPTH,
  parseJson,
  readValues,
} from './body.ts';
import { ItemErrors } from './item-errors.ts';
import { parseTime } from './time.ts';

/** Options of a body in the kit's own format. */
export interface NativeOptions {
  /** Maximum of items in one POST. */
  maxItems: number;
  /** Current time in ms since 1970; a `time` more than a day ahead of it is refused. */
  now: number;
}

const MAX_KEY = 512;

/**
 * Reads the body of a `POST /channels/{channel}`: JSON object or array, NDJSON, form, bare number or boolean, plain text.
 * The bytes decide, not the declared type: `curl -d` declares JSON as a form.
 * @throws ProtocolError `bad-request`, `bad-item` (with the place of the bad items), `media-type`, `too-large`
 */
export function parseNative(bytes: Buffer, type: string, options: NativeOptions): Item[] {
  if (/^multipart\//i.test(type)) {
    throw new ProtocolError(
      'media-type',
      'multipart bodies are not supported: send JSON (curl --json)',
    );
  }
  return parseValues(readValues(decode(bytes, type), type, options.maxItems), options);
}

/** Reads values that are parsed already, as an app's own body parser or `live.publish` passes them. */
export function parseValues(values: unknown, options: NativeOptions): Item[] {
  const list = Array.isArray(values) ? values : [values];
  if (list.length === 0) throw bad('the batch is empty: send at least one item');
  checkCount(list.length, options.maxItems);
  const errors = new ItemErrors();
  const items = parseItems(list, { now: options.now, errors, place: '' });
  errors.check();
  return items;
}

/**
 * Reads the body of `POST /publish`, as bytes of content type `type` or already parsed: items by channel.
 * @throws ProtocolError as `parseNative`
 */
export function parseChannels(
  raw: unknown,
  options: NativeOptions,
  type = '',
): Map<string, Item[]> {
  const body = Buffer.isBuffer(raw) ? parseJson(decode(raw, type)) : raw;
  const channels = isRecord(body) ? body['channels'] : undefined;
  if (!isRecord(channels) || Object.keys(channels).length === 0) {
    throw bad('the body has no channels: send {"channels":{"cpu":[…],"mem":[…]}}');
  }
  const lists = Object.entries(channels).map(
    ([channel, value]) => [channel, Array.isArray(value) ? (value as unknown[]) : [value]] as const,
  );
  checkCount(
    lists.reduce((sum, [, list]) => sum + list.length, 0),
    options.maxItems,
  );
  const errors = new ItemErrors();
  const parsed = new Map<string, Item[]>();
  for (const [channel, list] of lists) {
    parseChannel(channel);
    const place = `channels.${channel}`;
    if (list.length === 0) throw bad(`${place} is empty: send at least one item, or leave it out`);
    parsed.set(channel, parseItems(list, { now: options.now, errors, place }));
  }
  errors.check();
  return parsed;
}

interface Place {
  now: number;
  errors: ItemErrors;
  /** Path of the list within the body, for error messages. */
  place: string;
}

function parseItems(list: unknown[], { now, errors, place }: Place): Item[] {
  const items: Item[] = [];
  for (let index = 0; index < list.length; index++) {
    try {
      items.push(itemOf(list[index], now));
    } catch (error) {
      if (!(error instanceof BadField)) throw error;
      const path = [place, error.path].filter(Boolean).join('.');
      errors.add({ index, path, message: error.message });
    }
  }
  return items;
}

function itemOf(value: unknown, now: number): Item {
  if (typeof value === 'number') return { json: `{"value":${finite(value)}}` };
  if (value === null || typeof value === 'boolean') return { json: `{"value":${value}}` };
  if (typeof value === 'string') {
    if (value.trim() === '')
      throw new BadField('', 'the text is empty: send a value, or leave the item out');
    return { json: JSON.stringify({ text: value }) };
  }
  if (!isRecord(value))
    throw new BadField('', `${shown(value)} is neither an object, a number, a boolean nor text`);
  if (isDeeperThan(value, MAX_DEPTH))
    throw new BadField('', `the value is nested deeper than ${MAX_DEPTH} levels`);
  const { time, key, labels } = value;
  const isPlain = time === undefined && key === undefined && !('toJSON' in value);
  const lifted = { time: undefined, key: undefined }; // fields of the entry itself; JSON.stringify leaves them out
  const item: Item = { json: jsonOf(isPlain ? value : { ...value, ...lifted }) };
  const t = time === undefined || time === null ? undefined : parseTime(time, now);
  if (t !== undefined && typeof t === 'string') throw new BadField('time', t);
  const k = parseKey(key) ?? labelsKey(labels);
  if (t !== undefined) item.t = t;
  if (k !== undefined) item.k = k;
  return item;
}

/** Returns the JSON of a value. A value that an app publishes in process may hold what JSON cannot express. @throws BadField */
function jsonOf(data: Record<string, unknown>): string {
  try {
    const json: unknown = JSON.stringify(data);
    if (typeof json === 'string') return json;
  } catch {
    // a BigInt, or a toJSON that throws
  }
  throw new BadField(
    '',
    'the value cannot be written as JSON: leave out BigInts and circular references',
  );
}

function parseKey(key: unknown): string | undefined {
  if (key === undefined || key === null || key === '') return undefined;
  const text = typeof key === 'number' ? String(key) : key;
  if (typeof text === 'string' && text.length <= MAX_KEY) return text;
  throw new BadField(
    'key',
    `${shown(key)} is not a key: give text of at most ${MAX_KEY} characters`,
  );
}

/** Returns the key for labels that came without one. They are sorted, so that their order does not matter. */
function labelsKey(labels: unknown): string | undefined {
  if (labels === undefined || labels === null) return undefined;
  if (!isRecord(labels))
    throw new BadField(
      'labels',
      `${shown(labels)} is not an object of labels: give one such as {"room":"kitchen"}`,
    );
  const pairs = Object.entries(labels).map(([name, value]) => {
    if (typeof value === 'string') return [name, value] as const;
    throw new BadField(`labels.${name}`, `${shown(value)} is not text: write it in quotes`);
  });
  if (pairs.length === 0) return undefined;
  const key = pairs
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(',');
  if (key.length > MAX_KEY)
    throw new BadField(
      'labels',
      `the labels are longer than ${MAX_KEY} characters together: give fewer or shorter ones`,
    );
  return key;
}

class BadField extends Error {
  readonly path: string;

  constructor(path: string, message: string) {
    super(message);
    this.path = path;
  }
}

const bad = (message: string): ProtocolError => new ProtocolError('bad-request', message);
