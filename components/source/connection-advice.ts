import type { ClientError, ClientStatus } from '../client/index.ts';
import { lazyImport } from '../shared/lazy-import.ts';

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

/** One failed request is often over with the next one. */
const FAILURES = 2;

/** Tells the console once for each kind of error what to do about a connection that fails. */
export class ConnectionAdvice {
  #url: string;
  #told = new Set<string>();
  #hasToken = false;

  constructor(url: string) {
    this.#url = url;
    watchPolicy();
  }

  /** The headers that a request carries. */
  noteHeaders(headers: Record<string, string>): void {
    this.#hasToken = Object.keys(headers).some((name) => name.toLowerCase() === 'authorization');
  }

  /** A status of the connection. */
  see({ state, attempt, error }: ClientStatus): void {
    const isLasting =
      attempt >= FAILURES || state === 'denied' || error?.code === 'unknown-channel';
    if (!error || !isLasting) return;
    const kind = `${error.code} ${error.status} ${error.channel}`;
    if (this.#told.has(kind)) return;
    this.#told.add(kind);
    void this.#tell(error, kind);
  }

  async #tell(error: ClientError, kind: string): Promise<void> {
    try {
      const { connectionCure } = await loadCure();
      const cure = await connectionCure({
        url: this.#url,
        error,
        page: { origin: globalThis.origin, protocol: location.protocol },
        hasToken: this.#hasToken,
        blocked,
      });
      if (cure) console.error(`lp-kit: ${cure}`);
      else if (error.code === 'network') this.#told.delete(kind); // the next outage may have another cause
    } catch {
      console.error(`lp-kit: ${error.message}`); // what blocks the requests may block the code too
    }
  }
}
