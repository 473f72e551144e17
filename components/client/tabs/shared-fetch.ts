import { eventually, lazyImport } from '../../shared/lazy-import.ts';
import { ConnectionLimit, fitsOnePoll } from '../connection-limits.ts';
import type { Lifecycle } from '../lifecycle.ts';
import type { PollOptions } from '../poll.ts';
import type { Wire } from '../request.ts';
import type { Locks } from './leader-election.ts';
import type { Tabs, TabsOptions, TabsPlatform } from './tabs.ts';

/** Options of `sharedFetch`. */
export interface SharedFetchOptions extends Pick<PollOptions, 'now' | 'after' | 'random'> {
  wire: Wire;
  minIntervalMs: number;
  lifecycle: Lifecycle | undefined;
  platform: TabsPlatform;
}

/** A `fetch` whose held polls are made by one tab for all tabs of the browser. */
export interface SharedFetch {
  fetch: typeof globalThis.fetch;
  close: () => void;
}

/** URLs of polls that the server may hold. Polls that are answered at once gain nothing from another tab. */
const HELD_POLL = /\/poll\?.*&wait=(?!0(?:&|$))/;
/** Minimum time in ms between two merged requests, as for a change of channels. */
const PACE_MS = 100;

/**
 * Returns the browser's features for sharing polls. Undefined where one is missing: Web Locks exist in secure contexts
 * (https, localhost) only.
 */
export function browserTabs(): TabsPlatform | undefined {
  const { navigator, BroadcastChannel } = globalThis as Partial<typeof globalThis>;
  const locks = navigator?.locks as Locks | undefined; // the platform's types do not allow for its absence
  if (!locks || !BroadcastChannel) return undefined;
  return { locks, openChannel: (name) => new BroadcastChannel(name) };
}

/**
 * Returns a `fetch` that shares held polls among tabs. Its code is loaded with the first request, and the first held
 * poll waits for the first attempt to load it. While it cannot be loaded, this tab polls for itself.
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
