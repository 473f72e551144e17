import { formatCursor, type ResetReason } from '../../protocol/lp1.ts';
import { META } from './log-entry.ts';
import type { KeyChain, RetainedEntries, RetainedEntry } from './retained-entries.ts';
import type { ReadLimit, Slice } from './store.ts';
import type { TrimFloor } from './trim-floor.ts';

/** What a read needs of a channel log: see `ChannelLog`. */
export interface ReadableLog {
  readonly head: number;
  readonly headTag: string;
  readonly cursor: string;
  readonly floor: TrimFloor;
  readonly meta: string | undefined;
  readonly entries: RetainedEntries;
  tagAt(v: number): string;
}

/** Returns every entry after version `since`, up to the limit. `since` must be at or above the trim floor. */
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
 * Returns the retained entries, oldest first, as a reset delivers them: those after version `position`, up to the limit.
 *
 * A cursor above the trim floor can be continued. Below the floor are only the entries of idle keys, with gaps between them,
 * so the cursor of a slice that ends there contains the newest version and the position. Slices that continue such a cursor
 * use the same form up to the end; otherwise a trim in between would make the client start again.
 */
export function resetSlice(
  log: ReadableLog,
  limit: ReadLimit,
  { reset, position = 0 }: { reset?: ResetReason; position?: number },
): Slice {
  const entries: string[] = [];
  const isWanted = limit.tail === undefined ? undefined : newestOf(limit.tail);
  let bytes = 0;
  let at = position;
  let atEdge = true;
  let more = false;
  for (const entry of log.entries) {
    const { v, chain, text } = entry;
    const passes = chain.key === META ? !reset : (isWanted?.(entry) ?? true);
    if (v <= position) continue;
    more = entries.length >= limit.entries || bytes >= limit.bytes;
    more &&= atEdge || v <= log.floor.v; // records below the floor are incomplete anyway
    if (more) break;
    at = v;
    atEdge = entry.last;
    if (!passes) continue;
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

/**
 * Returns a function that tests whether an entry is one of the newest `tail` of its key by time, and by version for equal
 * times. So late entries, which a device buffered while it was offline, do not displace the current one. It must see every entry, in
 * version order.
 */
function newestOf(tail: number): (entry: RetainedEntry) => boolean {
  const passed = new Map<KeyChain, number>();
  const chosen = new Map<KeyChain, Set<RetainedEntry>>();
  return (entry) => {
    const { chain } = entry;
    if (!chain.inOrder) {
      const newest = chosen.get(chain) ?? newestByTime(chain, tail);
      chosen.set(chain, newest);
      return newest.has(entry);
    }
    const nth = (passed.get(chain) ?? 0) + 1;
    passed.set(chain, nth);
    return nth > chain.count - tail;
  };
}

function newestByTime({ first }: KeyChain, tail: number): Set<RetainedEntry> {
  const newest: RetainedEntry[] = []; // oldest first; most entries belong at its end
  for (let entry = first; entry; entry = entry.next) {
    let at = newest.length;
    while (at > 0 && (newest[at - 1] as RetainedEntry).age > entry.age) at--;
    if (at > 0 || newest.length < tail) newest.splice(at, 0, entry);
    if (newest.length > tail) newest.shift();
  }
  return new Set(newest);
}

function toCursor(log: ReadableLog, more: boolean, at: number, continued: boolean): string {
  if (!more) return log.cursor;
  if (at >= log.floor.v && !continued) return formatCursor(at, log.tagAt(at));
  return formatCursor(log.head, log.headTag, at);
}
