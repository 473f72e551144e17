import type { Meta } from '../../../protocol/lp1.ts';
import { IDLE_MS, retentionOf, TooManyKeys } from '../channel-table.ts';
import { keyReused } from '../id-window.ts';
import { newTag } from '../log-entry.ts';
import type { AppendOptions, AppendResult, Item, StoreLimits } from '../store.ts';
import type { ChannelIndex } from './channel-index.ts';
import { packItems } from './records.ts';
import type { RetryingEngine } from './retry.ts';
import { APPEND, APPEND_QUICKLY, firstsChannel, keysOf } from './scripts.ts';
import type { Trims } from './trims.ts';

export interface AppenderOptions {
  line: RetryingEngine;
  /** What all keys start with. */
  prefix: string;
  limits: StoreLimits;
  names: ChannelIndex;
  trims: Trims;
  /** Wall clock, ms. */
  now: () => number;
  random: () => number;
}

/** How long the instance's own ids are known, ms: longer than it retries. */
const OWN_ID_MS = 15_000;

/** What an append brings beside its items: see `AppendOptions`. */
interface Terms {
  idMs: number;
  print: string;
  maxKeys: number;
}

/** Writes to the engine: appends and deletions, retried while the engine is away for a moment. */
export class Appender {
  readonly #options: AppenderOptions;
  /** Starts the ids that this instance makes up. */
  readonly #self = newTag() + newTag();
  #ids = 0;

  constructor(options: AppenderOptions) {
    this.#options = options;
  }

  /** Appends one record. @throws ProtocolError as `Store.append` does */
  async append(
    channel: string,
    items: Item[],
    { id, print = '', maxKeys: most = Infinity }: AppendOptions = {},
  ): Promise<AppendResult> {
    const { limits, line, names, prefix, trims } = this.#options;
    const idMs = id === undefined ? OWN_ID_MS : limits.idWindowMs;
    // Without an id of the publisher's, one of our own: a retry after a lost reply must not append twice.
    const keys = keysOf(prefix, channel, id ?? `~${this.#self}${(this.#ids++).toString(36)}`);
    const maxKeys = Math.min(most, limits.maxKeys);
    const args = this.#args(items, { idMs, print, maxKeys });
    const reply = await line.persist(async (engine) => {
      await names.checkPlace(engine, channel);
      const quick = await engine.run(APPEND_QUICKLY, keys, args.quick);
      if ((quick as string[])[0] !== 'else') return quick;
      return engine.run(APPEND, keys, args.any(channel));
    });
    const [what, ...told] = reply as [string, ...string[]];
    if (what === 'keys') throw new TooManyKeys(items, maxKeys, told.map(Number));
    const result = { cursor: told[0] as string, first: Number(told[1]) };
    if (what === 'known') {
      const [, , count, knownPrint] = told;
      if (knownPrint !== print) throw keyReused();
      return { ...result, count: Number(count), replayed: id !== undefined };
    }
    if (result.first === 1 || !names.has(channel)) await names.add(channel);
    if (told[2] === '1') void trims.trim(channel);
    else if (told[2]) await trims.add(channel, told[2]);
    return { ...result, count: items.length, replayed: false };
  }

  /** Deletes a channel. False where it had no history. */
  async clear(channel: string): Promise<boolean> {
    const { line, names, prefix } = this.#options;
    const keys = keysOf(prefix, channel);
    const args = this.#args([], { idMs: 0, print: '', maxKeys: 0 });
    const reply = await line.persist((engine) => engine.run(APPEND, keys, args.any(channel)));
    await names.remove(channel);
    return (reply as string[])[0] === 'new';
  }

  /** The arguments of the two append scripts; without items, the second deletes the channel. */
  #args(items: Item[], { idMs, print, maxKeys }: Terms) {
    const { limits, prefix, random } = this.#options;
    const { retain, maxRetain } = limits;
    const now = this.#options.now();
    const packed = packItems(items, now);
    const common = [newTag(random), String(idMs), print];
    return {
      quick: [...common, `d${retain}`, String(now), ...packed],
      any: (channel: string): string[] => {
        const meta = items.find((item) => item.meta);
        const asked = meta && retentionOf(JSON.parse(meta.json) as Meta, limits);
        const numbers = [retain, maxRetain, maxKeys, now - IDLE_MS, now].map(String);
        const wanted = [asked ? String(asked.entries) : '', String(asked?.maxAgeMs ?? 0)];
        return [...common, ...numbers, ...wanted, firstsChannel(prefix), channel, ...packed];
      },
    };
  }
}
