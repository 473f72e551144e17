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

/** Time in ms for which a lost connection is not shown: most are restored by then. */
export const GRACE_MS = 1000;

/** The facts that determine a widget's status. */
export interface StatusFacts {
  /** True if a channel is named. */
  wanted: boolean;
  /** State of the connection; undefined before a source is found. */
  connection?: 'connecting' | 'live' | 'reconnecting' | 'offline' | 'paused' | 'denied' | undefined;
  /** Time in ms since the connection was lost; undefined while it is not. */
  lostMs?: number | undefined;
  /** True if the viewer or the page paused this widget or the whole source. */
  paused: boolean;
  /** True if the payload could not be shown, or the server refused the request. */
  failed: boolean;
  /** True if the server has sent the channel's state at least once. */
  answered: boolean;
  /** True if there is a value. */
  held: boolean;
  /** True if the server has lost the history that contained the value. */
  historyLost: boolean;
  /** Age of the value in ms by the server's clock; undefined without a value. */
  ageMs?: number | undefined;
  /** Age in ms after which data are stale; Infinity = never. */
  staleAfterMs: number;
}

/** Returns the status for these facts: the first that applies, worst first. */
export function dataStatus(facts: StatusFacts): DataStatus {
  if (facts.connection === 'denied') return 'denied';
  if (facts.failed) return 'error';
  if (!facts.wanted && !facts.held) return facts.answered ? 'empty' : 'idle';
  if (facts.paused) return 'paused';
  if (facts.wanted && facts.lostMs !== undefined && facts.lostMs >= GRACE_MS) return 'offline';
  if (!facts.held) return facts.answered ? 'empty' : 'loading';
  return isOld(facts) ? 'stale' : 'live';
}

/** Returns whether the value is past its age limit, independent of the connection: it is then shown without its level colour. */
export function isOld(facts: Pick<StatusFacts, 'historyLost' | 'ageMs' | 'staleAfterMs'>): boolean {
  return facts.historyLost || (facts.ageMs !== undefined && facts.ageMs > facts.staleAfterMs);
}

/** Returns the age limit in ms: `stale-after`, else twice the channel's `ttl` (seconds), else Infinity. */
export function staleAfterMs(attributeMs: number | undefined, ttl: unknown): number {
  if (attributeMs !== undefined) return attributeMs;
  return typeof ttl === 'number' && ttl > 0 ? ttl * 2000 : Number.POSITIVE_INFINITY;
}
