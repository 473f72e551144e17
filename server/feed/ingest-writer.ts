import { type Meta, ProtocolError } from '../../protocol/lp1.ts';
import { type Publisher, unknownChannel } from '../hub/publisher.ts';
import type { About, BadPart, Collector, InItem } from '../ingest/collector.ts';
import { TooManyKeys } from '../stores/channel-table.ts';
import type { AppendOptions, AppendResult, Item, Store } from '../stores/store.ts';
import { nextTurn, KnownChannel, type Taken } from './known-channel.ts';

/** Options of `IngestWriter`. */
export interface IngestWriterOptions {
  store: Store;
  publisher: Publisher;
  /** True if only channels that were declared with meta may be written. */
  strict: boolean;
  /** Maximum number of keys that ingest creates, in all channels together. */
  maxInSeries: number;
  /** Number of entries kept per key in channels of metrics that ingest creates. */
  inRetain: number;
  maxKeys: number;
  maxChannels: number;
}

/** Options of one write. */
export interface WriteOptions extends Pick<AppendOptions, 'id' | 'print'> {
  /** In strict mode, items of channels that were not declared are dropped without an error. */
  filtered: boolean;
}

/** Result of writing the items of a body. */
export interface Written {
  /** Number of new entries. */
  kept: number;
  /** Number of items that equal a retained entry. */
  repeated: number;
  /** Number of items that strict mode dropped. */
  undeclared: number;
  /** Items that were refused because there are too many channels or keys. */
  bad: BadPart[];
}

/** Maximum number of items of one append, so that no append takes long. */
const APPEND_ITEMS = 1_000;

/** Writes what agents send: drops duplicates, fills in meta, and limits the number of channels and keys. */
export class IngestWriter {
  readonly #options: IngestWriterOptions;
  readonly #channels = new Map<string, KnownChannel>();
  /** Channels whose keys count against `maxInSeries`. */
  readonly #metrics = new Set<string>();

  constructor(options: IngestWriterOptions) {
    this.#options = options;
  }

  /**
   * Writes the items of a body.
   * @throws ProtocolError `unknown-channel` in strict mode unless `filtered`, `overloaded`, `draining`, `key-reused`, …
   */
  async write({ items, abouts }: Collector, options: WriteOptions): Promise<Written> {
    const written: Written = { kept: 0, repeated: 0, undeclared: 0, bad: [] };
    const { promise: done, resolve: end } = withResolvers();
    try {
      const isLarge = items.length > APPEND_ITEMS;
      if (isLarge) await nextTurn();
      const plans = await this.#plansOf(items, { options, written, done });
      if (isLarge) await nextTurn();
      let round: Append[] = [];
      let count = 0;
      for (const plan of plans) {
        const appends = await this.#appendsOf(plan, written);
        if (plan.count > APPEND_ITEMS) await nextTurn();
        for (const append of appends) {
          round.push(append);
          count += append.items.length;
          if (count < APPEND_ITEMS) continue;
          await this.#appendAll(round, options, written);
          round = [];
          count = 0;
          await nextTurn();
        }
      }
      await this.#appendAll(round, options, written);
      await this.#describe(abouts);
    } finally {
      end();
      this.#forget();
    }
    return written;
  }

  /**
   * Takes the items of all channels in one synchronous step: of two overlapping requests, one comes first in all channels, so
   * they cannot deadlock.
   */
  async #plansOf(
    items: InItem[],
    { options, written, done }: { options: WriteOptions; written: Written; done: Promise<void> },
  ): Promise<Plan[]> {
    const lists = byChannel(items);
    const channels = [...lists.keys()].map((name) => this.#known(name));
    await Promise.all(channels.map((channel) => channel.refresh()));
    const plans: Plan[] = [];
    let room = this.#options.maxInSeries - this.#series();
    for (const channel of channels) {
      const list = lists.get(channel.name) ?? [];
      if (!this.#isDeclared(channel, options)) {
        written.undeclared += list.length;
        continue;
      }
      const keys = channel.newest.size;
      const taken = channel.take(list, done);
      const plan: Plan = { channel, taken, count: list.length };
      if (list.some(({ about }) => about)) {
        this.#metrics.add(channel.name);
        if (taken.newKeys.size > room) plan.maxKeys = Math.max(1, keys + Math.max(0, room));
        room -= taken.newKeys.size;
      }
      plans.push(plan);
    }
    return plans;
  }

  #known(name: string): KnownChannel {
    const known = this.#channels.get(name) ?? new KnownChannel(this.#options.store, name);
    this.#channels.delete(name); // least recently used first
    this.#channels.set(name, known);
    return known;
  }

  #isDeclared({ name, exists }: KnownChannel, { filtered }: WriteOptions): boolean {
    if (!this.#options.strict || exists) return true;
    this.#channels.delete(name);
    if (filtered) return false;
    throw unknownChannel(name);
  }

  #series(): number {
    let count = 0;
    for (const name of this.#metrics) count += this.#channels.get(name)?.newest.size ?? 0;
    return count;
  }

  /** Returns the appends of one channel. Each event with an id is an append of its own. */
  async #appendsOf({ channel, taken, count, maxKeys }: Plan, written: Written): Promise<Append[]> {
    const items = await channel.withoutRetained(taken);
    written.repeated += count - items.length;
    const { newKeys } = taken;
    const appends: Append[] = [];
    let plain: InItem[] = [];
    const add = (list: InItem[], id?: string): void => {
      appends.push({ channel, items: list, newKeys, id, maxKeys, meta: undefined });
    };
    for (const item of items) {
      if (item.id !== undefined) add([item], item.id);
      else plain.push(item);
      if (plain.length < APPEND_ITEMS) continue;
      add(plain);
      plain = [];
    }
    if (plain.length > 0) add(plain);
    const [first] = appends;
    if (first) first.meta = this.#missingMeta(channel, items);
    return appends;
  }

  /** Returns the channel's meta completed by the missing fields; undefined if none is missing. */
  #missingMeta(channel: KnownChannel, items: InItem[]): Item | undefined {
    const meta: Meta = { ...channel.meta };
    let last: About | undefined;
    for (const { about } of items) {
      if (!about || about === last) continue;
      last = about;
      fillIn(meta, about);
    }
    if (last && !channel.exists && meta.retain === undefined) meta.retain = this.#options.inRetain;
    return changedMeta(channel, meta);
  }

  /** Runs the appends: several of one channel one after another, and those with their own key limit separately. */
  async #appendAll(round: Append[], { id, print }: WriteOptions, written: Written): Promise<void> {
    let rest = round;
    for (let n = 0; rest.length > 0; n++) {
      const together: Append[] = [];
      const later: Append[] = [];
      const names = new Set<string>();
      for (const append of rest) {
        const { name } = append.channel;
        const isNext = !names.has(name);
        names.add(name);
        if (!isNext) later.push(append);
        else if (append.id === undefined && append.maxKeys === undefined) together.push(append);
        else {
          const own = append.id === undefined ? ownId(id, print, n) : { id: append.id };
          await this.#run([append], { ...own, maxKeys: append.maxKeys }, written);
        }
      }
      await this.#run(together, ownId(id, print, n), written);
      rest = later;
    }
  }

  /** Appends, and retries without the items that exceed a limit. */
  async #run(appends: Append[], options: AppendOptions, written: Written): Promise<void> {
    if (appends.length === 0) return;
    const lists = new Map(appends.map((append) => [append.channel.name, itemsOf(append)]));
    const outcomes = await this.#options.publisher.appendEach(lists, options);
    const again = appends.filter((append) => {
      const outcome = outcomes.get(append.channel.name) as AppendResult | Error; // there is one for each
      if (outcome instanceof Error) return this.#refused(append, outcome, written);
      this.#kept(append, outcome, written);
      return false;
    });
    await this.#run(again, options, written);
  }

  #kept({ channel, items, meta, maxKeys }: Append, result: AppendResult, written: Written): void {
    channel.wrote(result);
    channel.shrink(Math.min(maxKeys ?? Infinity, this.#options.maxKeys + 1)); // one more for entries without a key
    if (result.replayed) written.repeated += items.length;
    else written.kept += result.count - (meta ? 1 : 0);
  }

  /**
   * Removes the items that exceed a limit. Returns whether the remaining ones have to be retried. @throws errors that the items
   * did not cause
   */
  #refused(append: Append, error: Error, written: Written): boolean {
    const { channel, items, meta, newKeys, maxKeys } = append;
    if (error instanceof TooManyKeys) {
      const without = new Set(error.indexes.map((index) => index - (meta ? 1 : 0)));
      const message = maxKeys === undefined ? error.message : this.#noRoom();
      append.items = items.filter(({ item, at }, i) => {
        if (!without.has(i)) return true;
        if (newKeys.has(item.k)) channel.newest.delete(item.k);
        written.bad.push({ at, message });
        return false;
      });
      if (append.items.length > 0) return true;
    }
    this.#channels.delete(channel.name); // the cached state may be wrong: read it again
    this.#metrics.delete(channel.name);
    if (error instanceof TooManyKeys) return false;
    if (!(error instanceof ProtocolError) || error.code !== 'too-many-channels') throw error;
    for (const { at } of items) written.bad.push({ at, message: error.message });
    return false;
  }

  #noRoom(): string {
    return `agents may make ${this.#options.maxInSeries} series in all (maxInSeries): send fewer labels or metrics`;
  }

  /** Writes meta for metrics without samples, into channels that exist. */
  async #describe(abouts: Map<string, About>): Promise<void> {
    for (const [name, about] of abouts) {
      const channel = this.#known(name);
      await channel.refresh();
      if (!channel.exists) {
        this.#channels.delete(name);
        continue;
      }
      const meta: Meta = { ...channel.meta };
      fillIn(meta, about);
      const item = changedMeta(channel, meta);
      if (item) await this.#options.publisher.append(new Map([[name, [item]]]));
    }
  }

  #forget(): void {
    for (const name of this.#channels.keys()) {
      if (this.#channels.size <= this.#options.maxChannels) return;
      this.#channels.delete(name);
      this.#metrics.delete(name);
    }
  }
}

interface Plan {
  channel: KnownChannel;
  taken: Taken;
  /** Number of items before duplicates were removed. */
  count: number;
  /** Maximum number of keys of the channel, if not all of the new ones may be created. */
  maxKeys?: number;
}

interface Append {
  channel: KnownChannel;
  items: InItem[];
  newKeys: Set<string | undefined>;
  id: string | undefined;
  maxKeys: number | undefined;
  meta: Item | undefined;
}

function byChannel(items: InItem[]): Map<string, InItem[]> {
  const lists = new Map<string, InItem[]>();
  for (const item of items) {
    const list = lists.get(item.channel);
    if (list) list.push(item);
    else lists.set(item.channel, [item]);
  }
  return lists;
}

const itemsOf = ({ items, meta }: Append): Item[] => {
  const list = items.map(({ item }) => item);
  return meta ? [meta, ...list] : list;
};

/** Returns the idempotency key of the request's nth append to a channel. */
const ownId = (id: string | undefined, print: string | undefined, n: number): AppendOptions =>
  id === undefined ? {} : { id: n === 0 ? id : `${id}#${n}`, print };

const MAX_DESCRIPTION = 1_024;

/** Adds missing fields; existing ones are kept. */
function fillIn(meta: Meta, { kind, unit, description, temporality }: About): void {
  const fields = { kind, unit, description: description?.slice(0, MAX_DESCRIPTION), temporality };
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined && meta[name] === undefined) meta[name] = value;
  }
}

/** Returns the meta if it has changed. Fields are only ever added, so their number shows whether it has. */
function changedMeta(channel: KnownChannel, meta: Meta): Item | undefined {
  if (Object.keys(meta).length === Object.keys(channel.meta).length) return undefined;
  channel.meta = meta;
  return { json: JSON.stringify(meta), meta: true };
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((end) => {
    resolve = end;
  });
  return { promise, resolve };
}
