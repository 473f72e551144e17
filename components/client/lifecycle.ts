import { type After, after as platformAfter } from './backoff.ts';

/** Events of the page's lifecycle that a client handles. */
export interface LifecycleEvents {
  /** Stops polling until each reason has been resumed. */
  pause(reason: string): void;
  resume(reason: string): void;
  /** Retries now: the page has become visible, or the network is back. */
  wake(): void;
  offline(): void;
  online(): void;
}

/** Starts to watch the page. Returns the function that stops it. */
export type Lifecycle = (client: LifecycleEvents) => () => void;

/** The members of a window that are used; `globalThis` of a page or a worker has them. */
export interface Page extends Listenable {
  document?: Listenable & { readonly visibilityState: string };
  navigator?: { readonly onLine?: boolean };
}

interface Listenable {
  addEventListener?(type: string, listener: () => void): void;
  removeEventListener?(type: string, listener: () => void): void;
}

/** Options of `pageLifecycle`. */
export interface PageLifecycleOptions {
  /** Time in ms for which a hidden page keeps polling; Infinity = without end. */
  suspendAfterMs?: number;
  page?: Page;
  after?: After;
}

/**
 * Pauses a client while its page has been hidden for long, is frozen, or is in the back-forward cache; a page that
 * becomes visible retries at once. `navigator.onLine` is reliable only when it is false; true means that a retry makes
 * sense.
 * @see https://wicg.github.io/page-lifecycle/
 */
export function pageLifecycle({
  suspendAfterMs = 300_000,
  page = globalThis as unknown as Page, // the global may be that of a page, a worker or Node
  after = platformAfter,
}: PageLifecycleOptions = {}): Lifecycle {
  return (client) => {
    const { document } = page;
    const visibility = watchVisibility(client, page, { suspendAfterMs, after });
    const ends = [
      visibility.end,
      listen(document, 'visibilitychange', visibility.look),
      listen(document, 'freeze', () => client.pause('frozen')),
      listen(document, 'resume', () => client.resume('frozen')),
      listen(page, 'pagehide', () => client.pause('away')),
      listen(page, 'pageshow', () => client.resume('away')),
      listen(page, 'offline', () => client.offline()),
      listen(page, 'online', () => client.online()),
    ];
    visibility.look();
    if (page.navigator?.onLine === false) client.offline();
    return () => ends.forEach((end) => end());
  };
}

/** Returns the lifecycle of the page; undefined in Node, which has no document. */
export const browserLifecycle = (options: PageLifecycleOptions): Lifecycle | undefined =>
  'document' in globalThis ? pageLifecycle(options) : undefined;

function watchVisibility(
  client: LifecycleEvents,
  { document }: Page,
  { suspendAfterMs, after }: { suspendAfterMs: number; after: After },
): { look: () => void; end: () => void } {
  let cancel: (() => void) | undefined;
  const end = (): void => {
    cancel?.();
    cancel = undefined;
  };
  const look = (): void => {
    end();
    if (document?.visibilityState !== 'hidden') {
      client.resume('hidden');
      return client.wake();
    }
    if (suspendAfterMs < Infinity) cancel = after(suspendAfterMs, () => client.pause('hidden'));
  };
  return { look, end };
}

function listen(target: Listenable | undefined, type: string, listener: () => void): () => void {
  target?.addEventListener?.(type, listener);
  return () => target?.removeEventListener?.(type, listener);
}
