/** Connections that a browser opens to one host under HTTP/1.1, for all its tabs together. */
const MAX_CONNECTIONS = 6;

type Word = { say: 'hello' | 'here' | 'bye'; id: string };

/** The server whose tabs are counted. */
interface Server {
  /** Base URL. */
  url: string;
  credentials: RequestCredentials;
}

/**
 * Counts the tabs of this browser that each hold a poll to one server. Under HTTP/1.1 the browser opens six connections to a
 * host: with six polls held, publishes wait, and the next tab loads slowly or not at all, without an error that names the
 * cause. A tab that crashed is counted until the next one opens.
 */
export class TabCount {
  /** Number of tabs that poll the server, where they take up all connections of the browser; else 0. */
  many = 0;
  readonly #server: Server;
  readonly #onChange: () => void;
  readonly #id = crypto.randomUUID?.() ?? String(Math.random()); // plain http has no randomUUID
  readonly #others = new Set<string>();
  #channel: BroadcastChannel | undefined;
  #warned = false;

  /** `onChange` is called when `many` has changed. */
  constructor(server: Server, onChange: () => void) {
    this.#server = server;
    this.#onChange = onChange;
  }

  /** Called with the state of this tab's connection: paused and denied tabs do not poll. */
  follow(state: string): void {
    if (state === 'live') this.#join();
    else if (state === 'paused' || state === 'denied') this.#leave();
  }

  #join(): void {
    const { credentials, url } = this.#server;
    if (this.#channel || !isCounted(url)) return;
    this.#channel = new BroadcastChannel(`lp-tab-count/1 ${credentials} ${url}`);
    this.#channel.addEventListener('message', ({ data }) => this.#receive(data as Word));
    this.#send('hello');
  }

  #leave(): void {
    this.#send('bye');
    this.#channel?.close();
    this.#channel = undefined;
    this.#others.clear();
    this.#notify();
  }

  #receive({ say, id }: Word): void {
    if (say === 'bye') this.#others.delete(id);
    else {
      if (say === 'hello') {
        this.#others.clear(); // every other tab answers with `here`, except one that crashed
        this.#send('here');
      }
      this.#others.add(id);
    }
    this.#notify();
  }

  #notify(): void {
    const tabs = this.#others.size + 1;
    const many = tabs >= MAX_CONNECTIONS ? tabs : 0;
    if (many === this.many) return;
    this.many = many;
    this.#onChange();
    if (many === 0 || this.#warned) return;
    this.#warned = true;
    console.warn(
      `lp-kit: ${tabs} tabs of this browser each use a connection to ${this.#server.url}. A browser opens at most ${MAX_CONNECTIONS} HTTP/1.1 connections to a host, so publishes and further tabs have to wait. Serve over HTTPS with HTTP/2, or let the tabs share one connection: <lp-source share="tabs"> (HTTPS or localhost)`,
    );
  }

  #send(say: Word['say']): void {
    this.#channel?.postMessage({ say, id: this.#id });
  }
}

/** True if the browser reports that the server uses HTTP/1.1. */
function isCounted(url: string): boolean {
  if (!('BroadcastChannel' in globalThis)) return false;
  const { origin } = new URL(url);
  const loaded = [
    ...performance.getEntriesByType('resource'),
    ...performance.getEntriesByType('navigation'),
  ] as PerformanceResourceTiming[];
  const found = loaded.findLast(({ name, nextHopProtocol }) => {
    return nextHopProtocol && new URL(name).origin === origin;
  });
  return found?.nextHopProtocol.startsWith('http/1') ?? false;
}
