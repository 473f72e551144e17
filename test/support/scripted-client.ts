import type { TestContext } from 'node:test';
import {
  type LiveClient,
  type LiveClientOptions,
  liveClient,
  pageLifecycle,
  type Update,
} from '../../components/client/index.ts';
import type { Entry, Part } from '../../protocol/lp1.ts';
import { FakePage } from './fake-page.ts';
import { ManualTime } from './manual-time.ts';
import { ScriptedNetwork } from './scripted-network.ts';

export interface Scripted {
  client: LiveClient;
  net: ScriptedNetwork;
  time: ManualTime;
  page: FakePage;
  /** Subscribes, and collects the updates. */
  listen: (channel: string, tail?: number) => Update[];
}

/** A client whose network, clock, timers, random numbers (0.5) and page are controlled by the test. It is closed when the test ends. */
export function scripted(t: TestContext, options: LiveClientOptions = {}): Scripted {
  const time = new ManualTime();
  const net = new ScriptedNetwork(time.now);
  const page = new FakePage();
  const client = liveClient('http://wall.test/lp/', {
    fetch: net.fetch,
    now: time.now,
    after: time.after,
    random: () => 0.5,
    lifecycle: pageLifecycle({ page, after: time.after }),
    ...options,
  });
  t.after(() => client.close());
  const listen = (channel: string, tail?: number): Update[] => {
    const updates: Update[] = [];
    const subscribeOptions = tail === undefined ? {} : { tail };
    client.subscribe(channel, (update) => updates.push(update), subscribeOptions);
    return updates;
  };
  return { client, net, time, page, listen };
}

/** Entries of the versions `first` to `last`; each one's value is its version. */
export const entries = (first: number, last: number): Entry[] =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => ({
    v: first + i,
    t: 1_795_000_000_000 + i,
    d: first + i,
  }));

/** Returns the part from `from` to version `last`, of the history with this tag. */
export const delta = (from: string, last: number, tag = 'a'): Part => ({
  from,
  to: `${last}.${tag}`,
  entries: entries(Number.parseInt(from) + 1, last),
});

/** Returns a reset with the whole history up to `last`. */
export const initial = (last: number, tag = 'a'): Part => ({
  from: '',
  to: last === 0 ? '0' : `${last}.${tag}`,
  reset: 'initial',
  entries: entries(1, last),
});

/** Returns the received versions, update by update. */
export const versions = (updates: Update[]): number[][] =>
  updates.map((update) => update.entries.map((entry) => entry.v));
