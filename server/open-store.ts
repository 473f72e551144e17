import { levelStore } from './stores/level/store.ts';
import { memoryStore } from './stores/memory.ts';
import type { Store, StoreLimits } from './stores/store.ts';

/** Where a server keeps its channels. Without `data` and `redis`: in the memory of this process. */
export interface StorePlace {
  /** A data folder: acknowledged writes survive the end of the process. */
  data?: string | undefined;
  /** With `data`. `commit` (default): acknowledged when synced to the disk; `os`: a power cut may lose the last seconds. */
  durability?: 'commit' | 'os' | undefined;
  /** `redis[s]://…` of Redis ≥ 7 or Valkey ≥ 8, for several instances. Needs the package `@redis/client`. */
  redis?: string | undefined;
}

/** Options of `openStore`. */
export interface OpenStoreOptions extends StorePlace, Partial<StoreLimits> {
  now?: (() => number) | undefined;
  random?: (() => number) | undefined;
  /** Default age of history in ms, 0 = none if the meta of a channel does not say; left out: no history is kept. */
  historyMs?: number | undefined;
  /** Called at intervals, while a data folder is opened, with the number of entries read so far. */
  onProgress?: ((entries: number) => void) | undefined;
}

/**
 * Opens the store of a place; without one, in memory only.
 * @throws TypeError for a durability without data, StoreError where the place cannot be used
 */
export async function openStore(options: OpenStoreOptions): Promise<Store> {
  const { data, durability, redis, onProgress, now, random, historyMs, ...limits } = options;
  if (durability !== undefined && data === undefined) {
    throw new TypeError(
      'livePoll: durability needs a data folder: give data too, or leave durability out',
    );
  }
  const clocks = { ...(now && { now }), ...(random && { random }) };
  if (redis !== undefined) {
    const { redisStore } = await import('./stores/redis/store.ts'); // its client is an optional package
    return redisStore({ ...limits, ...clocks, url: redis, historyMs });
  }
  if (data === undefined) return memoryStore({ ...limits, ...clocks, historyMs });
  return levelStore({ ...limits, ...clocks, location: data, durability, onProgress, historyMs });
}
