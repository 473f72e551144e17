import type { Meta, ProtocolError } from '../../../protocol/lp1.ts';
import { channelFull, storeFull } from '../byte-budget.ts';
import { IDLE_MS, moved, retentionOf, TooManyKeys } from '../channel-table.ts';
import { keyReused } from '../id-window.ts';
import { newTag } from '../log-entry.ts';
import type { AppendOptions, AppendResult, Item, StoreLimits } from '../store.ts';
import type { ByteCount } from './byte-count.ts';
import type { ChannelIndex } from './channel-index.ts';
import { arrivalOf, packedBytes, packItems } from './records.ts';
import type { RedisHistory } from './history.ts';
import type { RetryingEngine } from './retry.ts';
import { APPEND, APPEND_QUICKLY, firstsChannel, keysOf, tiersKey } from './scripts.ts';
import type { Trims } from './trims.ts';

/** Options of `Appender`. */
export interface AppenderOptions {
  line: RetryingEngine;
  /** Prefix of all keys. */
  prefix: string;
  limits: StoreLimits;
  names: ChannelIndex;
  trims: Trims;
  bytes: ByteCount;
  history: RedisHistory;
  /** The clock of this process, ms: the time of items that have none. */
  clock: () => number;
  /** The engine's clock, ms. */
  now: () => number;
  random: () => number;
}

/** Time for which the instance's own ids are remembered, ms: longer than it retries. */
const OWN_ID_MS = 15_000;

/** Options of an append: see `AppendOptions`. */
interface Terms {
  idMs: number;
  print: string;
  maxKeys: number;
  expect: string;
}

/** Reply of an append script: see there. */
type Reply = [what: string, ...values: string[]];

/** Writes to the engine: appends and deletions, retried while the engine is briefly away. */
export class Appender {
  readonly #options: AppenderOptions;
  /** Prefix of the ids that this instance generates. */
  readonly #self = newTag() + newTag();
  #ids = 0;

  constructor(options: AppenderOptions) {
    this.#options = options;
  }

  /** Appends one record. @throws ProtocolError as `Store.append` does */
  async append(
    channel: string,
    items: Item[],
    { id, print = '', maxKeys: most = Infinity, expect = '' }: AppendOptions = {},
  ): Promise<AppendResult> {
    const { limits, line, names, prefix, trims, bytes, history } = this.#options;
    const idMs = id === undefined ? OWN_ID_MS : limits.idWindowMs;
    // Without an id from the publisher, an id is generated: a retry after a lost reply must not append twice.
    const idKeys = keysOf(prefix, channel, id ?? `~${this.#self}${(this.#ids++).toString(36)}`);
    const keys = [...idKeys, tiersKey(prefix, channel)];
    const maxKeys = Math.min(most, limits.maxKeys);
    const args = this.#args(channel, items, { idMs, print, maxKeys, expect });
    const reply = await line.persist(async (engine) => {
      if (!names.has(channel)) await names.checkPlace(engine, channel);
      const spare = bytes.reserve(args.bytes);
      try {
        const quick =
          args.isQuick && ((await engine.run(APPEND_QUICKLY, idKeys, args.quick(spare))) as Reply);
        if (quick && quick[0] !== 'else') return quick;
        for (;;) {
          const any = (await engine.run(APPEND, keys, args.any(spare))) as Reply;
          if (any[0] !== 'again') return any;
        }
      } finally {
        bytes.release(args.bytes);
      }
    });
    const [what, ...values] = reply;
    if (what === 'moved') throw moved(channel, expect, values[0] as string);
    if (what === 'full') history.due(channel, -1, args.keys, 'full');
    if (what === 'full') throw fullError(values[0] as string, channel, limits);
    if (what === 'keys') throw new TooManyKeys(items, maxKeys, values.map(Number));
    const result = { cursor: values[0] as string, first: Number(values[1]) };
    if (what === 'known') {
      const [, , count, knownPrint] = values;
      if (knownPrint !== print) throw keyReused();
      return { ...result, count: Number(count), replayed: id !== undefined };
    }
    bytes.note(channel, Number(values[3]));
    if (result.first === 1 || !names.has(channel)) await names.add(channel);
    if (values[2] === '1') void trims.trim(channel);
    else if (values[2]) await trims.add(channel, values[2]);
    const [, , , , lost = 0, behind, ...due] = values;
    history.lost += Number(lost);
    const waits = behind === '1' ? history.waits(channel) : undefined;
    history.due(channel, -1, due, behind === '1' ? 'behind' : undefined);
    if (waits) await waits;
    return { ...result, count: items.length, replayed: false };
  }

  /** Deletes a channel. Returns false if it had no history. */
  async clear(channel: string): Promise<boolean> {
    const { line, names, prefix, bytes } = this.#options;
    const keys = [...keysOf(prefix, channel), tiersKey(prefix, channel)];
    const args = this.#args(channel, [], { idMs: 0, print: '', maxKeys: 0, expect: '' });
    const reply = await line.persist((engine) => engine.run(APPEND, keys, args.any(0)));
    bytes.note(channel, 0);
    await Promise.all([names.remove(channel), bytes.refresh()]);
    return (reply as string[])[0] === 'new';
  }

  /** Returns the arguments of the two append scripts; without items, the second deletes the channel. */
  #args(channel: string, items: Item[], { idMs, print, maxKeys, expect }: Terms) {
    const { limits, prefix, random, history } = this.#options;
    const { retain, maxRetain, maxChannelBytes, maxBytes } = limits;
    const [clock, now] = [this.#options.clock(), this.#options.now()];
    const packed = packItems(items, clock);
    const bytes = packedBytes(packed);
    const common = [newTag(random), String(idMs), print];
    const item = items.find((item) => item.meta);
    const meta = item && (JSON.parse(item.json) as Meta);
    const { usual, letter, share, lossy } = history.terms(channel, meta);
    const room = (spare: number): string[] => [
      arrivalOf(items, { clock, now }),
      ...[bytes, maxChannelBytes, spare].map(String),
    ];
    return {
      bytes,
      keys: packed.filter((_, i) => i % 2 === 0),
      isQuick: expect === '' && !lossy,
      quick: (spare: number): string[] => [
        ...common,
        `${usual}${retain}`,
        String(now),
        ...room(spare),
        share,
        ...packed,
      ],
      any: (spare: number): string[] => {
        const asked = meta && retentionOf(meta, limits);
        const numbers = [retain, maxRetain, maxKeys, now - IDLE_MS, now].map(String);
        const wanted = [asked ? String(asked.entries) : '', String(asked?.maxAgeMs ?? 0)];
        const firsts = firstsChannel(prefix);
        const limited = [...room(spare), String(maxBytes), expect];
        const rolling = [usual, letter, share, lossy ? '1' : ''];
        const own = [...wanted, firsts, channel, ...limited, ...rolling];
        return [...common, ...numbers, ...own, ...packed];
      },
    };
  }
}

const fullError = (what: string, channel: string, limits: StoreLimits): ProtocolError =>
  what === 'all' ? storeFull(limits.maxBytes) : channelFull(channel, limits.maxChannelBytes);
