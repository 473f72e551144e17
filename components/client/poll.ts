import { type After, retryDelayMs } from './backoff.ts';
import { ClientError } from './client-error.ts';
import { deadline, type DeadlineOptions } from './deadline.ts';
import { HoldLimit } from './hold-limit.ts';

/** What an answer means for the next request. */
export interface Outcome {
  /** A cursor advanced. */
  progress: boolean;
  /** There are more entries to fetch at once. */
  more: boolean;
  /** The wait before the next request that the server asks for, ms. */
  pauseMs: number;
}

/** One request to make. */
export interface PollAttempt {
  /**
   * Seconds that the server may hold it; 0 until the server has answered once, so that `reconnecting` ends with the outage
   * rather than with the hold.
   */
  waitSeconds: number;
  signal: AbortSignal;
}

/** Options of `Poll`. */
export interface PollOptions {
  /** Makes one request and applies the answer, even a late one. @throws ClientError */
  ask: (attempt: PollAttempt) => Promise<Outcome>;
  /** Returns what to do about an error; `again`: repeat the request at once, its cause has been removed. */
  judge: (error: ClientError) => 'again' | 'retry' | 'denied' | 'stopped';
  /** Called after each change of the status. */
  onStatus: () => void;
  /** Returns the seconds that the server may hold a request. */
  waitSeconds: () => number;
  /** Least time between the starts of two requests. */
  minIntervalMs: number;
  now: () => number;
  random: () => number;
  after: After;
}

/** State of one poll. */
export interface PollStatus {
  state: 'connecting' | 'live' | 'reconnecting' | 'denied' | 'stopped';
  /** Number of failures in a row. */
  attempt: number;
  /** Time of the next retry, ms. */
  nextRetryAt: number | undefined;
  error: ClientError | undefined;
}

/** A request may take its hold and this much more. */
const DEADLINE_MS = 10_000;
/** This many empty answers in a row, each within `FAST_MS`, count as a loop. */
const FAST_ANSWERS = 5;
const FAST_MS = 500;
/** Errors whose cause an unheld request would hide: its URL is another one. */
const STILL_THERE = new Set(['fast-loop', 'frozen-clock']);
/** A changed request waits at most this long for the rate limit. */
const CHANGE_PACE_MS = 100;

type Waiting = 'pace' | 'server' | 'retry' | undefined;

/**
 * When the next request of a poll starts. It has one timer, for the next start or for the deadline of the request under
 * way.
 */
class PollTimer {
  /** What the timer waits for while no request is under way. */
  waiting: Waiting;
  /** When the last request started, ms. */
  startedAt: number = Number.NEGATIVE_INFINITY;
  /** The server allows no request before this time, ms (`Retry-After`). */
  floorAt: number = Number.NEGATIVE_INFINITY;
  readonly #options: Pick<PollOptions, 'now' | 'after'>;
  #cancel: (() => void) | undefined;

  constructor(options: Pick<PollOptions, 'now' | 'after'>) {
    this.#options = options;
  }

  /** The time until a request may start, ms. Never more than the interval: the clock may have been set back. */
  paceMs(intervalMs: number): number {
    return Math.min(intervalMs, this.startedAt + intervalMs - this.#options.now());
  }

  /** Calls `start` after `ms`, or now. */
  startIn(ms: number, waiting: Waiting, start: () => void): void {
    this.stop();
    this.waiting = waiting;
    if (ms > 0) this.#cancel = this.#options.after(ms, start);
    else start();
  }

  /** Notes that a request starts, and when it has to end. */
  watch(startedAt: number, options: Omit<DeadlineOptions, 'now' | 'after'>): void {
    this.waiting = undefined;
    this.startedAt = startedAt;
    this.#cancel = deadline({ ...this.#options, ...options });
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.waiting = undefined;
  }
}

/**
 * One request after another: deadlines, retries, rate limit, pauses. It knows nothing of channels. It has at most one
 * request and one timer at a time; `pause()` ends both.
 */
export class Poll {
  readonly #options: PollOptions;
  readonly #hold = new HoldLimit();
  #status: PollStatus = freshStatus();
  #request: AbortController | undefined;
  /** Seconds that the request under way may be held. */
  #waitSeconds = 0;
  readonly #timer: PollTimer;
  /** The server has answered since the last failure. */
  #proven = false;
  #paused = false;
  #fastAnswers = 0;

  constructor(options: PollOptions) {
    this.#options = options;
    this.#timer = new PollTimer(options);
  }

  /** Current state. */
  get status(): PollStatus {
    return this.#status;
  }

  /** Whether a request is under way. */
  get asking(): boolean {
    return this.#request !== undefined;
  }

  /** Polls now, from any state: a person asks for it, or the connection has to be tested. */
  restart(): void {
    this.#giveUp();
    this.#proven = false;
    this.#fastAnswers = 0;
    if (this.#status.state !== 'live') this.#status = freshStatus();
    this.#startSoon();
    this.#options.onStatus();
  }

  /** Replaces the request under way, because other channels are asked for. Retries and pauses keep their time. */
  change(): void {
    const { state } = this.#status;
    if (state === 'denied' || this.#timer.waiting === 'retry' || this.#timer.waiting === 'server')
      return;
    if (state === 'stopped') return this.restart();
    this.#giveUp();
    this.#startSoon();
  }

  /** Starts a waiting retry now (the page is online or visible again), unless a `Retry-After` forbids it. */
  wake(): void {
    if (this.#timer.waiting !== 'retry' || this.#options.now() < this.#timer.floorAt) return;
    this.#startIn(0, 'retry');
  }

  /** Ends the request under way, or the one that is due, with an error. */
  fail(error: ClientError): void {
    if (!this.#request && this.#timer.waiting !== 'pace') return;
    const now = this.#options.now();
    if (this.#request && this.#waitSeconds > 0) this.#hold.lost(now - this.#timer.startedAt, now);
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

  /** Polls again after `pause`, unless the server has refused the request. */
  resume(): void {
    this.#paused = false;
    if (!this.#refused) this.restart();
  }

  get #refused(): boolean {
    return this.#status.state === 'denied' || this.#status.state === 'stopped';
  }

  #startSoon(): void {
    if (this.#paused) return;
    this.#startIn(
      this.#timer.paceMs(Math.min(this.#options.minIntervalMs, CHANGE_PACE_MS)),
      'pace',
    );
  }

  #startIn(ms: number, waiting: Waiting): void {
    this.#timer.startIn(ms, waiting, () => this.#start());
  }

  #start(): void {
    const request = new AbortController();
    const startedAt = this.#options.now();
    const wanted = this.#proven ? this.#options.waitSeconds() : 0;
    const waitSeconds = this.#hold.seconds(wanted, startedAt);
    this.#waitSeconds = waitSeconds;
    this.#request = request;
    this.#status = { ...this.#status, nextRetryAt: undefined };
    this.#timer.watch(startedAt, {
      ms: waitSeconds * 1000 + DEADLINE_MS,
      onOver: () => this.fail(new ClientError('deadline', 'The server did not answer in time')),
      onSlept: () => this.#slept(),
    });
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

  /** Sleep is no failure of the server, so there is no backoff; but the connection may be dead. */
  #slept(): void {
    this.#giveUp();
    this.#proven = false;
    this.#startSoon();
  }

  #giveUp(): void {
    const request = this.#request;
    this.#request = undefined; // first: handlers of the abort must find no request
    this.#timer.stop();
    request?.abort();
  }

  #answered({ progress, more, pauseMs }: Outcome): void {
    const heldMs = this.#options.now() - this.#timer.startedAt;
    const empty = this.#waitSeconds > 0 && heldMs < FAST_MS && !progress && pauseMs < FAST_MS;
    this.#hold.answered(heldMs);
    this.#giveUp();
    this.#fastAnswers = empty ? this.#fastAnswers + 1 : 0;
    if (this.#fastAnswers >= FAST_ANSWERS) {
      return this.#failed(new ClientError('fast-loop', 'The server answers at once, with nothing'));
    }
    this.#proven = true;
    this.#status = { ...freshStatus(), state: 'live' };
    const paceMs = more && progress ? 0 : this.#timer.paceMs(this.#options.minIntervalMs);
    this.#startIn(Math.max(paceMs, pauseMs), pauseMs > paceMs ? 'server' : 'pace');
    this.#options.onStatus();
  }

  #failed(error: ClientError): void {
    const { judge, now, random, onStatus } = this.#options;
    const verdict = judge(error);
    if (!STILL_THERE.has(error.code)) this.#proven = false;
    if (verdict === 'again') return this.#startSoon();
    const attempt = this.#status.attempt + 1;
    if (verdict === 'retry') {
      const floorMs = error.retryAfterMs ?? 0;
      const slow = error.code === 'intermediary';
      const delayMs = retryDelayMs({ attempt, random, floorMs, slow });
      this.#timer.floorAt = now() + floorMs;
      this.#status = { state: 'reconnecting', attempt, error, nextRetryAt: now() + delayMs };
      this.#startIn(delayMs, 'retry');
    } else {
      this.#status = { state: verdict, attempt, error, nextRetryAt: undefined };
    }
    onStatus(); // last: a listener may stop or restart this poll
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
