import type { Cursor } from '../../protocol/lp1.ts';
import { ChannelLog } from '../../server/stores/channel-log.ts';
import { type LogEntry, newEntries } from '../../server/stores/log-entry.ts';
import { memoryStore } from '../../server/stores/memory.ts';
import type { Item, ReadLimit, Slice } from '../../server/stores/store.ts';

/** A store that can be backed up and restored. */
export interface Life {
  head(channel: string): string;
  append(channel: string, items: Item[]): Promise<{ first: number }>;
  clear(channel: string): Promise<void>;
  read(channel: string, since: Cursor | undefined, limit: ReadLimit): Slice;
  /** A copy of everything, to be restored later. */
  backup(): () => Life;
}

const RETAIN = 2;

/** The kit's memory store; its backup is an empty one, because it keeps nothing. */
export function memoryLife(random: () => number): Life {
  const store = memoryStore({ retain: RETAIN, random });
  return {
    head: (channel) => {
      const watch = store.watch(channel, () => {});
      if (watch instanceof Promise) throw new Error('the memory store watches at once');
      watch.stop();
      return watch.head;
    },
    append: (channel, items) => store.append(channel, items),
    clear: async (channel) => void (await store.clear(channel)),
    read: (...question) => store.read(...question) as Slice, // It responds at once, as above.
    backup: () => () => memoryLife(random),
  };
}

type Record = { channel: string; entries: LogEntry[] } | { channel: string; cleared: string };

/** The kit's channel logs over a journal that survives, like a durable store: each opening generates a new tag. */
export function durableLife(newTag: () => string, journal: Record[] = []): Life {
  const logs = new Map<string, ChannelLog>();
  const tag = newTag();
  const logOf = (channel: string): ChannelLog => {
    const log = logs.get(channel) ?? new ChannelLog({ entries: RETAIN, maxAgeMs: undefined });
    logs.set(channel, log);
    return log;
  };
  const write = (record: Record): void => {
    const log = logOf(record.channel);
    if ('cleared' in record) log.clear(record.cleared, 0);
    else log.append(record.entries, 0);
  };
  journal.forEach(write);
  return {
    head: (channel) => logs.get(channel)?.cursor ?? '0',
    append: async (channel, items) => {
      const { head } = logOf(channel);
      const record = { channel, entries: newEntries({ items, head, tag, now: 0 }) };
      journal.push(record);
      write(record);
      return { first: head + 1 };
    },
    clear: async (channel) => {
      if (logOf(channel).empty) return;
      const record = { channel, cleared: newTag() };
      journal.push(record);
      write(record);
    },
    read: (channel, since, limit) => logOf(channel).read(since, limit),
    backup: () => {
      const copy = [...journal];
      return () => durableLife(newTag, [...copy]);
    },
  };
}
