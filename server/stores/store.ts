import type { Appended, Cursor, Meta, ResetReason } from '../../protocol/lp1.ts';
import { defaultMaxBytes } from './byte-budget.ts';

/** A checked item on its way in: the entry's data as JSON text, and what was lifted out of it. */
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
  /** Keys that the channel may hold after this append, where that is less than the store's `maxKeys`. */
  maxKeys?: number | undefined;
}

/** The result of an append. */
export interface AppendResult extends Appended {
  /** True where an earlier append with this id gave the result. */
  replayed: boolean;
}

/** How much one read returns at most. */
export interface ReadLimit {
  entries: number;
  /** Bytes of entry text, roughly: a slice ends with the entry that passes it. */
  bytes: number;
  /** In a reset, at most so many entries per key: the newest by time, of equal times by version. */
  tail?: number | undefined;
}

/** What a reader at `since` has to be told. Without `reset` and `skips`, exactly the entries after `since` up to `to`. */
export interface Slice {
  to: string;
  reset?: ResetReason;
  /** The channel's meta as JSON text, with a reset, where there is one. */
  meta?: string;
  /** Entries as JSON text, made once for all readers. */
  entries: string[];
  /**
   * Without `reset`: versions between the cursor and `to` are left out, since they are not retained. So it is where a
   * reset continues, and where newer meta replaced a version.
   */
  skips?: boolean;
  /** Cut by the limit: read again from `to`. */
  more: boolean;
}

/** What of a channel's history is wanted. */
export interface HistoryWish {
  /** Keys, with '' for entries without one; undefined = all. */
  keys: ReadonlySet<string> | undefined;
  /** Where more keys are there, none is told. */
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
  /** The channel's meta as JSON text, where there is one. */
  meta?: string | undefined;
  /** Number of the keys that are wanted and are there. */
  count: number;
  keys: KeyHistory[];
}

/** The history of one key in a channel. */
export interface KeyHistory {
  k: string | undefined;
  /** Blocks of the chosen tier, then those of each finer tier that are not rolled into the next, as JSON text, oldest first. */
  blocks: string[];
  /** Entries that are not rolled, as JSON text, oldest first. */
  raw: string[];
  /** End (ms) of the youngest bucket that the chosen tier released; undefined where it released none. */
  reach?: number | undefined;
}

/** A watch on a channel: its newest cursor, kept current. */
export interface Watch {
  /** The channel's newest cursor, always current as this process knows it; '0' without history. */
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

/** How a store is, from what it has in memory. */
export interface StoreHealth {
  /** True while appends are taken. */
  ok: boolean;
  /** Why not, as a sentence with the cure. */
  reason?: string;
  /** Channels with entries, as far as this process knows. */
  channels: number;
  /** Bytes that retained entries take: memory of this process or, for Redis, of the engine. */
  bytes?: number;
  /** What they may take. */
  maxBytes?: number;
}

/**
 * Keeps channels. Never waits for news (the hub does) and knows no HTTP.
 *
 * - An append is one atomic record; it resolves when as durable as promised, and is visible to readers only then.
 * - A cursor is good if its version still stands in the log, or at its trim floor, and its tag is that entry's.
 *   A read never fails because of an old cursor: it says reset, and why.
 * - Signals of a watch may coalesce or repeat; they never go missing for long.
 */
export interface Store {
  /** One word for people: memory, level, redis. */
  readonly kind: string;
  /**
   * @throws ProtocolError `key-reused`, `too-many-channels`, `bad-item` (too many keys), `storage-full` (it would take more
   *   bytes than are allowed), `overloaded` (cannot keep it now)
   */
  append(channel: string, items: Item[], options?: AppendOptions): Promise<AppendResult>;
  /** Forgets the entries and meta of a channel; its readers are reset (`cleared`). False where it had no history. */
  clear(channel: string): Promise<boolean>;
  read(channel: string, since: Cursor | undefined, limit: ReadLimit): Slice | Promise<Slice>;
  watch(channel: string, onAdvance: () => void): Watch | Promise<Watch>;
  /** All channels that hold anything. Costs as much as there are: for people, not for every request. */
  list(): ChannelInfo[] | Promise<ChannelInfo[]>;
  /** One channel of the list, at the cost of one; undefined where it holds nothing. */
  info(channel: string): ChannelInfo | undefined | Promise<ChannelInfo | undefined>;
  /** Answers at once and at the same cost however much is kept: it asks no disk and no engine. */
  health(): StoreHealth;
  /**
   * Throws where this process may not know the newest entries, because its link to the data is down. Held polls that
   * find nothing new then end with this error instead of an empty answer. Left out by stores that have no such link.
   * @throws ProtocolError `overloaded`
   */
  checkLink?(): void;
  close(): Promise<void>;
}

/** Limits that stores share. */
export interface StoreLimits {
  /** Entries kept per key, where the channel's meta says nothing. */
  retain: number;
  /** The most that a channel's meta may ask for. */
  maxRetain: number;
  maxKeys: number;
  maxChannels: number;
  /**
   * Bytes that the entries of one channel may take, and those of all channels: memory of this process or, for Redis, of
   * the engine. Default: half of what the heap of the process allows, and half of that for one channel. See
   * `defaultMaxBytes`.
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
