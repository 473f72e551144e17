import { formatCursor, type Meta } from '../../../protocol/lp1.ts';
import { ChannelLog } from '../channel-log.ts';
import { retentionOf } from '../channel-table.ts';
import type { StoreLimits } from '../store.ts';
import { parseLatest, parseRecord, type RawRecord, type StreamRecord } from './records.ts';

/** What the read script gives: the newest cursor, and what was asked for where there is any. */
export type ReadReply = [
  cursor: string,
  kind?: 'delta' | 'full',
  records?: RawRecord[],
  hash?: string[],
];

export interface ReplicaOptions {
  limits: StoreLimits;
  /** Runs the read script from where the replica stands. */
  ask: (version: string, tag: string, records: number) => Promise<ReadReply>;
}

const RECORDS = 500;

/** What this process holds of a channel: a copy of the engine's log up to some cursor, good as long as the tags agree. */
export class Replica {
  log: ChannelLog;
  /** The engine's newest cursor, as far as it told us; undefined before it did. */
  known: string | undefined;
  /** The engine was read at least once. */
  loaded = false;
  readonly #options: ReplicaOptions;
  #told = 0;
  #loading: Promise<void> | undefined;

  constructor(options: ReplicaOptions) {
    this.#options = options;
    this.log = this.#newLog();
  }

  /** All that the engine told of is here. */
  get current(): boolean {
    return this.loaded && this.log.cursor === this.known;
  }

  /** The engine says that the channel's newest cursor is this. True where that is news. */
  tell(cursor: string): boolean {
    const news = cursor !== this.known;
    this.known = cursor;
    this.#told++;
    return news;
  }

  /** Asks for the newest cursor alone. True where it is news. */
  async look(): Promise<boolean> {
    const told = this.#told;
    const [cursor] = await this.#options.ask('', '', 0);
    return this.#told === told && this.tell(cursor);
  }

  /** Reads on until all that the engine has is here; one reading at a time serves all who ask. */
  refresh(): Promise<void> {
    this.#loading ??= this.#load().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  async #load(): Promise<void> {
    do {
      const told = this.#told;
      const { head, headTag } = this.log;
      const from = head === 0 ? '' : String(head);
      const reply = await this.#options.ask(from, headTag, RECORDS);
      this.#apply(reply);
      // What was published while the question was under way is at least as new as its answer.
      if (this.#told === told) this.tell(reply[0]);
    } while (!this.current);
  }

  #apply([cursor, kind, records = [], hash = []]: ReadReply): void {
    this.loaded = true;
    if (kind === 'delta') for (const record of records) this.#append(parseRecord(record));
    else if (kind === 'full') this.#reload(cursor, records.map(parseRecord), hash);
    else if (cursor === '0') this.log = this.#newLog();
  }

  /**
   * Starts anew. The first record's edge is the floor: the engine may have trimmed before it, and its tag is known;
   * what lies below are the survivors of quiet keys.
   */
  #reload(cursor: string, records: StreamRecord[], hash: string[]): void {
    const [first] = records;
    const log = this.#newLog();
    this.log = log;
    if (!first) {
      log.head = log.floor = parseInt(cursor); // a stream that was emptied goes on counting
      return;
    }
    const firstVersion = first.entries[0]?.v ?? first.last;
    const { entries, retain } = parseLatest(hash, firstVersion);
    if (retain !== undefined)
      log.retention.entries = Math.min(retain, this.#options.limits.maxRetain);
    for (const entry of entries) {
      if (entry.key === 'm') this.#obey(entry.text);
      log.restore(entry);
    }
    this.#append(first);
    if (firstVersion > 1 && log.floor < first.last) {
      log.floor = first.last;
      log.floorTag = first.tag;
    }
    for (const record of records.slice(1)) this.#append(record);
  }

  #append({ last, tag, cleared, entries }: StreamRecord): void {
    const { log } = this;
    if (cleared) {
      log.head = last - 1;
      log.clear(tag, 0);
      log.retention = retentionOf(undefined, this.#options.limits);
      return;
    }
    for (const entry of entries) {
      if (entry.key === 'm') this.#obey(entry.text);
      log.restore(entry);
    }
    const over = log.entries.keys - this.#options.limits.maxKeys;
    if (over > 0) log.evict(log.idleKeys(over, Infinity)); // the engine gave their places away
  }

  #obey(metaText: string): void {
    const { m } = JSON.parse(metaText) as { m: Meta };
    this.log.retain(retentionOf(m, this.#options.limits), 0);
  }

  #newLog(): ChannelLog {
    return new ChannelLog(retentionOf(undefined, this.#options.limits));
  }
}

/** True where a reader at `since` is ahead of `log`: only the engine can judge it. */
export const isAhead = (log: ChannelLog, since: { v: number; tag: string }): boolean =>
  since.v > log.head || (since.v === log.head && formatCursor(since.v, since.tag) !== log.cursor);
