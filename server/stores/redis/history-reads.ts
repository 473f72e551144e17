import { type Meta, ProtocolError } from '../../../protocol/lp1.ts';
import type {
  HistorySlice,
  HistoryWish,
  KeyHistory,
  RollChain,
  RollSource,
  Slice,
  StoreLimits,
} from '../store.ts';
import { type HistoryKept, historyKept, tierName, tierOf, TIERS } from '../tiers.ts';
import { READ_BLOCKS, READ_ENTRIES, READ_HISTORY } from './history-scripts.ts';
import { packedKey, storedEntry, unpackedKey } from './records.ts';
import type { RetryingEngine } from './retry.ts';
import { keysOf, type Script, tiersKey } from './scripts.ts';

/** Options of `HistoryReads`. */
export interface HistoryReadsOptions {
  line: RetryingEngine;
  /** Prefix of all keys. */
  prefix: string;
  limits: StoreLimits;
  /** Age of history in ms where a channel's meta does not say; 0 = none. Undefined: no channel keeps history. */
  usualMs: number | undefined;
  /** Reads all that a channel retains. */
  readAll: (channel: string) => Slice | Promise<Slice>;
}

/** Records of a stream that one call reads: about 1 ms of the engine. */
const RECORDS = 1_000;
/** Number of times that a read starts over because of rolls and trims at the same time. */
const ATTEMPTS = 50;
/** Number of entries that are parsed before other work continues: about 2 ms. */
const AT_ONCE = 1_000;
/** Fields per command. */
const FIELDS = 500;

type Chunk = [entries?: (string | number)[], last?: string];
type KeyReply = [
  key: string,
  begin: string,
  waiting: number,
  index: string[],
  moved: string[],
  newestVersion: string,
  newest: string,
];
type HistoryReply = [
  cursor: string,
  on: string,
  id: string,
  tierCursor: string,
  meta: string,
  count: number,
  keys?: KeyReply[],
  entries?: (string | number)[],
  last?: string,
];
type BlocksReply = [meta?: string, id?: string, cursor?: string, into?: string, keys?: string[][]];

/** One key, as `READ_HISTORY` returns it, with all its entries that are not rolled. */
interface KeyState {
  key: string;
  begin: string;
  /** Number of its newest entries that are not rolled. */
  waiting: number;
  index: BlockIndex[];
  entries: { v: number; tag: string; text: string }[];
  newest: string | undefined;
}

interface HistoryState {
  cursor: string;
  isOn: boolean;
  id: string;
  tierCursor: string;
  meta: string | undefined;
  count: number;
  keys: KeyState[];
}

/** Reads the history of channels from the engine, for responses and for rolls. Holds no state. */
export class HistoryReads {
  readonly #options: HistoryReadsOptions;

  constructor(options: HistoryReadsOptions) {
    this.#options = options;
  }

  /** Runs a script on the keys of a channel: stream, hash, tiers. */
  run(script: Script, channel: string, args: string[]): Promise<unknown> {
    const { line, prefix } = this.#options;
    const [stream, hash] = keysOf(prefix, channel);
    const keys = [stream, hash, tiersKey(prefix, channel)];
    return line.persist((engine) => engine.run(script, keys, args));
  }

  /** See `HistoryStore.read`. */
  async read(channel: string, wish: HistoryWish): Promise<HistorySlice> {
    const wanted = wish.keys && [...wish.keys].flatMap(packedForms);
    const state = await this.#attempts(async () => {
      const found = await this.#state(channel, 'read', wish.maxKeys, wanted);
      if (!found?.isOn || found.count > wish.maxKeys) return found;
      return this.#slice(channel, found, wish);
    });
    if (!('isOn' in state)) return state;
    const { cursor, meta, count, isOn } = state;
    if (isOn) return { cursor, meta, count, keys: [] };
    wish.choose([]);
    return rawSlice(await this.#options.readAll(channel), wish);
  }

  /** Returns all blocks of a tier, in the order in which they were appended. */
  async blocks(name: string): Promise<Slice> {
    const { line, prefix } = this.#options;
    const { channel, tier } = tierOf(name);
    const all = (await line.persist((engine) =>
      engine.command(['HGETALL', tiersKey(prefix, channel)]),
    )) as string[] | Record<string, string>;
    const fields = new Map(Array.isArray(all) ? pairsOf(all) : Object.entries(all));
    const found: { v: number; text: string }[] = [];
    for (const [field, fragment] of fields) {
      const [of, , v] = field.split('\0');
      if (of === String(tier) && v !== undefined)
        found.push({ v: Number(v), text: `{"v":${v},${fragment}` });
    }
    const entries = found.toSorted((a, b) => a.v - b.v).map(({ text }) => text);
    const to = fields.get(String(tier)) ?? '0';
    return { to, entries, more: false, ...(to === '0' && { reset: 'initial' }) };
  }

  /** Repeats a read until nothing was moved or deleted in the middle of it. */
  async #attempts<T>(read: () => Promise<T | undefined>): Promise<T> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const found = await read();
      if (found !== undefined) return found;
    }
    throw new ProtocolError('overloaded', 'the history changes faster than it can be read', {
      retryAfter: 2,
    });
  }

  /** Reads keys and all their entries that are not rolled. Undefined if entries were moved in the meantime. */
  async #state(
    channel: string,
    what: 'due' | 'any' | 'read',
    maxKeys: number,
    keys: readonly string[] = [],
  ): Promise<HistoryState | undefined> {
    const { limits, usualMs } = this.#options;
    const most = String(Math.min(maxKeys, 1e9));
    const retention = [String(limits.retain), String(limits.maxRetain), usualMs ? 'D' : 'd'];
    const args = [what, String(RECORDS), most, ...retention, ...keys];
    const reply = (await this.run(READ_HISTORY, channel, args)) as HistoryReply;
    const [cursor, on, id, tierCursor, meta, count, found = [], entries = []] = reply;
    const states = found.map(keyState);
    addEntries(states, entries);
    const head = parseInt(cursor);
    const wanted = states.flatMap(({ key, begin, index }) => [
      key,
      String(Math.max(Number(begin), index[0]?.rolled ?? 0)),
    ]);
    for (let last = Number(reply[8] ?? head); last < head; ) {
      const more = [String(last), String(head), String(RECORDS), ...wanted];
      const chunk = (await this.run(READ_ENTRIES, channel, more)) as Chunk;
      if (!chunk[0]) return undefined;
      addEntries(states, chunk[0]);
      last = Number(chunk[1]);
    }
    for (const key of states)
      key.entries = key.entries.slice(Math.max(0, key.entries.length - key.waiting));
    return {
      cursor,
      isOn: on === '1',
      id,
      tierCursor,
      meta: metaOf(meta),
      count,
      keys: states,
    };
  }

  /** Reads the blocks that a request needs. Undefined if some were deleted in the meantime. */
  async #slice(
    channel: string,
    { cursor, meta, count, keys }: HistoryState,
    wish: HistoryWish,
  ): Promise<HistorySlice | undefined> {
    const kept = this.#kept(meta);
    const tiers = kept?.tiers ?? 0;
    const reach = TIERS.slice(0, tiers).map((_, tier) =>
      most(keys.map(({ index }) => index[tier]?.reach)),
    );
    const tier = wish.choose(reach);
    const names = keys.map((key) => blockNames(key, tiers === 0 ? -1 : tier));
    const fields = names.flat();
    const { line, prefix } = this.#options;
    const blocks: string[] = [];
    for (let at = 0; at < fields.length; at += FIELDS) {
      const some = fields.slice(at, at + FIELDS);
      const command = ['HMGET', tiersKey(prefix, channel), ...some];
      const texts = (await line.persist((engine) => engine.command(command))) as (string | null)[];
      for (const [i, text] of texts.entries()) {
        if (text === null) return undefined;
        blocks.push(`{"v":${some[i]?.split('\0')[2]},${text}`);
      }
    }
    let at = 0;
    const told = keys.map(({ key, entries, newest, index }, i): KeyHistory => {
      const count = names[i]?.length ?? 0;
      at += count;
      return {
        k: key === '' ? undefined : (JSON.parse(key) as string),
        blocks: blocks.slice(at - count, at),
        raw: entries.map(({ text }) => text),
        newest,
        reach: index[tier]?.reach,
      };
    });
    return { cursor, meta, count, keptMs: kept?.ms, keys: told };
  }

  #kept(meta: string | undefined): HistoryKept | undefined {
    const parsed = meta === undefined ? undefined : (JSON.parse(meta) as Meta);
    return historyKept(parsed, this.#options.usualMs ?? 0);
  }

  /** Returns the entries to roll of keys that are due; of all keys with `any`. Undefined if the channel keeps no history. */
  async entriesToRoll(
    channel: string,
    keys: string[],
    any: boolean,
  ): Promise<RollSource | undefined> {
    const what = any ? 'any' : 'due';
    const state = await this.#attempts(() => this.#state(channel, what, Infinity, keys));
    const kept = this.#kept(state.meta);
    if (!state.isOn || !kept) return undefined;
    const head = positionOf(state.cursor);
    const begins = new Map(state.keys.map(({ key, begin }) => [unpackedKey(key), begin]));
    return {
      into: tierName(channel, 0),
      expect: state.tierCursor,
      source: { channel, clearedAt: 0, shared: { cursor: state.cursor, id: state.id, begins } },
      meta: state.meta,
      keptMs: kept.ms,
      isLast: kept.tiers === 1,
      chains: state.keys.map(({ key, index, entries, newest }): RollChain => {
        const last = entries.at(-1);
        return {
          key: unpackedKey(key),
          upTo: last ? { v: last.v, tag: last.tag } : head,
          texts: entries.map(({ text }) => text),
          newest,
          blocks: index[0]?.blocks ?? [],
          rolled: index[1]?.rolled ?? 0,
        };
      }),
    };
  }

  /** Returns the blocks to roll of keys of a tier that are due. Undefined if there is no next tier. */
  async blocksToRoll(
    channel: string,
    tier: number,
    keys: string[],
  ): Promise<RollSource | undefined> {
    const args = [String(tier), ...keys];
    const reply = (await this.run(READ_BLOCKS, channel, args)) as BlocksReply;
    const [meta = '', id = '', cursor, into = '0', found = []] = reply;
    const kept = this.#kept(metaOf(meta));
    if (cursor === undefined || !kept || tier + 1 >= kept.tiers) return undefined;
    const upTo = positionOf(cursor);
    return {
      into: tierName(channel, tier + 1),
      expect: into,
      source: { channel, clearedAt: 0, shared: { cursor, id, begins: new Map() } },
      meta: metaOf(meta),
      keptMs: kept.ms,
      isLast: tier + 2 >= kept.tiers,
      chains: found.map(
        ([key = '', index, after, version, newest, ...blocks]): RollChain => ({
          key: unpackedKey(key),
          upTo,
          texts: pairsOf(blocks).map(([v, block]) => `{"v":${v},${block}`),
          newest: newest === '' ? undefined : `{"v":${version},${newest}`,
          blocks: parseIndex(index).blocks,
          rolled: parseIndex(after).rolled,
        }),
      ),
    };
  }
}

/** The index of the blocks of a key in one tier: see `history-scripts.ts`. */
interface BlockIndex {
  /** Version up to which the source is rolled. */
  rolled: number;
  /** End of the youngest bucket that was released, ms. */
  reach: number | undefined;
  blocks: { v: number; count: number; end: number }[];
}

function parseIndex(text = ''): BlockIndex {
  const [head = '', ...blocks] = text.split('|');
  const [rolled = '', reach = ''] = head.split(' ');
  return {
    rolled: Number(rolled),
    reach: reach === '' ? undefined : Number(reach),
    blocks: blocks.flatMap((block) => {
      const [v = 0, count = 0, end = 0] = block.split(' ').map(Number);
      return v > 0 ? [{ v, count, end }] : [];
    }),
  };
}

const pairsOf = (list: string[]): [string, string][] =>
  list.flatMap((text, i) => (i % 2 === 0 ? [[text, list[i + 1] as string]] : []));

/** Returns the position of a cursor that is not '0'. */
function positionOf(cursor: string): { v: number; tag: string } {
  const [v = '', tag = ''] = cursor.split('.');
  return { v: Number(v), tag };
}

/** Returns the meta from the field m of a channel's hash. */
const metaOf = (stored: string): string | undefined =>
  stored === '' ? undefined : stored.slice(stored.indexOf('"m":') + 4, -1);

/** Returns the forms in which the engine may know a key of a request; '' stands for no key, and for the empty one. */
const packedForms = (k: string): string[] => (k === '' ? ['', '""'] : [packedKey({ k })]);

function keyState([key, begin, waiting, index, movedOut, version, newest]: KeyReply): KeyState {
  const entries = movedOut.map((stored) => {
    const { v, tag, text } = storedEntry(key, stored);
    return { v, tag, text };
  });
  return {
    key,
    begin,
    waiting,
    index: index.map(parseIndex),
    entries,
    newest: newest === '' ? undefined : `{"v":${version},${newest}`,
  };
}

/** Adds entries in the form of the scripts: number of the key, version, tag, fragment. */
function addEntries(keys: KeyState[], told: (string | number)[]): void {
  for (let i = 0; i < told.length; i += 4) {
    const [number, v, tag, fragment] = told.slice(i, i + 4);
    const text = `{"v":${v},${fragment}`;
    keys[Number(number) - 1]?.entries.push({ v: Number(v), tag: String(tag), text });
  }
}

/** Returns the fields of the blocks that a read of a tier wants: all of the tier, and of each finer one those not rolled further. */
function blockNames({ key, index }: KeyState, tier: number): string[] {
  const names: string[] = [];
  for (let each = tier; each >= 0; each--) {
    const rolled = each === tier ? 0 : (index[each + 1]?.rolled ?? 0);
    for (const { v } of index[each]?.blocks ?? []) {
      if (v > rolled) names.push(`${each}\0${key}\0${v}`);
    }
  }
  return names;
}

/** The history of a channel that keeps no tiers: its entries. */
async function rawSlice(
  { to, meta, entries }: Slice,
  { keys }: HistoryWish,
): Promise<HistorySlice> {
  const found = new Map<string | undefined, KeyHistory>();
  for (const [i, text] of entries.entries()) {
    if (i % AT_ONCE === AT_ONCE - 1) await new Promise((next) => setImmediate(next));
    const { k } = JSON.parse(text) as { k?: string };
    if (keys && !keys.has(k ?? '')) continue;
    const key = found.get(k);
    if (key) key.raw.push(text);
    else found.set(k, { k, blocks: [], raw: [text] });
  }
  return { cursor: to, meta, count: found.size, keys: [...found.values()] };
}

const most = (numbers: (number | undefined)[]): number | undefined =>
  numbers.reduce((a, b) => (a === undefined || (b !== undefined && b > a) ? b : a), undefined);
