import assert from 'node:assert/strict';
import { parseCursor } from '../../protocol/lp1.ts';
import { type RedisStoreOptions, redisStore } from '../../server/stores/redis/store.ts';
import type { Store } from '../../server/stores/store.ts';
import { Reader } from '../contract/reader.ts';
import { TcpProxy } from './tcp-proxy.ts';

const CHANNELS = ['cpu', 'mem', 'net'];
const LIMIT = { entries: 200, bytes: 1e9 };

interface Instance {
  store: Store;
  wire: TcpProxy;
}

/** A publish that was acknowledged. */
interface Kept {
  channel: string;
  value: string;
  cursor: string;
}

/**
 * Three instances on one engine, each over its own TCP proxy; publishers that retry with the same id at any
 * instance; readers that change instances, most of which wait for a watch.
 */
export class Fleet {
  readonly kept: Kept[] = [];
  readonly readers: Reader[] = [];
  readonly instances: Instance[] = [];
  refused = 0;
  #next = 0;
  #publishing = true;
  #reading = true;
  readonly #publishers: Promise<void>[] = [];
  readonly #views: Promise<void>[] = [];
  #progress: (() => void)[] = [];
  #moves: (() => void)[] = [];

  static async start(port: number, options: Partial<RedisStoreOptions> = {}): Promise<Fleet> {
    const fleet = new Fleet();
    for (let n = 0; n < 3; n++) {
      const wire = await TcpProxy.to(port);
      const store = await redisStore({ retain: 100_000, ...options, url: wire.url });
      fleet.instances.push({ wire, store });
    }
    for (const channel of CHANNELS) {
      fleet.#publishers.push(fleet.#publish(channel), fleet.#publish(channel));
      for (let n = 0; n < 12; n++) {
        const reader = new Reader(channel);
        fleet.readers.push(reader);
        fleet.#views.push(n < 8 ? fleet.#sleep(reader, n) : fleet.#wander(reader, n));
      }
    }
    return fleet;
  }

  /** Resolves when this many more publishes were acknowledged. */
  async published(count: number): Promise<void> {
    const goal = this.kept.length + count;
    while (this.kept.length < goal) await new Promise<void>((done) => this.#progress.push(done));
  }

  /** Stops the publishers, lets the readers catch up, and compares all views with the engine. Returns acknowledged entries that were lost. */
  async settle(): Promise<Kept[]> {
    this.#publishing = false;
    await Promise.all(this.#publishers);
    // Waiting readers must reach the head by a notification, or by the repair after a lost one.
    const engine = await redisStore({
      retain: 100_000,
      url: `redis://127.0.0.1:${this.#at(0).wire.target}`,
    });
    while (this.#reading && !(await this.#caughtUp(engine))) {
      await new Promise((done) => setTimeout(done, 20));
    }
    await engine.close();
    this.#reading = false;
    await Promise.all(this.#views);
    for (const [n, reader] of this.readers.entries()) await reader.checkAgainst(this.#at(n).store);
    return this.#lost(this.#at(0).store);
  }

  async #caughtUp(store: Store): Promise<boolean> {
    const heads = new Map<string, string>();
    for (const channel of CHANNELS) {
      const fresh = new Reader(channel);
      await fresh.catchUp(store);
      heads.set(channel, fresh.cursor);
    }
    return this.readers.every(({ channel, cursor }) => cursor === heads.get(channel));
  }

  /** Closes the first instance: readers that waited there move to others, like held polls of a server that shuts down. */
  leave(): Instance {
    const [gone] = this.instances.splice(0, 1);
    for (const move of this.#moves.splice(0)) move();
    return gone as Instance;
  }

  async close(): Promise<void> {
    this.#publishing = this.#reading = false;
    await Promise.all(this.instances.map(({ store }) => store.close()));
    await Promise.all(this.instances.map(({ wire }) => wire.close()));
  }

  async #lost(store: Store): Promise<Kept[]> {
    const held = new Map<string, number>();
    for (const channel of CHANNELS) {
      const view = new Reader(channel);
      await view.catchUp(store);
      for (const text of view.view.values()) {
        const { d } = JSON.parse(text) as { d: string };
        held.set(d, (held.get(d) ?? 0) + 1);
      }
    }
    for (const [value, times] of held) assert.equal(times, 1, `${value} is there ${times} times`);
    return this.kept.filter(({ value }) => !held.has(value));
  }

  #at(n: number): Instance {
    return this.instances[n % this.instances.length] as Instance;
  }

  async #publish(channel: string): Promise<void> {
    while (this.#publishing) {
      const n = this.#next++;
      const value = `${channel} ${n}`;
      for (let attempt = 0; ; attempt++) {
        const { store } = this.#at(n + attempt);
        try {
          const item = { json: JSON.stringify(value), ...(n % 5 === 0 && { k: `k${n % 3}` }) };
          const { cursor } = await store.append(channel, [item], { id: `id-${n}`, print: 'p' });
          this.kept.push({ channel, value, cursor });
          for (const done of this.#progress.splice(0)) done();
          break;
        } catch (error) {
          const { code } = error as { code?: string };
          if (code === 'draining' && !this.#publishing) return;
          assert.ok(code === 'overloaded' || code === 'draining', String(error));
          this.refused++;
          await new Promise((done) => setTimeout(done, 50));
        }
      }
    }
  }

  /** Reads only when notified. Moves to another instance after some notifications. */
  async #sleep(reader: Reader, n: number): Promise<void> {
    for (let turn = n; this.#reading; turn++) {
      const { store } = this.#at(turn);
      let wake = () => {};
      const woken = () => new Promise<void>((done) => (wake = done));
      const watch = await this.#patiently(async () => store.watch(reader.channel, () => wake()));
      if (!watch) continue;
      for (let wakes = 0; wakes < 20 && this.#reading; wakes++) {
        const next = Promise.race([woken(), this.#ended(), this.#moved()]);
        const seen = reader.cursor;
        if (watch.head !== reader.cursor) await this.#patiently(() => reader.catchUp(store, LIMIT));
        if (!this.instances.some((instance) => instance.store === store)) break;
        if (watch.head === reader.cursor || reader.cursor === seen) await next;
      }
      watch.stop();
    }
  }

  /** Reads from time to time, each time at another instance. */
  async #wander(reader: Reader, n: number): Promise<void> {
    for (let turn = n; this.#reading; turn++) {
      const { store } = this.#at(turn);
      const since = parseCursor(reader.cursor);
      await this.#patiently(async () =>
        reader.apply(await store.read(reader.channel, since, LIMIT)),
      );
      await new Promise((done) => setTimeout(done, 5));
    }
  }

  async #patiently<T>(what: () => Promise<T>): Promise<T | undefined> {
    try {
      return await what();
    } catch (error) {
      const { code } = error as { code?: string };
      assert.ok(code === 'overloaded' || code === 'draining', String(error));
      await new Promise((done) => setTimeout(done, 50));
      return undefined;
    }
  }

  #moved(): Promise<void> {
    return new Promise((done) => this.#moves.push(done));
  }

  async #ended(): Promise<void> {
    while (this.#reading) await new Promise((done) => setTimeout(done, 50));
  }
}
