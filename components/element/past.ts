import type { retryDelayMs } from '../client/backoff.ts';
import type { ClientError, HistoryOptions } from '../client/index.ts';
import type { ratePerSecond } from '../data/counter.ts';
import type { DataEntry } from '../data/held.ts';
import { calendarStart, type CalendarSpan } from '../data/local-day.ts';
import { numberIn } from '../data/number.ts';
import { PastBuckets, type PastFigure } from '../data/past-buckets.ts';
import { parseDurationMs } from '../shared/duration.ts';
import type { ReactiveControllerHost } from 'lit';
import type { LocaleController } from '../locale/locale-controller.ts';
import type { LiveController } from '../source/live-controller.ts';
import type { ChannelData, ElementStep } from './channel-data.ts';

const DAY = 86_400_000;
/** Number of buckets of a span that moves with the time. The oldest bucket is dropped as a whole. */
const MOVING_POINTS = 200;
/** Bucket sizes for spans of local days: 5 minutes for up to three days, else 30 minutes, which also fit time zones with half-hour offsets. */
const FINE_MS = 300_000;
const COARSE_MS = 1_800_000;
const MOST_POINTS = 5_000;
/** Number of the newest entries that are always kept, to be added to the next history that is requested. */
const MOST_ENTRIES = 2_000;

const CALENDAR: readonly string[] = ['today', 'week', 'month'] satisfies CalendarSpan[];

/** The element for which earlier values are requested. */
export interface PastHost extends ReactiveControllerHost {
  channel: string;
  key: string | undefined;
  labels: string | undefined;
  field: string | undefined;
  aggregate?: string | undefined;
  over?: string | undefined;
}

/** Options of `Past`. */
export interface PastParts {
  live: LiveController;
  held: ChannelData;
  locale: LocaleController;
  /** Rule for counters. Passed in, as the next one: a module that this code shares with its page would be one more file. */
  rate: typeof ratePerSecond;
  /** Rule for the time to the next attempt. */
  retryDelayMs: typeof retryDelayMs;
  /** Age in ms of the value to compare with; 0 = none, or one that the element's samples include. */
  agoMs?: () => number;
  /** Length of the sparkline in ms; 0 = none, or one that the element's samples include. */
  courseMs?: () => number;
}

/** Earlier values of one number: requests the history, adds live samples, and returns aggregates of spans. */
export class Past {
  readonly #host: PastHost;
  readonly #parts: PastParts;
  #buckets: PastBuckets | undefined;
  /** What the buckets belong to; see `subjectOf`. */
  #subject = '';
  #entries: DataEntry[] = [];
  #isStale = true;
  #request: AbortController | undefined;
  #retryAt = -Infinity;
  #failures = 0;
  /** Whether the server has no history of the channel: then none is requested until a reset. */
  isNone = false;

  constructor(host: PastHost, parts: PastParts) {
    this.#host = host;
    this.#parts = parts;
  }

  /** Adds the entries of a step. */
  take({ kind, entries }: ElementStep): void {
    if (kind === 'reset') {
      this.#entries = [];
      this.#isStale = true;
      this.isNone = false;
      this.#request?.abort();
      this.#request = undefined;
    }
    this.#entries.push(...entries);
    if (this.#entries.length > 2 * MOST_ENTRIES) this.#entries.splice(0, MOST_ENTRIES);
    const buckets = this.#isStale ? undefined : this.#own;
    if (buckets) for (const entry of entries) this.#add(buckets, entry);
  }

  /** Requests the history if it is needed and missing. */
  look(): void {
    const { held, live } = this.#parts;
    const fromT = this.#fromT();
    if (fromT === undefined || !held.answered || !live.connection || this.isNone) return;
    if (this.#host.labels && held.series.keys.length === 0) return; // which series it shows is not known yet
    const buckets = this.#own;
    const isCovered = buckets && !this.#isStale && buckets.fromT <= fromT + this.#stepMs(fromT);
    if (isCovered) buckets.drop(fromT);
    if (isCovered || this.#request || Date.now() < this.#retryAt) return;
    void this.#load(fromT);
  }

  /** Returns the value of the element's `aggregate` and `over`, `agoMs` earlier; undefined while it is unknown. */
  value(agoMs = 0): number | undefined {
    const { aggregate } = this.#host;
    const buckets = this.#own;
    if (!aggregate || !buckets) return undefined;
    const now = this.#now();
    const fromT = this.#spanStart(now - agoMs);
    // The current span ends now. The earlier one ends at the same distance from its start, so that both are equally long.
    const toT = agoMs === 0 ? Infinity : now - agoMs;
    return buckets.figure(aggregate as PastFigure, fromT, toT);
  }

  /** Means since the start of the requested history, for the sparkline. */
  get course(): { t: number; value: number }[] | undefined {
    return this.#own?.course;
  }

  stop(): void {
    this.#request?.abort();
    this.#request = undefined;
  }

  /** The buckets, if they belong to the element's current channel, key and field; those of another one are never shown. */
  get #own(): PastBuckets | undefined {
    return this.#subject === subjectOf(this.#host) ? this.#buckets : undefined;
  }

  #now(): number {
    return this.#parts.live.serverNow();
  }

  /** Returns the start of the span `over` at the time `t`. */
  #spanStart(t: number): number {
    const { over } = this.#host;
    const { timeZone, language } = this.#parts.locale;
    if (over && CALENDAR.includes(over))
      return calendarStart(over as CalendarSpan, t, { timeZone, language });
    return t - (parseDurationMs(over) ?? DAY);
  }

  /** Returns the start of the history that is needed for the aggregate, the comparison and the sparkline. */
  #fromT(): number | undefined {
    const now = this.#now();
    const agoMs = this.#parts.agoMs?.() ?? 0;
    const courseMs = this.#parts.courseMs?.() ?? 0;
    const starts = [
      ...(this.#host.aggregate ? [this.#spanStart(now - agoMs)] : []),
      ...(agoMs > 0 ? [now - agoMs] : []),
      ...(courseMs > 0 ? [now - courseMs] : []),
    ];
    return starts.length > 0 ? Math.min(...starts) : undefined;
  }

  #stepMs(fromT: number): number {
    const spanMs = this.#now() - fromT;
    const { aggregate, over = '' } = this.#host;
    if (!aggregate || !CALENDAR.includes(over)) return spanMs / MOVING_POINTS;
    return spanMs <= 3 * DAY ? FINE_MS : COARSE_MS;
  }

  async #load(fromT: number): Promise<void> {
    const { live } = this.#parts;
    const { channel, field: wanted } = this.#host;
    const subject = subjectOf(this.#host);
    const request = new AbortController();
    this.#request = request;
    const spanMs = this.#now() - fromT;
    const points = Math.min(MOST_POINTS, Math.max(1, Math.ceil(spanMs / this.#stepMs(fromT))));
    const options: HistoryOptions = {
      from: Math.floor(fromT),
      points,
      signal: request.signal,
      ...(this.#host.aggregate === 'increase' && { times: 'last' }),
      ...this.#keys(),
    };
    try {
      const answer = await live.connection?.client.history(channel, options);
      if (this.#request !== request || !answer) return;
      this.#request = undefined;
      const field = fieldOf(answer.series, wanted);
      const series = answer.series.filter((each) => each.field === field);
      this.isNone = answer.since === undefined;
      const buckets = new PastBuckets({ ...answer, series }, this.#parts.rate);
      for (const entry of this.#entries) this.#add(buckets, entry);
      this.#buckets = buckets;
      this.#subject = subject;
      this.#isStale = false;
      this.#failures = 0;
    } catch (error) {
      if (this.#request !== request) return;
      this.#request = undefined;
      const { status, code, retryAfterMs } = error as ClientError;
      this.isNone = status === 404 || code === 'bad-request';
      const failure = { attempt: ++this.#failures, floorMs: retryAfterMs, slow: true };
      this.#retryAt = Date.now() + this.#parts.retryDelayMs({ ...failure, random: Math.random });
    }
    this.#host.requestUpdate();
  }

  /** With `labels`, the keys of the series that the element shows: the history knows series by their keys only. */
  #keys(): Pick<HistoryOptions, 'keys'> {
    const { key, labels } = this.#host;
    if (key) return { keys: [key] };
    return labels ? { keys: [...this.#parts.held.series.keys] } : {};
  }

  #add(buckets: PastBuckets, entry: DataEntry): void {
    const value = numberIn(this.#parts.held.read(entry));
    if (value !== undefined) buckets.add({ ...entry, value });
  }
}

/** Names the channel, the series and the field whose values an element shows. */
const subjectOf = ({ channel, key, labels, field }: PastHost): string =>
  JSON.stringify([channel, key, labels, field]);

/** Path of the `wanted` field; without one, or where there is none of that name, that of the payload's own value. */
function fieldOf(
  series: readonly { field: string }[],
  wanted: string | undefined,
): string | undefined {
  const names = series.map(({ field }) => field);
  const named = [wanted, 'value', 'current'].find((name) => name && names.includes(name));
  return named ?? names.find((name) => !name.includes('='));
}
