import type { ClientError, ClientStatus } from '../client/index.ts';
import { eventually, lazyImport } from '../shared/lazy-import.ts';
import type { TabCount } from './tab-count.ts';

const loadCure = lazyImport('connectionCure', () => import('../client/connection-cure.ts'));

/** Addresses that the page's policy has blocked, newest last. */
const blocked: string[] = [];
const MOST_BLOCKED = 20;
let watching = false;

/** Records what the page's Content Security Policy blocks: an error of `fetch` does not say so. */
function watchPolicy(): void {
  if (watching || !globalThis.document) return;
  watching = true;
  document.addEventListener('securitypolicyviolation', ({ blockedURI, effectiveDirective }) => {
    if (effectiveDirective !== 'connect-src') return;
    blocked.push(blockedURI);
    if (blocked.length > MOST_BLOCKED) blocked.shift();
  });
}

/** Number of consecutive failures from which on there is advice: a single one is often over with the next request. */
const FAILURES = 2;

/** Loads the code that counts tabs, for which nothing waits. */
const loadTabCount = lazyImport('TabCount', () => import('./tab-count.ts'));

interface Server {
  url: string;
  credentials: RequestCredentials;
}

/**
 * Logs, once for each kind of error, what the operator can do about a failing connection, and counts the tabs of the browser
 * that have a connection to the same server.
 */
export class ConnectionAdvice {
  /** Counts the tabs; undefined until the connection has been live and the code is loaded. */
  tabs: TabCount | undefined;
  readonly #server: Server;
  readonly #onChange: () => void;
  #state: ClientStatus['state'] = 'connecting';
  #reported = new Set<string>();
  #hasToken = false;

  /** `onChange` is called when there is other advice for the viewer. */
  constructor(server: Server, onChange: () => void) {
    this.#server = server;
    this.#onChange = onChange;
    watchPolicy();
  }

  /** Called when the connection has ended. */
  end(): void {
    this.#state = 'paused';
    this.tabs?.follow(this.#state);
  }

  /** Called with the headers of each request. */
  noteHeaders(headers: Record<string, string>): void {
    this.#hasToken = Object.keys(headers).some((name) => name.toLowerCase() === 'authorization');
  }

  /** Called with each status. With `share="tabs"`, tabs share one connection and need not be counted. */
  see(status: ClientStatus, share: 'page' | 'tabs' | undefined): void {
    const { state, attempt, error } = status;
    this.#state = state;
    this.tabs?.follow(state);
    if (state === 'live' && share !== 'tabs' && !this.tabs) void this.#countTabs();
    const isLasting =
      attempt >= FAILURES || state === 'denied' || error?.code === 'unknown-channel';
    if (!error || !isLasting) return;
    const kind = `${error.code} ${error.status} ${error.channel}`;
    if (this.#reported.has(kind)) return;
    this.#reported.add(kind);
    void this.#report(error, kind);
  }

  async #countTabs(): Promise<void> {
    const { TabCount } = await eventually(loadTabCount);
    this.tabs ??= new TabCount(this.#server, this.#onChange);
    this.tabs.follow(this.#state);
  }

  async #report(error: ClientError, kind: string): Promise<void> {
    try {
      const { connectionCure } = await loadCure();
      const cure = await connectionCure({
        url: this.#server.url,
        error,
        page: { origin: globalThis.origin, protocol: location.protocol },
        hasToken: this.#hasToken,
        blocked,
      });
      if (cure) console.error(`lp-kit: ${cure}`);
      else if (error.code === 'network') this.#reported.delete(kind); // the next outage may have another cause
    } catch {
      console.error(`lp-kit: ${error.message}`); // what blocks the requests may block the code too
    }
  }
}
