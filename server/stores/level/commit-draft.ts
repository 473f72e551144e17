import type { Batch } from '../channel-table.ts';
import { type IdWindow, idKey } from '../id-window.ts';
import type { RetainedEntry } from '../retained-entries.ts';
import type { DiskState } from './disk-state.ts';
import {
  crcIn,
  crcOf,
  entryKey,
  entryRow,
  idRow,
  type Row,
  segmentKey,
  stateKey,
  stateRow,
} from './records.ts';
import { RowChanges } from './row-changes.ts';
import { type Append, type Segment, segmentOf } from './segments.ts';

/** An entry that outlives its segment. */
interface Settled {
  channel: string;
  entry: RetainedEntry;
  key: string;
  crc: number;
}

/**
 * One commit: the rows that it writes to the disk, and the changes of the `DiskState` after that. Nothing changes until
 * `done` is called.
 */
export class CommitDraft {
  readonly rows: RowChanges;
  readonly #state: DiskState;
  readonly #states = new Map<string, Row>();
  /** Number of a channel's trimmed entries that are deleted. */
  readonly #sweptEntries = new Map<string, number>();
  readonly #revived: string[] = [];
  /** Channels that the commit deletes: their states on the disk differ from those in memory. */
  readonly #cleared = new Set<string>();
  #segment: { segment: Segment; appends: Append[] } | undefined;
  #settledSegments = 0;
  #settledEntries = 0;
  /** Entries that were given rows of their own. */
  readonly #settled: Settled[] = [];
  #undone = false;

  constructor(diskState: DiskState) {
    this.#state = diskState;
    this.rows = new RowChanges(diskState.digest);
  }

  /** Puts the entries and ids of a batch; `ids` are those from before it. Returns the number of its entries. */
  putBatch({ staged }: Batch, ids: IdWindow): number {
    for (const { channel, entries } of staged) if (entries[0]?.v === 1) this.revive(channel);
    this.#putSegment(staged);
    for (const { name, v, tag } of staged.flatMap(({ ended }) => ended)) {
      this.putState(stateRow(name, { v, tag, clearedAt: v }));
      this.#cleared.add(name);
    }
    for (const { channel, id, print, result, at } of staged) {
      if (id === undefined) continue;
      const key = idKey(channel, id);
      const old = ids.get(key);
      const replaced = old && crcOf(idRow(key, old));
      this.#put(idRow(key, { print, result, at }), replaced);
    }
    return this.#segment?.segment.count ?? 0;
  }

  /** The key of a segment is always new: its number was never used. */
  #putSegment(appends: Append[]): void {
    if (appends.length === 0) return;
    const { key, value, segment } = segmentOf(this.#state.segments.next++, appends);
    this.rows.putValue(key, value, segment.crc);
    this.#segment = { segment, appends };
  }

  /**
   * Compacts the oldest segments, which together have `least` entries or more: deletes them, and puts those of their
   * entries that are still retained as rows of their own. Where some are not, the trim floor of the channel is written.
   */
  settle(least: number): void {
    const { list, channels, versions } = this.#state.segments;
    const trimmed = new Set<string>();
    const until = this.#settledEntries + least;
    while (this.#settledEntries < until) {
      const segment = list.at(this.#settledSegments);
      if (!segment) break;
      this.#settledSegments++;
      const end = this.#settledEntries + segment.count;
      while (this.#settledEntries < end) {
        const channel = channels.at(this.#settledEntries) as string;
        const v = versions.at(this.#settledEntries++) as number;
        if (!this.#settleEntry(channel, v)) trimmed.add(channel);
      }
      this.rows.deleteOnce(segmentKey(segment.number), segment.crc);
    }
    for (const channel of trimmed) this.#rewriteState(channel);
  }

  /**
   * `old` is the checksum of the row that is known under this key; garbage of a refused commit may
   * be there as well.
   */
  #put(row: Row, old: number | undefined): void {
    this.rows.put(row, old ?? this.#state.garbage.get(row.key));
  }

  /** Puts the state row of a channel, unless it is on the disk already. */
  putState(row: Row): void {
    const old = this.#states.get(row.key) ?? this.#state.states.get(row.key);
    if (old?.body === row.body) return;
    this.#put(row, old && crcOf(old));
    this.#states.set(row.key, row);
  }

  /** Deletes at most `max` rows that are no longer needed, and writes their trim floors. */
  sweep(max: number): void {
    const { garbage, trimmed } = this.#state;
    let left = max;
    for (const channel of trimmed.keys()) {
      if (left === 0) return;
      left -= this.#deleteEntries(channel, left);
      this.#rewriteState(channel);
    }
    // After the entries: if the state row were deleted first, a deleted channel could reappear.
    for (const [key, crc] of garbage) {
      if (left === 0) return;
      if (this.rows.delete(key, crc)) left--;
    }
  }

  /**
   * Deletes the remaining rows of a dropped channel, before the first entry of a new channel with
   * its name is put.
   */
  revive(channel: string): void {
    const { dropped, garbage, tombstones } = this.#state;
    if (!dropped.has(channel)) return;
    this.#revived.push(channel);
    this.settle(Infinity);
    const key = stateKey(channel);
    const state = garbage.get(key) ?? tombstones.get(key)?.crc;
    if (state !== undefined) this.rows.delete(key, state);
    this.#deleteEntries(channel, Infinity);
  }

  /** Applies the commit to the `DiskState`: its changes are on the disk. */
  done(): void {
    const { garbage, tombstones, states } = this.#state;
    this.#state.digest = this.rows.digest;
    this.#applySegments();
    for (const channel of this.#revived) this.#state.dropped.delete(channel);
    for (const key of this.rows.puts) garbage.delete(key);
    for (const key of this.rows.deleted) {
      garbage.delete(key);
      tombstones.delete(key);
    }
    for (const [channel, count] of this.#sweptEntries) this.#state.deleted(channel, count);
    for (const [key, row] of this.#states) states.set(key, row);
    if (this.#undone) this.#state.uncertain.clear();
  }

  /**
   * Handles a commit that is on the disk although its write failed and its appends were refused:
   * marks what it put as garbage.
   */
  disown(): void {
    this.#segment = undefined;
    this.done();
    const { garbage, uncertain } = this.#state;
    const settled = new Set(this.#settled.map(({ key }) => key)); // These were acknowledged, and their segments are deleted.
    for (const change of this.rows.list) {
      if (change.type === 'del' || settled.has(change.key)) continue;
      if (this.#states.has(change.key)) uncertain.add(channelOf(change.key));
      else garbage.set(change.key, crcIn(change.value));
    }
  }

  /** Deletes what a refused commit left on the disk (see `disown`), before anything else is put. */
  takeBack(): void {
    const { garbage, uncertain, dropped } = this.#state;
    for (const channel of dropped) this.#deleteEntries(channel, Infinity); // Not later than its state row.
    for (const [key, crc] of garbage) this.rows.delete(key, crc);
    for (const channel of uncertain) this.#rewriteState(channel); // The state of a refused deletion would delete it.
    this.#undone = true;
  }

  #applySegments(): void {
    const diskState = this.#state;
    for (const { channel, entry, crc } of this.#settled) {
      entry.crc = crc;
      const retained = diskState.logOf(channel)?.entries.at(entry.v) === entry;
      if (retained)
        diskState.segments.deadLength += entry.text.length; // Its segment is deleted, and counts as dead text until then.
      else diskState.discardRow(channel, { v: entry.v, crc, length: entry.text.length }); // It has been dropped since.
    }
    diskState.dropSegments(this.#settledSegments);
    if (this.#segment) diskState.segments.add(this.#segment.segment, this.#segment.appends);
  }

  /** Puts an entry as a row of its own. Returns false if it is not retained. */
  #settleEntry(channel: string, v: number): boolean {
    const entry = this.#state.logOf(channel)?.entries.at(v);
    if (!entry) return false;
    const row = entryRow(channel, entry);
    this.#settled.push({ channel, entry, key: row.key, crc: this.rows.putNew(row) });
    return true;
  }

  #rewriteState(channel: string): void {
    const log = this.#state.logOf(channel);
    if (log && !this.#cleared.has(channel)) this.putState(stateRow(channel, log.floor));
  }

  /** Deletes the first trimmed entries of a channel, at most `max`. Returns how many. */
  #deleteEntries(channel: string, max: number): number {
    const rows = this.#state.trimmed.get(channel) ?? [];
    const from = this.#sweptEntries.get(channel) ?? 0;
    const to = Math.min(from + max, rows.length / 3);
    for (let i = from; i < to; i++) {
      const key = entryKey(channel, rows[3 * i] as number);
      this.rows.deleteOnce(key, rows[3 * i + 1] as number);
    }
    this.#sweptEntries.set(channel, to);
    return to - from;
  }
}

const channelOf = (key: string): string => key.slice(stateKey('').length);
