import type { Lifecycle } from '../lifecycle.ts';
import { LeaderElection, type Locks } from './leader-election.ts';
import { PendingPoll } from './pending-poll.ts';
import { parsePollRequest, type PollRequest } from './poll-request.ts';
import type { RelayedResponse } from './relayed-response.ts';
import { TabLeader, type TabLeaderOptions } from './tab-leader.ts';

/** The features of the browser that are needed; each may be missing, or throw. */
export interface TabsPlatform {
  locks: Locks;
  /** Opens a BroadcastChannel of this name. */
  openChannel: (name: string) => TabsChannel;
}

/** The part of a BroadcastChannel that is used. */
export interface TabsChannel {
  postMessage(word: unknown): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
  close(): void;
}

/** Options of `Tabs`. */
export interface TabsOptions extends Omit<TabLeaderOptions, 'respond'> {
  credentials: RequestCredentials;
  random: () => number;
  /** Reports when the page is frozen or left. */
  lifecycle: Lifecycle | undefined;
  platform: TabsPlatform;
}

/** A message between tabs. Ids are unique among tabs, so every tab may receive every message. */
type Message =
  | { say: 'ask'; question: PollRequest }
  | { say: 'drop'; id: string }
  | { say: 'heard'; id: string }
  | { say: 'answer'; ids: string[]; relay: RelayedResponse }
  /** A new leader: send it all requests again. */
  | { say: 'lead' };

/** Version of the messages: a tab may still run the code from before a deployment. */
const VERSION = 1;

/**
 * This tab among all tabs of the browser that poll the same server: one of them, the leader, polls for all. A lock
 * decides which tab leads; a BroadcastChannel carries requests and responses. Messages may be lost, repeated or late:
 * the client applies a part only at the cursor that it continues, and a request that no leader acknowledges is sent by
 * this tab itself.
 */
export class Tabs {
  readonly #options: TabsOptions;
  readonly #name: string;
  readonly #newId = idMaker();
  readonly #pending = new Map<string, PendingPoll>();
  readonly #leadership: LeaderElection;
  readonly #endLifecycle: (() => void) | undefined;
  #channel: TabsChannel | undefined;
  #leader: TabLeader | undefined;
  /** True if the browser lacks a feature, or the client was closed. */
  #over = false;

  constructor(options: TabsOptions) {
    const { platform, base, credentials, lifecycle } = options;
    this.#options = options;
    this.#name = `lp-tabs/${VERSION} ${credentials} ${base}`;
    this.#leadership = new LeaderElection({
      locks: platform.locks,
      name: this.#name,
      random: options.random,
      after: options.after,
      onWon: () => this.#lead(),
      onLost: () => this.#follow(),
      onRefused: () => this.close(),
    });
    const ignore = (): void => {};
    this.#endLifecycle = lifecycle?.({
      pause: (reason) => {
        if (reason === 'away' || reason === 'frozen') this.#leave();
      },
      resume: ignore,
      wake: ignore,
      offline: ignore,
      online: ignore,
    });
  }

  /** Works as `fetch`; held polls go through the leader. */
  fetch(url: string, init: RequestInit): Promise<Response> {
    const id = this.#newId();
    const request = parsePollRequest(id, url, init);
    const { fetch, after } = this.#options;
    if (init.signal?.aborted || !request || !this.#join()) return fetch(url, init);
    const pending = new PendingPoll({
      request,
      fetch,
      url,
      init,
      after,
      ask: () => this.#request(request),
      onMute: () => this.#replaceLeader(),
      onEnd: (withdrawn) => this.#end(id, withdrawn),
    });
    this.#pending.set(id, pending);
    pending.send();
    return pending.response;
  }

  /** Leaves permanently: this tab polls for itself afterwards. */
  close(): void {
    this.#over = true;
    this.#endLifecycle?.();
    this.#leave();
  }

  /** Returns false if the browser lacks a feature. */
  #join(): boolean {
    if (this.#over) return false;
    if (this.#channel) return true;
    try {
      this.#channel = this.#options.platform.openChannel(this.#name);
      this.#channel.addEventListener('message', ({ data }) => this.#receive(data as Message));
      this.#leadership.join();
      return true;
    } catch {
      this.close();
      return false;
    }
  }

  /** Lets another tab lead: this one is closed or frozen. The next request joins again. */
  #leave(): void {
    this.#stepDown();
    this.#leadership.leave();
    this.#channel?.close();
    this.#channel = undefined;
    for (const pending of this.#pending.values()) pending.askDirectly();
  }

  #lead(): void {
    this.#leader = new TabLeader({
      ...this.#options,
      respond: (ids, response) => this.#answer(ids, response),
    });
    this.#send({ say: 'lead' });
    this.#requestAll();
  }

  /** Called when another tab has become the leader, because this one was silent. */
  #follow(): void {
    this.#stepDown();
    this.#requestAll();
  }

  #stepDown(): void {
    this.#leader?.close();
    this.#leader = undefined;
  }

  #requestAll(): void {
    for (const pending of Array.from(this.#pending.values())) pending.send();
  }

  #request(request: PollRequest): boolean {
    if (this.#leader) this.#leader.ask(request);
    else this.#send({ say: 'ask', question: request });
    return this.#leader !== undefined;
  }

  #end(id: string, withdrawn: boolean): void {
    this.#pending.delete(id);
    if (!withdrawn) return;
    if (this.#leader) this.#leader.drop(id);
    else this.#send({ say: 'drop', id });
  }

  /** Sends the leader's response to the tabs that wait for it, this one among them. */
  #answer(ids: string[], response: RelayedResponse): void {
    const isOthers = ids.some((id) => !this.#pending.has(id));
    if (isOthers) this.#send({ say: 'answer', ids, relay: response });
    for (const id of ids) this.#pending.get(id)?.settle(response);
  }

  #replaceLeader(): void {
    if (!this.#leader && this.#channel) this.#leadership.stealSoon();
  }

  #send(message: Message): void {
    this.#channel?.postMessage(message);
  }

  #receive(message: Message): void {
    if (message.say === 'ask') return this.#receiveRequest(message.question);
    if (message.say === 'drop') return this.#leader?.drop(message.id);
    this.#leadership.cancelSteal(); // there is a leader, and it can send
    if (message.say === 'lead') return this.#requestAll();
    if (message.say === 'heard') return this.#pending.get(message.id)?.acknowledged();
    for (const id of message.ids) this.#pending.get(id)?.settle(message.relay);
  }

  #receiveRequest(request: PollRequest): void {
    if (!this.#leader) return;
    this.#send({ say: 'heard', id: request.id });
    this.#leader.ask(request);
  }
}

/** Returns a function that makes ids, unique among all tabs. */
function idMaker(): () => string {
  const tab = crypto.randomUUID();
  let count = 0;
  return () => `${tab} ${count++}`;
}
