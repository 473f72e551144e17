import { formatCursor, type Meta } from '../../../protocol/lp1.ts';
import { tooManyChannels } from '../channel-table.ts';
import type { ChannelInfo } from '../store.ts';
import type { Engine } from './connection.ts';
import { parseRecord, parseState, type RawRecord } from './records.ts';
import type { RetryingEngine } from './retry.ts';
import { keysOf, namesKey } from './scripts.ts';

/** Options of `ChannelIndex`. */
export interface ChannelIndexOptions {
  line: RetryingEngine;
  /** Prefix of all keys. */
  prefix: string;
  maxChannels: number;
}

/** The index of channels: names of possible channels, each of which is checked before it is reported. */
export class ChannelIndex {
  readonly #options: ChannelIndexOptions;
  /** Channels that are known to exist, so that an append need not check. */
  readonly #existing = new Set<string>();
  #count = 0;

  constructor(options: ChannelIndexOptions) {
    this.#options = options;
  }

  /** Number of channels at the last count. */
  get count(): number {
    return Math.max(this.#count, this.#existing.size);
  }

  has(channel: string): boolean {
    return this.#existing.has(channel);
  }

  /** Checks the limit of channels for a new one. Several instances that add at once may exceed the limit by a few. */
  async checkPlace(engine: Engine, channel: string): Promise<void> {
    if (this.#existing.has(channel)) return;
    const { maxChannels, prefix } = this.#options;
    const names = namesKey(prefix);
    const [known, count] = await Promise.all([
      engine.command(['SISMEMBER', names, channel]),
      engine.command(['SCARD', names]),
    ]);
    if (known === 1 || Number(count) < maxChannels) return;
    if (await this.info(engine, channel)) return;
    if ((await this.infos(engine)).length >= maxChannels) throw tooManyChannels(maxChannels);
  }

  async add(channel: string): Promise<void> {
    await this.#options.line.persist((engine) =>
      engine.command(['SADD', namesKey(this.#options.prefix), channel]),
    );
    if (this.#existing.size >= 2 * this.#options.maxChannels) this.#existing.clear();
    this.#existing.add(channel);
  }

  async remove(channel: string): Promise<void> {
    this.#existing.delete(channel);
    const { line, prefix } = this.#options;
    await line.persist((engine) => engine.command(['SREM', namesKey(prefix), channel]));
  }

  /** Counts the channels, for callers that need the number often. */
  async recount(): Promise<void> {
    const engine = this.#options.line.present;
    if (!engine) return;
    const count = await engine.command(['SCARD', namesKey(this.#options.prefix)]).catch(() => {});
    if (count !== undefined) this.#count = Number(count);
  }

  /** Adds the names that this instance wrote to again, in case the index was lost. */
  putBack(): void {
    const engine = this.#options.line.present;
    if (!engine || this.#existing.size === 0) return;
    const names = ['SADD', namesKey(this.#options.prefix), ...this.#existing];
    engine.command(names).catch(() => {}); // the next round does it
  }

  /** Returns all channels with entries; removes other names from the index. */
  async infos(engine: Engine): Promise<ChannelInfo[]> {
    const names = (await engine.command(['SMEMBERS', namesKey(this.#options.prefix)])) as string[];
    const infos: ChannelInfo[] = [];
    for (let at = 0; at < names.length; at += 100) {
      const some = names.slice(at, at + 100);
      const found = await Promise.all(some.map((name) => this.info(engine, name)));
      for (const info of found) if (info) infos.push(info);
      const gone = some.filter((_, i) => !found[i]);
      for (const name of gone) this.#existing.delete(name);
      if (gone.length > 0) await engine.command(['SREM', namesKey(this.#options.prefix), ...gone]);
    }
    return infos;
  }

  /** Returns a channel's description; undefined for a channel without entries. */
  async info(engine: Engine, name: string): Promise<ChannelInfo | undefined> {
    const [stream, hash] = keysOf(this.#options.prefix, name);
    const [last, [hot = null, cold = null, latest]] = (await Promise.all([
      engine.command(['XREVRANGE', stream, '+', '-', 'COUNT', '1']),
      engine.command(['HMGET', hash, 'h', 'c', 'm']),
    ])) as [RawRecord[], (string | null)[]];
    const newest = last[0] && parseRecord(last[0]);
    if (newest?.cleared) return undefined;
    const counted = parseState(hot, cold);
    if (!newest && !counted) return undefined;
    const cursor = newest ? formatCursor(newest.last, newest.tag) : (counted?.cursor as string);
    const meta = latest?.slice(latest.indexOf('"m":') + 4, -1);
    return {
      name,
      cursor,
      entries:
        counted?.cursor === cursor
          ? counted.entries
          : Number(await engine.command(['XLEN', stream])), // until the next append counts again
      updated: newest?.entries.at(-1)?.t ?? 0,
      ...(meta !== undefined && { meta: JSON.parse(meta) as Meta }),
    };
  }
}
