import { Batch, ChannelTable } from './channel-table.ts';
import { newTag } from './log-entry.ts';
import type { AppendOptions, AppendResult, Item, Store, StoreLimits } from './store.ts';

/** Options of `memoryStore`. */
export interface MemoryStoreOptions extends Partial<StoreLimits> {
  now?: () => number;
  random?: () => number;
  /** Default age of history in ms, 0 = none if the meta of a channel does not say; left out: no history is kept. */
  historyMs?: number | undefined;
}

/**
 * Returns a store in the memory of this process: a restart loses its channels, and the new tags reset every client. Every
 * other store makes the same state machine durable.
 */
export function memoryStore(options: MemoryStoreOptions = {}): Store {
  const table = new ChannelTable(options);

  return {
    kind: 'memory',
    async append(channel, items, options) {
      const result = append(channel, items, options);
      const waits = table.history?.waits(channel);
      if (waits) await waits;
      return result;
    },
    async clear(channel) {
      const log = table.logs.get(channel);
      if (!log || log.empty) return false;
      table.clear(channel, log, newTag(table.random));
      table.signal(channel);
      return true;
    },
    read: (channel, since, limit) => table.read(channel, since, limit),
    watch: (channel, onAdvance) => table.watch(channel, onAdvance),
    list: () => table.list(),
    info: (channel) => table.info(channel),
    health: () => ({ ok: true, ...table.counts }),
    history: table.history,
    close: () => Promise.resolve(),
  };

  function append(channel: string, items: Item[], options?: AppendOptions): AppendResult {
    const batch = new Batch();
    const staged = table.stage({ channel, items, options }, batch);
    if (!('result' in staged)) return staged;
    table.apply(batch);
    return staged.result;
  }
}
