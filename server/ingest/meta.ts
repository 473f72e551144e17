import { historyMs } from '../../protocol/history.ts';
import { type Meta, ProtocolError, shown } from '../../protocol/lp1.ts';
import type { Item } from '../stores/store.ts';
import { decode, isDeeperThan, isRecord, MAX_DEPTH, parseJson } from './body.ts';

/** Reads the body of `PUT /channels/{channel}`, as bytes of content type `type` or already parsed. @throws ProtocolError `bad-request` */
export function parseMeta(raw: unknown, type = ''): Item {
  const meta = Buffer.isBuffer(raw) ? parseJson(decode(raw, type)) : raw;
  if (!isRecord(meta))
    throw bad(`meta must be an object, such as {"label":"CPU"}, not ${shown(meta)}`);
  return metaItem(meta);
}

/** Checks meta and returns its item. @throws ProtocolError `bad-request` for a known field of another type than `Meta` declares */
export function metaItem(meta: Record<string, unknown>): Item {
  if (isDeeperThan(meta, MAX_DEPTH)) throw bad(`meta is nested deeper than ${MAX_DEPTH} levels`);
  checkValueMeta(meta, '');
  const { label, kind, icon, ttl, retain, maxAge, history, fields } = meta as Meta;
  for (const [name, text] of Object.entries({ label, kind, icon })) {
    if (text !== undefined && typeof text !== 'string') throw badMeta(name, text, 'text');
  }
  for (const [name, n] of Object.entries({ ttl, maxAge })) {
    if (n !== undefined && !(typeof n === 'number' && n > 0))
      throw badMeta(name, n, 'seconds above 0');
  }
  if (retain !== undefined && !(Number.isInteger(retain) && retain > 0)) {
    throw badMeta('retain', retain, 'a whole number above 0');
  }
  if (history !== undefined && !(typeof history === 'string' && historyMs(history) !== undefined))
    throw badMeta('history', history, 'none, or an age such as 12h, 90d, 8w or 1y');
  checkFields(fields);
  return { json: JSON.stringify(meta), meta: true };
}

function checkFields(fields: unknown): void {
  if (fields === undefined) return;
  if (!isRecord(fields)) throw badMeta('fields', fields, 'an object, such as {"hum":{"max":100}}');
  for (const [field, each] of Object.entries(fields)) {
    if (!isRecord(each)) throw badMeta(`fields.${field}`, each, 'an object, such as {"max":100}');
    checkValueMeta(each, `fields.${field}.`);
  }
}

const MOST_DECIMALS = 20;
const STATE = /^\s*[^:\s][^:]*:\s*(?:ok|warn|danger|none|unknown)\s*(?::.*)?$/;

/** Checks the meta of one value: of the channel, or of one of its fields. @throws ProtocolError `bad-request` */
function checkValueMeta(meta: Record<string, unknown>, place: string): void {
  const { unit, min, max, warn, danger, states, decimals } = meta as Meta;
  if (unit !== undefined && typeof unit !== 'string') throw badMeta(`${place}unit`, unit, 'text');
  for (const [name, n] of Object.entries({ min, max, warn, danger })) {
    if (n !== undefined && typeof n !== 'number') throw badMeta(place + name, n, 'a number');
  }
  if (states !== undefined && !areStates(states))
    throw badMeta(
      `${place}states`,
      states,
      'word:level, or word:level:text, with commas between and ok, warn, danger, none or unknown as level',
    );
  if (decimals !== undefined && !isCount(decimals))
    throw badMeta(`${place}decimals`, decimals, `a whole number from 0 to ${MOST_DECIMALS}`);
}

const areStates = (states: unknown): boolean =>
  typeof states === 'string' &&
  states.split(',').every((part) => part.trim() === '' || STATE.test(part));

const isCount = (n: unknown): boolean =>
  Number.isInteger(n) && (n as number) >= 0 && (n as number) <= MOST_DECIMALS;

const bad = (message: string): ProtocolError => new ProtocolError('bad-request', message);

const badMeta = (name: string, value: unknown, wanted: string): ProtocolError =>
  bad(`meta field ${name} must be ${wanted}, not ${shown(value)}`);
