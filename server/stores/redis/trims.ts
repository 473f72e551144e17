import type { ByteCount } from './byte-count.ts';
import type { Engine } from './connection.ts';
import type { RedisHistory } from './history.ts';
import type { RetryingEngine } from './retry.ts';
import { agesKey, keysOf, TRIM } from './scripts.ts';

/** Options of `Trims`. */
export interface TrimsOptions {
  line: RetryingEngine;
  /** Prefix of all keys. */
  prefix: string;
  bytes: ByteCount;
  history: RedisHistory;
  /** The engine's clock, ms. */
  now: () => number;
}

/** Maximum number of channels that one instance trims per round. */
const CHANNELS_PER_ROUND = 100;

/**
 * Trims channels in the engine: entries that no key retains, and those older than `maxAge`. An append reports when its
 * channel has to be trimmed. Channels without appends are trimmed by the times in `lp:ages`: each instance trims all channels,
 * and a repeated trim changes nothing.
 */
export class Trims {
  readonly #options: TrimsOptions;
  /** Channels with a `maxAge` that this instance knows of. */
  readonly #known = new Set<string>();
  readonly #trimming = new Set<string>();
  #busy = false;

  constructor(options: TrimsOptions) {
    this.#options = options;
  }

  /** Trims a channel. Never rejects: after an error the next append requests it again. */
  async trim(channel: string): Promise<void> {
    const engine = this.#options.line.present;
    if (!engine || this.#trimming.has(channel)) return;
    this.#trimming.add(channel);
    try {
      await this.#trim(engine, channel);
    } catch {
      // the next append requests it again
    } finally {
      this.#trimming.delete(channel);
    }
  }

  /** `due` is when the channel's entries will be too old, ms since 1970. */
  async add(channel: string, due: string): Promise<void> {
    const { line, prefix } = this.#options;
    this.#known.add(channel);
    await line.persist((engine) => engine.command(['ZADD', agesKey(prefix), due, channel]));
  }

  /** Adds the channels that this instance knows to the index again, in case it was lost. */
  putBack(): void {
    const { line, prefix, now } = this.#options;
    const engine = line.present;
    if (!engine || this.#known.size === 0) return;
    const due = [...this.#known].flatMap((channel) => [String(now()), channel]);
    engine.command(['ZADD', agesKey(prefix), 'NX', ...due]).catch(() => {}); // the next round does it
  }

  /** Called when the clock was set back: makes the known channels due at once, because their due times may be far ahead. */
  makeAllDue(): void {
    const { line, prefix, now } = this.#options;
    const engine = line.present;
    if (!engine || this.#known.size === 0) return;
    const due = [...this.#known].flatMap((channel) => [String(now()), channel]);
    engine.command(['ZADD', agesKey(prefix), ...due]).catch(() => {}); // the next append of each does it
  }

  /** Trims channels that are due, a limited number per call. Never rejects. */
  async expire(): Promise<void> {
    const { line, prefix, now } = this.#options;
    const engine = line.present;
    if (!engine || this.#busy) return;
    this.#busy = true;
    const ages = agesKey(prefix);
    const upTo = ['-inf', String(now()), 'BYSCORE', 'LIMIT', '0', String(CHANNELS_PER_ROUND)];
    try {
      const channels = (await engine.command(['ZRANGE', ages, ...upTo])) as string[];
      for (const channel of channels) {
        const due = await this.#trim(engine, channel);
        if (due === '') this.#known.delete(channel);
        await engine.command(due === '' ? ['ZREM', ages, channel] : ['ZADD', ages, due, channel]);
      }
    } catch {
      // the next round does it
    } finally {
      this.#busy = false;
    }
  }

  /** Returns the time of the next trim, or ''. */
  async #trim(engine: Engine, channel: string): Promise<string> {
    const { prefix, bytes, history, now } = this.#options;
    const keys = keysOf(prefix, channel).slice(0, 2);
    const reply = await engine.run(TRIM, keys, [String(now())]);
    const [due, growth, ...toRoll] = reply as [string, number, ...string[]];
    bytes.note(channel, growth);
    history.due(channel, -1, toRoll);
    return due;
  }
}
