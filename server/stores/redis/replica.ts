import { type Cursor, formatCursor, type Meta } from '../../../protocol/lp1.ts';
import { ChannelLog, CLOCK_TOLERANCE_MS } from '../channel-log.ts';
import { retentionOf } from '../channel-table.ts';
import { type LogEntry, META } from '../log-entry.ts';
import type { ReadLimit, Slice, StoreLimits } from '../store.ts';
import { parseKept, parseRecord, type RawRecord, type StreamRecord } from './records.ts';

/** Reply of the read script: the newest cursor, and the requested records, if any. */
export type ReadReply = [
  cursor: string,
  kind?: 'delta' | 'full',
  records?: RawRecord[],
  hash?: string[],
];

/** Options of `Replica`. */
export interface ReplicaOptions {
  limits: StoreLimits;
  /** The engine's clock, ms. */
  now: () => number;
  /** Runs the read script from the replica's cursor. */
  ask: (version: string, tag: string, records: number) => Promise<ReadReply>;
}

const RECORDS = 500;

/** A copy of a channel of the engine in this process, up to some cursor; valid as long as the tags agree. */
export class Replica {
  log: ChannelLog;
  /** The newest known cursor of the engine; undefined at first. */
  known: string | undefined;
  /** True after the engine was read once. */
  loaded = false;
  readonly #options: ReplicaOptions;
  #notices = 0;
  /** Time at which the log was last read, by the engine's clock, ms. */
  #readAt = 0;
  /** Version of the meta in force; 0 for none. */
  #metaVersion = 0;
  #loading: Promise<void> | undefined;

  constructor(options: ReplicaOptions) {
    this.#options = options;
    this.log = this.#newLog();
  }

  /** Whether the replica has everything that the engine is known to have. */
  get current(): boolean {
    return this.loaded && this.log.cursor === this.known;
  }

  /** Reads from the log, without entries that are too old. */
  slice(since: Cursor | undefined, limit: ReadLimit): Slice {
    const { log } = this;
    const now = this.#options.now();
    if (now < this.#readAt - CLOCK_TOLERANCE_MS) log.limitAges(now); // the clock was ahead, and was set back
    this.#readAt = now;
    log.expire(now);
    return log.read(since, limit);
  }

  /** Notes the engine's newest cursor of the channel. Returns whether it is new. */
  noteCursor(cursor: string): boolean {
    const news = cursor !== this.known;
    this.known = cursor;
    this.#notices++;
    return news;
  }

  /** Requests the newest cursor only. Returns whether it is new. */
  async look(): Promise<boolean> {
    const notices = this.#notices;
    const [cursor] = await this.#options.ask('', '', 0);
    return this.#notices === notices && this.noteCursor(cursor);
  }

  /** Reads until the replica has everything; concurrent callers share one read. */
  refresh(): Promise<void> {
    this.#loading ??= this.#load().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  async #load(): Promise<void> {
    do {
      const notices = this.#notices;
      const { head, headTag } = this.log;
      const from = head === 0 ? '' : String(head);
      const reply = await this.#options.ask(from, headTag, RECORDS);
      this.#apply(reply);
      // A cursor published during the request is at least as new as the reply.
      if (this.#notices === notices) this.noteCursor(reply[0]);
    } while (!this.current);
  }

  #apply([cursor, kind, records = [], hash = []]: ReadReply): void {
    this.loaded = true;
    if (kind === 'delta') for (const record of records) this.#append(parseRecord(record));
    else if (kind === 'full') this.#reload(cursor, records.map(parseRecord), hash);
    else if (cursor === '0') this.log = this.#newLog();
  }

  /**
   * Loads the channel from the engine: the entries moved to the hash, then the stream. All records after the floor are in the
   * stream. If the floor's tag is unknown, the first record's cursor is the oldest that can be continued.
   */
  #reload(cursor: string, records: StreamRecord[], hash: string[]): void {
    const log = this.#newLog();
    this.log = log;
    const kept = parseKept(hash, (meta) => this.#applyMeta(meta));
    for (const entry of kept?.entries ?? []) log.restore(entry);
    const [first] = records;
    if (kept) {
      log.head = log.floor.v = kept.floor.v;
      log.headTag = log.floor.tag = kept.floor.tag;
    } else if (!first) {
      log.head = log.floor.v = parseInt(cursor); // the versions of a stream continue even when it is empty
    }
    if (!first) return;
    this.#append(first);
    const firstVersion = first.entries[0]?.v ?? first.last;
    if (firstVersion > 1 && (kept?.floor.tag ?? '') === '' && log.floor.v < first.last) {
      log.floor.v = first.last;
      log.floor.tag = first.tag;
    }
    for (const record of records.slice(1)) this.#append(record);
    if (kept) log.limitAges(kept.back.time, kept.back.v);
    const over = log.entries.keys - this.#options.limits.maxKeys;
    if (over > 0) log.evict(log.entries.idleKeys(over, Infinity)); // the engine has replaced them by new keys
  }

  #append({ last, tag, cleared, entries }: StreamRecord): void {
    const { log } = this;
    if (cleared) {
      log.head = last - 1;
      log.clear(tag, 0);
      log.retention = retentionOf(undefined, this.#options.limits);
      this.#metaVersion = last;
      return;
    }
    for (const entry of entries) {
      if (entry.key === META) this.#applyMeta(entry);
      log.restore(entry);
    }
  }

  /** Applies a meta, unless a later one is already applied. Returns the number of entries retained per key. */
  #applyMeta(meta: LogEntry | undefined): number {
    if (meta && meta.v > this.#metaVersion) {
      this.#metaVersion = meta.v;
      const { m } = JSON.parse(meta.text) as { m: Meta };
      this.log.retain(retentionOf(m, this.#options.limits), this.#options.now());
    }
    return this.log.retention.entries;
  }

  #newLog(): ChannelLog {
    this.#metaVersion = 0;
    return new ChannelLog(retentionOf(undefined, this.#options.limits));
  }
}

/** Returns whether a client at `since` is ahead of `log`: then only the engine can answer. */
export const isAhead = (log: ChannelLog, since: { v: number; tag: string }): boolean =>
  since.v > log.head || (since.v === log.head && formatCursor(since.v, since.tag) !== log.cursor);
