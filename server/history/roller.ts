import { type Meta, ProtocolError } from '../../protocol/lp1.ts';
import type { HistoryStore, Item, RollSource, Store } from '../stores/store.ts';
import { rollItems } from './roll.ts';
import { Turns } from './turns.ts';

/** Options of `Roller`. */
export interface RollerOptions {
  store: Store;
  history: HistoryStore;
  /** Wall clock, ms since 1970. */
  now: () => number;
  random: () => number;
}

/** Chains whose roll was requested: of a channel (tier -1), or of a tier. */
interface Job {
  channel: string;
  tier: number;
  keys: Set<string>;
}

/** Maximum number of keys that are read together, and of characters of blocks that are appended together. */
const KEYS = 32;
const APPEND_LENGTH = 200_000;
/** Time in ms after which a failed write to a tier is retried: initial and maximum. */
const RETRY_MS = 500;
const MAX_RETRY_MS = 15_000;
/** Number of conflicts in a row, with another instance or a deletion, after which a roll counts as failed. */
const MOST_MOVED = 20;

/**
 * Rolls entries that retention is about to drop into tiers, one chain after another. It keeps no state that would have to
 * survive the process: each tier stores the version up to which its source is rolled.
 */
export class Roller {
  readonly #options: RollerOptions;
  readonly #jobs = new Map<string, Job>();
  /** Jobs that wait for another attempt. */
  readonly #timers = new Set<NodeJS.Timeout>();
  /** Failed attempts in a row, by job. */
  readonly #failures = new Map<string, number>();
  /** Jobs whose failure was logged. */
  readonly #logged = new Set<string>();
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(options: RollerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#options.history.start((channel, tier, key) => this.#add(channel, tier, [key]));
  }

  /** Waits for the current roll to end, and starts no other. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#options.history.stop();
    await this.#running;
  }

  /** Resolves when nothing is due any more; for tests. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  #add(channel: string, tier: number, keys: Iterable<string>): void {
    if (this.#closed) return;
    const name = `${channel} ${tier}`;
    let job = this.#jobs.get(name);
    if (!job) this.#jobs.set(name, (job = { channel, tier, keys: new Set() }));
    for (const key of keys) job.keys.add(key);
    this.#running ??= this.#run();
  }

  async #run(): Promise<void> {
    await new Promise<void>((done) => void setImmediate(done)); // not during the append that made it due
    for (const [name, job] of this.#jobs) {
      this.#jobs.delete(name);
      if (!this.#closed) await this.#attempt(name, job);
    }
    this.#running = undefined;
  }

  /** Rolls a job's chains; retries failed ones later. Does not throw. */
  async #attempt(name: string, { channel, tier, keys }: Job): Promise<void> {
    const { history } = this.#options;
    const left = new Set(keys);
    try {
      await this.#roll(channel, tier, left);
      this.#failures.delete(name);
      this.#logged.delete(name);
      history.ended(channel, tier, [...keys], false);
    } catch (error) {
      this.#failed(name, { channel, tier, keys: left }, error);
    }
  }

  #failed(name: string, job: Job, error: unknown): void {
    const { history, random } = this.#options;
    const { channel, tier, keys } = job;
    const failures = (this.#failures.get(name) ?? 0) + 1;
    this.#failures.set(name, failures);
    if (isMoved(error) && failures < MOST_MOVED) {
      history.ended(channel, tier, [...keys], false); // requests again what is still due
      return;
    }
    if (!this.#logged.has(name)) {
      this.#logged.add(name);
      console.error(`lp-kit: history of ${channel} cannot be written, and is tried again:`, error);
    }
    history.ended(channel, tier, [...keys], true);
    const wait = Math.min(MAX_RETRY_MS, RETRY_MS * 2 ** Math.min(failures, 10));
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#add(channel, tier, keys);
    }, wait * random()).unref();
    this.#timers.add(timer);
  }

  /** Rolls chains and removes them from `left`. */
  async #roll(channel: string, tier: number, left: Set<string>): Promise<void> {
    const { history } = this.#options;
    while (left.size > 0) {
      const keys = [...left].slice(0, history.rollKeys ?? KEYS);
      const read = history.roll(channel, tier, keys);
      const source = read instanceof Promise ? await read : read;
      if (source) await this.#rollChains(source, tier);
      for (const key of keys) left.delete(key);
      if (this.#closed) return;
    }
  }

  async #rollChains(source: RollSource, tier: number): Promise<void> {
    const { store, history, now } = this.#options;
    const meta = source.meta === undefined ? undefined : (JSON.parse(source.meta) as Meta);
    const turns = new Turns();
    let { expect } = source;
    let items: Item[] = [];
    const append = async (): Promise<void> => {
      if (items.length === 0) return;
      const { cursor } = await store.append(source.into, items, { expect, source: source.source });
      expect = cursor;
      items = [];
    };
    for (const chain of source.chains) {
      const options = { ...source, tier, meta, now: now() };
      const rolled = await rollItems(chain, options, turns);
      const { key, upTo } = chain;
      if (rolled.length === 0 && upTo) await history.skip(source.source, tier, key, upTo.v);
      items.push(...rolled);
      if (lengthOf(items) > APPEND_LENGTH || turns.over) await append();
      await turns.pause();
    }
    await append();
  }
}

const isMoved = (error: unknown): boolean =>
  error instanceof ProtocolError && error.code === 'moved';

const lengthOf = (items: Item[]): number => items.reduce((sum, { json }) => sum + json.length, 0);
