import type { ChannelLog } from '../channel-log.ts';
import type { Dropped } from '../log-entry.ts';
import { crcOf, Digest, type Row, stateKey } from './records.ts';
import { Segments } from './segments.ts';

/** The limit of texts of rows to be deleted if entries get rows of their own at once. */
const BULKY_LENGTH = 8_000_000;

/**
 * The content of the disk, as far as the next commit needs it: the digest, rows to be deleted,
 * states of channels.
 */
export class DiskState {
  digest: Digest = new Digest();
  /** Checksums of rows that are no longer needed, by key; without those of entries. */
  readonly garbage: Map<string, number> = new Map();
  /**
   * Rows of entries that are no longer needed, by channel, so that one state row serves many of them: version, checksum,
   * length of the text, version … An object for each would burden the garbage collector.
   */
  readonly trimmed: Map<string, number[]> = new Map();
  #trimmedRows = 0;
  /** Length of the texts of such entries. */
  #trimmedLength = 0;
  readonly segments: Segments = new Segments();
  /** State rows as last written, by key. */
  readonly states: Map<string, Row> = new Map();
  /**
   * Channels that were replaced by others: their rows must be deleted before the name is used
   * again.
   */
  readonly dropped: Set<string> = new Set();
  /** Channels whose state row on the disk may be that of a refused commit. */
  readonly uncertain: Set<string> = new Set();
  /**
   * State rows of such channels, kept while a segment holds entries that only the state row marks
   * as deleted. They are deleted with the last such segment.
   */
  readonly tombstones: Map<string, { crc: number; segment: number }> = new Map();
  /** Returns a channel in memory; undefined if it is not there. */
  readonly logOf: (channel: string) => ChannelLog | undefined;
  readonly #spareLength: number;

  /** `spareLength`: length of the texts of dropped entries that segments may hold. */
  constructor(logOf: (channel: string) => ChannelLog | undefined, spareLength: number) {
    this.logOf = logOf;
    this.#spareLength = spareLength;
  }

  /**
   * Whether the oldest segments should be compacted: much of their text was dropped, or they hold entries of a dropped
   * channel, which must be gone before its name is used again.
   */
  get crowded(): boolean {
    const { list, deadLength } = this.segments;
    return list.length > 0 && (deadLength > this.#spareLength || this.tombstones.size > 0);
  }

  /** Rows to be deleted. */
  get garbageRows(): number {
    return this.garbage.size + this.#trimmedRows;
  }

  /** Whether the texts of rows to be deleted are so long that they must be deleted now: a restart reads them. */
  get bulky(): boolean {
    return this.#trimmedLength > (this.#spareLength > 0 ? this.#spareLength : BULKY_LENGTH);
  }

  discard(row: Row): void {
    this.garbage.set(row.key, crcOf(row));
  }

  /** Notes that an entry was dropped. */
  discardEntry(channel: string, { v, text, crc }: Dropped): void {
    if (crc === undefined) this.segments.deadLength += text.length;
    else this.discardRow(channel, { v, crc, length: text.length });
  }

  discardRow(
    channel: string,
    { v, crc, length }: { v: number; crc: number; length: number },
  ): void {
    let rows = this.trimmed.get(channel);
    if (!rows) this.trimmed.set(channel, (rows = []));
    rows.push(v, crc, length);
    this.#trimmedRows++;
    this.#trimmedLength += length;
  }

  /** The first `count` trimmed entries of a channel are deleted. */
  deleted(channel: string, count: number): void {
    const rows = this.trimmed.get(channel) ?? [];
    for (let i = 0; i < count; i++) this.#trimmedLength -= rows[3 * i + 2] as number;
    rows.splice(0, 3 * count);
    if (rows.length === 0) this.trimmed.delete(channel);
    this.#trimmedRows -= count;
  }

  forget(channel: string): void {
    this.dropped.add(channel);
    const row = this.states.get(stateKey(channel));
    if (!row) return;
    this.states.delete(row.key);
    const { list, next } = this.segments;
    if (list.length === 0) this.discard(row);
    else this.tombstones.set(row.key, { crc: crcOf(row), segment: next - 1 });
  }

  /** The first `count` segments are deleted. */
  dropSegments(count: number): void {
    this.segments.drop(count);
    const oldest = this.segments.list.at(0);
    for (const [key, { crc, segment }] of this.tombstones) {
      if (oldest && oldest.number <= segment) return; // They are removed in order.
      this.tombstones.delete(key);
      this.garbage.set(key, crc);
    }
  }
}
