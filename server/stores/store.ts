import type { Appended, Cursor, Meta, ResetReason } from '../../protocol/lp1.ts';
import { defaultMaxBytes } from './byte-budget.ts';

/** A checked item: the entry's data as JSON text, and the fields taken from it. */
export interface Item {
  /** `d`, or with `meta: true` the channel's new meta, as JSON text. */
  json: string;
  /** ms since 1970; the store's clock where absent. */
  t?: number;
  k?: string;
  /** The item is the channel's meta. At most one per append. */
  meta?: boolean;
}

/** Options of `Store.append`. */
export interface AppendOptions {
  /** Idempotency: the same id in the same channel within the window gets the first result. */
  id?: string | undefined;
  /** Fingerprint of the request that carries the id; another one under the same id is refused. */
  print?: string | undefined;
  /** Maximum number of keys in the channel after this append, where that is less than the store's `maxKeys`. */
  maxKeys?: number | undefined;
  /** The cursor that the channel must have, as one action with the append; else it is refused as `moved`. */
  expect?: string | undefined;
  /** For a tier: what the roll has read of its channel. If the channel was deleted since, it is refused as `moved`. */
  source?: RollMark | undefined;
}

/** The result of an append. */
export interface AppendResult extends Appended {
  /** Whether the result is that of an earlier append with this id. */
  replayed: boolean;
}

/** Maximum size of one read. */
export interface ReadLimit {
  entries: number;
  /** Approximate bytes of entry text: a slice ends with the entry that exceeds it. */
  bytes: number;
  /** In a reset, at most this many entries per key: the newest by time, of equal times by version. */
  tail?: number | undefined;
}

/** The result of a read. Without `reset` and `skips`, exactly the entries after `since` up to `to`. */
export interface Slice {
  to: string;
  reset?: ResetReason;
  /** In a reset: the channel's meta as JSON text, if it has any. */
  meta?: string;
  /** Entries as JSON text, made once for all clients. */
  entries: string[];
  /**
   * Without `reset`: some versions between the cursor and `to` are missing, since they are not retained. This happens where
   * a reset continues, and where newer meta replaced a version.
   */
  skips?: boolean;
  /** True if the limit cut the slice: read again from `to`. */
  more: boolean;
}

/** Request for a part of a channel's history. */
export interface HistoryWish {
  /** Keys, with '' for entries without one; undefined = all. */
  keys: ReadonlySet<string> | undefined;
  /** If the channel has more keys than this, none is returned. */
  maxKeys: number;
  /**
   * Chooses a tier. `reach[i]` is the end (ms) of the youngest bucket that tier `i` released of any of the keys; undefined
   * where it released none.
   */
  choose(reach: readonly (number | undefined)[]): number;
}

/** A consistent snapshot of a channel's history: every kept sample up to `cursor`, exactly once. */
export interface HistorySlice {
  cursor: string;
  /** The channel's meta as JSON text, if it has any. */
  meta?: string | undefined;
  /** Number of wanted keys that exist. */
  count: number;
  /** Age in ms beyond which buckets may be dropped; undefined if the channel keeps no buckets. */
  keptMs?: number | undefined;
  keys: KeyHistory[];
}

/** One key of a `HistorySlice`. */
export interface KeyHistory {
  k: string | undefined;
  /** Blocks of the chosen tier, then those of each finer tier that are not rolled into the next, as JSON text, oldest first. */
  blocks: string[];
  /** Entries that are not rolled, as JSON text, oldest first. */
  raw: string[];
  /** The newest block of the finest tier, from which the fold of the entries continues. */
  newest?: string | undefined;
  /** End (ms) of the youngest bucket that the chosen tier released; undefined if it released none. */
  reach?: number | undefined;
}

/** The state of a channel when a roll was read, which the store compares when the blocks are appended. */
export interface RollMark {
  channel: string;
  /** Version of the channel's last deletion; 0 = never deleted, or not known. */
  clearedAt: number;
  /** What an engine needs that is shared by several instances. */
  shared?: {
    /** Cursor of the chain's channel or tier. */
    cursor: string;
    /** Tag of the history, another one after a deletion. */
    id: string;
    /** By key: the channel's version before the first entry of the key. */
    begins: ReadonlyMap<string, string>;
  };
}

/** Input of a roll: chains of a channel or tier, and the blocks of the next tier for their keys. A consistent snapshot. */
export interface RollSource {
  /** Name of the next tier's channel, its cursor, and the channel with the version of its last deletion: see `AppendOptions`. */
  into: string;
  expect: string;
  source: RollMark;
  /** The channel's meta as JSON text, if it has any. */
  meta: string | undefined;
  /** Age in ms beyond which buckets may be dropped. */
  keptMs: number;
  /** True if the next tier is the coarsest that is kept, so it is not rolled itself. */
  isLast: boolean;
  chains: RollChain[];
}

/** One chain of a `RollSource`. */
export interface RollChain {
  /** See `chainKey`. */
  key: string;
  /** The newest version of the chain. */
  upTo: { v: number; tag: string } | undefined;
  /** Entries or blocks that are not rolled, oldest first, as JSON text. */
  texts: string[];
  /** The newest block of the next tier as JSON text, if there is one. */
  newest: string | undefined;
  /** All blocks of the next tier, oldest first: version, number of buckets, end in ms. */
  blocks: { v: number; count: number; end: number }[];
  /** Version up to which the next tier is rolled itself. */
  rolled: number;
}

/** The tiers of a store, which keep samples in buckets after retention has dropped their entries. `server/history` writes and reads them. */
export interface HistoryStore {
  /** Number of entries that were dropped before they could be rolled. */
  readonly lost: number;
  /** Maximum number of keys that are read together for a roll; 32 if left out. */
  readonly rollKeys?: number;
  /**
   * Starts history: from now on retention drops entries only after they are rolled. `onDue` is called for each chain that should
   * be rolled into the next tier: of the channel itself (`tier` -1) or of a tier; it must not throw.
   */
  start(onDue: (channel: string, tier: number, key: string) => void): void;
  /** Stops history: writers no longer wait for rolls. */
  stop(): void;
  read(channel: string, wish: HistoryWish): HistorySlice | Promise<HistorySlice>;
  /** Returns the input of a roll of these keys; undefined if there is no next tier. */
  roll(
    channel: string,
    tier: number,
    keys: readonly string[],
  ): RollSource | undefined | Promise<RollSource | undefined>;
  /** Notes that a chain has nothing to roll up to version `v`, its newest when the roll was read. */
  skip(source: RollMark, tier: number, key: string, v: number): void | Promise<void>;
  /** Notes that an attempt to roll these keys has ended: their writers continue. */
  ended(channel: string, tier: number, keys: readonly string[], failed: boolean): void;
}

/** A watch on a channel, which keeps its newest cursor up to date. */
export interface Watch {
  /** The newest cursor of the channel that this process knows; '0' without history. */
  readonly head: string;
  /** Ends the watch. */
  stop(): void;
}

/** Description of a channel in the list of channels. */
export interface ChannelInfo {
  name: string;
  cursor: string;
  /** Number of retained entries. */
  entries: number;
  /** Time of the newest entry, ms. */
  updated: number;
  meta?: Meta;
}

/** Health of a store, from what it has in memory. */
export interface StoreHealth {
  /** True while appends are accepted. */
  ok: boolean;
  /** Reason why appends are not accepted, as a sentence with the cure. */
  reason?: string;
  /** Number of channels with entries, as far as this process knows. */
  channels: number;
  /** Bytes that retained entries take, in the memory of this process or of Redis. */
  bytes?: number;
  /** Maximum of `bytes`. */
  maxBytes?: number;
}

/**
 * Stores channels. It does not wait for updates (the hub does) and is independent of HTTP.
 *
 * - An append is one atomic record. Its promise resolves when it is as durable as the store guarantees; only then it is visible to reads.
 * - A cursor can be continued if its version is retained or is the trim floor, and its tag is that of the version. A read never
 *   fails because of an old cursor: it returns a reset with the reason.
 * - Notifications of a watch may coalesce or repeat; a lost one is repeated soon.
 */
export interface Store {
  /** Kind of store, for messages: memory, level or redis. */
  readonly kind: string;
  /**
   * @throws ProtocolError `key-reused`, `moved`, `too-many-channels`, `bad-item` (too many keys), `storage-full` (it would take more
   *   bytes than are allowed), `overloaded` (the store cannot write now)
   */
  append(channel: string, items: Item[], options?: AppendOptions): Promise<AppendResult>;
  /** Deletes the entries and meta of a channel; its clients are reset (`cleared`). Returns false if it had no history. */
  clear(channel: string): Promise<boolean>;
  read(channel: string, since: Cursor | undefined, limit: ReadLimit): Slice | Promise<Slice>;
  watch(channel: string, onAdvance: () => void): Watch | Promise<Watch>;
  /** Returns all channels that hold anything. Its cost grows with their number: do not call it for every request. */
  list(): ChannelInfo[] | Promise<ChannelInfo[]>;
  /** Returns one channel of the list without reading the others; undefined if it holds nothing. */
  info(channel: string): ChannelInfo | undefined | Promise<ChannelInfo | undefined>;
  /** Returns at once, at a constant cost: it accesses neither disk nor network. */
  health(): StoreHealth;
  /**
   * Throws if this process may not know the newest entries because its connection to the data is down. Held polls without
   * updates then end with this error instead of an empty response. Left out by stores that need no connection.
   * @throws ProtocolError `overloaded`
   */
  checkLink?(): void;
  /** Left out by stores that keep no history. */
  readonly history?: HistoryStore | undefined;
  close(): Promise<void>;
}

/** Limits that stores share. */
export interface StoreLimits {
  /** Entries kept per key, unless the channel's meta says otherwise. */
  retain: number;
  /** Maximum of `retain` in a channel's meta. */
  maxRetain: number;
  maxKeys: number;
  maxChannels: number;
  /**
   * Maximum bytes of the entries of one channel, and of all channels, in the memory of this process or of Redis. Default: half of the heap limit of the process, and half of that for one channel. See `defaultMaxBytes`.
   */
  maxChannelBytes: number;
  maxBytes: number;
  /** Time in ms for which idempotency keys are remembered. */
  idWindowMs: number;
  maxIds: number;
}

/** The default of each limit of a store. */
export const STORE_LIMITS: StoreLimits = {
  retain: 500,
  maxRetain: 100_000,
  maxKeys: 2_000,
  maxChannels: 10_000,
  maxChannelBytes: Math.floor(defaultMaxBytes() / 2),
  maxBytes: defaultMaxBytes(),
  idWindowMs: 600_000,
  maxIds: 10_000,
};
