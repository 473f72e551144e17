import { type Meta, ProtocolError, shown } from '../../protocol/lp1.ts';
import type { Item } from '../stores/store.ts';
import { decode, isDeeperThan, isRecord, MAX_DEPTH, parseJson } from './body.ts';

/** The body of `PUT /channels/{channel}`, as bytes or already parsed. @throws ProtocolError `bad-request` */
export function parseMeta(raw: unknown): Item {
  const meta = Buffer.isBuffer(raw) ? parseJson(decode(raw)) : raw;
  if (!isRecord(meta)) throw bad(`meta is an object, such as {"label":"CPU"}, not ${shown(meta)}`);
  return metaItem(meta);
}

/** @throws ProtocolError `bad-request` where a well-known field has another type than `Meta` gives it */
export function metaItem(meta: Record<string, unknown>): Item {
  if (isDeeperThan(meta, MAX_DEPTH)) throw bad(`meta is nested deeper than ${MAX_DEPTH}`);
  const { label, unit, ttl, min, max, retain, maxAge } = meta as Meta;
  for (const [name, text] of Object.entries({ label, unit })) {
    if (text !== undefined && typeof text !== 'string') throw badMeta(name, text, 'text');
  }
  for (const [name, n] of Object.entries({ min, max })) {
    if (n !== undefined && typeof n !== 'number') throw badMeta(name, n, 'a number');
  }
  for (const [name, n] of Object.entries({ ttl, maxAge })) {
    if (n !== undefined && !(typeof n === 'number' && n > 0))
      throw badMeta(name, n, 'seconds above 0');
  }
  if (retain !== undefined && !(Number.isInteger(retain) && retain > 0)) {
    throw badMeta('retain', retain, 'a whole number above 0');
  }
  return { json: JSON.stringify(meta), meta: true };
}

const bad = (message: string): ProtocolError => new ProtocolError('bad-request', message);

const badMeta = (name: string, value: unknown, wanted: string): ProtocolError =>
  bad(`meta field ${name} is ${wanted}, not ${shown(value)}`);
