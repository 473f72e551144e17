/** Data status of a widget. Connection and age are independent, and neither removes a value. */
export type DataStatus =
  | 'idle'
  | 'loading'
  | 'empty'
  | 'live'
  | 'stale'
  | 'paused'
  | 'offline'
  | 'error'
  | 'denied';

/** How long a lost connection stays unsaid: most are back by then. */
export const GRACE_MS = 1000;

/** All that a widget's status follows from. */
export interface StatusFacts {
  /** A channel is named. */
  wanted: boolean;
  /** The connection's own state; undefined before a source is found. */
  connection?: 'connecting' | 'live' | 'reconnecting' | 'offline' | 'paused' | 'denied' | undefined;
  /** For how long the connection has been lost; undefined while it is not. */
  lostMs?: number | undefined;
  /** The viewer (or the page) paused this widget or the whole source. */
  paused: boolean;
  /** The payload could not be shown, or the server refused the request. */
  failed: boolean;
  /** The server has sent the channel's state at least once. */
  answered: boolean;
  /** A value is held. */
  held: boolean;
  /** The server has lost the history that the value came from. */
  historyLost: boolean;
  /** By the server's clock; undefined without a value. */
  ageMs?: number | undefined;
  /** Age in ms after which data are stale; Infinity = never. */
  staleAfterMs: number;
}

/** The one word for the facts: the first that applies, worst first. */
export function dataStatus(facts: StatusFacts): DataStatus {
  if (facts.connection === 'denied') return 'denied';
  if (facts.failed) return 'error';
  if (!facts.wanted && !facts.held) return facts.answered ? 'empty' : 'idle';
  if (facts.paused) return 'paused';
  if (facts.wanted && facts.lostMs !== undefined && facts.lostMs >= GRACE_MS) return 'offline';
  if (!facts.held) return facts.answered ? 'empty' : 'loading';
  return isOld(facts) ? 'stale' : 'live';
}

/** True when the held value is past its limit, whatever the connection: it then loses its level colour. */
export function isOld(facts: Pick<StatusFacts, 'historyLost' | 'ageMs' | 'staleAfterMs'>): boolean {
  return facts.historyLost || (facts.ageMs !== undefined && facts.ageMs > facts.staleAfterMs);
}

/** `stale-after` → twice the channel's `ttl` (seconds) → never. */
export function staleAfterMs(attributeMs: number | undefined, ttl: unknown): number {
  if (attributeMs !== undefined) return attributeMs;
  return typeof ttl === 'number' && ttl > 0 ? ttl * 2000 : Number.POSITIVE_INFINITY;
}
