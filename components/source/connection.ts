import type { ClientStatus, LiveClient, LiveClientOptions, Update } from '../client/index.ts';
import { liveClient } from '../client/index.ts';
import { LpAuthRequiredEvent, LpResetEvent } from '../data/events.ts';

/** Where a kit server is, and how requests to it carry cookies. Together they are a connection's identity. */
export interface Address {
  /** Absolute, without a slash at the end. */
  url: string;
  credentials: RequestCredentials;
}

/** What a source may choose for its connection; `headers` and `fetch` may change while it runs. */
export type ConnectionOptions = Omit<LiveClientOptions, 'credentials' | 'random' | 'now'>;

/** An element that shows data of a connection. `lp-status` counts those that have a channel. */
export interface Member extends EventTarget {
  readonly channel?: string;
  readonly status?: string;
  /** Server time in ms of its newest data. */
  readonly updatedAt?: number | undefined;
}

type Listener = (update: Update) => void;

/** After the last holder leaves, so long until the client hangs up: a page that redraws itself keeps its connection. */
const LINGER_MS = 1000;

/** One address's client, shared by all who hold it. The client may be exchanged for one of other options; subscriptions stay. */
export class Connection {
  readonly address: Address;
  /** The widgets that show data of this connection. */
  readonly members: Set<Member> = new Set();
  /** Elements that tell its status to the viewer; while there are any, widgets keep quiet about it. */
  readonly tellers: Set<object> = new Set();
  #options: ConnectionOptions = {};
  #client: LiveClient;
  #subscriptions = new Map<object, { start: () => () => void; stop: () => void }>();
  #statusListeners = new Set<(status: ClientStatus) => void>();
  #voices = new Set<EventTarget>();
  #pausedBy = new Set<string>();
  #state: ClientStatus['state'] = 'connecting';
  #holders = 0;
  #lingering: ReturnType<typeof setTimeout> | undefined;
  #onClosed: () => void;
  #unwatch: () => void = () => {};

  constructor(address: Address, onClosed: () => void) {
    this.address = address;
    this.#onClosed = onClosed;
    this.#client = this.#open();
  }

  /** The client of now. Do not keep it: `configure` may exchange it. */
  get client(): LiveClient {
    return this.#client;
  }

  get status(): ClientStatus {
    return this.#client.status;
  }

  /** Keeps the connection. Returns the release; after the last one no pause holds, and a second later it closes. */
  hold(): () => void {
    clearTimeout(this.#lingering);
    this.#holders++;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      if (--this.#holders > 0) return;
      this.resume(); // whoever comes within the second has not asked for a pause
      this.#lingering = setTimeout(() => this.#close(), LINGER_MS);
    };
  }

  /** As the client's `subscribe`, but it outlives an exchange of the client. */
  subscribe(channel: string, listener: Listener, options: { tail?: number } = {}): () => void {
    const hear: Listener = (update) => {
      listener(update);
      if (update.reset === 'unknown')
        this.#voice().dispatchEvent(new LpResetEvent(channel, update.reset));
    };
    const start = (): (() => void) => this.#client.subscribe(channel, hear, options);
    const key = {};
    this.#subscriptions.set(key, { start, stop: start() });
    return () => {
      this.#subscriptions.get(key)?.stop();
      this.#subscriptions.delete(key);
    };
  }

  /** Calls the listener at once and on every change. Returns its end. */
  onStatus(listener: (status: ClientStatus) => void): () => void {
    this.#statusListeners.add(listener);
    listener(this.status);
    return () => this.#statusListeners.delete(listener);
  }

  /** Sends what concerns the whole connection (`lp-auth-required`, `lp-reset`) from this source. Returns its end. */
  speakThrough(source: EventTarget): () => void {
    this.#voices.add(source);
    return () => this.#voices.delete(source);
  }

  pause(reason = 'viewer'): void {
    this.#pausedBy.add(reason);
    this.#client.pause(reason);
  }

  resume(reason = 'viewer'): void {
    this.#pausedBy.delete(reason);
    this.#client.resume(reason);
  }

  /**
   * Takes a source's options. Of several sources with one address the first decides. What the client reads on each request
   * changes at once; for the rest the client is exchanged.
   */
  configure(source: object, options: ConnectionOptions): void {
    const first = this.#voices.values().next().value;
    if (first && first !== source) return;
    const { headers: _headers, fetch: _fetch, ...before } = this.#options;
    const { headers, fetch, ...fixed } = options;
    const changed = headers !== this.#options.headers || fetch !== this.#options.fetch;
    this.#options = options;
    if (!sameFields(before, fixed)) this.#exchange();
    else if (changed && this.status.state === 'denied') this.#client.refresh();
  }

  #open(): LiveClient {
    const { url, credentials } = this.address;
    const client = liveClient(url, {
      ...this.#options,
      credentials,
      headers: async () => {
        const { headers = {} } = this.#options;
        return typeof headers === 'function' ? headers() : headers;
      },
      fetch: (input, init) => (this.#options.fetch ?? globalThis.fetch)(input, init),
    });
    for (const reason of this.#pausedBy) client.pause(reason);
    this.#unwatch = client.onStatus((status) => this.#tellStatus(status));
    return client;
  }

  #exchange(): void {
    for (const subscription of this.#subscriptions.values()) subscription.stop();
    this.#unwatch();
    this.#client.close();
    this.#client = this.#open();
    for (const subscription of this.#subscriptions.values())
      subscription.stop = subscription.start();
  }

  #tellStatus(status: ClientStatus): void {
    const denied = status.state === 'denied' && this.#state !== 'denied';
    this.#state = status.state;
    for (const listener of this.#statusListeners) listener(status);
    if (!denied) return;
    const retry = (): void => this.#client.refresh();
    this.#voice().dispatchEvent(new LpAuthRequiredEvent(this.address.url, retry));
  }

  // A page without a source element hears it from one of the widgets.
  #voice(): EventTarget {
    const [source] = this.#voices;
    const [member] = this.members;
    return source ?? member ?? document;
  }

  #close(): void {
    this.#unwatch();
    this.#client.close();
    this.#onClosed();
  }
}

function sameFields(a: object, b: object): boolean {
  const left = Object.entries(a).filter(([, value]) => value !== undefined);
  const right = new Map(Object.entries(b).filter(([, value]) => value !== undefined));
  return (
    left.length === right.size && left.every(([name, value]) => Object.is(right.get(name), value))
  );
}
