import { fitsOnePoll, ConnectionLimit } from '../connection-limits.ts';
import type { Lifecycle } from '../lifecycle.ts';
import type { PollOptions } from '../poll.ts';
import type { Wire } from '../request.ts';
import type { Locks } from './leader-election.ts';
import type { Tabs, TabsOptions, TabsPlatform } from './tabs.ts';

export interface SharedFetchOptions extends Pick<PollOptions, 'now' | 'after' | 'random'> {
  wire: Wire;
  minIntervalMs: number;
  lifecycle: Lifecycle | undefined;
  platform: TabsPlatform;
}

/** A `fetch` for polls, of which one tab of the browser makes most. */
export interface SharedFetch {
  fetch: typeof globalThis.fetch;
  close: () => void;
}

/** Polls that are answered at once gain nothing from another tab. */
const HELD_POLL = /\/poll\?.*&wait=(?!0(?:&|$))/;
/** As for a change of channels. */
const PACE_MS = 100;

/** What the browser offers. undefined where it lacks a part: Web Locks are for secure contexts (https, localhost) only. */
export function browserTabs(): TabsPlatform | undefined {
  const { navigator, BroadcastChannel } = globalThis as Partial<typeof globalThis>;
  const locks = navigator?.locks as Locks | undefined; // its types do not know that it may be missing
  if (!locks || !BroadcastChannel) return undefined;
  return { locks, openChannel: (name) => new BroadcastChannel(name) };
}

/** Loads what it takes with the first request; the first held poll waits for it. */
export function sharedFetch(options: SharedFetchOptions): SharedFetch {
  const { fetch } = options.wire;
  let tabs: Tabs | undefined;
  let closed = false;
  const open = async (): Promise<void> => {
    const { Tabs } = await loadTabs();
    if (!closed) tabs ??= new Tabs(tabsOptions(options));
  };
  return {
    fetch: async (input, init = {}) => {
      // Where the file can't be had now, this tab polls for itself, and tries again with the next poll.
      const opening = tabs ? undefined : open().catch(() => {});
      const held = typeof input === 'string' && HELD_POLL.test(input);
      if (held) await opening;
      return held && tabs ? tabs.fetch(input, init) : fetch(input, init);
    },
    close: () => {
      closed = true;
      tabs?.close();
    },
  };
}

let loading: Promise<typeof import('./tabs.ts')> | undefined;

/** Apart from the rest, for few pages want it. */
export async function loadTabs(): Promise<typeof import('./tabs.ts')> {
  loading ??= import('./tabs.ts');
  try {
    return await loading;
  } catch (error) {
    loading = undefined;
    throw error;
  }
}

function tabsOptions({ wire, minIntervalMs, ...rest }: SharedFetchOptions): TabsOptions {
  return {
    ...wire,
    ...rest,
    minIntervalMs: Math.min(minIntervalMs, PACE_MS),
    fits: (names) => fitsOnePoll(wire.base, names),
    turns: new ConnectionLimit(),
  };
}
