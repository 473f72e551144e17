import { formatCursor, type Meta } from '../../../protocol/lp1.ts';
import { tooManyChannels } from '../channel-table.ts';
import type { ChannelInfo } from '../store.ts';
import type { Engine } from './connection.ts';
import { parseRecord, type RawRecord } from './records.ts';
import type { RetryingEngine } from './retry.ts';
import { keysOf, namesKey } from './scripts.ts';

export interface ChannelIndexOptions {
  line: RetryingEngine;
  /** What all keys start with. */
  prefix: string;
  maxChannels: number;
}

/** Which channels there are: a list of where to look, each looked up before anything is said of it. */
export class ChannelIndex {
  readonly #options: ChannelIndexOptions;
  /** Channels that are known to exist, so that an append need not ask. */
  readonly #existing = new Set<string>();

  constructor(options: ChannelIndexOptions) {
    this.#options = options;
  }

  /** How many channels this instance wrote to and knows to exist. */
  get known(): number {
    return this.#existing.size;
  }

  has(channel: string): boolean {
    return this.#existing.has(channel);
  }

  /** Several instances that add at once may pass the limit by a few. */
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

  /** Names get lost with the rest: each instance puts back what it wrote to. */
  putBack(): void {
    const engine = this.#options.line.present;
    if (!engine || this.#existing.size === 0) return;
    const names = ['SADD', namesKey(this.#options.prefix), ...this.#existing];
    engine.command(names).catch(() => {}); // the next round does it
  }

  /** All channels with entries; names of others are taken off the list. */
  async infos(engine: Engine): Promise<ChannelInfo[]> {
    const names = (await engine.command(['SMEMBERS', namesKey(this.#options.prefix)])) as string[];
    const infos: ChannelInfo[] = [];
    for (let at = 0; at < names.length; at += 100) {
      const some = names.slice(at, at + 100);
      const told = await Promise.all(some.map((name) => this.info(engine, name)));
      for (const info of told) if (info) infos.push(info);
      const gone = some.filter((_, i) => !told[i]);
      for (const name of gone) this.#existing.delete(name);
      if (gone.length > 0) await engine.command(['SREM', namesKey(this.#options.prefix), ...gone]);
    }
    return infos;
  }

  /** undefined for a channel without entries. The count is of the stream alone. */
  async info(engine: Engine, name: string): Promise<ChannelInfo | undefined> {
    const [stream, hash] = keysOf(this.#options.prefix, name);
    const [first, last, latest] = (await Promise.all([
      engine.command(['XRANGE', stream, '-', '+', 'COUNT', '1']),
      engine.command(['XREVRANGE', stream, '+', '-', 'COUNT', '1']),
      engine.command(['HGET', hash, 'm']),
    ])) as [RawRecord[], RawRecord[], string | null];
    if (!first[0] || !last[0]) return undefined;
    const { entries, last: firstLast } = parseRecord(first[0]);
    const newest = parseRecord(last[0]);
    if (newest.cleared) return undefined;
    const from = firstLast - entries.length;
    const meta = latest?.slice(latest.indexOf('"m":') + 4, -1);
    const metaIn = latest && parseInt(latest) > from ? 1 : 0;
    return {
      name,
      cursor: formatCursor(newest.last, newest.tag),
      entries: newest.last - from - metaIn,
      updated: newest.entries.at(-1)?.t ?? 0,
      ...(meta !== undefined && { meta: JSON.parse(meta) as Meta }),
    };
  }
}
