import assert from 'node:assert/strict';
import { once } from 'node:events';
import { liveClient } from '../../components/client/index.ts';
import type { LiveClient } from '../../components/client/live-client.ts';
import type { Answer, Entry } from '../../protocol/lp1.ts';
import { type Served, serve } from './command.ts';
import { freePort } from './redis-server.ts';
import { TcpProxy } from './tcp-proxy.ts';

const CHANNELS = ['cpu', 'mem', 'net'];
const RETAIN = 100_000;

/** A server process that uses the engine through its own TCP proxy. */
export interface Instance {
  wire: TcpProxy;
  port: number;
  served: Served;
  url: string;
  /** Processes that were killed on purpose. */
  killed: number;
}

/** The view of a channel in a client. */
class View {
  readonly channel: string;
  readonly entries: Map<number, string> = new Map();
  cursor = '';
  holes = 0;

  constructor(client: LiveClient, channel: string) {
    this.channel = channel;
    client.subscribe(channel, ({ reset, entries, cursor }) => {
      if (reset) this.entries.clear();
      const before = Number.parseInt(this.cursor) || 0;
      entries.forEach(({ v }, i) => {
        if (!reset && v !== before + 1 + i) this.holes++;
      });
      for (const entry of entries as Entry[]) this.entries.set(entry.v, JSON.stringify(entry.d));
      this.cursor = cursor;
    });
  }
}

/** Result of a round of faults. */
export interface Outcome {
  acknowledged: number;
  /** Acknowledged values that were lost. */
  lost: number;
  /** Values that are stored more than once. */
  doubles: number;
  /** Versions that a view skipped. */
  holes: number;
  /** Views that differ from the engine. */
  diverged: number;
  /** Processes that ended without being killed. */
  ended: number;
}

/**
 * Three server processes on one engine; two publishers per channel, which repeat unacknowledged publishes under the same
 * key, at any instance; four clients per instance, each with a view of every channel.
 */
export class Instances {
  readonly list: Instance[] = [];
  readonly #clients: LiveClient[] = [];
  readonly #views: View[] = [];
  readonly #acknowledged: string[] = [];
  #publishers: Promise<void>[] = [];
  #publishing = true;
  #next = 0;
  #ended = 0;

  static async start(enginePort: number): Promise<Instances> {
    const instances = new Instances();
    for (let n = 0; n < 3; n++) {
      const [wire, port] = [await TcpProxy.to(enginePort), await freePort()];
      const instance = { wire, port, killed: 0 } as Instance;
      await instances.#serve(instance);
      instances.list.push(instance);
    }
    for (const channel of CHANNELS) {
      await fetch(`${instances.#at(0)}/channels/${channel}`, {
        method: 'PUT',
        body: JSON.stringify({ retain: RETAIN }),
      });
      for (let n = 0; n < 2; n++) instances.#publishers.push(instances.#publish(channel));
    }
    for (const { url } of instances.list) {
      for (let n = 0; n < 4; n++) {
        const client = liveClient(url, { waitSeconds: 5, minIntervalMs: 20 });
        instances.#clients.push(client);
        for (const channel of CHANNELS) instances.#views.push(new View(client, channel));
      }
    }
    await instances.published(60);
    return instances;
  }

  /** Resolves when this many more publishes were acknowledged. */
  async published(count: number): Promise<void> {
    const goal = this.#acknowledged.length + count;
    while (this.#acknowledged.length < goal) await soon();
  }

  /** Kills the process of an instance, and starts it again at the same port. */
  async restart(instance: Instance): Promise<void> {
    const gone = once(instance.served.child, 'close');
    instance.killed++;
    instance.served.child.kill('SIGKILL');
    await gone;
    await this.#serve(instance);
  }

  /** Stops the publishers, waits until the views reach the head, and compares everything. A view that does not reach it within 60 s has diverged. */
  async settle(): Promise<Outcome> {
    this.#publishing = false;
    await Promise.all(this.#publishers);
    const truth = await this.#truth();
    const late = performance.now() + 60_000;
    const behind = (): View[] =>
      this.#views.filter(({ channel, cursor }) => cursor !== truth.get(channel)?.to);
    while (behind().length > 0 && performance.now() < late) await soon();
    const values = [...truth.values()].flatMap(({ entries }) => entries.map(valueOf));
    const there = new Set(values);
    return {
      acknowledged: this.#acknowledged.length,
      lost: this.#acknowledged.filter((value) => !there.has(value)).length,
      doubles: values.length - there.size,
      holes: this.#views.reduce((sum, { holes }) => sum + holes, 0),
      diverged: this.#views.filter((view) => !shows(view, truth.get(view.channel))).length,
      ended: this.#ended,
    };
  }

  async close(): Promise<void> {
    this.#publishing = false;
    for (const client of this.#clients) client.close();
    await Promise.all(this.list.map(({ served }) => served.stop()));
    await Promise.all(this.list.map(({ wire }) => wire.close()));
  }

  async #serve(instance: Instance): Promise<void> {
    const { wire, port } = instance;
    instance.served = await serve(['--redis', wire.url, '--port', String(port)]);
    instance.url = instance.served.url;
    const killed = instance.killed;
    instance.served.child.once('exit', () => {
      if (this.#publishing && instance.killed === killed) this.#ended++;
    });
  }

  #at(n: number): string {
    return (this.list[n % this.list.length] as Instance).url;
  }

  async #publish(channel: string): Promise<void> {
    while (this.#publishing) {
      const n = this.#next++;
      const value = `${channel} ${n}`;
      const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': `"id-${n}"` };
      const body = JSON.stringify({ text: value, ...(n % 5 === 0 && { key: `k${n % 3}` }) });
      for (let attempt = 0; this.#publishing; attempt++) {
        const url = `${this.#at(n + attempt)}/channels/${channel}`;
        const signal = AbortSignal.timeout(10_000);
        const status = await fetch(url, { method: 'POST', headers, body, signal }).then(
          (response) => response.arrayBuffer().then(() => response.status),
          () => 0,
        );
        if (status === 201) {
          this.#acknowledged.push(value);
          break;
        }
        assert.ok([0, 409, 502, 503, 507].includes(status), `${status} for ${value}`);
        await soon(50);
      }
      await soon(5);
    }
  }

  /** Returns the content of each channel, as a new client receives it. */
  async #truth(): Promise<Map<string, { to: string; entries: Entry[] }>> {
    const truth = new Map<string, { to: string; entries: Entry[] }>();
    for (const channel of CHANNELS) {
      const entries: Entry[] = [];
      for (let since = ''; ; ) {
        const response = await fetch(
          `${this.#at(0)}/poll?channels=${channel}&since=${since}&wait=0`,
        );
        const { channels, more } = (await response.json()) as Answer;
        const part = channels[channel];
        if (part) entries.push(...part.entries);
        since = part?.to ?? since;
        if (!more) {
          truth.set(channel, { to: since, entries });
          break;
        }
      }
    }
    return truth;
  }
}

const valueOf = ({ d }: Entry): string => (d as { text: string }).text;

/** Returns whether a view contains what the engine holds; it may hold older entries in addition. */
function shows(view: View, truth: { to: string; entries: Entry[] } | undefined): boolean {
  if (!truth || view.cursor !== truth.to) return false;
  return truth.entries.every(({ v, d }) => view.entries.get(v) === JSON.stringify(d));
}

const soon = (ms = 20): Promise<void> => new Promise((done) => setTimeout(done, ms));
