import { parseTail } from '../../../protocol/lp1.ts';

/** A held poll that a tab wants to make, as it is sent to the tab that polls for all. */
export interface PollRequest {
  /** Unique among all tabs. */
  id: string;
  /** The tab's cursor of each channel; never ''. */
  cursors: Map<string, string>;
  /** Seconds that the server may hold it. */
  waitSeconds: number;
  /** Options of `fetch`. Requests that differ here (another token) are never merged. */
  init: RequestInit;
}

/**
 * Reads the poll request that a URL makes. Undefined where merging gains nothing: for requests that are answered at once
 * (`wait=0`, a channel without a cursor), and for anything that is not a poll.
 */
export function parsePollRequest(
  id: string,
  url: string,
  init: RequestInit,
): PollRequest | undefined {
  const { pathname, searchParams } = new URL(url);
  const names = searchParams.get('channels')?.split(',') ?? [];
  const since = searchParams.get('since')?.split(',') ?? [];
  const waitSeconds = Number(searchParams.get('wait'));
  if (!pathname.endsWith('/poll') || !(waitSeconds > 0) || searchParams.has('tail'))
    return undefined;
  const holdsAll = since.every((place) => place !== '' && parseTail(place) === undefined);
  if (names.length !== since.length || !holdsAll) return undefined;
  const cursors = new Map(names.map((name, i) => [name, since[i] as string])); // as many as names
  const { signal: _, ...rest } = init; // a signal stays in its tab
  return { id, cursors, waitSeconds, init: rest };
}

/** Returns a key that is equal for requests that may be merged. */
export const keyOf = ({ init }: PollRequest): string => JSON.stringify(init);
