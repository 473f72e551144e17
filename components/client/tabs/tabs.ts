import type { Lifecycle } from '../lifecycle.ts';
import { LeaderElection, type Locks } from './leader-election.ts';
import { PendingPoll } from './pending-poll.ts';
import { parsePollRequest, type PollRequest } from './poll-request.ts';
import type { RelayedResponse } from './relayed-response.ts';
import { TabLeader, type TabLeaderOptions } from './tab-leader.ts';

/** What is needed of the browser; each may be missing, or refuse its service. */
export interface TabsPlatform {
  locks: Locks;
  /** A BroadcastChannel of this name. */
  openChannel: (name: string) => TabsChannel;
}

/** As much of a BroadcastChannel. */
export interface TabsChannel {
  postMessage(word: unknown): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
  close(): void;
}

export interface TabsOptions extends Omit<TabLeaderOptions, 'tell'> {
  credentials: RequestCredentials;
  random: () => number;
  /** Tells when the page is put to sleep. */
  lifecycle: Lifecycle | undefined;
  platform: TabsPlatform;
}

/** What tabs say to each other. Ids are unique among tabs, so all may hear all. */
type Word =
  | { say: 'ask'; question: PollRequest }
  | { say: 'drop'; id: string }
  | { say: 'heard'; id: string }
  | { say: 'answer'; ids: string[]; relay: RelayedResponse }
  /** I lead now: ask me. */
  | { say: 'lead' };

/** Of this conversation: an old tab may outlive a deploy. */
const VERSION = 1;
/** Tabs that find their leader mute do not all take its place in one moment. */
const STEAL_SPREAD_MS = 2_000;

/**
 * This tab among all tabs of the browser that poll the same server: one of them, the leader, polls for all. The lock
 * says who leads, the channel carries questions and answers. Nothing here has to be exact: whatever is lost, doubled
 * or late meets the client's one rule (a part applies only to the cursor that it continues), and a question that no
 * leader acknowledges is asked by a request of our own.
 */
export class Tabs {
  readonly #options: TabsOptions;
  readonly #name: string;
  readonly #id = crypto.randomUUID();
  readonly #askings = new Map<string, PendingPoll>();
  readonly #leadership: LeaderElection;
  readonly #endLifecycle: (() => void) | undefined;
  #asked = 0;
  #channel: TabsChannel | undefined;
  #leader: TabLeader | undefined;
  #cancelSteal: (() => void) | undefined;
  /** The browser refused its service, or the client closed. */
  #over = false;

  constructor(options: TabsOptions) {
    const { platform, base, credentials, lifecycle } = options;
    this.#options = options;
    this.#name = `lp-tabs/${VERSION} ${credentials} ${base}`;
    this.#leadership = new LeaderElection({
      locks: platform.locks,
      name: this.#name,
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

  /** As `fetch`; what is worth sharing goes through the leader. */
  fetch(url: string, init: RequestInit): Promise<Response> {
    const id = `${this.#id} ${this.#asked++}`;
    const question = parsePollRequest(id, url, init);
    const { fetch, after } = this.#options;
    if (init.signal?.aborted || !question || !this.#join()) return fetch(url, init);
    const asking = new PendingPoll({
      question,
      fetch,
      url,
      init,
      after,
      ask: () => this.#ask(question),
      onMute: () => this.#stealSoon(),
      onEnd: (withdrawn) => this.#end(id, withdrawn),
    });
    this.#askings.set(id, asking);
    asking.send();
    return asking.response;
  }

  /** Leaves for good; what is asked for from now on goes by requests of our own. */
  close(): void {
    this.#over = true;
    this.#endLifecycle?.();
    this.#leave();
  }

  /** False where the browser does not let us. */
  #join(): boolean {
    if (this.#over) return false;
    if (this.#channel) return true;
    try {
      this.#channel = this.#options.platform.openChannel(this.#name);
      this.#channel.addEventListener('message', ({ data }) => this.#hear(data as Word));
      this.#leadership.join();
      return true;
    } catch {
      this.close();
      return false;
    }
  }

  /** Lets another tab lead: this one is closed, or put to sleep. The next question brings it back. */
  #leave(): void {
    this.#stepDown();
    this.#cancelSteal?.();
    this.#cancelSteal = undefined;
    this.#leadership.leave();
    this.#channel?.close();
    this.#channel = undefined;
    for (const asking of this.#askings.values()) asking.askDirectly();
  }

  #lead(): void {
    this.#cancelSteal?.();
    this.#cancelSteal = undefined;
    this.#leader = new TabLeader({
      ...this.#options,
      tell: (ids, relay) => this.#tell(ids, relay),
    });
    this.#say({ say: 'lead' });
    this.#askAll();
  }

  /** Another tab took the lead: it thought us dead. */
  #follow(): void {
    this.#stepDown();
    this.#askAll();
  }

  #stepDown(): void {
    this.#leader?.close();
    this.#leader = undefined;
  }

  #askAll(): void {
    for (const asking of Array.from(this.#askings.values())) asking.send();
  }

  #ask(question: PollRequest): boolean {
    if (this.#leader) this.#leader.ask(question);
    else this.#say({ say: 'ask', question });
    return this.#leader !== undefined;
  }

  #end(id: string, withdrawn: boolean): void {
    this.#askings.delete(id);
    if (!withdrawn) return;
    if (this.#leader) this.#leader.drop(id);
    else this.#say({ say: 'drop', id });
  }

  #tell(ids: string[], relay: RelayedResponse): void {
    if (ids.some((id) => !this.#askings.has(id))) this.#say({ say: 'answer', ids, relay });
    for (const id of ids) this.#askings.get(id)?.settle(relay);
  }

  #stealSoon(): void {
    if (this.#cancelSteal || this.#leader || !this.#channel) return;
    const { random, after } = this.#options;
    this.#cancelSteal = after(random() * STEAL_SPREAD_MS, () => this.#leadership.steal());
  }

  #say(word: Word): void {
    this.#channel?.postMessage(word);
  }

  #hear(word: Word): void {
    if (word.say === 'ask') return this.#hearQuestion(word.question);
    if (word.say === 'drop') return this.#leader?.drop(word.id);
    this.#cancelSteal?.(); // there is a leader, and it can speak
    this.#cancelSteal = undefined;
    if (word.say === 'lead') return this.#askAll();
    if (word.say === 'heard') return this.#askings.get(word.id)?.acknowledged();
    for (const id of word.ids) this.#askings.get(id)?.settle(word.relay);
  }

  #hearQuestion(question: PollRequest): void {
    if (!this.#leader) return;
    this.#say({ say: 'heard', id: question.id });
    this.#leader.ask(question);
  }
}
