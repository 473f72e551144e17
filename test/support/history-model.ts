import assert from 'node:assert/strict';
import type { LiveClient, liveClient, Update } from '../../components/client/index.ts';
import { loadTabs } from '../../components/client/tabs/shared-fetch.ts';
import type { Entry, Meta } from '../../protocol/lp1.ts';
import { Answer, partText } from '../../server/hub/answer.ts';
import { parsePollQuery } from '../../server/hub/poll-query.ts';
import type { Item } from '../../server/stores/store.ts';
import { FakeBrowser, type FakeTab } from './fake-browser.ts';
import { ManualTime } from './manual-time.ts';
import type { Life } from './restorable-store.ts';
import { type Exchange, ScriptedNetwork } from './scripted-network.ts';

export const CHANNELS = ['a', 'b', '__proto__'] as const;
export type Name = (typeof CHANNELS)[number];

/**
 * Small, so that most responses are cut, but large enough for what a channel retains for its three
 * keys and meta.
 */
const LIMIT = { entries: 8, bytes: 100_000 };

interface Tab {
  client: LiveClient;
  platform: FakeTab;
}

interface View {
  tab: Tab;
  channel: Name;
  tail: number | undefined;
  end: () => void;
  cursor: string;
  entries: Entry[];
  meta: Meta | undefined;
  /** Version at which the last reset ended: all later versions must be complete. */
  resetAt: number;
}

/**
 * A server with appends, deletions, restarts and backups; a network that loses, delays, duplicates,
 * reorders and exchanges responses; and a client, or several that share their polls and may close,
 * crash and freeze. It records every state of each channel, and checks every update.
 */
export class HistoryModel {
  readonly violations: string[] = [];
  readonly #openClient: (platform: FakeTab) => LiveClient;
  readonly #browser = new FakeBrowser();
  readonly #tabs: Tab[] = [];
  readonly #net = new ScriptedNetwork();
  readonly #time = new ManualTime();
  #life: Life;
  #backup: (() => Life) | undefined;
  /** All entries since the channel's creation or last deletion, in the current history. */
  #line = new Map<Name, Entry[]>(CHANNELS.map((name) => [name, []]));
  #backupLine = this.#line;
  /** Every state that existed, by channel and cursor. */
  readonly #truth = new Map<string, Entry[]>();
  #views: View[] = [];
  /** True if closed or crashed; actions of a crashed client have no effect. */
  readonly #lost: Tab[] = [];
  /** All responses so far: caches and proxies may send any of them again. */
  readonly #answers: string[] = [];
  readonly #answered = new Map<Exchange, string>();
  #serial = 0;

  constructor(life: Life, client: typeof liveClient, tabs?: number) {
    this.#life = life;
    this.#net.deaf = true; // An abort does not reach the server, and does not stop a response that is being sent.
    for (const name of CHANNELS) this.#truth.set(`${name} 0`, []);
    this.#openClient = (tabsPlatform) =>
      client('http://wall.test/lp', {
        fetch: this.#net.fetch,
        now: this.#time.now,
        after: this.#time.after,
        random: () => 0.5,
        ...(tabs && { share: 'tabs', tabsPlatform }),
      });
    for (let i = 0; i < (tabs ?? 1); i++) this.#openTab();
  }

  /** Must be awaited before the first model with tabs, because its clock does not wait for files to load. */
  static readonly ready: () => Promise<unknown> = loadTabs;

  async append(name: Name, keys: (string | undefined)[], meta: boolean): Promise<void> {
    const items: Item[] = keys.map((k) => ({
      json: String(++this.#serial),
      ...(k !== undefined && { k }),
    }));
    if (meta) items.push({ json: `{"label":"${++this.#serial}"}`, meta: true });
    const { first } = await this.#life.append(name, items);
    const added = items.map(
      ({ json, k, meta: isMeta }, i): Entry => ({
        v: first + i,
        t: 0,
        ...(k !== undefined && { k }),
        ...(isMeta ? { m: JSON.parse(json) } : { d: JSON.parse(json) }),
      }),
    );
    this.#moveTo(name, [...(this.#line.get(name) ?? []), ...added]);
  }

  async clear(name: Name): Promise<void> {
    const before = this.#life.head(name);
    await this.#life.clear(name);
    if (this.#life.head(name) !== before) this.#moveTo(name, []);
  }

  backup(): void {
    this.#backup = this.#life.backup();
    this.#backupLine = new Map(this.#line);
  }

  /** Restarts the server with its current state. */
  restart(): void {
    this.backup();
    this.restore();
  }

  /** Restarts the server with the state of the last backup; without one, empty. */
  restore(): void {
    if (!this.#backup) return;
    this.#life = this.#backup();
    for (const name of CHANNELS) {
      const lost = this.#life.head(name) === '0';
      this.#line.set(name, lost ? [] : (this.#backupLine.get(name) ?? []));
    }
  }

  subscribe(channel: Name, tail: number | undefined, nth = 0): void {
    const tab = this.#tab(nth);
    const view: View = {
      tab,
      channel,
      tail,
      end: () => {},
      cursor: '',
      entries: [],
      meta: undefined,
      resetAt: 0,
    };
    const listener = (update: Update): void => this.#see(view, update);
    view.end = tab.client.subscribe(channel, listener, tail === undefined ? {} : { tail });
    this.#views.push(view);
  }

  unsubscribe(nth: number): void {
    const [view] = this.#views.splice(nth % Math.max(1, this.#views.length), 1);
    view?.end();
  }

  /** Lets the server process a request: it responds, or continues to hold it. */
  process(nth: number): void {
    const exchange = this.#pick(nth);
    if (exchange && !this.#answered.has(exchange)) this.#answer(exchange);
  }

  /** Delivers any response made so far. */
  deliver(nth: number): void {
    const exchange = this.#pick(nth);
    const body = exchange && this.#answered.get(exchange);
    if (body) tell(exchange, body);
  }

  lose(nth: number): void {
    this.#pick(nth)?.fail();
  }

  /** Lets a cache or a faulty proxy answer any client with an earlier response. */
  confuse(nth: number, answer: number): void {
    const exchange = this.#pick(nth);
    const stale = this.#answers[answer % Math.max(1, this.#answers.length)];
    if (exchange && stale) tell(exchange, stale);
  }

  /** Removes an entry from a response. */
  damage(nth: number, place: number): void {
    const exchange = this.#pick(nth);
    const body = exchange && this.#answered.get(exchange);
    if (!body) return;
    const answer = JSON.parse(body);
    for (const part of Object.values<{ reset?: string; entries: Entry[] }>(answer.channels)) {
      if (!part.reset) part.entries.splice(place % Math.max(1, part.entries.length), 1);
    }
    tell(exchange, JSON.stringify(answer));
  }

  refresh(nth = 0): void {
    this.#tab(nth).client.refresh();
  }

  /** Closes a tab, properly or by a crash, and opens another one. */
  replaceTab(nth: number, crash: boolean): void {
    const tab = this.#tab(nth);
    if (crash) tab.platform.crash();
    else tab.client.close();
    this.#lost.push(tab);
    this.#tabs.splice(this.#tabs.indexOf(tab), 1);
    this.#views = this.#views.filter((view) => view.tab !== tab);
    this.#openTab();
  }

  /** Freezes a tab: it neither receives nor sends. */
  stick(nth: number): void {
    this.#tab(nth).platform.stick();
  }

  move(nth: number): void {
    this.#tab(nth).platform.move();
  }

  async pass(ms: number): Promise<void> {
    await this.#time.advance(ms);
    assert.deepEqual(this.violations, []);
  }

  /** Ends all faults: every view must soon equal what the store holds. */
  async heal(): Promise<void> {
    for (const { platform } of this.#tabs) platform.move();
    await this.pass(40_000); // Whatever backoff there was.
    for (let round = 0; round < 60 && !this.#whole(); round++) {
      for (const exchange of this.#net.exchanges) {
        if (!exchange.open || exchange.aborted) continue;
        const body = this.#answered.get(exchange) ?? this.#answer(exchange);
        if (body) tell(exchange, body);
      }
      await this.pass(1_000);
    }
    for (const view of this.#views) this.#checkWhole(view);
  }

  close(): void {
    for (const { client } of [...this.#tabs, ...this.#lost]) client.close();
  }

  #openTab(): void {
    const platform = this.#browser.tab();
    const tab = { client: this.#openClient(platform), platform };
    this.#tabs.push(tab);
    for (const name of CHANNELS) this.subscribe(name, undefined, -1);
  }

  #tab(nth: number): Tab {
    return this.#tabs.at(nth % this.#tabs.length) as Tab; // There is always one.
  }

  #moveTo(name: Name, entries: Entry[]): void {
    this.#line.set(name, entries);
    this.#truth.set(`${name} ${this.#life.head(name)}`, entries);
  }

  #pick(nth: number): Exchange | undefined {
    const open = this.#net.exchanges.filter((exchange) => exchange.open).slice(-4);
    return open[nth % Math.max(1, open.length)];
  }

  #answer(exchange: Exchange): string | undefined {
    const query = parsePollQuery(exchange.url.search.slice(1), 100);
    const parts = query.channels.flatMap((name, i) => {
      const from = query.from[i] ?? '';
      if (from === this.#life.head(name)) return [];
      const slice = this.#life.read(name, query.since[i], { ...LIMIT, tail: query.tails[i] });
      const part = partText(name, from, slice);
      return part.empty ? [] : [part];
    });
    if (parts.length === 0 && query.waitMs > 0) return undefined;
    const body = new Answer(parts, { now: this.#time.now(), limit: LIMIT }).body.toString();
    this.#answers.push(body);
    this.#answered.set(exchange, body);
    return body;
  }

  #see(view: View, { channel, reset, entries, meta, cursor }: Update): void {
    const wrong = (why: string): void =>
      void this.violations.push(`${channel} at ${cursor}${reset ? ` (${reset})` : ''}: ${why}`);
    if (channel !== view.channel) wrong('told to another channel’s listener');
    if (reset) {
      view.entries = [];
      view.meta = undefined;
      view.resetAt = Number.parseInt(cursor);
    }
    view.entries = [...view.entries, ...entries];
    view.meta = meta ?? view.meta;
    view.cursor = cursor;
    const truth = this.#truth.get(`${channel} ${cursor}`);
    if (!truth) return wrong('a state that never was');
    const byVersion = new Map(truth.map((entry) => [entry.v, entry]));
    let last = 0;
    for (const entry of view.entries) {
      if (entry.v <= last) wrong(`version ${entry.v} after ${last}`);
      last = entry.v;
      if (!isSame(entry, byVersion.get(entry.v))) wrong(`version ${entry.v} of another history`);
    }
    const held = new Set(view.entries.map((entry) => entry.v));
    const newestMeta = truth.findLast(({ m }) => m !== undefined)?.v ?? 0; // Older meta is not kept, and need not be sent.
    const lost = truth.find(
      ({ v, m }) => v > view.resetAt && !held.has(v) && !(m !== undefined && v < newestMeta),
    );
    if (lost) wrong(`version ${lost.v} is missing`);
  }

  #whole(): boolean {
    return this.#views.every(({ channel, cursor }) => cursor === this.#life.head(channel));
  }

  #checkWhole({ channel, tail, cursor, entries, meta }: View): void {
    assert.equal(cursor, this.#life.head(channel), `${channel} equals the content of the store`);
    const unlimited = { entries: 1_000, bytes: 1e9, tail };
    const slice = this.#life.read(channel, undefined, unlimited);
    const held = new Map(entries.map((entry) => [entry.v, entry]));
    for (const text of slice.entries) {
      const entry: Entry = JSON.parse(text);
      assert(isSame(entry, held.get(entry.v)), `${channel} holds version ${entry.v}`);
    }
    assert.deepEqual(meta, slice.meta === undefined ? undefined : JSON.parse(slice.meta));
  }
}

function tell(exchange: Exchange, body: string): void {
  exchange.respond(new Response(body, { headers: { 'Content-Type': 'application/json' } }));
}

const isSame = (a: Entry, b: Entry | undefined): boolean =>
  b !== undefined &&
  a.v === b.v &&
  a.k === b.k &&
  a.d === b.d &&
  JSON.stringify(a.m) === JSON.stringify(b.m);
