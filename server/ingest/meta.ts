import { type Meta, ProtocolError, shown } from '../../protocol/lp1.ts';
import type { Item } from '../stores/store.ts';
import { decode, isDeeperThan, isRecord, MAX_DEPTH, parseJson } from './body.ts';

/** Reads the body of `PUT /channels/{channel}`, as bytes of content type `type` or already parsed. @throws ProtocolError `bad-request` */
export function parseMeta(raw: unknown, type = ''): Item {
  const meta = Buffer.isBuffer(raw) ? parseJson(decode(raw, type)) : raw;
  if (!isRecord(meta)) throw bad(`meta is an object, such as {"label":"CPU"}, not ${shown(meta)}`);
  return metaItem(meta);
}

/** Checks meta and makes its item. @throws ProtocolError `bad-request` for a known field of another type than `Meta` declares */
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
