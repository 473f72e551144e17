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
  /** For a tier: its channel, and the version of its last deletion that the roll has read. Else it is refused as `moved`. */
  source?: { channel: string; clearedAt: number } | undefined;
}

/** The result of an append. */
export interface AppendResult extends Appended {
  /** Whether the result is that of an earlier append with this id. */
  replayed: boolean;
}

/** How much one read returns at most. */
export interface ReadLimit {
  entries: number;
  /** Bytes of entry text, roughly: a slice ends with the entry that passes it. */
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
  /** Cut by the limit: read again from `to`. */
  more: boolean;
}

/** What of a channel's history is wanted. */
export interface HistoryWish {
  /** Keys, with '' for entries without one; undefined = all. */
  keys: ReadonlySet<string> | undefined;
  /** Where the channel has more keys than this, none is returned. */
  maxKeys: number;
  /**
   * Chooses a tier. `reach[i]` is the end (ms) of the youngest bucket that tier `i` released of any of the keys; undefined
   * where it released none.
   */
  choose(reach: readonly (number | undefined)[]): number;
}

/** The history of a channel at one moment: every sample that is kept up to `cursor`, once. */
export interface HistorySlice {
  cursor: string;
  /** The channel's meta as JSON text, if it has any. */
  meta?: string | undefined;
  /** Number of the keys that are wanted and are there. */
  count: number;
  /** Age in ms past which buckets may be gone; undefined where the channel keeps no buckets. */
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
  /** The newest block of the finest tier, from which the fold of the entries goes on. */
  newest?: string | undefined;
  /** End (ms) of the youngest bucket that the chosen tier released; undefined where it released none. */
  reach?: number | undefined;
}

/** What a roll reads: chains of a channel, or of a tier, and what the next tier holds of their keys. All of one moment. */
export interface RollSource {
  /** Name of the next tier's channel, its cursor, and the channel with the version of its last deletion: see `AppendOptions`. */
  into: string;
  expect: string;
  source: { channel: string; clearedAt: number };
  /** The channel's meta as JSON text, where there is one. */
  meta: string | undefined;
  /** Age in ms past which buckets may go. */
  keptMs: number;
  /** The next tier is the coarsest that is kept: nothing waits to be rolled out of it. */
  isLast: boolean;
  chains: RollChain[];
}

/** One chain of a `RollSource`. */
export interface RollChain {
  /** See `chainKey`. */
  key: string;
  /** The newest version of the chain. */
  upTo: { v: number; tag: string } | undefined;
  /** What is not rolled, oldest first, as JSON text. */
  texts: string[];
  /** The newest block of the next tier as JSON text, where there is one. */
  newest: string | undefined;
  /** All blocks of the next tier, oldest first: version, number of buckets, end in ms. */
  blocks: { v: number; count: number; end: number }[];
  /** Up to this version the next tier is rolled itself. */
  rolled: number;
}

/** The tiers of a store: what it keeps of samples that retention drops. `server/history` rolls and reads them. */
export interface HistoryStore {
  /** Entries that were dropped before they could be rolled. */
  readonly lost: number;
  /**
   * Begins: from now on retention waits until entries are rolled. `onDue` is called for each chain that should be rolled
   * into the next tier: of the channel itself (`tier` -1) or of a tier; it must not throw.
   */
  start(onDue: (channel: string, tier: number, key: string) => void): void;
  /** Ends: no writer waits for a roll any more. */
  stop(): void;
  read(channel: string, wish: HistoryWish): HistorySlice | Promise<HistorySlice>;
  /** What a roll of these keys has to read; undefined where there is nothing to roll into. */
  roll(
    channel: string,
    tier: number,
    keys: readonly string[],
  ): RollSource | undefined | Promise<RollSource | undefined>;
  /** Notes that a chain holds nothing to be rolled up to version `v`. */
  skip(channel: string, tier: number, key: string, v: number): void | Promise<void>;
  /** Notes that an attempt to roll these keys has ended: their writers go on. */
  ended(channel: string, tier: number, keys: readonly string[], failed: boolean): void;
}

/** A watch on a channel: its newest cursor, kept current. */
export interface Watch {
  /** The channel's newest cursor, always as new as this process knows it; '0' without history. */
  readonly head: string;
  /** Ends the watch. */
  stop(): void;
}

/** What a store reports of a channel. */
export interface ChannelInfo {
  name: string;
  cursor: string;
  /** Entries retained. */
  entries: number;
  /** Time of the newest entry, ms. */
  updated: number;
  meta?: Meta;
}

/** Health of a store, from what it has in memory. */
export interface StoreHealth {
  /** True while appends are taken. */
  ok: boolean;
  /** Why not, as a sentence with the cure. */
  reason?: string;
  /** Number of channels with entries, as far as this process knows. */
  channels: number;
  /** Bytes that retained entries take: memory of this process or, for Redis, of the engine. */
  bytes?: number;
  /** What they may take. */
  maxBytes?: number;
}

/**
 * Keeps channels. Never waits for updates (the hub does) and knows no HTTP.
 *
 * - An append is one atomic record; it resolves when it is as durable as promised, and is visible to reads only then.
 * - A cursor can be continued if its version is retained or is the trim floor, and its tag is that version's. A read never
 *   fails because of an old cursor: it returns a reset, and why.
 * - Signals of a watch may coalesce or repeat; a lost one is made up for soon.
 */
export interface Store {
  /** One word for people: memory, level, redis. */
  readonly kind: string;
  /**
   * @throws ProtocolError `key-reused`, `moved`, `too-many-channels`, `bad-item` (too many keys), `storage-full` (it would take more
   *   bytes than are allowed), `overloaded` (cannot keep it now)
   */
  append(channel: string, items: Item[], options?: AppendOptions): Promise<AppendResult>;
  /** Deletes the entries and meta of a channel; its clients are reset (`cleared`). Returns false where it had no history. */
  clear(channel: string): Promise<boolean>;
  read(channel: string, since: Cursor | undefined, limit: ReadLimit): Slice | Promise<Slice>;
  watch(channel: string, onAdvance: () => void): Watch | Promise<Watch>;
  /** All channels that hold anything. Costs as much as there are: for people, not for every request. */
  list(): ChannelInfo[] | Promise<ChannelInfo[]>;
  /** Returns one channel of the list without reading the others; undefined where it holds nothing. */
  info(channel: string): ChannelInfo | undefined | Promise<ChannelInfo | undefined>;
  /** Answers at once and at the same cost however much is kept: it asks no disk and no engine. */
  health(): StoreHealth;
  /**
   * Throws where this process may not know the newest entries, because its link to the data is down. Held polls that
   * find nothing new then end with this error instead of an empty answer. Left out by stores that have no such link.
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
  /** The most that a channel's meta may ask for. */
  maxRetain: number;
  maxKeys: number;
  maxChannels: number;
  /**
   * Bytes that the entries of one channel may take, and those of all channels: memory of this process or, for Redis, of the
   * engine. Default: half of the heap limit of the process, and half of that for one channel. See `defaultMaxBytes`.
   */
  maxChannelBytes: number;
  maxBytes: number;
  /** Idempotency window. */
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
