/** The entry point `lp-kit/server`. */

export {
  type Answer,
  type Appended,
  type Cursor,
  type Entry,
  type ErrorCode,
  type ItemError,
  type Json,
  type Meta,
  type Part,
  type Problem,
  ProtocolError,
  type ResetReason,
} from '../protocol/lp1.ts';
export type { Authorized, GuardOptions } from './http/guard.ts';
export type { LiveHandler } from './http/router.ts';
export { type ListenOptions, type LivePoll, livePoll } from './live-poll.ts';
export type { Limits, LivePollOptions } from './options.ts';
export { type LevelStoreOptions, levelStore } from './stores/level/store.ts';
export { type MemoryStoreOptions, memoryStore } from './stores/memory.ts';
export type {
  AppendOptions,
  AppendResult,
  ChannelInfo,
  Item,
  ReadLimit,
  Slice,
  Store,
  Watch,
} from './stores/store.ts';
export { StoreError, type StoreErrorCode } from './stores/store-error.ts';
