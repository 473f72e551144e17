import type { HistoryAnswer, HistorySeries } from '../../protocol/history.ts';
import { HISTORY_KEYS } from '../../protocol/history.ts';
import type { Meta } from '../../protocol/lp1.ts';
import type { HistorySlice, HistoryWish, KeyHistory, Store } from '../stores/store.ts';
import { Columns } from './cells.ts';
import { counterIn, Fold } from './fold.ts';
import { type HistoryQuery, tooManyKeys } from './history-query.ts';
import { historyCsv, seriesOf } from './history-text.ts';
import { chooseTier } from './ladder.ts';
import { blockHead, TIERS } from '../stores/tiers.ts';
import { addBlock, carryOf, parseBlock } from './blocks.ts';
import { Turns } from './turns.ts';

/** Options of `History`. */
export interface HistoryOptions {
  store: Store;
  /** Wall clock, ms since 1970. */
  now: () => number;
}

/** The body of a response, shared by all requests of the same query within a second. */
export interface HistoryBody {
  type: 'application/json' | 'text/csv; charset=utf-8';
  bytes: Buffer;
  /** The compressed body, by encoding; the first request that needs one adds it. */
  encoded: Map<string, Promise<Buffer>>;
}

const SHARED_MS = 1_000;
/** Maximum number of shared bodies. */
const MAX_SHARED = 100;

/** Answers `GET /channels/{channel}/history`. */
export class History {
  readonly #options: HistoryOptions;
  readonly #shared = new Map<string, { body: Promise<HistoryBody>; at: number }>();

  constructor(options: HistoryOptions) {
    this.#options = options;
  }

  /**
   * Returns the response to a query. `search` is its text: requests with the same one within a second share the response.
   * @throws ProtocolError `bad-request` for too many keys, and the errors of the store
   */
  body(channel: string, search: string, query: HistoryQuery): Promise<HistoryBody> {
    const name = `${channel}?${search}`;
    const now = this.#options.now();
    for (const [other, { at }] of this.#shared) {
      if (Math.abs(now - at) < SHARED_MS && this.#shared.size < MAX_SHARED) break; // in order of time
      this.#shared.delete(other);
    }
    const known = this.#shared.get(name);
    if (known) return known.body;
    const body = this.#body(channel, query);
    this.#shared.set(name, { body, at: now });
    body.catch(() => this.#shared.delete(name));
    return body;
  }

  /** Reads a history. The response's cursor is the last version that it includes. @throws as `body` */
  async answer(channel: string, query: HistoryQuery): Promise<HistoryAnswer> {
    const { from, to } = query;
    let step = 0;
    const slice = await this.#read(channel, {
      keys: query.keys,
      maxKeys: HISTORY_KEYS,
      choose(reach) {
        const choice = chooseTier(query, reach.length > 0 ? reach : NOTHING_RELEASED);
        ({ step } = choice);
        return choice.tier;
      },
    });
    if (slice.count > HISTORY_KEYS) throw tooManyKeys(slice.count);
    const meta = slice.meta === undefined ? undefined : (JSON.parse(slice.meta) as Meta);
    const now = this.#options.now();
    const begin = slice.keptMs === undefined ? -Infinity : now - slice.keptMs;
    const end = query.open ? Infinity : Math.ceil(to / step) * step;
    const range = { step, from: Math.floor(from / step) * step, to: end, begin, meta };
    const series: HistorySeries[] = [];
    let since: number | undefined;
    const turns = new Turns();
    for (const key of slice.keys) {
      const merged = new KeyMerge(key, range);
      await merged.read(turns);
      if (merged.since !== undefined) since = Math.min(since ?? Infinity, merged.since);
      series.push(...merged.series(query));
      await turns.pause();
    }
    const { cursor } = slice;
    return { now, channel, cursor, from, to, step, ...(since !== undefined && { since }), series };
  }

  async #body(channel: string, query: HistoryQuery): Promise<HistoryBody> {
    const answer = await this.answer(channel, query);
    const isCsv = query.format === 'csv';
    const text = isCsv ? historyCsv(answer) : `${JSON.stringify(answer)}\n`;
    const type = isCsv ? 'text/csv; charset=utf-8' : 'application/json';
    return { type, bytes: Buffer.from(text), encoded: new Map() };
  }

  async #read(channel: string, wish: HistoryWish): Promise<HistorySlice> {
    const { store } = this.#options;
    if (store.history) return store.history.read(channel, wish);
    const all = { entries: Infinity, bytes: Infinity };
    const { to, meta, entries } = await store.read(channel, undefined, all);
    return { ...(await rawKeys(entries, wish)), cursor: to, meta };
  }
}

/** No tier has released anything: used if no tier is kept, so that entries may be folded into any step. */
const NOTHING_RELEASED: undefined[] = TIERS.map(() => undefined);

/** The buckets of a response. Times in ms since 1970, at boundaries of buckets. */
interface Buckets {
  step: number;
  from: number;
  to: number;
  /** Start of the kept history: buckets before this time are past the maximum age and left out. */
  begin: number;
  meta: Meta | undefined;
}

/** The history of one key, merged from its blocks and entries. */
class KeyMerge {
  /** Time from which on the key has history. */
  since: number | undefined;
  readonly #key: KeyHistory;
  readonly #range: Buckets;
  readonly #columns: Columns;
  /** True if blocks past the maximum age were left out. */
  #isCut = false;

  constructor(key: KeyHistory, range: Buckets) {
    this.#key = key;
    this.#range = range;
    this.#columns = new Columns(range.step);
  }

  /** Reads, in version order, blocks of the chosen tier, then of the finer ones, then entries. Each sample is in exactly one of them. */
  async read(turns: Turns): Promise<void> {
    await this.#readBlocks(turns);
    const { raw, newest, reach } = this.#key;
    const { step, meta } = this.#range;
    const before = newest === undefined ? undefined : parseBlock(newest);
    const fold = new Fold({
      step,
      meta,
      ...(before && { fields: Object.keys(before.f), carry: carryOf(before) }),
    });
    for (const text of raw) {
      const t = fold.add(text);
      if (t !== undefined) this.#begins(t);
      if (turns.overAtLast) await turns.pause();
    }
    this.#columns.add(fold.columns, this.#range);
    // Released buckets, and those past their age, are not in the response, although a late entry may be older.
    const first = reach ?? (this.#isCut ? this.since : undefined);
    if (first !== undefined) this.since = Math.max(first, this.#range.begin);
  }

  async #readBlocks(turns: Turns): Promise<void> {
    const { from, to, begin } = this.#range;
    const within = { from: Math.max(from, begin), to };
    for (const text of this.#key.blocks) {
      const head = blockHead(text);
      if (!head) continue;
      if (head.end <= begin) {
        this.#isCut = true;
        continue;
      }
      this.#begins(Math.max(head.start, begin));
      if (head.end > within.from && head.start < to)
        addBlock(this.#columns, parseBlock(text), within);
      await turns.pause();
    }
  }

  #begins(t: number): void {
    this.since = Math.min(this.since ?? Infinity, t);
  }

  series({ fields, times }: Pick<HistoryQuery, 'fields' | 'times'>): HistorySeries[] {
    const { step, meta } = this.#range;
    const isCounter = counterIn(meta);
    const wanted = [...this.#columns.fields].filter(
      ([field, { buckets }]) => buckets.length > 0 && (!fields || fields.has(field)),
    );
    return wanted.map(([field, cells]) =>
      seriesOf({ key: this.#key.k, field, cells, counter: isCounter(field), times }, step),
    );
  }
}

/** Sorts entries by key, for stores without history. */
async function rawKeys(
  entries: string[],
  wish: HistoryWish,
): Promise<Pick<HistorySlice, 'count' | 'keys'>> {
  const keys = new Map<string, KeyHistory>();
  const turns = new Turns();
  wish.choose([]);
  for (const text of entries) {
    const { k } = JSON.parse(text) as { k?: string };
    if (wish.keys && !wish.keys.has(k ?? '')) continue;
    const key = keys.get(k ?? '');
    if (key) key.raw.push(text);
    else keys.set(k ?? '', { k, blocks: [], raw: [text] });
    if (turns.overAtLast) await turns.pause();
  }
  return { count: keys.size, keys: [...keys.values()] };
}
