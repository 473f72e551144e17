import type { Part } from '../../../protocol/lp1.ts';
import { MergedRequest, type MergedRequestOptions, type RequestPlan } from './merged-request.ts';
import { keyOf, type PollRequest } from './poll-request.ts';
import { RecentParts } from './recent-parts.ts';
import {
  type PollAnswer,
  readAnswer,
  mayBeOnes,
  type RelayedResponse,
  relayOfParts,
} from './relayed-response.ts';

/** Options of `MergedPoll`. */
export interface MergedPollOptions
  extends Pick<MergedRequestOptions, 'now' | 'after' | 'minIntervalMs' | 'exchange'> {
  /** Returns whether one poll can name all these channels. */
  fits: (names: Iterable<string>) => boolean;
  /** Returns the hold to request, in seconds: `waitSeconds`, or less where the connection does not allow it. */
  holdSeconds: (waitSeconds: number) => number;
  /** Answers poll requests, by their ids. */
  respond: (ids: string[], response: RelayedResponse) => void;
  /** Called when cursors have advanced: polls at different cursors may now be at the same ones. */
  onMoved: () => void;
}

/** A poll request that waits for its response. */
export interface WaitingRequest extends PollRequest {
  /** Time of its arrival, in ms. */
  askedAt: number;
}

/**
 * A poll request that has waited this long, in ms, is answered by any response, and the next hold is cut to the time it
 * has left: it has to be answered within its own hold and 10 s, although responses for other channels may follow each
 * other without an update for it.
 */
const LONG_MS = 5_000;

/**
 * One held poll that answers the poll requests of many tabs. It requests each channel from one cursor, which all its
 * poll requests have. It runs while there are requests and needs no timer to continue, because timers of a hidden tab
 * are slow.
 */
export class MergedPoll {
  readonly #options: MergedPollOptions;
  readonly #key: string;
  readonly #requests = new Map<string, WaitingRequest>();
  readonly #recent = new RecentParts();
  /** Channels of requests just answered: their tabs ask again at once, so the next request already names them. */
  readonly #justAnswered = new Set<string>();
  readonly #http: MergedRequest;
  #serverAheadMs = 0;

  constructor(first: PollRequest, options: MergedPollOptions) {
    this.#options = options;
    this.#key = keyOf(first);
    this.#http = new MergedRequest({
      ...options,
      init: first.init,
      plan: (now) => this.#plan(now),
      onResponse: (response) => this.#answer(response),
    });
  }

  /** Whether no poll request waits for it. */
  get idle(): boolean {
    return this.#requests.size === 0;
  }

  /** The poll requests that wait. */
  get requests(): WaitingRequest[] {
    return [...this.#requests.values()];
  }

  /**
   * Whether this poll can answer the request: from recent parts, or by requesting its channels as well. A channel that
   * no other request names may move to the cursor of this one, unless `staying`.
   */
  suits(request: PollRequest, { staying = false }: { staying?: boolean } = {}): boolean {
    if (keyOf(request) !== this.#key) return false;
    const { cursors } = request;
    const isAt = [...cursors].every(([name, cursor]) => {
      const head = this.#recent.head(name);
      return head === undefined || head === cursor || !(staying || this.#isAsked(name));
    });
    if (!isAt && !this.#recent.lead(cursors)) return false;
    return this.#options.fits(new Set([...this.#wanted().keys(), ...cursors.keys()]));
  }

  /** Answers the request from recent parts, or requests its channels. Returns false if it can do neither. */
  take(request: WaitingRequest): boolean {
    if (!this.suits(request)) return false;
    const parts = this.#recent.lead(request.cursors);
    if (parts) this.#answerFrom(parts, request);
    else this.#join(request);
    return true;
  }

  /** Removes the request of this id: its tab no longer waits, or gave up. */
  drop(id: string): void {
    if (!this.#requests.delete(id)) return;
    this.#http.isDoubted = true;
    if (this.idle) this.#http.end();
  }

  /** Replaces the running request by a new one. */
  restart(): void {
    if (this.#http.isActive) this.#http.startSoon();
  }

  /** Ends it; requests that wait get no response. */
  close(): void {
    this.#requests.clear();
    this.#http.end();
  }

  #isAsked(name: string): boolean {
    return this.requests.some(({ cursors }) => cursors.has(name));
  }

  #answerFrom(parts: Map<string, Part>, request: PollRequest): void {
    this.#keepChannels(request);
    const now = this.#options.now() + this.#serverAheadMs;
    this.#options.respond([request.id], relayOfParts(now, parts));
  }

  #join(request: WaitingRequest): void {
    this.#requests.set(request.id, request);
    this.#recent.ask(request.cursors, request.askedAt);
    if (!this.#http.covers(request)) this.#http.startSoon();
  }

  #keepChannels({ cursors }: PollRequest): void {
    for (const name of cursors.keys()) this.#justAnswered.add(name);
  }

  /** The channels that the next request names, with their cursors. */
  #wanted(): Map<string, string> {
    const asked = this.requests.flatMap(({ cursors }) => [...cursors.keys()]);
    const names = [...new Set([...asked, ...this.#justAnswered])].toSorted();
    return new Map(names.map((name) => [name, this.#recent.head(name) ?? '']));
  }

  #plan(now: number): RequestPlan {
    const cursors = this.#wanted();
    this.#justAnswered.clear();
    const waitSeconds = this.#options.holdSeconds(
      Math.min(...this.requests.map((request) => waitLeft(request, now))),
    );
    this.#recent.ask(cursors, now);
    this.#recent.forget(now);
    return { cursors, waitSeconds };
  }

  #answer(response: RelayedResponse): void {
    const heard = readAnswer(response);
    if (heard) this.#update(heard, response);
    else this.#fail(response);
  }

  #update({ now, parts, pause, round }: PollAnswer, response: RelayedResponse): void {
    this.#http.round = round;
    this.#serverAheadMs = now - this.#options.now();
    const moved = this.#recent.add(parts);
    const updates = new Map(parts);
    const longAgo = this.#options.now() - LONG_MS;
    const concerns = ({ cursors, askedAt }: WaitingRequest): boolean =>
      askedAt < longAgo ||
      [...cursors].some(([name, cursor]) => updates.get(name)?.from === cursor);
    // A response that moves nothing goes to all, so that each client applies its own checks.
    const all = !moved || pause;
    this.#respond(
      this.requests.filter((request) => all || concerns(request)),
      response,
    );
    if (!this.idle) this.#http.startSoon();
    if (moved) this.#options.onMoved();
  }

  #fail(response: RelayedResponse): void {
    const { requests } = this;
    this.#respond(requests, requests.length > 1 && mayBeOnes(response) ? 'direct' : response);
  }

  #respond(requests: PollRequest[], response: RelayedResponse): void {
    if (requests.length === 0) return;
    for (const request of requests) {
      this.#requests.delete(request.id);
      this.#keepChannels(request);
    }
    this.#options.respond(
      requests.map(({ id }) => id),
      response,
    );
  }
}

/** Returns the seconds that a request may be held from now on. */
function waitLeft({ waitSeconds, askedAt }: WaitingRequest, now: number): number {
  const waitedMs = now - askedAt;
  if (waitedMs <= LONG_MS) return waitSeconds;
  return Math.min(waitSeconds, Math.max(1, Math.ceil(waitSeconds - waitedMs / 1000)));
}
