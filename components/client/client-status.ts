import type { ClientError } from './client-error.ts';
import type { PollStatus } from './poll.ts';

/** Where the connection stands. Says nothing of the age of data: a publisher may be silent on a live line. */
export interface ClientStatus {
  /**
   * - `connecting`: not yet in contact.
   * - `live`: the server answers.
   * - `reconnecting`: polls fail and are retried; see `error` and `nextRetryAt`.
   * - `offline`: the browser has no network; or a cache answers in the server's place (`error.code` is `frozen-clock`);
   *   or, without `nextRetryAt`, the server refuses the request and only `refresh()` asks again.
   * - `paused`: see `pausedBy`.
   * - `denied`: the server answered 401 or 403 in the protocol's words; until `refresh()` or other headers.
   */
  state: 'connecting' | 'live' | 'reconnecting' | 'offline' | 'paused' | 'denied';
  /** Our clock's ms when the last good answer came. Moves without a telling. */
  lastContact?: number;
  /** Round trip of the last answer that was not held. Moves without a telling. */
  latencyMs?: number;
  /** Failed polls in a row. */
  attempt: number;
  /** Our clock's ms. */
  nextRetryAt?: number;
  pausedBy?: string[];
  /** The last failure, while it matters. */
  error?: ClientError;
}

export interface StatusParts {
  polls: PollStatus[];
  pausedBy: string[];
  /** The browser says so, and no answer has proved it wrong. */
  offline: boolean;
  /** Of a channel that the server does not know. */
  channelError: ClientError | undefined;
  lastContact: number | undefined;
  latencyMs: number | undefined;
}

const BY_WEIGHT = ['live', 'connecting', 'reconnecting', 'stopped', 'denied'] as const;

/** Joins what all polls of a client know: the worst counts. */
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

/** Whether listeners need to hear of it: contact and latency move with every answer, and wake nobody. */
export function sameStatus(a: ClientStatus, b: ClientStatus): boolean {
  return (
    a.state === b.state &&
    a.attempt === b.attempt &&
    a.nextRetryAt === b.nextRetryAt &&
    a.error === b.error &&
    String(a.pausedBy) === String(b.pausedBy)
  );
}

const weight = ({ state }: PollStatus): number => BY_WEIGHT.indexOf(state);

function stateOf(worst: PollStatus | undefined, offline: boolean): ClientStatus['state'] {
  const state = worst?.state ?? 'connecting';
  if (state === 'denied') return 'denied';
  const frozen = worst?.error?.code === 'frozen-clock';
  if (state === 'stopped' || frozen || (offline && state !== 'live')) return 'offline';
  return state;
}
