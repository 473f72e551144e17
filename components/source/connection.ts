import type { ClientStatus, LiveClientOptions, Update } from '../client/index.ts';
import type { ReadingClient } from '../client/live-client.ts';
import { readingClient } from '../client/live-client.ts';
import { LpAuthRequiredEvent, LpResetEvent } from '../data/events.ts';
import { ConnectionAdvice } from './connection-advice.ts';

/** The URL of a kit server, and how requests to it carry cookies. Both together identify a connection. */
export interface Address {
  /** Absolute, without a slash at the end. */
  url: string;
  credentials: RequestCredentials;
}

/** Options of a connection that sources may set; `headers` and `fetch` may change while it runs. */
export type ConnectionOptions = Omit<LiveClientOptions, 'credentials' | 'random' | 'now'>;

/** An element that shows data of a connection. `lp-status` counts those that have a channel. */
export interface Member extends EventTarget {
  readonly channel?: string;
  readonly status?: string;
  /** Server time in ms of its newest data. */
  readonly updatedAt?: number | undefined;
}

type Listener = (update: Update) => void;

/** Time in ms for which the client stays open after the last holder has left, so that a page that re-renders keeps its connection. */
const LINGER_MS = 1000;

/**
 * The client of one address, shared by all elements that use it. It may be replaced by one with other options; subscriptions
 * stay.
 *
 * Several sources may have the same address. Then each option is taken from the first of them, in the order in which they
 * joined, that sets it; when one leaves or changes, all are read again.
 */
export class Connection {
  readonly address: Address;
  /** The elements that show data of this connection. */
  readonly members: Set<Member> = new Set();
  /** Elements that show its status to the viewer; while there are any, widgets do not announce it. */
  readonly statusElements: Set<object> = new Set();
  #sources = new Map<EventTarget, ConnectionOptions>();
  #options: ConnectionOptions = {};
  #client: ReadingClient;
  #subscriptions = new Map<object, { start: () => () => void; stop: () => void }>();
  #statusListeners = new Set<(status: ClientStatus) => void>();
  #pausedBy = new Set<string>();
  #resets = new Map<string, string>();
  #holders: Holders;
  #unwatch: () => void = () => {};
  /** Advice for the operator about a failing connection, and the number of tabs that have one. */
  readonly advice: ConnectionAdvice;

  constructor(address: Address, onClosed: () => void) {
    this.address = address;
    this.advice = new ConnectionAdvice(address, () => {
      for (const listener of this.#statusListeners) listener(this.status);
    });
    this.#client = this.#open();
    this.#holders = new Holders({
      onLast: () => this.resume(), // an element that joins within the second has not asked for a pause
      onEnd: () => {
        this.#unwatch();
        this.#client.close();
        this.advice.end();
        onClosed();
      },
    });
  }

  /** The current client. Do not store it: it may be replaced. */
  get client(): ReadingClient {
    return this.#client;
  }

  get status(): ClientStatus {
    return this.#client.status;
  }

  /** Keeps the connection open. Returns the release; after the last one no pause holds, and a second later it closes. */
  hold(): () => void {
    return this.#holders.add();
  }

  /** Like the client's `subscribe`, but the subscription is kept if the client is replaced. */
  subscribe(channel: string, listener: Listener, options: { tail?: number } = {}): () => void {
    const hear: Listener = (update) => {
      listener(update);
      if (update.reset === 'unknown') this.#dispatchReset(update);
    };
    const start = (): (() => void) => this.#client.subscribe(channel, hear, options);
    const key = {};
    this.#subscriptions.set(key, { start, stop: start() });
    return () => {
      this.#subscriptions.get(key)?.stop();
      this.#subscriptions.delete(key);
    };
  }

  /** Calls the listener at once and on every change. Returns the function that removes it. */
  onStatus(listener: (status: ClientStatus) => void): () => void {
    this.#statusListeners.add(listener);
    listener(this.status);
    return () => this.#statusListeners.delete(listener);
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
   * Adds a source with its options; it then also fires the events of the whole connection (`lp-auth-required`,
   * `lp-reset`). Options that the client reads for each request change at once; for the others the client is replaced.
   */
  configure(source: EventTarget, options: ConnectionOptions): void {
    this.#sources.set(source, options);
    this.#apply();
  }

  /** Removes a source: its options no longer count. */
  leave(source: EventTarget): void {
    if (this.#sources.delete(source) && this.#sources.size > 0) this.#apply();
  }

  #apply(): void {
    const options = merged([...this.#sources.values()]);
    const { headers: _headers, fetch: _fetch, ...before } = this.#options;
    const { headers, fetch, ...fixed } = options;
    const changed = headers !== this.#options.headers || fetch !== this.#options.fetch;
    this.#options = options;
    if (sameFields(before, fixed)) {
      if (changed && this.status.state === 'denied') this.#client.refresh();
      return;
    }
    for (const subscription of this.#subscriptions.values()) subscription.stop();
    this.#unwatch();
    this.#client.close();
    this.#client = this.#open();
    for (const subscription of this.#subscriptions.values())
      subscription.stop = subscription.start();
  }

  #open(): ReadingClient {
    const { url, credentials } = this.address;
    const client = readingClient(url, {
      ...this.#options,
      credentials,
      headers: async () => {
        const { headers = {} } = this.#options;
        const sent = typeof headers === 'function' ? await headers() : headers;
        this.advice.noteHeaders(sent);
        return sent;
      },
      fetch: (input, init) => (this.#options.fetch ?? globalThis.fetch)(input, init),
    });
    for (const reason of this.#pausedBy) client.pause(reason);
    let wasDenied = false;
    this.#unwatch = client.onStatus((status) => {
      this.advice.see(status, this.#options.share);
      const isDenied = status.state === 'denied';
      for (const listener of this.#statusListeners) listener(status);
      if (isDenied && !wasDenied)
        eventTargetsOf(this.#sources, this.members)[0]?.dispatchEvent(
          new LpAuthRequiredEvent(url, () => this.#client.refresh()),
        );
      wasDenied = isDenied;
    });
    return client;
  }

  // Notifies each widget of the channel; the event is fired once per source.
  #dispatchReset({ channel, cursor }: Update): void {
    if (this.#resets.get(channel) === cursor) return;
    this.#resets.set(channel, cursor);
    for (const speaker of eventTargetsOf(this.#sources, this.members))
      speaker.dispatchEvent(new LpResetEvent(channel, 'unknown'));
  }
}

/** The elements that keep a connection open. It ends `LINGER_MS` after the last one left. */
class Holders {
  #count = 0;
  #lingering: ReturnType<typeof setTimeout> | undefined;
  #options: { onLast: () => void; onEnd: () => void };

  constructor(options: { onLast: () => void; onEnd: () => void }) {
    this.#options = options;
  }

  add(): () => void {
    clearTimeout(this.#lingering);
    this.#count++;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      if (--this.#count > 0) return;
      this.#options.onLast();
      this.#lingering = setTimeout(this.#options.onEnd, LINGER_MS);
    };
  }
}

/**
 * Returns the targets of events that concern the whole connection: the sources; without one, a widget; else the document.
 */
function eventTargetsOf(sources: Map<EventTarget, unknown>, members: Set<Member>): EventTarget[] {
  if (sources.size > 0) return [...sources.keys()];
  const [member] = members;
  return [member ?? document];
}

/** Returns for each option the first value that is set. */
function merged(all: ConnectionOptions[]): ConnectionOptions {
  const set = all
    .toReversed()
    .flatMap((options) => Object.entries(options).filter(([, value]) => value !== undefined));
  return Object.fromEntries(set) as ConnectionOptions;
}

function sameFields(a: object, b: object): boolean {
  const left = Object.entries(a);
  const right = new Map(Object.entries(b));
  return (
    left.length === right.size && left.every(([name, value]) => Object.is(right.get(name), value))
  );
}
