import { isDeepStrictEqual } from 'node:util';
import { type Cursor, type Meta, parseCursor } from '../../protocol/lp1.ts';
import type { InItem } from '../ingest/collector.ts';
import type { Slice, Store } from '../stores/store.ts';

const PAGE = { entries: 1_000, bytes: 4_000_000 };
/** Entries of a key that are compared with one that may be a repetition. */
const COMPARED = 500;

/** Lets other work run. */
export const breathe = (): Promise<void> => new Promise((done) => void setImmediate(done));

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

  /** False where nothing was ever written to the channel. */
  get exists(): boolean {
    return this.#at !== undefined && this.#at.v > 0;
  }

  /** Reads what was written since the last time, by any writer. */
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
      this.#learn(slice);
      ({ more } = slice);
      if (more) await breathe();
    }
  }

  #learn({ reset, meta, entries, to }: Slice): void {
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
   * Takes items to be written, without the samples that they repeat among themselves, and notes them. `done` ends when
   * they have been written: until then, a repetition of them waits.
   */
  take(items: InItem[], done: Promise<unknown>): Taken {
    const before = new Map<string | undefined, number | undefined>();
    const own = new Map<string, string[]>();
    const fresh: InItem[] = [];
    const uncertain = new Set<string>();
    const newKeys = new Set<string | undefined>();
    for (const item of items) {
      const { k, t, json } = item.item;
      if (!before.has(k)) before.set(k, this.newest.get(k));
      if (t !== undefined) {
        const same = sameKey(k, t);
        if (item.about && isTold(own, same, json)) continue;
        if (t <= (before.get(k) ?? -Infinity)) uncertain.add(same);
      }
      if (this.note(k, t ?? 0)) newKeys.add(k);
      fresh.push(item);
    }
    const earlier = this.#writing;
    this.#writing = done.then(() => earlier);
    return { fresh, uncertain, newKeys, earlier };
  }

  /** Leaves out what equals a retained entry in key, time and data: a sender repeated it. */
  async withoutRetained({ fresh, uncertain, earlier }: Taken): Promise<InItem[]> {
    if (uncertain.size === 0) return fresh;
    await earlier;
    const retained = await this.#retained(uncertain);
    return fresh.filter(({ item: { k, t, json } }) => {
      const known = t === undefined ? undefined : retained.get(sameKey(k, t));
      return !known?.some((data) => data === json || isSame(data, json));
    });
  }

  /** Notes the versions of what this writer wrote: if no other wrote in between, there is nothing to read. */
  wrote({ first, cursor }: { first: number; cursor: string }): void {
    if (first === (this.#at?.v ?? 0) + 1) this.#at = parseCursor(cursor);
  }

  /** Lets go of the keys that were idle for longest, until `count` are left: the store gave their places to others. */
  shrink(count: number): void {
    const over = this.newest.size - count;
    if (over <= 0) return;
    const oldest = [...this.newest].sort(([, a], [, b]) => a - b).slice(0, over);
    for (const [k] of oldest) this.newest.delete(k);
  }

  /** The data (JSON) of retained entries by `sameKey`, of those that are asked for. Reads all of the channel. */
  async #retained(wanted: ReadonlySet<string>): Promise<Map<string, string[]>> {
    const found = new Map<string, string[]>();
    const limit = { entries: Infinity, bytes: Infinity, tail: COMPARED };
    const { entries } = await this.#store.read(this.name, undefined, limit);
    for (let i = 0; i < entries.length; i++) {
      const text = entries[i] as string;
      const head = HEAD.exec(text);
      const key = head && sameKey(keyOf(head[2]), Number(head[1]));
      if (head?.[3] === 'd' && key && wanted.has(key)) {
        isTold(found, key, text.slice(head[0].length, -1));
      }
      if (i % 5_000 === 4_999) await breathe();
    }
    return found;
  }
}

/** Items on their way into a channel. */
export interface Taken {
  fresh: InItem[];
  /** `sameKey` of items that may be there already. */
  uncertain: Set<string>;
  /** Keys that the channel did not have. */
  newKeys: Set<string | undefined>;
  /** Settles when the writes before this one have ended. */
  earlier: Promise<unknown>;
}

/** What two entries share that may be the same. */
const sameKey = (k: string | undefined, t: number): string =>
  k === undefined ? `${t}` : `${t}=${k}`;

/** An entry's text up to its data or meta: time, key as JSON text, and which of the two follows. */
const HEAD = /^\{"v":\d+,"t":(-?\d+)(?:,"k":("(?:[^"\\]|\\.)*"))?,"([dm])":/;

const keyOf = (json: string | undefined): string | undefined =>
  json === undefined ? undefined : (JSON.parse(json) as string);

/** Whether the list of this name has the text; otherwise it is added. */
function isTold(lists: Map<string, string[]>, name: string, text: string): boolean {
  const list = lists.get(name);
  if (list?.includes(text)) return true;
  if (list) list.push(text);
  else lists.set(name, [text]);
  return false;
}

const isSame = (a: string, b: string): boolean => isDeepStrictEqual(JSON.parse(a), JSON.parse(b));
