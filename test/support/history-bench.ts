import assert from 'node:assert/strict';
import type { HistoryAnswer } from '../../protocol/history.ts';
import { History } from '../../server/history/history.ts';
import { parseHistoryQuery } from '../../server/history/history-query.ts';
import { Roller } from '../../server/history/roller.ts';
import { memoryStore } from '../../server/stores/memory.ts';
import type { Item, Store } from '../../server/stores/store.ts';
import { HistoryTruth } from './history-truth.ts';

/** Start time of the clock. */
export const T0: number = Date.UTC(2026, 0, 1);

/** Lengths of ranges in ms, the last one far longer than all samples, and points. */
const RANGES = [
  [60_000, 60],
  [3_600_000, 800],
  [86_400_000, 800],
  [2_592_000_000, 500],
  [T0, 5_000],
] as const;

/** A store with its roller, a clock controlled by the test, and a record of everything published. */
export class HistoryBench {
  now: number = T0;
  readonly truth: HistoryTruth = new HistoryTruth();
  /** Names of tiers that cannot be written. */
  readonly broken: Set<string> = new Set();
  /** Runs before blocks are appended to a tier. `again` appends the same blocks, by another instance if there is one. */
  beforeBlocks: ((again: () => Promise<unknown>) => Promise<void>) | undefined;
  store!: Store;
  roller!: Roller;
  history!: History;
  readonly clock = (): number => this.now;

  static memory(retain: number = 100, historyMs: number = 400 * 86_400_000): HistoryBench {
    const bench = new HistoryBench();
    bench.use(memoryStore({ historyMs, retain, now: bench.clock }));
    return bench;
  }

  /** Continues with this store, as after a restart. `other`: an instance with the same data, which appends `again`. */
  use(store: Store, other?: Store): void {
    const now = this.clock;
    this.store = store;
    assert.ok(store.history);
    const append = store.append.bind(store);
    const again = other?.append.bind(other) ?? append;
    store.append = async (channel, items, options) => {
      if (this.broken.has(channel)) throw new Error('the disk is full');
      if (channel.includes('~')) await this.beforeBlocks?.(() => again(channel, items, options));
      return append(channel, items, options);
    };
    this.roller = new Roller({ store, history: store.history, now, random: Math.random });
    this.history = new History({ store, now });
    this.roller.start();
  }

  /** Publishes `count` samples without a key, `stepMs` apart, in appends of at most `size`. */
  async fill(count: number, stepMs: number = 1_000, size: number = 20): Promise<void> {
    for (let i = 0; i < count; ) {
      const items = [];
      for (const most = Math.min(count, i + size); i < most; i++) {
        this.now += stepMs;
        items.push({ t: this.now, value: i % 100 });
      }
      await this.publish(items);
    }
  }

  /** Number of samples in a response, by default of all time. */
  async total(search: string = 'from=0'): Promise<number> {
    const { series } = await this.answer(search);
    return series.reduce((sum, { n }) => sum + n.reduce((a, b) => a + b, 0), 0);
  }

  async publish(items: { k?: string; t: number; value: number | null }[]): Promise<void> {
    await this.store.append(
      'room',
      items.map(
        ({ k, t, value }): Item => ({
          json: `{"value":${value}}`,
          t,
          ...(k !== undefined && { k }),
        }),
      ),
    );
    for (const { k, t, value } of items)
      this.truth.samples.push({ k, field: 'value', t, value: value ?? Number.NaN });
  }

  answer(search: string): Promise<HistoryAnswer> {
    return this.history.answer('room', parseHistoryQuery(search, this.now));
  }

  /** Compares ranges of all lengths with the record. Returns the number of compared samples. */
  async check(keys: (string | undefined)[]): Promise<number> {
    let compared = 0;
    for (const key of keys) {
      const ask = (ms: number, points: number) =>
        this.answer(`from=${this.now - ms}&points=${points}&key=${key ?? ''}`);
      for (const [ms, points] of RANGES) {
        const answer = await ask(ms, points);
        compared += this.truth.compare(answer, key);
        const { since: begin = Infinity } = await ask(this.now, 5_000);
        // It is wrong to choose a tier that begins later than another suitable one.
        const { from, since = -Infinity } = answer;
        assert.ok(
          since <= Math.max(from, begin + 21_600_000),
          `${ms}: since ${since}, not ${begin}`,
        );
      }
    }
    return compared;
  }
}
