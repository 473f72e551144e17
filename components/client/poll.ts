import { type After, retryDelayMs } from './backoff.ts';
import { ClientError } from './client-error.ts';
import { deadline } from './deadline.ts';
import { HoldLimit } from './hold-limit.ts';

/** What an answer means for the next poll. */
export interface Outcome {
  /** Something moved. */
  progress: boolean;
  /** Ask again at once. */
  more: boolean;
  /** The server asks for so long a wait. */
  pauseMs: number;
}

export interface PendingPoll {
  /** Seconds to hold; 0 while contact is yet to be proven, so that "reconnecting" ends with the outage, not with the hold. */
  waitSeconds: number;
  signal: AbortSignal;
}

export interface PollOptions {
  /** One exchange. Applies what it brings by itself, late or not. @throws ClientError */
  ask: (asking: PendingPoll) => Promise<Outcome>;
  /** What to do about an error; `again` = at once, something was mended. */
  judge: (error: ClientError) => 'again' | 'retry' | 'denied' | 'stopped';
  onStatus: () => void;
  /** The hold to ask for. */
  waitSeconds: () => number;
  minIntervalMs: number;
  now: () => number;
  random: () => number;
  after: After;
}

export interface PollStatus {
  state: 'connecting' | 'live' | 'reconnecting' | 'denied' | 'stopped';
  /** Failures in a row. */
  attempt: number;
  nextRetryAt: number | undefined;
  error: ClientError | undefined;
}

/** A poll gets its hold and this much more. */
const DEADLINE_MS = 10_000;
/** So many empty answers in a row, each so soon, are a loop. */
const FAST_ANSWERS = 5;
const FAST_MS = 500;
const STILL_THERE = new Set(['fast-loop', 'frozen-clock']);
/** A change of what is asked for need not wait out a slower pace. */
const CHANGE_PACE_MS = 100;

/**
 * One poll after another: deadlines, retries, pace, pauses. Knows nothing of channels. At any time it holds at most
 * one request and one timer; both end with `pause()`.
 */
export class Poll {
  readonly #options: PollOptions;
  readonly #hold = new HoldLimit();
  #status: PollStatus = freshStatus();
  #request: AbortController | undefined;
  /** Seconds that the request under way may be held. */
  #waitSeconds = 0;
  #cancelTimer: (() => void) | undefined;
  /** What the timer stands for while there is no request. */
  #waiting: 'pace' | 'server' | 'retry' | undefined;
  #startedAt = Number.NEGATIVE_INFINITY;
  /** The server forbade to come back earlier. */
  #floorAt = Number.NEGATIVE_INFINITY;
  #proven = false;
  #paused = false;
  #fastAnswers = 0;

  constructor(options: PollOptions) {
    this.#options = options;
  }

  get status(): PollStatus {
    return this.#status;
  }

  get asking(): boolean {
    return this.#request !== undefined;
  }

  /** Polls now, whatever went before: a person asks for it, or contact has to be proven anew. */
  restart(): void {
    this.#giveUp();
    this.#proven = false;
    this.#fastAnswers = 0;
    if (this.#status.state !== 'live') this.#status = freshStatus();
    this.#startSoon();
    this.#options.onStatus();
  }

  /** What is asked for has changed: a request under way is given up for a new one. Retries and pauses keep their time. */
  change(): void {
    const { state } = this.#status;
    if (state === 'denied' || this.#waiting === 'retry' || this.#waiting === 'server') return;
    if (state === 'stopped') return this.restart();
    this.#giveUp();
    this.#startSoon();
  }

  /** The moment is good (online again, in sight again): a waiting retry goes out now, but not before a `Retry-After`. */
  wake(): void {
    if (this.#waiting !== 'retry' || this.#options.now() < this.#floorAt) return;
    this.#startIn(0, 'retry');
  }

  /** The request under way is lost, or the one that is due would be. */
  fail(error: ClientError): void {
    if (!this.#request && this.#waiting !== 'pace') return;
    const now = this.#options.now();
    if (this.#request && this.#waitSeconds > 0) this.#hold.lost(now - this.#startedAt, now);
    this.#giveUp();
    this.#failed(error);
  }

  /** Ends the request and the timer, until `resume()`. */
  pause(): void {
    this.#giveUp();
    this.#paused = true;
    if (!this.#refused) this.#status = freshStatus();
    this.#options.onStatus();
  }

  /** A refusal outlasts a pause. */
  resume(): void {
    this.#paused = false;
    if (!this.#refused) this.restart();
  }

  get #refused(): boolean {
    return this.#status.state === 'denied' || this.#status.state === 'stopped';
  }

  #startSoon(): void {
    if (this.#paused) return;
    this.#startIn(this.#paceMs(Math.min(this.#options.minIntervalMs, CHANGE_PACE_MS)), 'pace');
  }

  /** Clamped on both sides: the clock may have been set back since the last start. */
  #paceMs(intervalMs: number): number {
    return Math.min(intervalMs, this.#startedAt + intervalMs - this.#options.now());
  }

  #startIn(ms: number, waiting: 'pace' | 'server' | 'retry'): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#waiting = waiting;
    if (ms > 0) this.#cancelTimer = this.#options.after(ms, () => this.#start());
    else this.#start();
  }

  #start(): void {
    const request = new AbortController();
    const startedAt = this.#options.now();
    const wanted = this.#proven ? this.#options.waitSeconds() : 0;
    const waitSeconds = this.#hold.seconds(wanted, startedAt);
    this.#waiting = undefined;
    this.#waitSeconds = waitSeconds;
    this.#request = request;
    this.#startedAt = startedAt;
    this.#status = { ...this.#status, nextRetryAt: undefined };
    this.#watch(waitSeconds);
    this.#options.ask({ waitSeconds, signal: request.signal }).then(
      (outcome) => {
        if (this.#request === request) this.#answered(outcome);
      },
      (error: unknown) => {
        if (this.#request === request) this.fail(asClientError(error));
      },
    );
    this.#options.onStatus();
  }

  #watch(waitSeconds: number): void {
    const { now, after } = this.#options;
    this.#cancelTimer = deadline({
      ms: waitSeconds * 1000 + DEADLINE_MS,
      now,
      after,
      onOver: () => this.fail(new ClientError('deadline', 'The server did not answer in time')),
      onSlept: () => this.#slept(),
    });
  }

  /** Not a failure of the server's, so no backoff; but nobody knows whether the connection lives. */
  #slept(): void {
    this.#giveUp();
    this.#proven = false;
    this.#startSoon();
  }

  #giveUp(): void {
    const request = this.#request;
    this.#request = undefined; // first: what the abort sets off must find it gone
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#waiting = undefined;
    request?.abort();
  }

  #answered({ progress, more, pauseMs }: Outcome): void {
    const heldMs = this.#options.now() - this.#startedAt;
    const empty = this.#waitSeconds > 0 && heldMs < FAST_MS && !progress && pauseMs < FAST_MS;
    this.#hold.answered(heldMs);
    this.#giveUp();
    this.#fastAnswers = empty ? this.#fastAnswers + 1 : 0;
    if (this.#fastAnswers >= FAST_ANSWERS) {
      return this.#failed(new ClientError('fast-loop', 'The server answers at once, with nothing'));
    }
    this.#proven = true;
    this.#status = { ...freshStatus(), state: 'live' };
    const paceMs = more && progress ? 0 : this.#paceMs(this.#options.minIntervalMs);
    this.#startIn(Math.max(paceMs, pauseMs), pauseMs > paceMs ? 'server' : 'pace');
    this.#options.onStatus();
  }

  #failed(error: ClientError): void {
    const { judge, now, random, onStatus } = this.#options;
    const verdict = judge(error);
    // The URL of a poll that is not held is another one: asking for it would hide that the cache or loop is still there.
    if (!STILL_THERE.has(error.code)) this.#proven = false;
    if (verdict === 'again') return this.#startSoon();
    const attempt = this.#status.attempt + 1;
    if (verdict === 'retry') {
      const floorMs = error.retryAfterMs ?? 0;
      const slow = error.code === 'intermediary';
      const delayMs = retryDelayMs({ attempt, random, floorMs, slow });
      this.#floorAt = now() + floorMs;
      this.#status = { state: 'reconnecting', attempt, error, nextRetryAt: now() + delayMs };
      this.#startIn(delayMs, 'retry');
    } else {
      this.#status = { state: verdict, attempt, error, nextRetryAt: undefined };
    }
    onStatus(); // last, as everywhere: who is told may stop or restart us
  }
}

const freshStatus = (): PollStatus => ({
  state: 'connecting',
  attempt: 0,
  nextRetryAt: undefined,
  error: undefined,
});

const asClientError = (error: unknown): ClientError =>
  error instanceof ClientError
    ? error
    : new ClientError('network', `The poll failed: ${String(error)}`, { cause: error });
