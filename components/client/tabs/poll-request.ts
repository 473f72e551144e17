import { parseTail } from '../../../protocol/lp1.ts';

/** What one tab wants to hear of, as it travels to the tab that polls for all. */
export interface PollRequest {
  /** No other question of any tab has it. */
  id: string;
  /** Cursor that the tab holds of each channel. */
  cursors: Map<string, string>;
  waitSeconds: number;
  /** How it is to be asked: questions that differ here (another token) never share a request. */
  init: RequestInit;
}

/**
 * The question that a request stands for. undefined where nothing is to be gained by sharing it: what is answered at
 * once (`wait=0`, a channel of which nothing is held), and whatever is no poll.
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

/** Equal for questions that may share a request. */
export const keyOf = ({ init }: PollRequest): string => JSON.stringify(init);
