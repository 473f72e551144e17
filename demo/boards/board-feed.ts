import type { Json, LivePoll, Meta } from 'lp-kit/server';

/**
 * Samples that depend only on their time, so that the demo and its shell script send the same.
 * Times are in seconds.
 */
export interface Series {
  stepSeconds: number;
  /** How much is sent at the start, if the channel holds less. */
  days: number;
  /** Returns all samples of a time. `start` is when the publishing began. */
  at: (time: number, start: number) => Json[];
}

/** The data of a demo page, the same as those of the shell script beside it. */
export interface Board {
  channels: Record<string, Meta>;
  /** Data that are sent once, to empty channels; oldest first. */
  events(start: number): Record<string, Json[]>;
  series: Record<string, Series>;
}

/** The server to which a board publishes. */
export interface BoardWriter {
  describe(channel: string, meta: Meta): Promise<void>;
  append(channel: string, values: readonly Json[]): Promise<void>;
}

export interface BoardFeedOptions {
  board: Board;
  live: LivePoll;
  to: BoardWriter;
  /** Now, in ms since 1970. */
  now?: () => number;
}

/**
 * Publishes the data of a board: the first step sends a day or two of samples, each later one the
 * samples of its time.
 */
export function boardFeed({ board, live, to, now = Date.now }: BoardFeedOptions): {
  next(): Promise<void>;
} {
  const start = seconds(now());
  let filled = false;
  return {
    async next() {
      if (filled) return sendNewest();
      await fill();
      filled = true;
    },
  };

  async function fill(): Promise<void> {
    const names = Object.keys(board.channels);
    const newest = new Map(
      await Promise.all(names.map(async (name) => [name, await newestOf(live, name)] as const)),
    );
    await Promise.all(names.map((name) => to.describe(name, board.channels[name] as Meta)));
    for (const [name, values] of Object.entries(board.events(start)))
      if (newest.get(name) === undefined) await to.append(name, values);
    for (const [name, series] of Object.entries(board.series))
      await to.append(name, backFill(series, start, newest.get(name)));
  }

  async function sendNewest(): Promise<void> {
    const time = seconds(now());
    for (const [name, series] of Object.entries(board.series))
      await to.append(name, series.at(time, start));
  }
}

/** The samples of a series up to `start`: those after the newest stored one, at most `days`. */
function backFill({ stepSeconds, days, at }: Series, start: number, newest = 0): Json[] {
  const oldest = start - days * 86_400;
  const from = newest > oldest ? newest + stepSeconds : oldest;
  const steps = Math.max(0, Math.floor((start - from) / stepSeconds) + 1);
  return Array.from({ length: steps }, (_, n) => at(from + n * stepSeconds, start)).flat();
}

/** Returns the time of a channel's newest entry; undefined if it has none. */
async function newestOf(live: LivePoll, name: string): Promise<number | undefined> {
  const info = await live.store.info(name);
  return info && info.entries > 0 ? seconds(info.updated) : undefined;
}

const seconds = (ms: number): number => Math.floor(ms / 1000);

/** Seconds since midnight on this machine's clock, by its present distance from UTC, as in `public/feed.sh`. */
export const sinceMidnight = (time: number): number => localSeconds(time) % 86_400;

/** The number of the day on this machine's clock, for data that differ from day to day. */
export const dayOf = (time: number): number => Math.floor(localSeconds(time) / 86_400);

const localSeconds = (time: number): number => time - new Date().getTimezoneOffset() * 60;

/** Returns `value` with this many decimals. */
export const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));
