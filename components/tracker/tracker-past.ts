import type { retryDelayMs } from '../client/backoff.ts';
import type { ClientError, HistoryAnswer, HistorySeries } from '../client/index.ts';
import { calendarStart } from '../data/local-day.ts';
import type { LiveController } from '../source/live-controller.ts';
import type { BucketOptions } from './buckets.ts';
import type { PastSource } from './lanes.ts';
import { pastRunsOf } from './past-runs.ts';
import type { Run } from './runs.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Maximum number of keys of one request. */
const MOST_KEYS = 64;
const MOST_POINTS = 5_000;
/** Age in ms from which on a history is requested again, so that it includes entries that the page has dropped since. */
const LONGEST_MS = HOUR;
/** Minimum time in ms between two requests for a channel. */
const LEAST_MS = 30_000;
/** A history is requested again when the oldest entry of a lane is nearer than this, in ms, to its end. */
const MARGIN_MS = 60_000;

/** The element whose lanes need a history. */
export interface TrackerPastHost {
  channel: string;
  field: string | undefined;
  requestUpdate(): void;
}

/** Options of `TrackerPast`. */
export interface TrackerPastParts {
  live: LiveController;
  timeZone: () => string | undefined;
  /** Rule for the time to the next attempt. Passed in: a module that this code shares with its page would be one more file. */
  retryDelayMs: typeof retryDelayMs;
}

/** The span of the tracker. */
export type PastSpan = Pick<BucketOptions, 'windowMs' | 'buckets' | 'nowMs'> & {
  isTimeline: boolean;
};

/** The history of one channel. */
interface ChannelPast {
  keys: ReadonlySet<string>;
  span: string;
  answer: HistoryAnswer | undefined;
  /** Series by key. */
  series: ReadonlyMap<string, HistorySeries[]>;
  nextMs: number;
  failures: number;
  request: AbortController | undefined;
}

/** The part of a channel's history that a pass over the lanes needs. */
interface Wanted {
  keys: Set<string>;
  /** Time of the oldest entry of the lane whose entries reach back least, ms. */
  edgeMs: number;
}

/** The histories of a tracker's channels: one request for each channel, for all of its lanes. */
export class TrackerPast {
  readonly #host: TrackerPastHost;
  readonly #parts: TrackerPastParts;
  readonly #channels = new Map<string, ChannelPast>();
  #wanted = new Map<string, Wanted>();
  #span: PastSpan = { windowMs: 0, buckets: 1, nowMs: 0, isTimeline: false };
  #days: { from: string; edges: number[] } | undefined;

  constructor(host: TrackerPastHost, parts: TrackerPastParts) {
    this.#host = host;
    this.#parts = parts;
  }

  /** Begins a pass over all lanes. */
  begin(span: PastSpan): void {
    this.#span = span;
    this.#wanted = new Map();
  }

  /** Edges of bars of one day each: days of the viewer's time zone. Undefined for bars of any other length. */
  get edges(): readonly number[] | undefined {
    const { windowMs, buckets, nowMs, isTimeline } = this.#span;
    if (isTimeline || windowMs / buckets !== DAY) return undefined;
    const timeZone = this.#parts.timeZone();
    const today = calendarStart('today', nowMs, { timeZone });
    const from = JSON.stringify([today, buckets, timeZone]);
    if (this.#days?.from === from) return this.#days.edges;
    const edges = [calendarStart('today', today + 1.5 * DAY, { timeZone }), today];
    while (edges.length <= buckets)
      edges.push(calendarStart('today', (edges.at(-1) as number) - DAY / 2, { timeZone }));
    this.#days = { from, edges: edges.reverse() };
    return this.#days.edges;
  }

  /** Returns the history of a lane, and notes that it is needed. */
  runsOf({ row, key, entries, limits, holdMs }: PastSource): readonly Run[] {
    const channel = row?.channel || this.#host.channel;
    const keys = key === undefined ? [...new Set(entries.map(({ k }) => k ?? ''))] : [key];
    const { windowMs, nowMs } = this.#span;
    const fromMs = nowMs - windowMs;
    const edgeMs = entries[0]?.t ?? Infinity;
    if (channel === '' || entries.length === 0 || edgeMs <= fromMs) return [];
    this.#addWanted(channel, keys, edgeMs);
    const past = this.#channels.get(channel);
    if (!past?.answer) return [];
    const series = keys.flatMap((each) => past.series.get(each) ?? []);
    const field = row ? row.field : this.#host.field;
    return pastRunsOf(past.answer, series, { field, limits, fromMs, holdMs, entries });
  }

  /** Requests the histories that the last pass needs and that are missing or too old. Drops those not needed. */
  look(): void {
    for (const [channel, { request }] of this.#channels)
      if (!this.#wanted.has(channel)) {
        request?.abort();
        this.#channels.delete(channel);
      }
    for (const [channel, wanted] of this.#wanted) this.#requestIfDue(channel, wanted);
  }

  /** Drops the history of a channel: the server sent its entries again. */
  reset(channel: string): void {
    this.#channels.get(channel)?.request?.abort();
    this.#channels.delete(channel);
  }

  stop(): void {
    for (const past of this.#channels.values()) past.request?.abort();
    this.#channels.clear();
  }

  #addWanted(channel: string, keys: readonly string[], edgeMs: number): void {
    const wanted = this.#wanted.get(channel) ?? { keys: new Set(), edgeMs: 0 };
    for (const key of keys) if (wanted.keys.size < MOST_KEYS) wanted.keys.add(key);
    wanted.edgeMs = Math.max(wanted.edgeMs, edgeMs);
    this.#wanted.set(channel, wanted);
  }

  #requestIfDue(channel: string, { keys, edgeMs }: Wanted): void {
    const past = this.#channels.get(channel);
    const nowMs = this.#parts.live.serverNow();
    const { windowMs, buckets } = this.#span;
    const span = `${windowMs}/${buckets}`;
    const isAnother = past?.span !== span;
    if (past && !isAnother) {
      if (past.request || nowMs < past.nextMs) return;
      const { answer } = past;
      const isOld = answer && nowMs - answer.now > LONGEST_MS;
      const isShort = answer && edgeMs > answer.now - MARGIN_MS && edgeMs < nowMs - 2 * MARGIN_MS;
      if (answer && !isOld && !isShort && [...keys].every((key) => past.keys.has(key))) return;
    }
    past?.request?.abort();
    const next: ChannelPast = {
      keys,
      span,
      answer: past?.answer,
      series: past?.series ?? new Map(),
      nextMs: nowMs + LEAST_MS,
      failures: past?.failures ?? 0,
      request: new AbortController(),
    };
    this.#channels.set(channel, next);
    void this.#request(channel, next);
  }

  async #request(channel: string, past: ChannelPast): Promise<void> {
    const { windowMs } = this.#span;
    const { live } = this.#parts;
    const signal = past.request?.signal;
    const from = Math.floor(live.serverNow() - windowMs);
    const points = this.#points();
    try {
      const options = { from, points, keys: [...past.keys], signal };
      const answer = await live.connection?.client.history(channel, options);
      if (signal?.aborted || !answer) return;
      past.answer = answer;
      past.series = byKey(answer.series);
      past.failures = 0;
    } catch (error) {
      if (signal?.aborted) return;
      const { retryAfterMs } = error as ClientError;
      const failure = { attempt: ++past.failures, floorMs: retryAfterMs, slow: true };
      const delayMs = this.#parts.retryDelayMs({ ...failure, random: Math.random });
      past.nextMs = live.serverNow() + Math.max(LEAST_MS, delayMs);
    } finally {
      past.request = undefined;
    }
    this.#host.requestUpdate();
  }

  /** Buckets as short as a bar at most, and as short as the server keeps them for the whole window: so that days of a time zone fit. */
  #points(): number {
    const { windowMs, buckets, isTimeline } = this.#span;
    const keptMs = windowMs <= 3 * DAY ? HOUR / 12 : windowMs <= 32 * DAY ? HOUR / 2 : 6 * HOUR;
    const stepMs = isTimeline
      ? Math.min(keptMs, windowMs / 400)
      : Math.min(keptMs, windowMs / buckets);
    return Math.min(MOST_POINTS, Math.max(1, Math.ceil(windowMs / stepMs)));
  }
}

function byKey(series: readonly HistorySeries[]): Map<string, HistorySeries[]> {
  const groups = new Map<string, HistorySeries[]>();
  for (const each of series) {
    const { key = '' } = each;
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return groups;
}
