import type { Engine } from './connection.ts';
import { stateBytes } from './records.ts';
import type { RetryingEngine } from './retry.ts';
import { keysOf, namesKey, sizesKey, tiersKey } from './scripts.ts';

/** Options of `ByteCount`. */
export interface ByteCountOptions {
  line: RetryingEngine;
  /** Prefix of all keys. */
  prefix: string;
  maxBytes: number;
}

/** An instance writes at most this share of `maxBytes` before it updates the shared counts. */
const UNTOLD_SHARE = 1 / 64;
/** Channels per command. */
const SOME = 500;

/**
 * Counts the bytes of all channels in the engine. The append script counts those of each channel; `lp:sizes` collects them,
 * so that all instances know the sum. Each instance adds its own writes at once, and reads the writes of others by
 * `refresh`, every 2 s: until then several instances together may exceed the limit slightly.
 */
export class ByteCount {
  readonly #options: ByteCountOptions;
  /** Channels whose bytes changed since the last refresh. */
  readonly #changed = new Set<string>();
  #gathered = 0;
  /** Growth in bytes since the last refresh. */
  #growth = 0;
  /** Bytes of running appends. */
  #reserved = 0;
  #refreshing: Promise<void> | undefined;

  constructor(options: ByteCountOptions) {
    this.#options = options;
  }

  get total(): number {
    return Math.max(0, this.#gathered + this.#growth);
  }

  /** Returns the number of bytes left for an append, and reserves its own bytes until `release`. */
  reserve(bytes: number): number {
    const spare = this.#options.maxBytes - this.total - this.#reserved;
    this.#reserved += bytes;
    return spare;
  }

  /** Ends the reservation of an append. */
  release(bytes: number): void {
    this.#reserved -= bytes;
  }

  /** Notes by how many bytes a channel grew or shrank. */
  note(channel: string, growth: number): void {
    this.#changed.add(channel);
    this.#growth += growth;
    if (Math.abs(this.#growth) > this.#options.maxBytes * UNTOLD_SHARE) void this.refresh();
  }

  /**
   * Writes the changes of this instance, and reads the sum. With `names`, first repairs the list if it or channels were
   * lost. Calls run one at a time. Never rejects: after an error the next round repeats it.
   */
  refresh({ names = false }: { names?: boolean } = {}): Promise<void> {
    const engine = this.#options.line.present;
    if (!engine) return Promise.resolve();
    this.#refreshing ??= this.#refresh(engine, names).finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #refresh(engine: Engine, names: boolean): Promise<void> {
    const changed = [...this.#changed];
    this.#changed.clear();
    const growth = this.#growth;
    try {
      if (names) changed.push(...(await this.#unlisted(engine)));
      for (let at = 0; at < changed.length; at += SOME) {
        await this.#gather(engine, changed.slice(at, at + SOME));
      }
      const sizes = (await engine.command(['HVALS', sizesKey(this.#options.prefix)])) as string[];
      this.#gathered = sizes.reduce((sum, bytes) => sum + Number(bytes), 0);
      this.#growth -= growth;
    } catch {
      for (const channel of changed) this.#changed.add(channel);
    }
  }

  /** Reads the bytes of channels from their hashes, and lists them. */
  async #gather(engine: Engine, channels: string[]): Promise<void> {
    const { prefix } = this.#options;
    const states = await Promise.all(
      channels.map((channel) =>
        Promise.all([
          engine.command(['HGET', keysOf(prefix, channel)[1], 'h']) as Promise<string | null>,
          engine.command(['HGET', tiersKey(prefix, channel), 'b']),
        ]),
      ),
    );
    const [sizes, gone]: [string[], string[]] = [[], []];
    channels.forEach((channel, i) => {
      const [state = null, ofTiers] = states[i] ?? [];
      const bytes = stateBytes(state);
      if (bytes === undefined) gone.push(channel);
      else sizes.push(channel, String(bytes + Number(ofTiers ?? 0)));
    });
    const key = sizesKey(prefix);
    if (sizes.length > 0) await engine.command(['HSET', key, ...sizes]);
    if (gone.length > 0) await engine.command(['HDEL', key, ...gone]);
  }

  /** Returns the channels that have a name but no size, or a size but no name. */
  async #unlisted(engine: Engine): Promise<string[]> {
    const { prefix } = this.#options;
    const [names, listed] = (await Promise.all([
      engine.command(['SMEMBERS', namesKey(prefix)]),
      engine.command(['HKEYS', sizesKey(prefix)]),
    ])) as [string[], string[]];
    const [known, has] = [new Set(names), new Set(listed)];
    return [
      ...names.filter((name) => !has.has(name)),
      ...listed.filter((name) => !known.has(name)),
    ];
  }
}
