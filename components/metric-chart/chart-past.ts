import type { ReactiveController } from 'lit';
import type { HistoryAnswer, HistoryOptions, ResetReason } from '../client/index.ts';
import { CURRENT_TAIL, type DataEntry } from '../data/held.ts';
import { lazyImport } from '../shared/lazy-import.ts';
import { type ChartContext, hasClock } from './chart-context.ts';
import type { ChartHistory, HistoryView, LineTools } from './history/chart-history.ts';
import { BucketSeries } from './samples/bucket-series.ts';
import { type ChartData, isSameLane, type Lane, laneOf, rateOf } from './samples/chart-data.ts';
import { RecentEntries } from './samples/recent-entries.ts';
import type { ViewedSpan } from './view/viewed-span.ts';

/** Longest window, in ms, that requests all retained samples; a longer one requests only the newest, and the history. */
const SHORT_MS = 900_000;
/** Time in ms for which samples are kept beside buckets, for a viewer who zooms in. */
const KEPT_MS = 3_600_000;
/** Entries kept per key if the channel's meta does not set `retain`: the server's default. */
const RETAINED = 500;
/** Maximum number of samples per key that are requested in place of buckets: more than the plot has pixels look the same. */
const MOST_RAW = 1_000;
/** Maximum number of keys in one request for history. */
const MOST_KEYS = 64;

/** Options of `ChartPast`. */
export interface ChartPastOptions {
  data: ChartData;
  viewed: ViewedSpan;
  /** Width of the plot in CSS pixels. */
  widthPx: () => number;
  /** Called when lines are drawn from other series than before, or lines were added. */
  onChange: () => void;
}

const LINE_TOOLS: LineTools = {
  newBuckets: (stepMs, buckets) => new BucketSeries(stepMs, buckets),
  rateOf,
  isOfLane: ({ spec }, lane) => isSameLane(laneOf(spec), lane),
};

const importHistory = lazyImport('ChartHistory', () => import('./history/chart-history.ts'));

/**
 * The part of a chart before its samples. It decides whether the samples in the page are complete for the visible span;
 * only if they are not, it loads the code for history and requests the history from the server.
 */
export class ChartPast implements ReactiveController {
  /** Whether any line shows the growth of a counter. */
  hasRates = false;
  readonly #context: ChartContext;
  readonly #options: ChartPastOptions;
  readonly #recent = new Map<string, RecentEntries>();
  #history: ChartHistory | undefined;
  #isLoading = false;
  /** Whether all retained samples are requested, also for a long window: they reach far enough, or there is no history. */
  #wantsAll = false;
  /** True until all retained samples have come. */
  #isWidening = false;

  constructor(context: ChartContext, options: ChartPastOptions) {
    this.#context = context;
    this.#options = options;
    context.host.addController(this);
  }

  hostDisconnected(): void {
    this.#history?.stop();
  }

  /** Number of entries per key to request by poll; undefined = all that are retained. */
  get tail(): number | undefined {
    const isLong = this.#options.viewed.windowMs > SHORT_MS;
    return isLong && !this.#wantsAll && !this.#context.host.transform ? CURRENT_TAIL : undefined;
  }

  /** Time in ms from which on there are data, where that is later than the start of the view. */
  get since(): number | undefined {
    const view = this.#view();
    const [own] = this.#options.data.lanes;
    if (!own || !hasClock(this.#context)) return undefined;
    const known = this.#history?.sinceOf(own, view);
    if (known !== undefined || !this.#history?.isNone(own.channel)) return known;
    const { wholeFrom } = this.#recentOf(own.channel);
    return wholeFrom > view.fromT ? wholeFrom : undefined;
  }

  /**
   * Returns the new entries of a repeated reset, if a history is shown and they continue it without a gap; undefined
   * if the samples have to be replaced.
   */
  continuation(
    channel: string,
    entries: readonly DataEntry[],
    reason: ResetReason | undefined,
  ): DataEntry[] | undefined {
    const isWider = channel === '' && this.#isWidening; // it has older entries too
    if (reason !== 'initial' || !this.#history?.isShown || isWider) return undefined;
    const tail = channel === '' ? this.tail : undefined;
    return this.#recentOf(channel).continuation(entries, tail) as DataEntry[] | undefined;
  }

  /** Called when the entries of a channel ('' = the chart's own) were replaced. */
  reset(channel: string, entries: readonly DataEntry[]): void {
    const { retain = RETAINED } = this.#context.held.meta;
    const tail = channel === '' ? this.tail : undefined;
    if (channel === '') this.#isWidening = false;
    this.#recentOf(channel).reset(entries, tail, Math.min(retain, MOST_RAW));
    this.#history?.reset(channel, { isEmpty: entries.length === 0 });
    queueMicrotask(() => this.look()); // after the entries were added
  }

  /** Called when entries of a channel have arrived. */
  add(channel: string, entries: readonly DataEntry[]): void {
    const recent = this.#recentOf(channel);
    recent.add(entries);
    if (!this.#history) recent.trim();
  }

  /** Drops samples that are older than `t`; if buckets are drawn and the samples are many, those older than an hour. */
  evict(t: number): void {
    const { data, viewed } = this.#options;
    const isMany = data.lines.some(({ raw }) => raw.length > MOST_RAW);
    const rawT = isMany && this.#history?.isShown ? Math.max(t, viewed.edge - KEPT_MS) : t;
    const isCut = data.lines.some(
      ({ raw }) => (raw.times[raw.start] ?? t) < rawT && raw.length > 0,
    );
    data.evict(t, rawT);
    if (!isCut) return;
    for (const recent of this.#recent.values()) {
      recent.wholeFrom = Math.max(recent.wholeFrom, rawT);
    }
  }

  /** Checks whether the samples reach back to the start of the view. Call it after each change of samples or view, and once a second. */
  look(): void {
    const { host } = this.#context;
    if (!hasClock(this.#context) || host.transform || !this.#context.held.answered) return;
    const view = this.#view();
    const { lanes } = this.#options.data;
    this.#widen(view);
    const isNeeded = lanes.some((lane) => this.#isMissing(lane, view));
    if (this.#history) this.#history.look(lanes, view);
    else if (isNeeded) void this.#load();
    if (this.#history && lanes.some(({ channel }) => channel === '' && this.#history?.isNone('')))
      this.#requestAll();
  }

  /** Requests all retained samples if they reach the start of the view: then the samples themselves are drawn. */
  #widen({ fromT, held }: HistoryView): void {
    const { reachFrom } = this.#recentOf('');
    if (!held && reachFrom !== undefined && reachFrom <= fromT) this.#requestAll();
  }

  #requestAll(): void {
    if (this.#wantsAll) return;
    this.#wantsAll = true;
    this.#isWidening = true;
    this.#context.host.requestUpdate(); // the poll requests more entries if the tail has become larger
  }

  #isMissing(lane: Lane, { fromT }: HistoryView): boolean {
    const { data } = this.#options;
    const isDrawn = lane.offsetMs > 0 || data.lines.length > 0;
    return isDrawn && (lane.offsetMs > 0 || this.#recentOf(lane.channel).wholeFrom > fromT);
  }

  async #load(): Promise<void> {
    if (this.#isLoading) return;
    this.#isLoading = true;
    try {
      const { ChartHistory } = await importHistory();
      this.#history = new ChartHistory({
        data: this.#options.data,
        tools: LINE_TOOLS,
        recent: (channel) => this.#recentOf(channel),
        ask: (lane, options) => this.#request(lane, options),
        takes: (key) => this.#accepts(key),
        onChange: () => this.#options.onChange(),
        onDue: () => this.look(),
        now: () => Date.now(),
        random: Math.random,
      });
    } catch {
      // Reported by lazyImport; the next look tries again.
    }
    this.#isLoading = false;
    this.look();
  }

  async #request({ channel }: Lane, options: HistoryOptions): Promise<HistoryAnswer> {
    const { host, live } = this.#context;
    const { connection } = live;
    if (!connection) throw new Error('the chart has no connection to a server');
    const keys = this.#keysOf(channel);
    const question = {
      ...options,
      ...(keys.length > 0 && { keys }),
      ...(this.hasRates && { times: 'last' as const }),
    };
    return connection.client.history(channel || host.channel, question);
  }

  /** Returns the keys to request; none = all. For a channel with very many keys, only those that are drawn are requested. */
  #keysOf(channel: string): string[] {
    const { host } = this.#context;
    if (channel === '' && host.key) return [host.key];
    const lines = this.#options.data.lines.filter(({ spec }) => (spec.channel ?? '') === channel);
    const keys = [...new Set(lines.map(({ spec, key }) => spec.key ?? key ?? ''))];
    const isNamed = lines.every(({ spec }) => spec.key !== undefined);
    return isNamed || keys.length > MOST_KEYS ? keys.slice(0, MOST_KEYS) : [];
  }

  #accepts(key: string | undefined): boolean {
    const { filter } = this.#context.held;
    return filter?.({ v: 0, t: 0, ...(key !== undefined && { k: key }), d: null }) ?? true;
  }

  #recentOf(channel: string): RecentEntries {
    let recent = this.#recent.get(channel);
    if (!recent) this.#recent.set(channel, (recent = new RecentEntries()));
    return recent;
  }

  #view(): HistoryView {
    const { viewed, widthPx } = this.#options;
    return { ...viewed.span, held: viewed.held !== undefined, widthPx: Math.max(50, widthPx()) };
  }
}
