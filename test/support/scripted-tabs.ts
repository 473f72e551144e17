import type { TestContext } from 'node:test';
import {
  type LiveClient,
  type LiveClientOptions,
  liveClient,
  pageLifecycle,
  type Update,
} from '../../components/client/index.ts';
import { loadTabs } from '../../components/client/tabs/shared-fetch.ts';
import { FakeBrowser, type FakeTab } from './fake-browser.ts';
import { FakePage } from './fake-page.ts';
import { ManualTime } from './manual-time.ts';
import { type Exchange, ScriptedNetwork } from './scripted-network.ts';

export interface ScriptedTab {
  client: LiveClient;
  page: FakePage;
  platform: FakeTab;
  /** Requests of this tab only. */
  net: ScriptedNetwork;
  listen: (channel: string) => Update[];
}

export interface ScriptedTabs {
  browser: FakeBrowser;
  time: ManualTime;
  /** Opens another tab. */
  tab: (options?: LiveClientOptions) => ScriptedTab;
  /** The requests of all tabs that wait for a response. */
  open: () => Exchange[];
}

/** Tabs of one browser on one clock, each with its own network, so that a test sees which tab made a request. */
export async function scriptedTabs(t: TestContext): Promise<ScriptedTabs> {
  await loadTabs(); // A clock that does not advance does not wait for files to load.
  const browser = new FakeBrowser();
  const time = new ManualTime();
  const tabs: ScriptedTab[] = [];
  const tab = (options: LiveClientOptions = {}): ScriptedTab => {
    const net = new ScriptedNetwork(time.now);
    const page = new FakePage();
    const platform = browser.tab();
    const client = liveClient('http://wall.test/lp', {
      fetch: net.fetch,
      now: time.now,
      after: time.after,
      random: () => 0.5,
      lifecycle: pageLifecycle({ page, after: time.after }),
      share: 'tabs',
      tabsPlatform: platform,
      ...options,
    });
    t.after(() => client.close());
    const listen = (channel: string): Update[] => {
      const updates: Update[] = [];
      client.subscribe(channel, (update) => updates.push(update));
      return updates;
    };
    tabs.push({ client, page, platform, net, listen });
    return tabs.at(-1) as ScriptedTab;
  };
  const open = (): Exchange[] =>
    tabs.flatMap(({ net }) => net.exchanges).filter((exchange) => exchange.open);
  return { browser, time, tab, open };
}
