import { ChannelLog, newTag, type Retention } from '../channel-log.ts';
import { type Meta, ProtocolError, shown } from '../protocol.ts';
import {
  type AppendOptions,
  type AppendResult,
  type ChannelInfo,
  type Item,
  STORE_LIMITS,
  type Store,
  type StoreLimits,
  type Watch,
} from '../store.ts';

export interface MemoryStoreOptions extends Partial<StoreLimits> {
  now?: () => number;
  random?: () => number;
}

interface Remembered {
  print: string | undefined;
  result: AppendResult;
  at: number;
}

/**
 * Keeps channels in this process alone: a restart forgets them, and the new tags tell every reader so.
 * The state machine that every other store makes durable.
 */
export function memoryStore(options: MemoryStoreOptions = {}): Store {
  const { now = Date.now, random = Math.random } = options;
  const limits: StoreLimits = { ...STORE_LIMITS, ...options };
  const logs = new Map<string, ChannelLog>();
  const watchers = new Map<string, Set<() => void>>();
  const ids = new Map<string, Remembered>();

  return {
    kind: 'memory',
    append(channel, items, options = {}) {
      try {
        return Promise.resolve(append(channel, items, options));
      } catch (error) {
        return Promise.reject(error);
      }
    },
    clear(channel) {
      const log = logs.get(channel);
      if (!log || log.empty) return Promise.resolve(false);
      log.clear(newTag(random), now());
      signal(channel);
      return Promise.resolve(true);
    },
    read(channel, since, limit) {
      const log = logs.get(channel);
      log?.expire(now());
      return (log ?? new ChannelLog(retentionOf(undefined, limits))).read(since, limit);
    },
    watch(channel, onAdvance): Watch {
      const set = watchers.get(channel) ?? new Set();
      watchers.set(channel, set.add(onAdvance));
      return {
        get head() {
          return logs.get(channel)?.cursor ?? '0';
        },
        stop() {
          set.delete(onAdvance);
          if (set.size === 0 && watchers.get(channel) === set) watchers.delete(channel);
        },
      };
    },
    list: () =>
      [...logs].filter(([, log]) => !log.empty).map(([name, log]) => channelInfo(name, log)),
    check() {},
    close: () => Promise.resolve(),
  };

  function append(channel: string, items: Item[], { id, print }: AppendOptions): AppendResult {
    const known = id === undefined ? undefined : remembered(`${channel} ${id}`, print);
    if (known) return known;
    const log = logs.get(channel) ?? newLog();
    checkKeys(log, items, limits.maxKeys);
    const meta = items.find((item) => item.meta);
    if (meta) log.retain(retentionOf(JSON.parse(meta.json) as Meta, limits), now());
    log.append(items, log.headTag || newTag(random), now());
    logs.set(channel, log);
    const result = {
      cursor: log.cursor,
      first: log.head - items.length + 1,
      count: items.length,
      replayed: false,
    };
    if (id !== undefined) remember(`${channel} ${id}`, { print, result, at: now() });
    signal(channel);
    return result;
  }

  /** A deleted channel's log stays, so that its versions go on, until its place is needed. */
  function newLog(): ChannelLog {
    if (logs.size >= limits.maxChannels) {
      const deleted = [...logs].find(([, log]) => log.empty);
      if (!deleted) throw tooManyChannels(limits.maxChannels);
      logs.delete(deleted[0]);
    }
    return new ChannelLog(retentionOf(undefined, limits));
  }

  function remembered(id: string, print: string | undefined): AppendResult | undefined {
    const known = ids.get(id);
    if (!known || known.at <= now() - limits.idWindowMs) return undefined;
    if (known.print !== print) throw keyReused();
    return { ...known.result, replayed: true };
  }

  function remember(id: string, entry: Remembered): void {
    ids.delete(id);
    ids.set(id, entry);
    for (const [old, { at }] of ids) {
      if (ids.size <= limits.maxIds && at > now() - limits.idWindowMs) return;
      ids.delete(old);
    }
  }

  function signal(channel: string): void {
    for (const onAdvance of watchers.get(channel) ?? []) {
      try {
        onAdvance();
      } catch (error) {
        console.error('lp-kit: a watch listener threw', error); // it must not stop the others
      }
    }
  }
}

/** What the channel's meta asks for, within the limits. */
export function retentionOf(meta: Meta | undefined, limits: StoreLimits): Retention {
  return {
    entries: Math.min(meta?.retain ?? limits.retain, limits.maxRetain),
    maxAgeMs: meta?.maxAge === undefined ? undefined : meta.maxAge * 1000,
  };
}

export function channelInfo(name: string, log: ChannelLog): ChannelInfo {
  return {
    name,
    cursor: log.cursor,
    entries: log.size,
    updated: log.updated,
    ...(log.meta !== undefined && { meta: JSON.parse(log.meta) as Meta }),
  };
}

/** @throws ProtocolError `bad-item` where `items` would give the log more than `maxKeys` keys */
export function checkKeys(log: ChannelLog, items: Item[], maxKeys: number): void {
  if (!items.some((item) => item.k !== undefined)) return;
  if (log.keys + log.newKeys(items) <= maxKeys) return;
  const message = `a channel holds at most ${maxKeys} keys: use fewer label values, or several channels`;
  const index = items.findIndex((item) => item.k !== undefined);
  throw new ProtocolError('bad-item', message, {
    errors: [{ index, path: 'key', message: `${shown(items[index]?.k)}: ${message}` }],
  });
}

export const tooManyChannels = (max: number): ProtocolError =>
  new ProtocolError(
    'too-many-channels',
    `the server keeps at most ${max} channels: delete some, or raise maxChannels`,
  );

export const keyReused = (): ProtocolError =>
  new ProtocolError(
    'key-reused',
    'this Idempotency-Key came before with another body: take a new key for a new request',
  );
