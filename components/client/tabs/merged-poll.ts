import type { Part } from '../../../protocol/lp1.ts';
import type { After } from '../backoff.ts';
import { keyOf, type PollRequest } from './poll-request.ts';
import { RecentParts } from './recent-parts.ts';
import {
  answerRelay,
  type Heard,
  heardIn,
  mayBeOnes,
  type RelayedResponse,
} from './relayed-response.ts';

export interface MergedPollOptions {
  now: () => number;
  after: After;
  /** At least so long between the starts of two requests. */
  minIntervalMs: number;
  fits: (names: Iterable<string>) => boolean;
  /** The hold to ask for, given what is wished. */
  holdSeconds: (waitSeconds: number) => number;
  /** One request, after the base. Never rejects. */
  exchange: (path: string, init: RequestInit & { signal: AbortSignal }) => Promise<RelayedResponse>;
  /** Answers questions. */
  tell: (ids: string[], relay: RelayedResponse) => void;
  /** Cursors have moved: tabs that stood apart may stand together now. */
  onMoved: () => void;
}

/** A question that waits for its answer. */
export interface Waiting extends PollRequest {
  /** ms. */
  askedAt: number;
}

/**
 * Requests may follow one another without news for a question, but it has to be answered within its hold and 10 s:
 * that is its own deadline. So who has waited this long hears of any answer (contact is news too), and holds are cut.
 */
const LONG_MS = 5_000;

interface Request {
  controller: AbortController;
  cursors: Map<string, string>;
  waitSeconds: number;
}

/**
 * One held poll that asks for many questions at once: each channel from one cursor, at which all its questions stand.
 * It needs no timer to go on (those of a hidden tab are slow): questions keep it going, and it ends with the last one.
 */
export class MergedPoll {
  readonly #options: MergedPollOptions;
  readonly #key: string;
  readonly #init: RequestInit;
  readonly #questions = new Map<string, Waiting>();
  readonly #memory = new RecentParts();
  /** Channels of questions just answered: they are asked again in a moment, so the next request asks for them already. */
  readonly #carried = new Set<string>();
  #request: Request | undefined;
  /** A tab gave up waiting for the request under way: it may be dead. */
  #doubted = false;
  #startedAt = Number.NEGATIVE_INFINITY;
  #cancelTimer: (() => void) | undefined;
  #round: string | undefined;
  #serverAheadMs = 0;

  constructor(first: PollRequest, options: MergedPollOptions) {
    this.#options = options;
    this.#key = keyOf(first);
    this.#init = first.init;
  }

  get idle(): boolean {
    return this.#questions.size === 0;
  }

  get questions(): Waiting[] {
    return [...this.#questions.values()];
  }

  /**
   * Whether it can be answered from memory, or asked for beside what is asked already. Channels that nobody asks for
   * just now may move to where the question stands, unless `staying`.
   */
  suits(question: PollRequest, { staying = false }: { staying?: boolean } = {}): boolean {
    if (keyOf(question) !== this.#key) return false;
    const { cursors } = question;
    const stands = [...cursors].every(([name, cursor]) => {
      const head = this.#memory.head(name);
      return head === undefined || head === cursor || !(staying || this.#isAsked(name));
    });
    if (!stands && !this.#memory.lead(cursors)) return false;
    return this.#options.fits(new Set([...this.#wanted().keys(), ...cursors.keys()]));
  }

  /** Answers the question from memory, or asks for it too. False where it can't: another has to. */
  take(question: Waiting): boolean {
    if (!this.suits(question)) return false;
    const { cursors } = question;
    const known = this.#memory.lead(cursors);
    if (known) this.#tellFromMemory(question, known);
    else this.#join(question);
    return true;
  }

  /** Whoever asked does not want to know any more, or gave up. */
  drop(id: string): void {
    if (!this.#questions.delete(id)) return;
    this.#doubted = true;
    if (this.idle) this.#giveUp();
  }

  /** Asks anew, soon. */
  restart(): void {
    if (this.#request) this.#startSoon();
  }

  close(): void {
    this.#questions.clear();
    this.#giveUp();
  }

  #isAsked(name: string): boolean {
    return this.questions.some(({ cursors }) => cursors.has(name));
  }

  #tellFromMemory(question: PollRequest, parts: Map<string, Part>): void {
    this.#carry(question);
    const now = this.#options.now() + this.#serverAheadMs;
    this.#options.tell([question.id], answerRelay(now, parts));
  }

  #join(question: Waiting): void {
    this.#questions.set(question.id, question);
    this.#memory.ask(question.cursors, question.askedAt);
    if (this.#doubted || !this.#covers(question)) this.#startSoon();
  }

  #covers({ cursors, waitSeconds }: PollRequest): boolean {
    const request = this.#request;
    if (!request || request.waitSeconds > waitSeconds) return false;
    return [...cursors].every(([name, cursor]) => request.cursors.get(name) === cursor);
  }

  #carry({ cursors }: PollRequest): void {
    for (const name of cursors.keys()) this.#carried.add(name);
  }

  /** Each channel that the next request asks for, and from where. */
  #wanted(): Map<string, string> {
    const asked = this.questions.flatMap(({ cursors }) => [...cursors.keys()]);
    const names = [...new Set([...asked, ...this.#carried])].toSorted();
    return new Map(names.map((name) => [name, this.#memory.head(name) ?? '']));
  }

  /** Now, or when the pace allows it; a request under way goes on until then. */
  #startSoon(): void {
    const { minIntervalMs, now, after } = this.#options;
    const ms = Math.min(minIntervalMs, this.#startedAt + minIntervalMs - now());
    if (ms <= 0) return this.#start();
    this.#cancelTimer ??= after(ms, () => this.#start());
  }

  #start(): void {
    this.#giveUp();
    const cursors = this.#wanted();
    this.#carried.clear();
    const now = this.#options.now();
    const waitSeconds = this.#options.holdSeconds(
      Math.min(...this.questions.map((question) => waitLeft(question, now))),
    );
    this.#startedAt = now;
    this.#memory.ask(cursors, now);
    this.#memory.forget(now);
    this.#request = { controller: new AbortController(), cursors, waitSeconds };
    void this.#exchange(this.#request);
  }

  async #exchange(request: Request): Promise<void> {
    const { cursors, controller, waitSeconds } = request;
    const round = this.#round === undefined ? '' : `&round=${this.#round}`;
    const path =
      `/poll?channels=${[...cursors.keys()].join(',')}` +
      `&since=${[...cursors.values()].join(',')}&wait=${waitSeconds}${round}`;
    const init = { ...this.#init, signal: controller.signal };
    const relay = await this.#options.exchange(path, init);
    if (this.#request !== request) return;
    this.#giveUp();
    const heard = heardIn(relay);
    if (heard) this.#hear(heard, relay);
    else this.#fail(relay);
  }

  #hear({ now, parts, pause, round }: Heard, relay: RelayedResponse): void {
    this.#round = round;
    this.#serverAheadMs = now - this.#options.now();
    const moved = this.#memory.add(parts);
    const news = new Map(parts);
    const longAgo = this.#options.now() - LONG_MS;
    const concerns = ({ cursors, askedAt }: Waiting): boolean =>
      askedAt < longAgo || [...cursors].some(([name, cursor]) => news.get(name)?.from === cursor);
    // What moves nothing is for all, so that each one's own guards see it.
    const all = !moved || pause;
    const told = this.questions.filter((question) => all || concerns(question));
    this.#tell(told, relay);
    if (!this.idle) this.#startSoon();
    if (moved) this.#options.onMoved();
  }

  #fail(relay: RelayedResponse): void {
    const questions = this.questions;
    this.#tell(questions, questions.length > 1 && mayBeOnes(relay) ? 'direct' : relay);
  }

  #tell(questions: PollRequest[], relay: RelayedResponse): void {
    if (questions.length === 0) return;
    for (const question of questions) {
      this.#questions.delete(question.id);
      this.#carry(question);
    }
    this.#options.tell(
      questions.map(({ id }) => id),
      relay,
    );
  }

  /** Ends the request and the timer. */
  #giveUp(): void {
    const request = this.#request;
    this.#request = undefined;
    this.#doubted = false;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    request?.controller.abort();
  }
}

/** Seconds that a question can be held from now on. */
function waitLeft({ waitSeconds, askedAt }: Waiting, now: number): number {
  const waitedMs = now - askedAt;
  if (waitedMs <= LONG_MS) return waitSeconds;
  return Math.min(waitSeconds, Math.max(1, Math.ceil(waitSeconds - waitedMs / 1000)));
}
