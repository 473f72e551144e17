import { crc32 } from 'node:zlib';
import type { Dropped, LogEntry } from '../log-entry.ts';
import { entryHead, entryOf, type ParsedRow, segmentKey } from './records.ts';

/**
 * The entries of all appends of one commit, in one row. An entry that is still retained when its
 * segment is compacted then gets its own row; most are dropped before, and cost LevelDB neither a
 * row nor a deletion.
 */
export interface Segment {
  number: number;
  crc: number;
  /** Length of its entries' texts. */
  length: number;
  /** Number of its entries. */
  count: number;
}

/** The entries of one append. */
export interface Append {
  channel: string;
  entries: LogEntry[];
}

interface Placed {
  channel: string;
  entries: [LogEntry & Dropped];
}

/** Returns a segment: the row to put, and what is kept of it in memory. */
export function segmentOf(
  number: number,
  appends: Append[],
): { key: string; value: string; segment: Segment } {
  const key = segmentKey(number);
  const segment: Segment = { number, crc: 0, length: 0, count: 0 };
  let body = '';
  for (const { channel, entries } of appends) {
    for (const entry of entries) {
      const { text } = entry;
      text.charCodeAt(0); // Flattens the string, whose concatenated parts would need half as much memory again.
      body += `${channel}\0${entryHead(entry)}${text.length} ${text}`;
      segment.length += text.length;
    }
    segment.count += entries.length;
  }
  segment.crc = crc32(body, crc32(`${key} `)) | 0;
  return { key, value: `${segment.crc} ${body}`, segment };
}

/**
 * Returns a segment and its entries, each with its channel.
 * @throws Error if the row is not a segment, although its checksum is right
 */
export function parseSegment({ key, body, crc }: ParsedRow): {
  segment: Segment;
  appends: Placed[];
} {
  const segment: Segment = { number: Number(key.slice(2)), crc, length: 0, count: 0 };
  const appends: Placed[] = [];
  let at = 0;
  while (at < body.length) {
    HEAD.lastIndex = at;
    const [all, channel, head, length] = HEAD.exec(body) ?? [];
    if (all === undefined || channel === undefined || !head)
      throw new Error('the record is not a segment');
    const start = at + all.length;
    at = start + Number(length);
    const text = ` ${body.slice(start, at)}`.slice(1); // A copy: a slice would keep the whole segment in memory.
    const v = parseInt(text.slice('{"v":'.length));
    segment.length += text.length;
    segment.count++;
    appends.push({ channel, entries: [entryOf({ v, head, text, crc: undefined })] });
  }
  if (at !== body.length || !(segment.number > 0)) throw new Error('the record is not a segment');
  return { segment, appends };
}

/** Channel, NUL, the entry's head, length of the text. */
const HEAD = /([^\0]*)\0([^.,]*[.,])(\d+) /y;

/** The segments on the disk, oldest first. */
export class Segments {
  /** Number of the next one. */
  next = 1;
  readonly list: Queue<Segment> = new Queue();
  /**
   * The channels of their entries in sequence; one array for all segments, because there may be
   * very many.
   */
  readonly channels: Queue<string> = new Queue();
  readonly versions: Queue<number> = new Queue();
  /** Length of the texts of dropped entries that segments still hold. */
  deadLength = 0;

  add(segment: Segment, appends: Append[]): void {
    this.list.push(segment);
    this.next = Math.max(this.next, segment.number + 1);
    for (const { channel, entries } of appends) {
      for (const { v } of entries) {
        this.channels.push(channel);
        this.versions.push(v);
      }
    }
  }

  /** Removes the oldest segments. */
  drop(segments: number): void {
    let entries = 0;
    for (let i = 0; i < segments; i++) {
      const { count, length } = this.list.at(i) as Segment;
      entries += count;
      this.deadLength -= length;
    }
    this.list.drop(segments);
    this.channels.drop(entries);
    this.versions.drop(entries);
  }
}

/** A first-in-first-out queue whose removals take constant time; removing from an array would move all items. */
export class Queue<T> {
  #items: T[] = [];
  /** Number of items removed at the front. */
  #removed = 0;

  get length(): number {
    return this.#items.length - this.#removed;
  }

  /** Returns an item; `0` is the oldest. */
  at(index: number): T | undefined {
    return this.#items[this.#removed + index];
  }

  push(item: T): void {
    this.#items.push(item);
  }

  /** Removes the oldest `count` items. */
  drop(count: number): void {
    this.#removed += count;
    if (this.#removed < this.#items.length / 2) return;
    this.#items = this.#items.slice(this.#removed);
    this.#removed = 0;
  }
}
