import { formatCursor, type ResetReason } from '../../protocol/lp1.ts';
import { META } from './log-entry.ts';
import type { KeyChain, RetainedEntries } from './retained-entries.ts';
import type { ReadLimit, Slice } from './store.ts';
import type { TrimFloor } from './trim-floor.ts';

/** What a channel log shows to its readers: see `ChannelLog`. */
export interface ReadableLog {
  readonly head: number;
  readonly headTag: string;
  readonly cursor: string;
  readonly floor: TrimFloor;
  readonly meta: string | undefined;
  readonly entries: RetainedEntries;
  tagAt(v: number): string;
}

/** Every entry after version `since`, up to the limit. `since` is at or above the trim floor. */
export function deltaSlice(log: ReadableLog, since: number, limit: ReadLimit): Slice {
  const entries: string[] = [];
  let bytes = 0;
  let v = since;
  let skips = false;
  while (v < log.head) {
    const entry = log.entries.at(v + 1);
    if (!entry) {
      skips = true;
      v = log.floor.gaps.at(v + 1)?.[1] ?? v + 1;
      continue;
    }
    v++;
    entries.push(entry.text);
    bytes += entry.text.length;
    if (entry.last && (entries.length >= limit.entries || bytes >= limit.bytes)) break;
  }
  const to = formatCursor(v, log.tagAt(v));
  return { to, entries, ...(skips && { skips }), more: v < log.head };
}

/**
 * The retained entries, oldest first, as a reset tells them: those after version `position`, up to the limit.
 *
 * Above the trim floor a cursor continues by itself. Below it lie the entries of quiet keys, with holes between them,
 * so the cursor of a slice that ends there says so: it names the newest version as well as the position. Slices that
 * follow such a cursor do so as well, to the end, lest trims in the meantime make the reader start again.
 */
export function resetSlice(
  log: ReadableLog,
  limit: ReadLimit,
  { reset, position = 0 }: { reset?: ResetReason; position?: number },
): Slice {
  const entries: string[] = [];
  const nthOfKey = limit.tail === undefined ? undefined : new Map<KeyChain, number>();
  let bytes = 0;
  let at = position;
  let atEdge = true;
  let more = false;
  for (const entry of log.entries) {
    const { v, chain, text } = entry;
    const nth = (nthOfKey?.get(chain) ?? 0) + 1;
    nthOfKey?.set(chain, nth);
    if (v <= position) continue;
    more = entries.length >= limit.entries || bytes >= limit.bytes;
    more &&= atEdge || v <= log.floor.v; // records below the floor are incomplete anyway
    if (more) break;
    at = v;
    atEdge = entry.last;
    if (chain.key === META ? reset : nth <= chain.count - (limit.tail ?? Infinity)) continue;
    entries.push(text);
    bytes += text.length;
  }
  return {
    to: toCursor(log, more, at, reset === undefined),
    ...(reset && { reset }),
    ...(reset && log.meta !== undefined && { meta: log.meta }),
    entries,
    ...(!reset && { skips: true }),
    more,
  };
}

function toCursor(log: ReadableLog, more: boolean, at: number, continued: boolean): string {
  if (!more) return log.cursor;
  if (at >= log.floor.v && !continued) return formatCursor(at, log.tagAt(at));
  return formatCursor(log.head, log.headTag, at);
}
