import { type After, retryDelayMs } from './backoff.ts';
import { ClientError } from './client-error.ts';
import { deadline, type DeadlineOptions } from './deadline.ts';
import { HoldLimit } from './hold-limit.ts';

/** The consequences of a response for the next request. */
export interface Outcome {
  /** True if a cursor advanced. */
  progress: boolean;
  /** True if there are more entries, to be requested at once. */
  more: boolean;
  /** Time in ms that the server asks to wait before the next request. */
  pauseMs: number;
}

/** One request to make. */
export interface PollAttempt {
  /**
   * Time in seconds for which the server may hold it. 0 until the server has answered once, so that `reconnecting` ends
   * as soon as the outage does, not at the end of a hold.
   */
  waitSeconds: number;
  signal: AbortSignal;
}

/** Options of `Poll`. */
export interface PollOptions {
  /** Makes one request and applies the response, even a late one. @throws ClientError */
  ask: (attempt: PollAttempt) => Promise<Outcome>;
  /** Returns what to do about an error; `again`: repeat the request at once, its cause has been removed. */
  judge: (error: ClientError) => 'again' | 'retry' | 'denied' | 'stopped';
  /** Called after each change of the status. */
  onStatus: () => void;
  /** Returns the seconds that the server may hold a request. */
  waitSeconds: () => number;
  /** Minimum time in ms between the starts of two requests. */
  minIntervalMs: number;
  now: () => number;
  random: () => number;
  after: After;
}

/** State of one poll. */
export interface PollStatus {
  state: 'connecting' | 'live' | 'reconnecting' | 'denied' | 'stopped';
  /** Number of consecutive failures. */
  attempt: number;
  /** Time of the next retry, ms. */
  nextRetryAt: number | undefined;
  error: ClientError | undefined;
}

/** Time in ms that a request may take beyond its hold. */
const DEADLINE_MS = 10_000;
/** Number of consecutive empty responses, each within `FAST_MS`, that count as a loop. */
const FAST_ANSWERS = 5;
const FAST_MS = 500;
/** Errors whose cause a request without hold would hide, because its URL differs. */
const STILL_THERE = new Set(['fast-loop', 'frozen-clock']);
/** Maximum time in ms that a changed request waits because of `minIntervalMs`. */
const CHANGE_PACE_MS = 100;

type Waiting = 'pace' | 'server' | 'retry' | undefined;

/**
 * Decides when the next request of a poll starts. It has one timer, for the next start or for the deadline of the
 * running request.
 */
class PollTimer {
  /** The event that the timer waits for while no request is running. */
  waiting: Waiting;
  /** Time at which the last request started, in ms. */
  startedAt: number = Number.NEGATIVE_INFINITY;
  /** Time in ms before which the server allows no request (`Retry-After`). */
  floorAt: number = Number.NEGATIVE_INFINITY;
  readonly #options: Pick<PollOptions, 'now' | 'after'>;
  #cancel: (() => void) | undefined;

  constructor(options: Pick<PollOptions, 'now' | 'after'>) {
    this.#options = options;
  }

  /**
   * Returns the time in ms until a request may start. Never more than the interval: the clock may have been set back.
   */
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
 * Makes one request after another, with deadlines, retries, a minimum interval and pauses; the channels are handled by
 * its owner. It has at most one request and one timer at a time; `pause()` ends both.
 */
export class Poll {
  readonly #options: PollOptions;
  readonly #hold = new HoldLimit();
  #status: PollStatus = freshStatus();
  #request: AbortController | undefined;
  /** Time in seconds for which the running request may be held. */
  #waitSeconds = 0;
  readonly #timer: PollTimer;
  /** True if the server has answered since the last failure. */
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

  /** Whether a request is running. */
  get asking(): boolean {
    return this.#request !== undefined;
  }

  /** Polls now, from any state: the user wants it, or the connection has to be tested. */
  restart(): void {
    this.#giveUp();
    this.#proven = false;
    this.#fastAnswers = 0;
    if (this.#status.state !== 'live') this.#status = freshStatus();
    this.#startSoon();
    this.#options.onStatus();
  }

  /** Replaces the running request, because other channels are requested. Retries and pauses keep their time. */
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

  /** Ends the running request, or the one that is due, with an error. */
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

  /**
   * Polls again after the machine slept. The server has not failed, so there is no backoff; but the connection may be
   * dead.
   */
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
      return this.#failed(
        new ClientError('fast-loop', 'The server answers polls at once and without entries'),
      );
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
