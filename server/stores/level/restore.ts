import { type Meta, shown } from '../../../protocol/lp1.ts';
import { mostBytes } from '../byte-budget.ts';
import type { ChannelLog } from '../channel-log.ts';
import { type ChannelTable, retentionOf } from '../channel-table.ts';
import type { Remembered } from '../id-window.ts';
import type { Dropped, LogEntry } from '../log-entry.ts';
import { StoreError } from '../store-error.ts';
import { VersionGaps } from '../version-gaps.ts';
import { damaged, type Folder } from './database.ts';
import type { DiskState } from './disk-state.ts';
import {
  type ChannelState,
  DIGEST_KEY,
  isSegmentKey,
  type ParsedRow,
  parseEntry,
  parseHead,
  parseValue,
} from './records.ts';
import { parseSegment } from './segments.ts';

/** Options of `restore`. */
export interface RestoreOptions {
  folder: Folder;
  location: string;
  table: ChannelTable;
  diskState: DiskState;
  /** Called at intervals with the number of entries read so far. */
  onProgress?: ((entries: number) => void) | undefined;
}

/**
 * Rebuilds the state in memory from the folder.
 * @throws StoreError `damaged` where a row, or the sum of all, is not what was written
 */
export async function restore(options: RestoreOptions): Promise<void> {
  const { folder, location, table, diskState, onProgress } = options;
  const states = new Map<string, ChannelState>();
  const ids: [key: string, what: Remembered][] = [];
  /** Entries in segments, by channel: newer than the entries of the channel that have rows. */
  const inSegments = new Map<string, (LogEntry & Dropped)[]>();
  let digest: string | undefined;
  let channel = '';
  let entries: (LogEntry & Dropped)[] = [];
  let count = 0;
  let length = 0;
  const most = mostBytes();

  for await (const chunk of folder.scan()) {
    for (const [key, value] of chunk) {
      length += value.length;
      if (length > most) throw noMemory(location, length);
      const parsed = parseValue(key, value);
      if (!parsed) throw damaged(location, `the record ${shown(key)} is not what was written`);
      if (key === DIGEST_KEY) digest = parsed.body;
      else diskState.digest.add(parsed.crc);
      try {
        if (isSegmentKey(key)) takeSegment(parsed);
        else if (key.startsWith('\0')) takeHead(parsed);
        else takeEntry(parsed);
      } catch (error) {
        if (error instanceof StoreError) throw error;
        throw damaged(location, `the record ${shown(key)} cannot be read`, error);
      }
    }
    onProgress?.(count);
  }
  finishChannel();
  for (const [name, inPages] of inSegments) finish(name, inPages);
  for (const [name, state] of states) restoreChannel(options, { name, entries: [], state });
  table.history?.restored();
  for (const [key, what] of ids.sort(([, a], [, b]) => a.at - b.at)) table.ids.put(key, what);

  if (digest !== undefined) diskState.digest = diskState.digest.inFormatOf(digest);
  const found = String(diskState.digest);
  if (digest === undefined ? diskState.digest.rows > 0 : digest !== found) {
    throw damaged(location, `there should be "${digest ?? 'nothing'}" and there is "${found}"`);
  }

  /** The keys of segments are sorted before those of rows. */
  function takeSegment(row: ParsedRow): void {
    const { segment, appends } = parseSegment(row);
    diskState.segments.add(segment, appends);
    for (const { channel: name, entries: placed } of appends) {
      const list = inSegments.get(name);
      if (list) list.push(...placed);
      else inSegments.set(name, placed);
    }
    count += segment.count;
  }

  function takeHead(row: ParsedRow): void {
    const head = parseHead(row);
    if (head?.kind === 'id') ids.push([head.key, head.what]);
    if (head?.kind !== 'state') return;
    diskState.states.set(row.key, row);
    states.set(head.channel, head.state);
  }

  function takeEntry(row: ParsedRow): void {
    const parsed = parseEntry(row);
    if (parsed.channel !== channel) finishChannel();
    channel = parsed.channel;
    entries.push(parsed.entry);
    count++;
  }

  function finishChannel(): void {
    if (entries.length > 0) finish(channel, [...entries, ...(inSegments.get(channel) ?? [])]);
    entries = [];
  }

  function finish(name: string, all: (LogEntry & Dropped)[]): void {
    restoreChannel(options, { name, entries: all, state: states.get(name) });
    states.delete(name);
    inSegments.delete(name);
  }
}

/**
 * An error is better than a crash of V8, after which a supervisor would only restart the process.
 */
const noMemory = (location: string, length: number): StoreError =>
  new StoreError(
    'no-memory',
    `the data in ${location} (more than ${Math.floor(length / 1e6)} MB) does not fit into the memory of this process: give node more with NODE_OPTIONS=--max-old-space-size=MB`,
  );

interface StoredChannel {
  name: string;
  entries: (LogEntry & Dropped)[];
  state: ChannelState | undefined;
}

function restoreChannel(
  { table, diskState, location }: RestoreOptions,
  { name, entries, state }: StoredChannel,
): void {
  const log = table.newLog(name);
  const now = table.now();
  if (state) takeState(log, state);
  const meta = entries.findLast(({ key, v }) => key === 'm' && v > log.floor.clearedAt);
  if (meta) {
    const { m } = JSON.parse(meta.text) as { m: Meta };
    log.retention = retentionOf(m, table.limits);
    table.history?.attach(name, log, m);
  }
  let next = log.floor.v + 1;
  for (const entry of entries) {
    if (entry.v <= log.floor.clearedAt) {
      diskState.discardEntry(name, entry); // Deleted; the process ended before the disk was swept.
      continue;
    }
    if (log.floor.gaps.at(entry.v)) {
      diskState.discardEntry(name, entry); // Meta that newer meta replaced.
      continue;
    }
    if (entry.v >= next) {
      for (let gap = log.floor.gaps.at(next); gap; gap = log.floor.gaps.at(next)) next = gap[1] + 1;
      if (entry.v !== next) throw damaged(location, `version ${next} of ${shown(name)} is missing`);
      next++;
    }
    log.restore(entry, now);
  }
  markEdges(log);
  if (log.head < log.floor.v) {
    log.head = log.floor.v;
    log.headTag = log.floor.tag;
  }
  log.expire(now);
  table.restore(name, log);
}

function takeState({ floor }: ChannelLog, { gaps, ...state }: ChannelState): void {
  Object.assign(floor, state, { gaps: new VersionGaps([...gaps]) });
}

/** If the last entry of a record is gone, the entry before it ends the record. */
function markEdges(log: ChannelLog): void {
  for (const [from, , , edge] of log.floor.gaps.toJSON()) {
    const before = log.entries.at(from - 1);
    if (edge && before) before.last = true;
  }
}
