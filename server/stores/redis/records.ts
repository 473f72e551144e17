import type { LogEntry } from '../log-entry.ts';
import { ENTRY_OVERHEAD } from '../retained-entries.ts';
import type { Item } from '../store.ts';

/** Returns a key in the form used in the engine: JSON text; '' for none, m for meta. */
export const packedKey = ({ k, meta }: Pick<Item, 'k' | 'meta'>): string =>
  meta ? 'm' : k === undefined ? '' : JSON.stringify(k);

/** Returns a key in the form of the chains of a channel log. */
export const unpackedKey = (key: string): string =>
  key.startsWith('"') ? `=${JSON.parse(key) as string}` : key;

/** Returns items as arguments of the append script: key, fragment, key, fragment … A fragment is an entry without its version. */
export const packItems = (items: Item[], now: number): string[] =>
  items.flatMap((item) => {
    const key = packedKey(item);
    const k = item.meta || item.k === undefined ? '' : `,"k":${key}`;
    return [key, `"t":${item.t ?? now}${k},"${item.meta ? 'm' : 'd'}":${item.json}}`];
  });

/** Bytes of packed items, as the scripts count them. */
export function packedBytes(packed: string[]): number {
  let bytes = 0;
  for (let i = 1; i < packed.length; i += 2) {
    bytes += ENTRY_OVERHEAD + Buffer.byteLength(packed[i] as string);
  }
  return bytes;
}

/** If the clocks of instance and engine differ by more than this many ms, a record stores its time of arrival. */
const SKEW_MS = 1_000;

/** The times of the two clocks. */
export interface Times {
  /** The clock of the instance that received the items, ms. */
  clock: number;
  /** The engine's clock, by which ages are measured, ms. */
  now: number;
}

/** Returns the time of arrival as argument of the append scripts; '' if the items' own times suffice. See `keysOf`. */
export function arrivalOf(items: Item[], { clock, now }: Times): string {
  const tells = Math.abs(clock - now) <= SKEW_MS && items.every(({ t = now }) => t <= now);
  return tells ? '' : `${now} ${clock}`;
}

/** A record as returned by the engine: its stream id and fields. */
export type RawRecord = [id: string, fields: string[]];

/** One append, or one deletion, as it is stored in a stream. */
export interface StreamRecord {
  /** Version of its last entry. */
  last: number;
  tag: string;
  cleared: boolean;
  entries: LogEntry[];
}

/** Parses a record of a stream. */
export function parseRecord([
  id,
  [, tag = '', what, packed = '', , arrival],
]: RawRecord): StreamRecord {
  const last = parseInt(id);
  if (what === 'c') return { last, tag, cleared: true, entries: [] };
  const parts = packed.split('\0');
  const first = last + 1 - parts.length / 2;
  const entries: LogEntry[] = [];
  for (let i = 0; i < parts.length; i += 2) {
    const v = first + i / 2;
    entries.push(
      entryOf({
        v,
        tag,
        key: parts[i] as string,
        fragment: parts[i + 1] as string,
        last: v === last,
        age: arrival === undefined ? undefined : ageOf(parts[i + 1] as string, arrival),
      }),
    );
  }
  return { last, tag, cleared: false, entries };
}

/**
 * Returns the time from which an entry's age counts, if its record stores the time of arrival: '<engine's clock> <instance's
 * clock>'.
 */
function ageOf(fragment: string, arrival: string): number {
  const [came = 0, clock] = arrival.split(' ').map(Number);
  const t = timeOf(fragment);
  return t === clock ? came : Math.min(t, came);
}

const timeOf = (fragment: string): number => parseInt(fragment.slice(4));

/** Returns the bytes of a channel, from the field h of its hash; undefined if that is missing. */
export const stateBytes = (hot: string | null): number | undefined =>
  hot ? Number(hot.split(' ')[6] ?? 0) : undefined;

/**
 * Returns the state of a channel from the fields h and c of its hash: the cursor that it belongs to, and the number of
 * retained data entries. Undefined where a field is missing.
 */
export function parseState(
  hot: string | null,
  cold: string | null,
): { cursor: string; entries: number } | undefined {
  if (!hot || !cold) return undefined;
  const [cursor = '', released, apart, , , , , , over = 0] = hot.split(' ');
  const entries =
    parseInt(cursor) - parseInt(cold) - Number(released) + Number(apart) - Number(over);
  return { cursor, entries };
}

/** State of a channel in the engine outside its stream. */
export interface Kept {
  /** The cursor of the last record that was trimmed: all later ones are in the stream. The tag may be unknown (''). */
  floor: { v: number; tag: string };
  /** Entries from before the floor that their keys retain, the newest meta among them, in version order. */
  entries: LogEntry[];
  /** The newest meta as JSON text of an entry, if there is one. */
  meta: LogEntry | undefined;
  /** The engine's clock was set back to `time`: all entries up to version `v` arrived at or before it. */
  back: { v: number; time: number };
}

/** Parses a channel's hash as the read script returns it; undefined if it is empty. See `keysOf` for its fields. */
export function parseKept(hash: string[], retain: (meta?: LogEntry) => number): Kept | undefined {
  const fields = new Map<string, string>();
  for (let i = 0; i < hash.length; i += 2) fields.set(hash[i] as string, hash[i + 1] as string);
  const [floor, , , , backVersion = 0, backTime = 0] = fields.get('c')?.split(' ') ?? [];
  if (floor === undefined) return undefined;
  const metaText = fields.get('m');
  const meta = metaText === undefined ? undefined : storedEntry('m', metaText);
  const keep = retain(meta);
  const [v = '', tag = ''] = floor.split('.');
  const entries = meta && meta.v <= Number(v) ? [meta] : [];
  for (const [name, text] of fields) {
    const at = name.indexOf('\0');
    if (at < 0) continue;
    const key = name.slice(0, at);
    const newest = parseInt(fields.get(key) ?? '0');
    if (Number(name.slice(at + 1)) > newest - keep) entries.push(storedEntry(key, text));
  }
  return {
    floor: { v: Number(v), tag },
    entries: entries.sort((a, b) => a.v - b.v),
    meta,
    back: { v: Number(backVersion), time: Number(backTime) },
  };
}

/** Parses an entry of the hash: '<version> <tag> <fragment>', or '<version> <tag>@<age> <fragment>'. */
export function storedEntry(key: string, text: string): LogEntry {
  const [v = '', mark = ''] = text.split(' ', 2);
  const fragment = text.slice(v.length + mark.length + 2);
  const [tag = '', age] = mark.split('@');
  return entryOf({
    v: Number(v),
    tag,
    key,
    fragment,
    last: true,
    age: age === undefined ? undefined : Number(age),
  });
}

interface PackedEntry {
  v: number;
  tag: string;
  key: string;
  fragment: string;
  last: boolean;
  age: number | undefined;
}

const entryOf = ({ v, tag, key, fragment, last, age }: PackedEntry): LogEntry => ({
  v,
  t: timeOf(fragment),
  age,
  tag,
  key: unpackedKey(key),
  text: `{"v":${v},${fragment}`,
  last,
});
