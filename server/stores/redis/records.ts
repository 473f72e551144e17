import type { LogEntry } from '../log-entry.ts';
import type { Item } from '../store.ts';

/** A key as the engine has it: JSON text; '' for none, m for meta. */
const packedKey = ({ k, meta }: Item): string =>
  meta ? 'm' : k === undefined ? '' : JSON.stringify(k);

/** The same as a channel log's chain key. */
const unpackedKey = (key: string): string =>
  key.startsWith('"') ? `=${JSON.parse(key) as string}` : key;

/** Items as the append script takes them: key, fragment, key, fragment … A fragment is an entry without its version. */
export const packItems = (items: Item[], now: number): string[] =>
  items.flatMap((item) => {
    const key = packedKey(item);
    const k = item.meta || item.k === undefined ? '' : `,"k":${key}`;
    return [key, `"t":${item.t ?? now}${k},"${item.meta ? 'm' : 'd'}":${item.json}}`];
  });

/** A record as the engine gives it: its stream id and fields. */
export type RawRecord = [id: string, fields: string[]];

export interface StreamRecord {
  /** Version of its last entry. */
  last: number;
  tag: string;
  cleared: boolean;
  entries: LogEntry[];
}

export function parseRecord([id, [, tag = '', what, packed = '']]: RawRecord): StreamRecord {
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
      }),
    );
  }
  return { last, tag, cleared: false, entries };
}

/**
 * The state of a channel from the fields h and c of its hash: the cursor that it goes with, and how many data entries
 * are retained. undefined where a field is missing.
 */
export function parseState(
  hot: string | null,
  cold: string | null,
): { cursor: string; entries: number } | undefined {
  if (!hot || !cold) return undefined;
  const [cursor = '', released, apart] = hot.split(' ');
  const entries = parseInt(cursor) - parseInt(cold) - Number(released) + Number(apart);
  return { cursor, entries };
}

/** What the engine keeps of a channel beside its stream. */
export interface Kept {
  /** The cursor of the last record that was trimmed: all later ones are in the stream. The tag may be unknown (''). */
  floor: { v: number; tag: string };
  /** Entries from before the floor that their keys retain, the newest meta among them, in version order. */
  entries: LogEntry[];
  /** The newest meta as JSON text of an entry, where there is one. */
  meta: LogEntry | undefined;
}

/** Parses a channel's hash as the read script gives it; undefined where it is empty. See `keysOf` for its fields. */
export function parseKept(hash: string[], retain: (meta?: LogEntry) => number): Kept | undefined {
  const fields = new Map<string, string>();
  for (let i = 0; i < hash.length; i += 2) fields.set(hash[i] as string, hash[i + 1] as string);
  const floor = fields.get('c')?.split(' ')[0];
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
  return { floor: { v: Number(v), tag }, entries: entries.sort((a, b) => a.v - b.v), meta };
}

/** An entry as the hash has it: '<version> <tag> <fragment>'. */
function storedEntry(key: string, text: string): LogEntry {
  const [v = '', tag = ''] = text.split(' ', 2);
  const fragment = text.slice(v.length + tag.length + 2);
  return entryOf({ v: Number(v), tag, key, fragment, last: true });
}

interface PackedEntry {
  v: number;
  tag: string;
  key: string;
  fragment: string;
  last: boolean;
}

const entryOf = ({ v, tag, key, fragment, last }: PackedEntry): LogEntry => ({
  v,
  t: parseInt(fragment.slice(4)),
  tag,
  key: unpackedKey(key),
  text: `{"v":${v},${fragment}`,
  last,
});
