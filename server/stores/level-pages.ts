import { crc32 } from 'node:zlib';
import type { Dropped, LogEntry } from '../log-entry.ts';
import { pageKey, type ParsedRow, parseEntry } from './level-records.ts';

/**
 * What one commit put: the entries of all its appends, in one row. An entry that outlives its page gets a row of its own
 * then; most are let go before, and cost LevelDB neither a row nor a deletion.
 */
export interface Page {
  number: number;
  crc: number;
  /** Length of its entries' texts. */
  length: number;
  /** Number of its entries. */
  count: number;
}

export interface Append {
  channel: string;
  entries: LogEntry[];
}

interface Placed {
  channel: string;
  entries: [LogEntry & Dropped];
}

/** A page's row, as what is to be put and what is to be remembered of it. */
export function pageOf(
  number: number,
  appends: Append[],
): { key: string; value: string; page: Page } {
  const key = pageKey(number);
  const page: Page = { number, crc: 0, length: 0, count: 0 };
  let body = '';
  for (const { channel, entries } of appends) {
    for (const { tag, text, last } of entries) {
      text.charCodeAt(0); // makes one piece of the parts it was put together of, which would take half as much again
      body += `${channel}\0${tag}${last ? '.' : ','}${text.length} ${text}`;
      page.length += text.length;
    }
    page.count += entries.length;
  }
  page.crc = crc32(body, crc32(`${key} `)) | 0;
  return { key, value: `${page.crc} ${body}`, page };
}

/** A page and its entries, each with its channel. @throws Error where the row is none, whatever its checksum says */
export function parsePage({ key, body, crc }: ParsedRow): { page: Page; appends: Placed[] } {
  const page: Page = { number: Number(key.slice(2)), crc, length: 0, count: 0 };
  const appends: Placed[] = [];
  let at = 0;
  while (at < body.length) {
    HEAD.lastIndex = at;
    const [head, channel, tag, length] = HEAD.exec(body) ?? [];
    if (head === undefined) throw new Error('it is no page');
    const start = at + head.length;
    at = start + Number(length);
    const text = ` ${body.slice(start, at)}`.slice(1); // a copy: a slice would keep the whole page in memory
    const place = `${channel}\0${parseInt(text.slice('{"v":'.length))}`;
    const parsed = parseEntry({ key: place, body: `${tag}${text}`, crc: undefined });
    page.length += text.length;
    page.count++;
    appends.push({ channel: parsed.channel, entries: [parsed.entry] });
  }
  if (at !== body.length || !(page.number > 0)) throw new Error('it is no page');
  return { page, appends };
}

/** Channel, NUL, tag with its mark, length of the text. */
const HEAD = /([^\0]*)\0([^.,]*[.,])(\d+) /y;

/** The pages on the disk, oldest first. */
export class Pages {
  /** Number of the next one. */
  next = 1;
  readonly list: Page[] = [];
  /** Where their entries belong, one after the other; not per page, of which there may be as many. */
  readonly channels: string[] = [];
  readonly versions: number[] = [];
  /** Length of the texts that were let go of and lie in a page still. */
  deadLength = 0;

  add(page: Page, appends: Append[]): void {
    this.list.push(page);
    this.next = Math.max(this.next, page.number + 1);
    for (const { channel, entries } of appends) {
      for (const { v } of entries) {
        this.channels.push(channel);
        this.versions.push(v);
      }
    }
  }

  /** The oldest are deleted. */
  drop(pages: number): void {
    let entries = 0;
    for (const { count, length } of this.list.splice(0, pages)) {
      entries += count;
      this.deadLength -= length;
    }
    this.channels.splice(0, entries);
    this.versions.splice(0, entries);
  }
}
