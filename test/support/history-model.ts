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

/** Small, so that answers are cut all the time; but what a channel retains for its three keys and meta fits in. */
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
  /** Version that the last reset ended at: what follows must be whole. */
  resetAt: number;
}

/**
 * A server with a life (appends, deletions, restarts, backups), a network that loses, delays, doubles, reorders and
 * mixes up, and a client in the midst of it, or several that share their polls and may close, crash and stand still. Knows every state that each channel truly had, and looks at every update.
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
  /** Everything since the channel's birth or deletion, on the line of history that is alive. */
  #line = new Map<Name, Entry[]>(CHANNELS.map((name) => [name, []]));
  #backupLine = this.#line;
  /** Every state that ever was, by channel and cursor. */
  readonly #truth = new Map<string, Entry[]>();
  #views: View[] = [];
  /** Closed or crashed; whatever a crashed one still does is of no effect. */
  readonly #lost: Tab[] = [];
  /** All answers so far: caches and proxies may tell any of them once more. */
  readonly #answers: string[] = [];
  readonly #answered = new Map<Exchange, string>();
  #serial = 0;

  constructor(life: Life, client: typeof liveClient, tabs?: number) {
    this.#life = life;
    this.#net.deaf = true; // an abort does not reach the server, nor stop an answer under way
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

  /** To be awaited before the first model with tabs: its clock waits for no file. */
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

  /** The server is gone, and comes back as of now. */
  restart(): void {
    this.backup();
    this.restore();
  }

  /** The server comes back as of the last backup; without one, empty. */
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

  /** The server looks at a request: it answers, or holds it on. */
  process(nth: number): void {
    const exchange = this.#pick(nth);
    if (exchange && !this.#answered.has(exchange)) this.#answer(exchange);
  }

  /** An answer that was made arrives, however long ago that was. */
  deliver(nth: number): void {
    const exchange = this.#pick(nth);
    const body = exchange && this.#answered.get(exchange);
    if (body) tell(exchange, body);
  }

  lose(nth: number): void {
    this.#pick(nth)?.fail();
  }

  /** A cache or a mixed-up proxy answers with what was once told to somebody. */
  confuse(nth: number, answer: number): void {
    const exchange = this.#pick(nth);
    const stale = this.#answers[answer % Math.max(1, this.#answers.length)];
    if (exchange && stale) tell(exchange, stale);
  }

  /** An entry goes missing on the way. */
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

  /** Another tab is opened in place of one that is closed, in order or not. */
  replaceTab(nth: number, crash: boolean): void {
    const tab = this.#tab(nth);
    if (crash) tab.platform.crash();
    else tab.client.close();
    this.#lost.push(tab);
    this.#tabs.splice(this.#tabs.indexOf(tab), 1);
    this.#views = this.#views.filter((view) => view.tab !== tab);
    this.#openTab();
  }

  /** A tab neither hears nor speaks. */
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

  /** The network is well again: soon every view is what the store holds. */
  async heal(): Promise<void> {
    for (const { platform } of this.#tabs) platform.move();
    await this.pass(40_000); // whatever backoff there was
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
    return this.#tabs.at(nth % this.#tabs.length) as Tab; // there is always one
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
    const newestMeta = truth.findLast(({ m }) => m !== undefined)?.v ?? 0; // older meta is not kept, and need not be told
    const lost = truth.find(
      ({ v, m }) => v > view.resetAt && !held.has(v) && !(m !== undefined && v < newestMeta),
    );
    if (lost) wrong(`version ${lost.v} is missing`);
  }

  #whole(): boolean {
    return this.#views.every(({ channel, cursor }) => cursor === this.#life.head(channel));
  }

  #checkWhole({ channel, tail, cursor, entries, meta }: View): void {
    assert.equal(cursor, this.#life.head(channel), `${channel} stands where the store stands`);
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
