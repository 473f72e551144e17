import { eventually, lazyImport } from '../../shared/lazy-import.ts';
import { ConnectionLimit, fitsOnePoll } from '../connection-limits.ts';
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

/**
 * The code for shared polls is loaded with the first request, and the first held poll waits for the first attempt to load
 * it. As long as it cannot be loaded, this tab polls for itself.
 */
export function sharedFetch(options: SharedFetchOptions): SharedFetch {
  const { fetch } = options.wire;
  let tabs: Tabs | undefined;
  let closed = false;
  let opening: Promise<void> | undefined;
  const open = (): Promise<void> => {
    const start = (module: typeof import('./tabs.ts')): void => {
      if (!closed) tabs = new module.Tabs(tabsOptions(options));
    };
    return loadTabs().then(start, () => void eventually(loadTabs).then(start));
  };
  return {
    fetch: async (input, init = {}) => {
      opening ??= open();
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

/** Loads the code for shared polls, which few pages need. */
export const loadTabs: () => Promise<typeof import('./tabs.ts')> = lazyImport(
  'Tabs',
  () => import('./tabs.ts'),
);

function tabsOptions({ wire, minIntervalMs, ...rest }: SharedFetchOptions): TabsOptions {
  return {
    ...wire,
    ...rest,
    minIntervalMs: Math.min(minIntervalMs, PACE_MS),
    fits: (names) => fitsOnePoll(wire.base, names),
    turns: new ConnectionLimit(),
  };
}
