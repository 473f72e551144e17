import type { Batch } from '../channel-table.ts';
import { type IdWindow, idKey } from '../id-window.ts';
import type { RetainedEntry } from '../retained-entries.ts';
import type { Change } from './database.ts';
import type { DiskState } from './disk-state.ts';
import { type Append, type Segment, segmentOf } from './segments.ts';
import {
  crcIn,
  crcOf,
  DIGEST_KEY,
  type Digest,
  entryKey,
  entryRow,
  idRow,
  segmentKey,
  type Row,
  stateKey,
  stateRow,
  valueOf,
} from './records.ts';

/** An entry that outlives its segment. */
interface Settled {
  channel: string;
  entry: RetainedEntry;
  key: string;
  crc: number;
}

/** The changes of one commit. They count only once `done` is called. */
export class CommitDraft {
  readonly changes: Change[] = [];
  readonly digest: Digest;
  readonly #state: DiskState;
  /** Checksums of what was put, by key; but for segments and entries, whose keys are always new. */
  readonly #puts = new Map<string, number>();
  readonly #states = new Map<string, Row>();
  readonly #swept = new Set<string>();
  /** How many of a channel's trimmed entries are deleted. */
  readonly #sweptEntries = new Map<string, number>();
  readonly #revived: string[] = [];
  #segment: { segment: Segment; appends: Append[] } | undefined;
  #settledSegments = 0;
  #settledEntries = 0;
  /** Entries that got rows of their own. */
  readonly #settled: Settled[] = [];
  #tookBack = false;

  constructor(diskState: DiskState) {
    this.#state = diskState;
    this.digest = diskState.digest.next();
  }

  /** What a batch puts; `ids` as they stood before it. Gives how many entries it has. */
  putBatch({ staged }: Batch, ids: IdWindow): number {
    for (const { channel, entries } of staged) if (entries[0]?.v === 1) this.revive(channel);
    this.#putSegment(staged);
    for (const { channel, id, print, result, at } of staged) {
      if (id === undefined) continue;
      const key = idKey(channel, id);
      const old = ids.get(key);
      this.put(idRow(key, { print, result, at }), old && crcOf(idRow(key, old)));
    }
    return this.#segment?.segment.count ?? 0;
  }

  /** Nothing lies under a segment's key: its number was never used. */
  #putSegment(appends: Append[]): void {
    if (appends.length === 0) return;
    const { key, value, segment } = segmentOf(this.#state.segments.next++, appends);
    this.digest.add(segment.crc);
    this.changes.push({ type: 'put', key, value });
    this.#segment = { segment, appends };
  }

  /**
   * Deletes the oldest segments, of `least` entries or more. What of them is retained gets rows of its own, and the trim
   * floors are written down where some was not.
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
      this.digest.remove(segment.crc);
      this.changes.push({ type: 'del', key: segmentKey(segment.number) });
    }
    for (const channel of trimmed) this.#writeDown(channel);
  }

  /** `old` is the checksum of the row that lies there under the same key, where one does. */
  put(row: Row, old: number | undefined = this.#state.garbage.get(row.key)): void {
    const before = this.#puts.get(row.key) ?? old;
    if (before !== undefined && !this.#swept.has(row.key)) this.digest.remove(before);
    this.#puts.set(row.key, this.#putNew(row));
  }

  putState(row: Row): void {
    const { states, garbage } = this.#state;
    const old = this.#states.get(row.key) ?? states.get(row.key);
    if (old?.body === row.body) return;
    this.put(row, old ? crcOf(old) : garbage.get(row.key));
    this.#states.set(row.key, row);
  }

  /** Deletes at most `max` rows of the garbage, and writes down the floors that go with it. */
  sweep(max: number): void {
    const { garbage, trimmed } = this.#state;
    let left = max;
    for (const channel of trimmed.keys()) {
      if (left === 0) return;
      left -= this.#deleteEntries(channel, left);
      this.#writeDown(channel);
    }
    // Later than the entries: a state row gone before them would bring a deleted channel back.
    for (const [key, crc] of garbage) {
      if (left === 0) return;
      if (this.#delete(key, crc)) left--;
    }
  }

  /** Deletes what is left of a channel's former life, before the first entry of the new one is put. */
  revive(channel: string): void {
    const { dropped, garbage, tombstones } = this.#state;
    if (!dropped.has(channel)) return;
    this.#revived.push(channel);
    this.settle(Infinity);
    const key = stateKey(channel);
    const state = garbage.get(key) ?? tombstones.get(key)?.crc;
    if (state !== undefined) this.#delete(key, state);
    this.#deleteEntries(channel, Infinity);
  }

  /** The changes, with the digest that goes with them. */
  sealed(): Change[] {
    const row = { key: DIGEST_KEY, body: this.digest.toString() };
    return [...this.changes, { type: 'put', key: row.key, value: valueOf(row) }];
  }

  /** The changes are on the disk. */
  done(): void {
    const { garbage, tombstones, states } = this.#state;
    this.#state.digest = this.digest;
    this.#doneWithSegments();
    for (const channel of this.#revived) this.#state.dropped.delete(channel);
    for (const key of this.#puts.keys()) garbage.delete(key);
    for (const key of this.#swept) {
      garbage.delete(key);
      tombstones.delete(key);
    }
    for (const [channel, count] of this.#sweptEntries) this.#state.deleted(channel, count);
    for (const [key, row] of this.#states) states.set(key, row);
    if (this.#tookBack) this.#state.uncertain.clear();
  }

  /** The changes are on the disk although they were refused: what they put is to be taken back. */
  disown(): void {
    this.#segment = undefined;
    this.done();
    const { garbage, uncertain } = this.#state;
    const settled = new Set(this.#settled.map(({ key }) => key)); // these were acknowledged, and their segments are gone
    for (const change of this.changes) {
      if (change.type === 'del' || settled.has(change.key)) continue;
      if (this.#states.has(change.key)) uncertain.add(channelOf(change.key));
      else garbage.set(change.key, crcIn(change.value));
    }
  }

  /** Takes back what was disowned, before anything else is put. */
  takeBack(): void {
    const { garbage, uncertain, dropped } = this.#state;
    for (const channel of dropped) this.#deleteEntries(channel, Infinity); // not later than its state row
    for (const [key, crc] of garbage) this.#delete(key, crc);
    for (const channel of uncertain) this.#writeDown(channel); // a refused deletion's state would delete it
    this.#tookBack = true;
  }

  #doneWithSegments(): void {
    const diskState = this.#state;
    for (const { channel, entry, crc } of this.#settled) {
      entry.crc = crc;
      const retained = diskState.logOf(channel)?.entries.at(entry.v) === entry;
      if (retained)
        diskState.segments.deadLength += entry.text.length; // its segment goes, and counts as dead
      else diskState.discardRow(channel, { v: entry.v, crc, length: entry.text.length }); // it was let go meanwhile
    }
    diskState.dropSegments(this.#settledSegments);
    if (this.#segment) diskState.segments.add(this.#segment.segment, this.#segment.appends);
  }

  /** False where the entry is not retained. */
  #settleEntry(channel: string, v: number): boolean {
    const entry = this.#state.logOf(channel)?.entries.at(v);
    if (!entry) return false;
    const row = entryRow(channel, entry);
    this.#settled.push({ channel, entry, key: row.key, crc: this.#putNew(row) });
    return true;
  }

  /** Puts a row where none lies, or one that is taken off the digest. Gives its checksum. */
  #putNew(row: Row): number {
    const crc = crcOf(row);
    this.digest.add(crc);
    this.changes.push({ type: 'put', key: row.key, value: valueOf(row, crc) });
    return crc;
  }

  #writeDown(channel: string): void {
    const log = this.#state.logOf(channel);
    if (log) this.putState(stateRow(channel, log));
  }

  /** Gives how many it deleted. */
  #deleteEntries(channel: string, max: number): number {
    const rows = this.#state.trimmed.get(channel) ?? [];
    const from = this.#sweptEntries.get(channel) ?? 0;
    const to = Math.min(from + max, rows.length / 3);
    for (let i = from; i < to; i++) {
      this.digest.remove(rows[3 * i + 1] as number);
      this.changes.push({ type: 'del', key: entryKey(channel, rows[3 * i] as number) });
    }
    this.#sweptEntries.set(channel, to);
    return to - from;
  }

  #delete(key: string, crc: number): boolean {
    if (this.#puts.has(key) || this.#swept.has(key)) return false;
    this.#swept.add(key);
    this.digest.remove(crc);
    this.changes.push({ type: 'del', key });
    return true;
  }
}

const channelOf = (key: string): string => key.slice(stateKey('').length);
