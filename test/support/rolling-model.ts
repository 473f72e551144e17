import assert from 'node:assert/strict';
import type { Entry } from '../../protocol/lp1.ts';
import { parseCursor } from '../../protocol/lp1.ts';
import { History } from '../../server/history/history.ts';
import { parseHistoryQuery } from '../../server/history/history-query.ts';
import { Roller } from '../../server/history/roller.ts';
import { levelStore } from '../../server/stores/level/store.ts';
import type { HistoryStore, Item, Store } from '../../server/stores/store.ts';
import { chance } from './chance.ts';
import { HistoryTruth, type Sample } from './history-truth.ts';
import { MemoryFolder, turns } from './memory-folder.ts';

const T0 = Date.UTC(2026, 0, 1);
const YEAR_MS = 366 * 86_400_000;
const PLENTY = { entries: 1e6, bytes: 1e9 };
const RANGES_MS = [60_000, 3_600_000, 86_400_000, 30 * 86_400_000];
const KEYS = [undefined, 'a', 'b~c'];

interface Versioned extends Sample {
  v: number;
}

/** Counts of the actions of a model, to show that it was active. */
export interface Done {
  samples: number;
  crashes: number;
  compared: number;
}

/**
 * A channel with history in a folder, written, rolled by two instances, deleted, reconfigured, restarted and crashed at random.
 * Throws where a response of the history or a poll differs from what was published. The same seed gives the same run, except for
 * the order in which the event loop runs what is ready at the same time.
 */
export class RollingModel {
  readonly #random: () => number;
  readonly #spacing: number;
  #now = T0;
  #disk: MemoryFolder;
  #store!: Store;
  #history!: History;
  #rollers: Roller[] = [];
  /** Version of the newest planned write; versions are given in the order of the calls. */
  #head = 0;
  /** Version of the newest acknowledged write. */
  #acknowledged = 0;
  #samples: Versioned[] = [];
  /** Versions of deletions, ascending. */
  #cleared: number[] = [0];
  #retain = 20;
  #outstanding = new Set<Promise<void>>();
  /** A reader of the channel: the cursor it holds. */
  #reader = '0';
  readonly #done: Done = { samples: 0, crashes: 0, compared: 0 };

  constructor(seed: number) {
    this.#random = chance(seed);
    this.#disk = new MemoryFolder(() => this.#below(3));
    this.#spacing = this.#one([100, 1_000, 15_000, 600_000]);
  }

  /** Runs `steps` random steps. @throws AssertionError where a sample is missing, counted twice or wrong */
  async run(steps: number): Promise<Done> {
    await this.#open();
    this.#describe();
    for (let i = 0; i < steps; i++) {
      await this.#step();
      if (this.#outstanding.size > 3) await Promise.all(this.#outstanding);
    }
    await this.#settle();
    await this.#check();
    await this.#restart();
    await this.#check();
    await this.#close();
    return this.#done;
  }

  #step(): void | Promise<void> {
    const dice = this.#below(100);
    if (dice < 55) return this.#publish();
    if (dice < 75) return turns(this.#below(12));
    if (dice < 82) return this.#checkDuringWrites();
    if (dice < 88) return this.#poll();
    if (dice < 91) return this.#crash();
    if (dice < 93) return this.#restart();
    if (dice < 95) return this.#describe();
    if (dice < 96) return this.#clear();
    if (dice < 97) return void (this.#now -= this.#below(100) * this.#spacing);
    return this.#check();
  }

  #below(n: number): number {
    return Math.floor(this.#random() * n);
  }

  #one<T>(list: readonly T[]): T {
    return list[this.#below(list.length)] as T;
  }

  async #open(): Promise<void> {
    const now = (): number => this.#now;
    this.#store = await levelStore({
      location: '/nowhere/history',
      open: this.#disk.open,
      retain: this.#retain,
      historyMs: YEAR_MS,
      durability: 'os',
      spareLength: this.#one([-Infinity, 2_000, 8_000_000]),
      now,
      random: this.#random,
    });
    this.#history = new History({ store: this.#store, now });
    this.#rollers = shared(this.#store.history as HistoryStore, () => this.#below(4)).map(
      (history) => new Roller({ store: this.#store, history, now, random: this.#random }),
    );
    for (const roller of this.#rollers) roller.start();
  }

  #publish(): void {
    const items: Item[] = [];
    for (let i = this.#below(30); i >= 0; i--) {
      this.#now += this.#below(2 * this.#spacing);
      const late = this.#below(25) === 0 ? this.#below(500) * this.#spacing : 0;
      const k = this.#one(KEYS);
      const t = this.#now - late;
      const value = this.#below(1_000) - 300;
      items.push({ json: `{"value":${value}}`, t, ...(k !== undefined && { k }) });
      this.#samples.push({ v: this.#head + items.length, k, field: 'value', t, value });
    }
    this.#done.samples += items.length;
    this.#append(items);
  }

  /** Publishes meta: how many entries are retained. */
  #describe(): void {
    this.#retain = this.#one([1, 20, 60]);
    const json = JSON.stringify({ retain: this.#retain, history: '1y' });
    this.#append([{ json, meta: true }]);
  }

  #append(items: Item[]): void {
    const first = this.#head + 1;
    this.#head += items.length;
    const last = this.#head;
    this.#await(
      this.#store.append('room', items).then((result) => {
        assert.equal(result.first, first);
        return last;
      }),
    );
  }

  #clear(): void {
    const v = ++this.#head;
    this.#cleared.push(v);
    this.#await(
      this.#store.clear('room').then((had) => {
        assert.equal(had, true);
        return v;
      }),
    );
    this.#describe(); // So that the channel is never empty when it is deleted.
  }

  /** Records a pending write; its promise resolves with the version that it acknowledges. */
  #await(write: Promise<number>): void {
    const outstanding = this.#outstanding;
    const work = write.then((v) => {
      if (outstanding !== this.#outstanding) return; // Of a process that has crashed since.
      this.#acknowledged = Math.max(this.#acknowledged, v);
    });
    outstanding.add(work);
    void work.finally(() => outstanding.delete(work)).catch(() => {});
  }

  /** Waits until everything is acknowledged and nothing is due. */
  async #settle(): Promise<void> {
    await Promise.all(this.#outstanding);
    for (let i = 0; i < 3; i++) for (const roller of this.#rollers) await roller.idle();
  }

  /** Ends the process without warning: the disk keeps what the last write has left. */
  async #crash(): Promise<void> {
    this.#disk = this.#disk.copy();
    const [store, rollers] = [this.#store, this.#rollers];
    void Promise.all(rollers.map((roller) => roller.close())).then(() => store.close());
    this.#outstanding = new Set(); // Writes of the old process go to the old disk.
    const acknowledged = this.#acknowledged;
    await this.#open();
    const { v = 0 } = parseCursor((await this.#store.read('room', undefined, PLENTY)).to) ?? {};
    assert.ok(v >= acknowledged && v <= this.#head, `${v} of ${acknowledged} to ${this.#head}`);
    this.#samples = this.#samples.filter((sample) => sample.v <= v);
    this.#cleared = this.#cleared.filter((cleared) => cleared <= v);
    this.#head = this.#acknowledged = v;
    this.#reader = '0';
    this.#done.crashes++;
    this.#describe();
    await this.#check();
  }

  async #restart(): Promise<void> {
    await Promise.all(this.#outstanding);
    await this.#close();
    await this.#open();
  }

  async #close(): Promise<void> {
    await Promise.all(this.#outstanding);
    await Promise.all(this.#rollers.map((roller) => roller.close()));
    await this.#store.close();
  }

  /** Returns the content of the channel at a version. */
  #truthAt(v: number): HistoryTruth {
    const cleared = this.#cleared.findLast((each) => each <= v) ?? 0;
    const truth = new HistoryTruth();
    truth.samples = this.#samples.filter((each) => each.v > cleared && each.v <= v);
    return truth;
  }

  /**
   * Compares history responses of all lengths with what was published up to their cursors, and the
   * total of all time.
   */
  async #check(): Promise<void> {
    const key = this.#one(KEYS);
    const named = `key=${encodeURIComponent(key ?? '')}`;
    for (const ms of RANGES_MS) {
      const { answer, truth } = await this.#answer(`from=${this.#now - ms}&points=800&${named}`);
      this.#done.compared += truth.compare(answer, key);
    }
    await this.#checkTotals();
  }

  /** Compares count and sum of every key, over all time, with what was published up to the cursor of the response. */
  async #checkTotals(): Promise<void> {
    const { answer, truth } = await this.#answer('from=0&points=5000');
    const of = (column: (number | null)[] | undefined): number =>
      column?.reduce<number>((a, b) => a + (b ?? 0), 0) ?? 0;
    for (const key of KEYS) {
      const own = truth.samples.filter(({ k }) => k === key);
      const sum = own.reduce((total, { value }) => total + value, 0);
      const all = answer.series.find((series) => series.key === key);
      assert.deepEqual([of(all?.n), of(all?.sum)], [own.length, sum], `n and sum of ${key}`);
    }
  }

  async #checkDuringWrites(): Promise<void> {
    const checked = this.#checkTotals();
    this.#publish();
    await turns(this.#below(3));
    this.#publish();
    await checked;
  }

  async #answer(search: string) {
    const cleared = this.#cleared.length;
    const answer = await this.#history.answer('room', parseHistoryQuery(search, this.#now));
    const { v = 0 } = parseCursor(answer.cursor) ?? {};
    assert.ok(this.#cleared.length === cleared);
    return { answer, truth: this.#truthAt(v) };
  }

  /** Polls: after a cursor exactly what was published since then, in a reset at most `retain` of each key. */
  async #poll(): Promise<void> {
    const since = this.#reader === '0' ? undefined : parseCursor(this.#reader);
    const { to, reset, entries } = await this.#store.read('room', since, PLENTY);
    const told = entries
      .map((text) => JSON.parse(text) as Entry)
      .filter(({ d }) => d !== undefined);
    const { v = 0 } = parseCursor(to) ?? {};
    const { samples } = this.#truthAt(v);
    if (!reset) {
      const expected = (samples as Versioned[]).filter((each) => each.v > (since?.v ?? 0));
      assert.deepEqual(
        told.map((entry) => entry.v),
        expected.map((each) => each.v),
      );
    } else if (this.#outstanding.size === 0) {
      for (const key of KEYS) {
        const count = told.filter(({ k }) => k === key).length;
        const all = samples.filter(({ k }) => k === key).length;
        assert.ok(count <= Math.min(this.#retain, all), `${count} entries of ${key}`);
      }
    }
    this.#reader = to;
  }
}

/** Gives the rolls of one store to two rollers; the second one receives them some turns later. */
function shared(history: HistoryStore, delay: () => number): [HistoryStore, HistoryStore] {
  const listeners: Parameters<HistoryStore['start']>[0][] = [];
  const listen = (late: boolean): HistoryStore => ({
    get lost() {
      return history.lost;
    },
    start(onDue) {
      listeners.push(late ? (...due) => void turns(delay()).then(() => onDue(...due)) : onDue);
      if (listeners.length < 2) return;
      history.start((...due) => {
        for (const listener of listeners) listener(...due);
      });
    },
    stop: () => history.stop(),
    read: (...args) => history.read(...args),
    roll: (...args) => history.roll(...args),
    skip: (...args) => history.skip(...args),
    ended: (...args) => history.ended(...args),
  });
  return [listen(false), listen(true)];
}
