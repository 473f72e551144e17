import { type Cursor, type Meta, parseCursor } from '../../protocol/lp1.ts';
import { isRecord } from '../ingest/body.ts';
import type { InItem } from '../ingest/collector.ts';
import type { Slice, Store } from '../stores/store.ts';

const PAGE = { entries: 1_000, bytes: 4_000_000 };
/** Maximum number of a key's entries that are compared with a possible duplicate. */
const COMPARED = 500;

/** Lets other work run. */
export const nextTurn = (): Promise<void> => new Promise((done) => void setImmediate(done));

/**
 * Cached state of a channel: its meta, and the newest time of each key. A sample that is newer than all of its key cannot be
 * a duplicate.
 */
export class KnownChannel {
  readonly name: string;
  meta: Meta = {};
  /** Newest time by key, ms, including entries that are being written. */
  readonly newest: Map<string | undefined, number> = new Map();
  #writing: Promise<unknown> = Promise.resolve();
  readonly #store: Store;
  #at: Cursor | undefined;
  #refreshing: Promise<void> | undefined;

  constructor(store: Store, name: string) {
    this.#store = store;
    this.name = name;
  }

  /** False if nothing was ever written to the channel. */
  get exists(): boolean {
    return this.#at !== undefined && this.#at.v > 0;
  }

  /** Reads the entries written since the last call, by any writer. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #refresh(): Promise<void> {
    for (let more = true; more; ) {
      const read = this.#store.read(this.name, this.#at, PAGE);
      const slice = read instanceof Promise ? await read : read;
      this.#apply(slice);
      ({ more } = slice);
      if (more) await nextTurn();
    }
  }

  #apply({ reset, meta, entries, to }: Slice): void {
    if (reset) {
      this.newest.clear();
      this.meta = meta === undefined ? {} : (JSON.parse(meta) as Meta);
    }
    for (const text of entries) {
      const head = HEAD.exec(text);
      if (head?.[3] === 'm') this.meta = (JSON.parse(text) as { m: Meta }).m;
      else if (head) this.note(keyOf(head[2]), Number(head[1]));
    }
    this.#at = parseCursor(to);
  }

  /** Notes an entry of this key and time that exists or is being written. Returns whether the key is new. */
  note(k: string | undefined, t: number): boolean {
    const known = this.newest.get(k);
    if (known === undefined || t > known) this.newest.set(k, t);
    return known === undefined;
  }

  /**
   * Registers items that will be written, without duplicates among them. `done` settles when they have been written: until
   * then, requests with possible duplicates of them wait.
   */
  take(items: InItem[], done: Promise<unknown>): Taken {
    const own = new Map<string | undefined, OwnKey>();
    const fresh: InItem[] = [];
    const uncertain = new Set<string>();
    const newKeys = new Set<string | undefined>();
    for (const item of items) {
      const { k, t, json } = item.item;
      let seen = own.get(k);
      if (!seen) own.set(k, (seen = { before: this.newest.get(k), data: new Map() }));
      if (t !== undefined) {
        if (item.about && isListed(seen.data, t, json)) continue;
        if (t <= (seen.before ?? -Infinity)) uncertain.add(sameKey(k, t));
      }
      if (this.note(k, t ?? 0)) newKeys.add(k);
      fresh.push(item);
    }
    const earlier = this.#writing;
    this.#writing = done.then(() => earlier);
    return { fresh, uncertain, newKeys, earlier };
  }

  /** Removes items that equal a retained entry in key, time and data: a sender repeated them. */
  async withoutRetained({ fresh, uncertain, earlier }: Taken): Promise<InItem[]> {
    if (uncertain.size === 0) return fresh;
    await earlier;
    const retained = await this.#retained(uncertain);
    const left: InItem[] = [];
    for (const [n, item] of fresh.entries()) {
      const { k, t, json } = item.item;
      const known = t === undefined ? undefined : retained.get(sameKey(k, t));
      if (!known?.has(json)) left.push(item);
      if (n % COMPARED === COMPARED - 1) await nextTurn();
    }
    return left;
  }

  /** Notes the versions that this writer wrote. If no other writer wrote in between, the channel need not be read again. */
  wrote({ first, cursor }: { first: number; cursor: string }): void {
    if (first === (this.#at?.v ?? 0) + 1) this.#at = parseCursor(cursor);
  }

  /** Drops the keys that have been idle for the longest time until `count` are left, as the store did. */
  shrink(count: number): void {
    const over = this.newest.size - count;
    if (over <= 0) return;
    const oldest = [...this.newest].sort(([, a], [, b]) => a - b).slice(0, over);
    for (const [k] of oldest) this.newest.delete(k);
  }

  /** Returns the data of the wanted retained entries, by `sameKey`. Reads the whole channel. */
  async #retained(wanted: ReadonlySet<string>): Promise<Map<string, KnownData>> {
    const found = new Map<string, KnownData>();
    const limit = { entries: Infinity, bytes: Infinity, tail: COMPARED };
    const { entries } = await this.#store.read(this.name, undefined, limit);
    for (let i = 0; i < entries.length; i++) {
      const text = entries[i] as string;
      const head = HEAD.exec(text);
      const key = head && sameKey(keyOf(head[2]), Number(head[1]));
      if (head?.[3] === 'd' && key && wanted.has(key)) {
        const known = found.get(key) ?? new KnownData();
        known.add(text.slice(head[0].length, -1));
        found.set(key, known);
      }
      if (i % 5_000 === 4_999) await nextTurn();
    }
    return found;
  }
}

/** Items that are about to be written to a channel. */
export interface Taken {
  fresh: InItem[];
  /** `sameKey` of items that may be duplicates of retained entries. */
  uncertain: Set<string>;
  /** Keys that the channel did not have. */
  newKeys: Set<string | undefined>;
  /** Settles when the writes before this one have ended. */
  earlier: Promise<unknown>;
}

/** Returns a text that is equal for entries with the same key and time, which may be duplicates. */
const sameKey = (k: string | undefined, t: number): string =>
  k === undefined ? `${t}` : `${t}=${k}`;

/** Matches an entry's text up to its data or meta. Groups: time, key as JSON text, and `d` or `m`. */
const HEAD = /^\{"v":\d+,"t":(-?\d+)(?:,"k":("(?:[^"\\]|\\.)*"))?,"([dm])":/;

const keyOf = (json: string | undefined): string | undefined =>
  json === undefined ? undefined : (JSON.parse(json) as string);

/** What one body has of a key: the newest time before it, and its own data by time. */
interface OwnKey {
  before: number | undefined;
  data: Map<number, string | Set<string>>;
}

/** Returns whether the texts of this time contain the text; if not, adds it. A set is made only for a second text. */
function isListed(texts: Map<number, string | Set<string>>, t: number, text: string): boolean {
  const known = texts.get(t);
  if (known === text) return true;
  if (known === undefined) texts.set(t, text);
  else if (typeof known === 'string') texts.set(t, new Set([known, text]));
  else if (known.has(text)) return true;
  else known.add(text);
  return false;
}

/**
 * The data (JSON) of retained entries of one key and time. Each text is parsed at most once, because thousands of log lines of one
 * millisecond may come in one body.
 */
class KnownData {
  readonly #texts = new Set<string>();
  #sorted: Set<string> | undefined;

  add(json: string): void {
    this.#texts.add(json);
  }

  /** Whether an entry has the same data, in any order of its fields. */
  has(json: string): boolean {
    if (this.#texts.has(json)) return true;
    this.#sorted ??= new Set(Array.from(this.#texts, sortedJson));
    return this.#sorted.has(sortedJson(json));
  }
}

/** Returns JSON that is equal for values that differ only in the order of their fields. */
const sortedJson = (json: string): string =>
  JSON.stringify(JSON.parse(json), (_, value: unknown) =>
    isRecord(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
