import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import test from 'node:test';
import { liveClient } from '../../components/client/index.ts';
import type { Answer, Entry, Part } from '../../server/index.ts';
import { ask } from '../support/ask.ts';
import { chance } from '../support/chance.ts';
import { startLive } from '../support/live-server.ts';

const PUBLISHES = 10_000;
const BURST = 200;
const CHANNELS = ['a', 'b', 'c', 'd', 'keyed', 'rare'];

/** What a client holds of a channel. */
interface View {
  cursor: string;
  entries: Entry[];
}

/** A client that only implements the apply rule. */
class PlainClient {
  readonly views = new Map<string, View>();

  constructor(channels: string[]) {
    for (const name of channels) this.views.set(name, { cursor: '', entries: [] });
  }

  get search(): string {
    const since = [...this.views.values()].map(({ cursor }) => cursor);
    return `channels=${[...this.views.keys()].join(',')}&since=${since.join(',')}&wait=1`;
  }

  apply({ channels }: Answer): void {
    for (const [name, part] of Object.entries(channels)) this.#applyPart(name, part);
  }

  #applyPart(name: string, { from, to, reset, entries }: Part): void {
    const view = this.views.get(name) as View;
    if (from !== view.cursor) return;
    if (!reset) assertContinues(from, to, entries);
    if (reset) view.entries = [...entries];
    else view.entries.push(...entries);
    view.cursor = to;
  }
}

/** A delta contains exactly the versions after `from` up to `to`. */
function assertContinues(from: string, to: string, entries: Entry[]): void {
  const after = Number.parseInt(from, 10);
  assert.ok(
    entries.every(({ v }, i) => v === after + 1 + i),
    `a gap in the delta from ${from}`,
  );
  assert.equal(entries.length, Number.parseInt(to, 10) - after);
}

test('after 10,000 publishes in bursts every view equals the store, whatever faults 220 clients had', {
  timeout: 120_000,
}, async () => {
  await using server = await startLive({ door: 'front', retain: 60, maxAnswerEntries: 150 });
  const random = chance(20_261_120);
  const some = (n: number): number => Math.floor(random() * n);
  const pick = (): string[] =>
    CHANNELS.filter(() => random() < 0.5)
      .concat('z')
      .toSorted();
  let storming = true;
  const agent = new Agent({ keepAlive: true });

  const plain = Array.from({ length: 200 }, () => new PlainClient(pick()));
  const heads = async (): Promise<Map<string, string>> => {
    const { channels } = (await server.poll(`channels=${[...CHANNELS, 'z'].join(',')}&tail=0`))
      .answer;
    return new Map(Object.entries(channels).map(([name, { to }]) => [name, to]));
  };
  const level = (views: Map<string, View>, at: Map<string, string>): boolean =>
    [...views].every(([name, { cursor }]) => cursor === at.get(name));

  /** Polls, and loses, repeats, delays and reorders responses at random. */
  async function run(client: PlainClient): Promise<void> {
    let old: Answer | undefined;
    for (;;) {
      const polls = Array.from({ length: random() < 0.15 ? 2 : 1 }, async () => {
        const leaving = new AbortController();
        const timer =
          storming && random() < 0.2 ? setTimeout(() => leaving.abort(), some(30)) : undefined;
        const asked = await server
          .poll(client.search, { signal: leaving.signal, agent })
          .catch(() => undefined);
        clearTimeout(timer);
        if (!asked || (storming && random() < 0.05)) return;
        if (storming && random() < 0.1) await new Promise((done) => setTimeout(done, some(40)));
        client.apply(asked.answer);
        if (random() < 0.05) client.apply(asked.answer);
        if (old && random() < 0.05) client.apply(old);
        old = asked.answer;
      });
      await Promise.all(polls);
      if (!storming && level(client.views, await heads())) return;
      await new Promise((done) => setTimeout(done, 100 + some(400)));
    }
  }

  const real = Array.from({ length: 20 }, () => {
    const client = liveClient(server.url, {
      minIntervalMs: 100,
      waitSeconds: 1,
      random,
      after: (ms, go) => {
        const timer = setTimeout(go, Math.min(ms, 100));
        return () => clearTimeout(timer);
      },
      async fetch(...args) {
        if (storming && random() < 0.1) throw new TypeError('cut off');
        const response = await fetch(...args);
        if (storming && random() < 0.05) throw new TypeError('lost');
        return response;
      },
    });
    const views = new Map<string, View>();
    for (const name of pick()) {
      const view: View = { cursor: '', entries: [] };
      views.set(name, view);
      client.subscribe(name, ({ reset, entries }) => {
        if (reset) view.entries = [...entries];
        else view.entries.push(...entries);
      });
    }
    return { client, views };
  });

  const published = new Map<string, unknown>();
  async function publish(n: number): Promise<void> {
    const name = random() < 0.01 ? 'rare' : (CHANNELS[some(5)] as string);
    const data = { n };
    const key = name === 'keyed' ? { key: `k${some(5)}` } : {};
    if (random() < 0.97) {
      const { first } = await server.live.publish(name, { ...data, ...key });
      published.set(`${name} ${first}`, data);
      return;
    }
    const headers = { 'Idempotency-Key': `n${n}` };
    const post = (signal?: AbortSignal) =>
      ask(`${server.url}/channels/${name}`, {
        body: JSON.stringify({ ...data, ...key }),
        headers,
        agent,
        ...(signal && { signal }),
      });
    const leaving = new AbortController();
    if (random() < 0.3) setTimeout(() => leaving.abort(), some(5));
    let asked = await post(leaving.signal).catch(() => undefined);
    while (asked?.status !== 201) asked = await post();
    published.set(`${name} ${(asked.json as { first: number }).first}`, data);
  }

  const running = plain.map(run);
  for (let n = 0; n < PUBLISHES; n += BURST) {
    await Promise.all(Array.from({ length: BURST }, (_, i) => publish(n + i)));
    if (random() < 0.05)
      await ask(`${server.url}/channels/${CHANNELS[some(4)]}`, { method: 'DELETE' });
    if (random() < 0.05) await server.live.describe('b', { label: `${n}` });
    // Sometimes idle for long enough that polls are held.
    await new Promise((done) => setTimeout(done, random() < 0.15 ? 400 : some(40)));
  }
  storming = false;
  assert.equal(published.size, PUBLISHES); // None stored twice, none lost.
  await Promise.all(running);

  const kept = new Map<string, Entry[]>();
  for (const name of CHANNELS) kept.set(name, await retained(server.url, name));
  const check = (views: Map<string, View>): void => {
    for (const [name, { entries }] of views) {
      const data = entries.filter(({ d }) => d !== undefined);
      const mine = new Map(data.map((entry) => [entry.v, entry]));
      assert.equal(mine.size, data.length, `${name}: an entry was delivered twice`);
      for (const { v, d } of data) assert.deepEqual(d, published.get(`${name} ${v}`));
      for (const entry of kept.get(name) ?? []) assert.deepEqual(mine.get(entry.v), entry, name);
    }
  };
  for (const { views } of plain) check(views);
  for (const { client, views } of real) {
    const whole = (): boolean =>
      [...views].every(([name, { entries }]) => {
        const last = kept.get(name)?.at(-1)?.v;
        return last === undefined || entries.some(({ v }) => v === last);
      });
    while (!whole()) await new Promise((done) => setTimeout(done, 20));
    client.close();
    check(views);
  }
  await server.held(0);
  agent.destroy();
});

/** Everything that the store holds of a channel. */
async function retained(url: string, name: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (let since = ''; ; ) {
    const { channels, more } = (await ask(`${url}/channels/${name}?since=${since}`)).answer;
    entries.push(...(channels[name]?.entries ?? []).filter(({ d }) => d !== undefined));
    if (!more) return entries;
    since = channels[name]?.to ?? '';
  }
}
