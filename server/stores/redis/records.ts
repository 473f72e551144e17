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

/** The latest entries per key that are older than version `before`, oldest first, and what meta asks to retain. */
export function parseLatest(
  hash: string[],
  before: number,
): { entries: LogEntry[]; retain: number | undefined } {
  const entries: LogEntry[] = [];
  let retain: number | undefined;
  for (let i = 0; i < hash.length; i += 2) {
    const key = hash[i] as string;
    const value = hash[i + 1] as string;
    if (key === 'r') retain = Number(value);
    if (key === 'r' || key === 'h') continue;
    const [v = '', tag = '', at = ''] = value.split(' ', 3);
    if (Number(v) >= before) continue;
    const fragment = value.slice(v.length + tag.length + at.length + 3);
    entries.push(entryOf({ v: Number(v), tag, key, fragment, last: true }));
  }
  return { entries: entries.sort((a, b) => a.v - b.v), retain };
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
