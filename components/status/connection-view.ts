import type { ClientStatus } from '../client/index.ts';
import { GRACE_MS } from '../data/data-status.ts';
import type { Member } from '../source/connection.ts';

/** The state of a connection as the viewer sees it. `refused`: the server will not answer the page's request. */
export type ConnectionWord =
  | 'none'
  | 'connecting'
  | 'live'
  | 'reconnecting'
  | 'offline'
  | 'paused'
  | 'denied'
  | 'refused';

/**
 * Returns the word for a status; `lostMs` is how long the connection has been lost. During the first second of a loss the
 * word stays the same.
 */
export function connectionWord(
  status: ClientStatus | undefined,
  lostMs: number | undefined,
  before: ConnectionWord,
): ConnectionWord {
  if (!status) return 'none';
  if (status.state === 'paused')
    return status.pausedBy?.includes('viewer') ? 'paused' : 'connecting';
  // A try under way is not yet a connection.
  const state =
    status.state === 'connecting' && lostMs !== undefined ? 'reconnecting' : status.state;
  if (state !== 'reconnecting' && state !== 'offline') return state;
  if (isRefusal(status)) return 'refused';
  const isShort = lostMs !== undefined && lostMs < GRACE_MS;
  if (!isShort) return state;
  return before === 'none' ? 'connecting' : before;
}

// The client gave up: no further try is planned, and it was a response, not the network.
const isRefusal = ({ state, nextRetryAt, error }: ClientStatus): boolean =>
  state === 'offline' && nextRetryAt === undefined && error?.status !== undefined;

/** How many of the channels on the page are stale. */
export interface Staleness {
  /** Channels that widgets show. */
  all: number;
  stale: number;
  /** The stale channel whose last data is oldest, and when that was, in ms of the server's clock. */
  oldest?: { channel: string; updatedAt: number };
}

/** Counts channels, not widgets: one silent publisher is one problem, however many widgets show it. */
export function stalenessOf(members: Iterable<Omit<Member, keyof EventTarget>>): Staleness {
  const all = new Set<string>();
  const stale = new Set<string>();
  let oldest: Staleness['oldest'];
  for (const { channel, status, updatedAt } of members) {
    if (!channel) continue;
    all.add(channel);
    if (status !== 'stale') continue;
    stale.add(channel);
    if (updatedAt !== undefined && updatedAt < (oldest?.updatedAt ?? Number.POSITIVE_INFINITY))
      oldest = { channel, updatedAt };
  }
  return { all: all.size, stale: stale.size, ...(oldest && { oldest }) };
}
