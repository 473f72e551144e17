/*
 * The channels of one store in memory, and the only place where an append is checked against all limits before any of it is
 * stored. Checking and storing are one synchronous step, so that no other append can happen between them. The file is long
 * because each check depends on what the others have staged.
 */
import { type Cursor, formatCursor, type Meta, ProtocolError, shown } from '../../protocol/lp1.ts';
import { channelFull, storeFull } from './byte-budget.ts';
import { ChannelLog, type Retention } from './channel-log.ts';
import { IdWindow, idKey, type Remembered, replayOf } from './id-window.ts';
import { chainKey, type Dropped, type LogEntry, META, newEntries, newTag } from './log-entry.ts';
import { HistoryTable } from './history-table.ts';
import { entryBytes, type Usage } from './retained-entries.ts';
import {
  type AppendOptions,
  type AppendResult,
  type ChannelInfo,
  type Item,
  type ReadLimit,
  type Slice,
  STORE_LIMITS,
  type StoreHealth,
  type StoreLimits,
  type Watch,
} from './store.ts';
import { isTier, tierNames } from './tiers.ts';
import { Watchers } from './watchers.ts';

/** Options of `ChannelTable`. */
export interface ChannelTableOptions extends Partial<StoreLimits> {
  now?: (() => number) | undefined;
  random?: (() => number) | undefined;
  /** Default age of history in ms; 0 = none. Undefined: the store has no tiers. */
  historyMs?: number | undefined;
  /** Called with every entry, id and channel that is dropped. */
  onDrop?: (channel: string, entry: Dropped) => void;
  onDropId?: (key: string, what: Remembered) => void;
  onDropChannel?: (channel: string) => void;
}

/** An append that passed its checks, with the versions it will get once it is applied. */
export interface Staged {
  channel: string;
  log: ChannelLog;
  entries: LogEntry[];
  /** The channel's new meta, if the append contains one. */
  meta: Meta | undefined;
  result: AppendResult;
  /** Idle keys that are replaced by the new ones. */
  evicted: string[];
  /** Tiers that the new meta ends, with the version and tag of their deletion. */
  ended: { name: string; log: ChannelLog; v: number; tag: string }[];
  at: number;
  id: string | undefined;
  print: string | undefined;
}

interface StagedChannel {
  log: ChannelLog;
  head: number;
  tag: string;
  /** Upper bound of the bytes that the log will take once the batch is applied. */
  bytes: number;
  /** Keys that the log does not have yet. */
  newKeys: Set<string> | undefined;
  /** Idle keys of the log that are replaced by new ones. */
  evicted: Set<string> | undefined;
}

/** Appends that are checked and numbered, but not visible yet. */
export class Batch {
  readonly staged: Staged[] = [];
  newChannels = 0;
  /** Bytes that the batch adds to all that is retained. */
  growth = 0;
  readonly channels: Map<string, StagedChannel> = new Map();
  readonly ids: Map<string, Remembered> = new Map();
}

/** The channels of one process: state, checks and watches. The store decides what becomes durable, and when. */
export class ChannelTable {
  readonly logs: Map<string, ChannelLog> = new Map();
  readonly ids: IdWindow;
  readonly limits: StoreLimits;
  readonly now: () => number;
  readonly random: () => number;
  /** Bytes that all channels retain. */
  readonly usage: Usage = { bytes: 0 };
  readonly #options: ChannelTableOptions;
  readonly #watchers = new Watchers();
  /**
   * Number of deleted channels that are kept so that their versions continue, and of tiers. Both are in `logs` but do not count
   * as channels.
   */
  readonly #counts = { deleted: 0, tiers: 0 };
  /** The tiers of the channels; undefined if the store keeps no history. */
  readonly history: HistoryTable | undefined;
  /** The tag for each channel's next entries: a new random one each time the store opens, and after a deletion. */
  readonly #tags = new WeakMap<ChannelLog, string>();

  constructor(options: ChannelTableOptions) {
    this.#options = options;
    this.now = options.now ?? Date.now;
    this.random = options.random ?? Math.random;
    this.limits = { ...STORE_LIMITS };
    for (const name of Object.keys(STORE_LIMITS) as (keyof StoreLimits)[]) {
      this.limits[name] = options[name] ?? STORE_LIMITS[name];
    }
    this.history =
      options.historyMs === undefined ? undefined : new HistoryTable(this.logs, options.historyMs);
    this.ids = new IdWindow({ ...this.limits, now: this.now, onDrop: options.onDropId });
  }

  read(channel: string, since: Cursor | undefined, limit: ReadLimit): Slice {
    const log = this.logs.get(channel) ?? this.newLog(channel);
    log.expire(this.now());
    return log.read(since, limit);
  }

  watch(channel: string, onAdvance: () => void): Watch {
    const { logs } = this;
    return {
      get head() {
        return logs.get(channel)?.cursor ?? '0';
      },
      stop: this.#watchers.add(channel, onAdvance),
    };
  }

  signal(channel: string): void {
    this.#watchers.signal(channel);
  }

  list(): ChannelInfo[] {
    return [...this.logs]
      .filter(([name, log]) => !log.empty && !isTier(name))
      .map(([name, log]) => infoOf(name, log));
  }

  /** Returns one channel of the list; undefined if it holds nothing. */
  info(channel: string): ChannelInfo | undefined {
    const log = this.logs.get(channel);
    return log && !log.empty ? infoOf(channel, log) : undefined;
  }

  /** Number of channels and bytes kept, maintained with every change. */
  get counts(): Pick<StoreHealth, 'channels' | 'bytes' | 'maxBytes'> {
    const { maxBytes } = this.limits;
    const channels = this.logs.size - this.#counts.deleted - this.#counts.tiers;
    return { channels, bytes: this.usage.bytes, maxBytes };
  }

  newLog(channel: string): ChannelLog {
    const { onDrop } = this.#options;
    const retention = isTier(channel) ? NO_LIMITS : retentionOf(undefined, this.limits);
    const log = new ChannelLog(
      retention,
      onDrop && ((entry) => onDrop(channel, entry)),
      this.usage,
    );
    this.history?.attach(channel, log, undefined);
    return log;
  }

  /** Adds a channel that a durable store has read when it opened. */
  restore(channel: string, log: ChannelLog): void {
    this.logs.set(channel, log);
    if (isTier(channel)) this.#counts.tiers++;
    else if (log.empty) this.#counts.deleted++;
  }

  /**
   * Checks an append and numbers its entries, as the next one of `batch`. Returns the earlier result if the id is known.
   * @throws ProtocolError `key-reused`, `moved`, `too-many-channels`, `storage-full`, `bad-item`
   */
  stage({ channel, items, options = {} }: Append, batch: Batch): Staged | AppendResult {
    const { id, print, maxKeys = Infinity } = options;
    const key = id === undefined ? undefined : idKey(channel, id);
    const twin = key === undefined ? undefined : batch.ids.get(key);
    if (twin) return replayOf(twin, print);
    const known = key === undefined ? undefined : this.ids.find(key, print);
    if (known) return known;

    checkExpected(this.logs, channel, options, batch);
    const place = batch.channels.get(channel) ?? this.#place(channel, batch);
    const at = this.now();
    const { log, head, tag } = place;
    const entries = newEntries({ items, head, tag, now: at });
    const asTier = isTier(channel);
    const growth = asTier ? bytesOf(entries) : this.#growthOf(channel, place, entries, batch);
    const most = Math.min(maxKeys, this.limits.maxKeys);
    const evicted = asTier ? [] : makeKeys(place, items, { batch, maxKeys: most, now: at });
    if (head === 0 && !asTier && !this.logs.has(channel)) batch.newChannels++;
    if (!batch.channels.has(channel)) batch.channels.set(channel, place);
    place.head += items.length;
    place.bytes += growth;
    batch.growth += growth;
    const cursor = formatCursor(place.head, tag);
    const result = { cursor, first: head + 1, count: items.length, replayed: false };
    const meta = items.find((item) => item.meta);
    const parsed = meta && (JSON.parse(meta.json) as Meta);
    const ended = parsed ? endedTiers(this, channel, parsed, batch) : [];
    const staged = { channel, log, entries, meta: parsed, result, evicted, ended, at, id, print };
    if (key !== undefined) batch.ids.set(key, { print, result, at });
    batch.staged.push(staged);
    return staged;
  }

  /** Makes staged appends visible, and notifies the watches. */
  apply({ staged, channels }: Batch): void {
    for (const { channel, log, entries, meta, result, evicted, ended, at, id, print } of staged) {
      const asTier = isTier(channel);
      if (log.head === 0) this.logs.set(channel, log);
      if (log.head === 0 && asTier) this.#counts.tiers++;
      else if (log.head > 0 && log.empty && !asTier) this.#counts.deleted--;
      if (evicted.length > 0) {
        log.evict(evicted);
        this.history?.evict(channel, evicted);
      }
      for (const tier of ended) tier.log.clear(tier.tag, at);
      if (meta) {
        this.history?.attach(channel, log, meta);
        log.retain(retentionOf(meta, this.limits), at);
      }
      log.append(entries, at);
      if (asTier) this.history?.applied(channel, entries);
      if (id !== undefined) this.ids.put(idKey(channel, id), { print, result, at });
    }
    for (const channel of channels.keys()) this.signal(channel);
  }

  /** Deletes the entries and meta of a channel, and its tiers. */
  clear(channel: string, log: ChannelLog, tag: string): void {
    if (!log.empty) this.#counts.deleted++;
    for (const tier of this.history?.tiersOf(channel) ?? []) tier.log.clear(tag, this.now());
    this.#tags.set(log, tag);
    log.clear(tag, this.now());
    log.retention = retentionOf(undefined, this.limits);
    this.history?.attach(channel, log, undefined);
  }

  /**
   * Returns the bytes by which an append increases its channel. Near a limit, the entries that it displaces are subtracted, so
   * that a full channel can continue. A change of meta alone may exceed the limits slightly, because it is the way to reduce
   * what is kept.
   */
  #growthOf(channel: string, place: StagedChannel, entries: LogEntry[], batch: Batch): number {
    const incoming = bytesOf(entries);
    const { maxChannelBytes, maxBytes } = this.limits;
    const used = this.usage.bytes + batch.growth;
    if (place.bytes + incoming <= maxChannelBytes && used + incoming <= maxBytes) return incoming;
    const { log } = place;
    const staged = stagedOf(log, batch);
    const before = bytesWith(log, staged);
    const after = bytesWith(log, [...staged, ...entries]);
    const slack = entries.every(({ key }) => key === META) ? META_SLACK : 1;
    if (after > before) {
      if (after > maxChannelBytes * slack) throw channelFull(channel, maxChannelBytes);
      const used = this.usage.bytes + exactGrowth(batch);
      if (used + after - before > maxBytes * slack) throw storeFull(maxBytes);
    }
    return after - place.bytes;
  }

  /** Returns the staged state of a channel. The log of a deleted channel is kept until its place is needed, so that its versions continue. */
  #place(channel: string, batch: Batch): StagedChannel {
    const log = this.logs.get(channel);
    if (log) return placeOf(log, tagOf(log, this.#tags, this.random));
    if (
      this.logs.size - this.#counts.tiers + batch.newChannels >= this.limits.maxChannels &&
      !isTier(channel)
    )
      this.#makePlace(batch);
    const fresh = this.newLog(channel);
    return placeOf(fresh, tagOf(fresh, this.#tags, this.random));
  }

  #makePlace(batch: Batch): void {
    for (const [name, log] of this.logs) {
      if (!log.empty || batch.channels.has(name) || isTier(name)) continue;
      this.#counts.deleted--;
      for (const each of [name, ...tierNames(name)]) {
        if (!this.logs.delete(each)) continue;
        if (isTier(each)) this.#counts.tiers--;
        this.#options.onDropChannel?.(each);
      }
      return;
    }
    throw tooManyChannels(this.limits.maxChannels);
  }
}

/** Checks the conditions of the append. @throws ProtocolError `moved` if the channel is not at the expected cursor */
function checkExpected(
  logs: ReadonlyMap<string, ChannelLog>,
  channel: string,
  { expect, source }: AppendOptions,
  batch: Batch,
): void {
  if (expect !== undefined) {
    const staged = batch.channels.get(channel);
    const isStaged = staged !== undefined && staged.head !== staged.log.head;
    const cursor = isStaged
      ? formatCursor(staged.head, staged.tag)
      : (logs.get(channel)?.cursor ?? '0');
    if (cursor !== expect) throw moved(channel, expect, cursor);
  }
  if (!source) return;
  const log = logs.get(source.channel);
  if (log && !log.empty && log.floor.clearedAt === source.clearedAt) return;
  throw moved(source.channel, String(source.clearedAt), log?.cursor ?? '0');
}

/** Returns the tiers to delete because the channel keeps no history by its new meta. */
function endedTiers(
  { history, random }: ChannelTable,
  channel: string,
  meta: Meta,
  batch: Batch,
): Staged['ended'] {
  if (!history || history.keeps(meta)) return [];
  return history.tiersOf(channel).map(({ name, log }) => {
    const place = batch.channels.get(name) ?? placeOf(log, log.headTag);
    batch.channels.set(name, place);
    place.head++;
    place.tag = newTag(random);
    return { name, log, v: place.head, tag: place.tag };
  });
}

/** Returns the tag for the next entries of a log. */
function tagOf(log: ChannelLog, tags: WeakMap<ChannelLog, string>, random: () => number): string {
  const known = tags.get(log);
  if (known !== undefined) return known;
  const tag = newTag(random);
  tags.set(log, tag);
  return tag;
}

/** Retention of a tier: it drops only blocks that are rolled, so it needs no other limit. */
const NO_LIMITS: Retention = { entries: Infinity, maxAgeMs: undefined };

/** Factor by which a change of meta alone may exceed the limits of bytes. */
const META_SLACK = 1.06;

function bytesOf(entries: LogEntry[]): number {
  let bytes = 0;
  for (const entry of entries) bytes += entry.bytes ??= entryBytes(entry.text);
  return bytes;
}

const stagedOf = (log: ChannelLog, batch: Batch): LogEntry[] =>
  batch.staged.flatMap((one) => (one.log === log ? one.entries : []));

/** Returns the bytes that a batch adds, minus those that it displaces. */
function exactGrowth(batch: Batch): number {
  let growth = 0;
  for (const { log } of batch.channels.values()) {
    growth += bytesWith(log, stagedOf(log, batch)) - log.entries.bytes;
  }
  return growth;
}

/** Bytes that a log takes once these entries are appended and their keys are trimmed. */
function bytesWith(log: ChannelLog, added: LogEntry[]): number {
  let { bytes } = log.entries;
  const byKey = new Map<string, number[]>();
  for (const { key, bytes: size = 0 } of added) {
    bytes += size;
    const sizes = byKey.get(key);
    if (sizes) sizes.push(size);
    else byKey.set(key, [size]);
  }
  for (const [key, sizes] of byKey) {
    const chain = log.entries.chain(key);
    const keep = key === META ? 1 : log.retention.entries;
    let over = (chain?.count ?? 0) + sizes.length - keep;
    const isFree = (v: number): boolean => !log.rolling || v <= (chain?.rolled ?? 0);
    for (let entry = chain?.first; entry && over > 0 && isFree(entry.v); entry = entry.next, over--)
      bytes -= entry.bytes;
    if (!log.rolling) for (const size of sizes.slice(0, Math.max(0, over))) bytes -= size;
  }
  return bytes;
}

/** One append to a channel. */
export interface Append {
  channel: string;
  items: Item[];
  options?: AppendOptions | undefined;
}

/** 30,000 years: practically unlimited, and still safe in every store's arithmetic. */
const MAX_AGE_MS = 1e15;

/** Returns the retention that a channel's meta requests, within the limits. */
export function retentionOf(meta: Meta | undefined, limits: StoreLimits): Retention {
  return {
    entries: Math.min(meta?.retain ?? limits.retain, limits.maxRetain),
    maxAgeMs:
      meta?.maxAge === undefined ? undefined : Math.min(Math.ceil(meta.maxAge * 1000), MAX_AGE_MS),
  };
}

/** Returns what `Store.list` reports of a channel. */
export function infoOf(name: string, log: ChannelLog): ChannelInfo {
  return {
    name,
    cursor: log.cursor,
    entries: log.size,
    updated: log.updated,
    ...(log.meta !== undefined && { meta: JSON.parse(log.meta) as Meta }),
  };
}

const placeOf = (log: ChannelLog, tag: string): StagedChannel => ({
  log,
  head: log.head,
  tag,
  bytes: log.entries.bytes,
  newKeys: undefined,
  evicted: undefined,
});

/** Time in ms without an entry after which a key may be replaced by a new one in a full channel. */
export const IDLE_MS = 3_600_000;

interface Room {
  batch: Batch;
  maxKeys: number;
  now: number;
}

/**
 * Counts the keys that are new to the channel. In a full channel they replace keys that have been idle for
 * an hour, which are returned. @throws ProtocolError `bad-item` that names every item whose key does not fit
 */
function makeKeys(place: StagedChannel, items: Item[], room: Room): string[] {
  const { log, newKeys, evicted } = place;
  let added: Set<string> | undefined; // made only when needed: most appends bring no new key
  for (const item of items) {
    if (item.k === undefined) continue;
    const key = chainKey(item);
    const known = log.entries.chain(key) && !evicted?.has(key);
    if (!known && !newKeys?.has(key)) (added ??= new Set()).add(key);
  }
  if (!added) return [];
  const taken = log.entries.keys - (evicted?.size ?? 0) + (newKeys?.size ?? 0);
  const missing = taken + added.size - room.maxKeys;
  const idle = missing > 0 ? idleKeys(place, items, missing, room) : [];
  if (idle.length < missing) {
    const fitting = [...added].slice(0, Math.max(0, added.size - missing + idle.length));
    throw new TooManyKeys(items, room.maxKeys, withoutPlace(items, added, new Set(fitting)));
  }
  for (const key of added) (place.newKeys ??= new Set()).add(key);
  for (const key of idle) (place.evicted ??= new Set()).add(key);
  return idle;
}

/** Returns idle keys of the log that no append of the batch uses. */
function idleKeys(
  { log, evicted }: StagedChannel,
  items: Item[],
  count: number,
  { batch, now }: Room,
): string[] {
  const named = new Set<string>(evicted);
  for (const item of items) named.add(chainKey(item));
  for (const staged of batch.staged) {
    if (staged.log === log) for (const { key } of staged.entries) named.add(key);
  }
  return log.entries.idleKeys(count, now - IDLE_MS, named);
}

/** Returns the indexes of the items whose keys are new and do not fit. */
const withoutPlace = (items: Item[], added: Set<string>, fitting: Set<string>): number[] =>
  items.flatMap((item, index) => {
    const key = chainKey(item);
    return added.has(key) && !fitting.has(key) ? [index] : [];
  });

/** Maximum number of bad items that one error lists. */
const MAX_LISTED = 20;

/** The error of an append with too many keys; nothing of the append was stored. */
export class TooManyKeys extends ProtocolError {
  /** Indexes of all items whose keys do not fit: without them the append fits. */
  readonly indexes: readonly number[];

  constructor(items: Item[], maxKeys: number, indexes: readonly number[]) {
    const message = `a channel holds at most ${maxKeys} keys: use fewer label values, or several channels`;
    const errors = indexes.slice(0, MAX_LISTED).map((index) => ({
      index,
      path: 'key',
      message: `${shown(items[index]?.k)}: ${message}`,
    }));
    super('bad-item', message, { errors, errorCount: indexes.length });
    this.indexes = indexes;
  }
}

/** Returns the error of an append whose channel is not at the cursor that its writer expects. */
export const moved = (channel: string, expect: string, cursor: string): ProtocolError =>
  new ProtocolError(
    'moved',
    `the channel "${channel}" is at ${shown(cursor)}, not at ${shown(expect)}: read the channel again, then append with its new cursor`,
    { channel },
  );

/** Returns the error of a write to a new channel if `maxChannels` is reached. */
export const tooManyChannels = (max: number): ProtocolError =>
  new ProtocolError(
    'too-many-channels',
    `the server keeps at most ${max} channels: delete some, or raise maxChannels`,
  );
