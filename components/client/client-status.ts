import type { ClientError } from './client-error.ts';
import type { PollStatus } from './poll.ts';
import { report } from './report.ts';

/**
 * State of the connection to the server. It says nothing about the age of data: on a live connection, data may be old.
 */
export interface ClientStatus {
  /**
   * - `connecting`: not yet in contact.
   * - `live`: the server answers.
   * - `reconnecting`: polls fail and are retried; see `error` and `nextRetryAt`.
   * - `offline`: the browser has no network; or a cache answers in the server's place (`error.code` is `frozen-clock`);
   *   or, without `nextRetryAt`, the server refuses the request and only `refresh()` asks again.
   * - `paused`: see `pausedBy`.
   * - `denied`: the server answered 401 or 403 as a problem of the protocol; until `refresh()` or other headers.
   */
  state: 'connecting' | 'live' | 'reconnecting' | 'offline' | 'paused' | 'denied';
  /** Time of the last good response, in ms by this machine's clock. Listeners are not called when it changes. */
  lastContact?: number;
  /** Round trip of the last response that was not held, ms. Listeners are not called when it changes. */
  latencyMs?: number;
  /** Number of consecutive failed polls. */
  attempt: number;
  /** Time of the next retry, in ms by this machine's clock. */
  nextRetryAt?: number;
  /** Reasons that `pause` was called with, and those of the page: `hidden`, `frozen`, `away`. */
  pausedBy?: string[];
  /** The last error; undefined once polls succeed again. */
  error?: ClientError;
}

/** What a `ClientStatus` is computed from. */
export interface StatusParts {
  polls: PollStatus[];
  pausedBy: string[];
  /** True if the browser reports that it is offline, and no response has arrived since. */
  offline: boolean;
  /** The error for a channel that is unknown to the server. */
  channelError: ClientError | undefined;
  lastContact: number | undefined;
  latencyMs: number | undefined;
}

const BY_WEIGHT = ['live', 'connecting', 'reconnecting', 'stopped', 'denied'] as const;

/** Returns the status of a client: that of its worst poll. */
export function statusOf(parts: StatusParts): ClientStatus {
  const { pausedBy, lastContact, latencyMs } = parts;
  const worst = parts.polls.toSorted((a, b) => weight(b) - weight(a))[0];
  const error = worst?.error ?? parts.channelError;
  const paused = pausedBy.length > 0;
  return {
    state: paused ? 'paused' : stateOf(worst, parts.offline),
    attempt: worst?.attempt ?? 0,
    ...(worst?.nextRetryAt !== undefined && { nextRetryAt: worst.nextRetryAt }),
    ...(paused && { pausedBy }),
    ...(error && { error }),
    ...(lastContact !== undefined && { lastContact }),
    ...(latencyMs !== undefined && { latencyMs }),
  };
}

/** Whether two statuses are equal for listeners: contact and latency change with every response, and are not compared. */
export function sameStatus(a: ClientStatus, b: ClientStatus): boolean {
  return (
    a.state === b.state &&
    a.attempt === b.attempt &&
    a.nextRetryAt === b.nextRetryAt &&
    a.error === b.error &&
    String(a.pausedBy) === String(b.pausedBy)
  );
}

/** Called with the status at once, and after each change. */
export type StatusListener = (status: ClientStatus) => void;

/**
 * The listeners of a client's status. They are called once per change; an error of a listener is reported and does not
 * stop the others.
 */
export class StatusListeners {
  readonly #listeners = new Set<StatusListener>();
  readonly #current: () => ClientStatus;
  #notified: ClientStatus;

  /** `current` returns the status of the moment. */
  constructor(current: () => ClientStatus) {
    this.#current = current;
    this.#notified = current();
  }

  /** Calls the listener with the current status, then with each change. The function returned removes it. */
  add(listener: StatusListener): () => void {
    const own: StatusListener = (status) => listener(status); // a function that is added twice counts as two listeners
    this.#listeners.add(own);
    call(own, this.#current());
    return () => this.#listeners.delete(own);
  }

  /** Calls the listeners if the status has changed since they were called last. */
  notify(): void {
    const status = this.#current();
    if (sameStatus(this.#notified, status)) return;
    this.#notified = status;
    for (const listener of Array.from(this.#listeners)) {
      if (this.#notified !== status) return; // an earlier listener changed it, and all have been called with the new one
      if (this.#listeners.has(listener)) call(listener, status);
    }
  }

  /** Removes all listeners. */
  clear(): void {
    this.#listeners.clear();
  }
}

function call(listener: StatusListener, status: ClientStatus): void {
  try {
    listener(status);
  } catch (error) {
    report(error);
  }
}

const weight = ({ state }: PollStatus): number => BY_WEIGHT.indexOf(state);

function stateOf(worst: PollStatus | undefined, offline: boolean): ClientStatus['state'] {
  const state = worst?.state ?? 'connecting';
  if (state === 'denied') return 'denied';
  const frozen = worst?.error?.code === 'frozen-clock';
  if (state === 'stopped' || frozen || (offline && state !== 'live')) return 'offline';
  return state;
}
