import type { ClientError, HistoryAnswer, HistoryOptions } from '../../client/index.ts';
import type { ChartData, Lane } from '../samples/chart-data.ts';
import type { RecentEntries } from '../samples/recent-entries.ts';
import {
  type HistoryView,
  type LineTools,
  LoadedHistory,
  noteBeginning,
  questionFor,
  versionOf,
} from './lane-history.ts';

export type { HistoryView, LineTools } from './lane-history.ts';

/** Options of `ChartHistory`. */
export interface ChartHistoryOptions {
  data: ChartData;
  tools: LineTools;
  recent: (channel: string) => RecentEntries;
  /** Requests the history of a lane's channel. @throws ClientError */
  ask: (lane: Lane, options: HistoryOptions) => Promise<HistoryAnswer>;
  /** Returns whether entries of a key of the chart's own channel are shown. */
  takes: (key: string | undefined) => boolean;
  /** Called when lines are drawn from other series than before, or lines were added. */
  onChange: () => void;
  /** Called when the time for the next check has come. */
  onDue: () => void;
  now: () => number;
  random: () => number;
}

/** Delays in ms after an error: the initial one, doubled each time, and the maximum. */
const BASE_MS = 1_000;
const CAP_MS = 30_000;
/** Time in ms after which a response that is older than the received entries is requested again: servers reuse a response for one second. */
const SHARED_MS = 1_100;
const MOST_OLD = 3;
/** Time in ms that a view has to be unchanged before its history is requested. */
const STILL_MS = 150;

/**
 * The histories of a chart, one per lane. It requests the missing data of a view, and decides whether each line is drawn from its
 * samples, if they are complete, or from buckets. Versions show which entries the history contains, so that each entry is
 * counted once, even one that arrives late.
 */
export class ChartHistory {
  readonly #options: ChartHistoryOptions;
  #lanes: LaneState[] = [];

  constructor(options: ChartHistoryOptions) {
    this.#options = options;
  }

  /** Updates the lines for a view of these lanes. */
  look(lanes: readonly Lane[], view: HistoryView): void {
    this.#lanes = lanes.map(
      (lane) =>
        this.#lanes.find((each) => isSame(each.lane, lane)) ?? new LaneState(lane, this.#options),
    );
    let isChanged = false;
    for (const lane of this.#lanes) isChanged = lane.look(view) || isChanged;
    if (isChanged) this.#options.onChange();
  }

  /** Called when the channel's entries were replaced: its former history is shown until the new one is loaded. */
  reset(channel: string, { isEmpty }: { isEmpty: boolean }): void {
    for (const lane of this.#lanes) if (lane.lane.channel === channel) lane.reset(isEmpty);
  }

  /** Returns the time from which on a lane has history, if that is later than the view's start; else undefined. */
  sinceOf(lane: Lane, { fromT }: HistoryView): number | undefined {
    const known = this.#lanes.find((each) => isSame(each.lane, lane))?.known;
    if (!known || known.since === undefined) return undefined;
    return known.since > fromT + 1.5 * known.stepMs ? known.since : undefined;
  }

  /** Returns whether the server has no history of a channel: then only its samples can be shown. */
  isNone(channel: string): boolean {
    return this.#lanes.some(({ lane, isNone }) => lane.channel === channel && isNone);
  }

  /** Whether any lane is drawn from buckets. */
  get isShown(): boolean {
    return this.#lanes.some(({ shown }) => shown !== undefined);
  }

  /** Ends all requests. */
  stop(): void {
    for (const lane of this.#lanes) lane.stop();
  }
}

/** State of one lane: its loaded history and the running request. */
class LaneState {
  readonly lane: Lane;
  /** The history from which its lines are drawn; undefined = they are drawn from samples. */
  shown: LoadedHistory | undefined;
  /** True if the server has no history of this channel. */
  isNone = false;
  readonly #options: ChartHistoryOptions;
  #live: LoadedHistory | undefined;
  #held: LoadedHistory | undefined;
  /** True if the channel's entries were replaced since the history was loaded: then no live samples are added to it. */
  #isVoid = false;
  #request: { view: HistoryView; abort: AbortController } | undefined;
  #retryAt = -Infinity;
  #failures = 0;
  #oldAnswers = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(lane: Lane, options: ChartHistoryOptions) {
    this.lane = lane;
    this.#options = options;
  }

  /** The history that is shown, or that of the live view if the samples themselves are shown. */
  get known(): LoadedHistory | undefined {
    return this.shown ?? this.#live;
  }

  /** Updates the lines. Returns whether any is drawn from another series than before. */
  look(view: HistoryView): boolean {
    const { recent } = this.#options;
    const { channel, offsetMs } = this.lane;
    const hasAll = offsetMs === 0 && recent(channel).wholeFrom <= view.fromT;
    if (hasAll) {
      this.#end();
      return this.#show(undefined);
    }
    const loaded = view.held ? [this.#held, this.#live] : [this.#live];
    const fitting = this.#isVoid ? undefined : loaded.find((each) => each?.covers(view));
    if (fitting) this.#end();
    else this.#requestView(view);
    const [some] = loaded.filter((each) => each?.touches(view));
    return this.#show(fitting ?? some ?? this.#live);
  }

  reset(isEmpty: boolean): void {
    this.stop();
    this.#isVoid = true;
    this.isNone = false;
    this.#retryAt = -Infinity;
    this.#failures = 0;
    this.#oldAnswers = 0;
    if (!isEmpty) return;
    this.#live = undefined;
    this.#held = undefined;
    this.#show(undefined);
  }

  stop(): void {
    this.#end();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #end(): void {
    this.#request?.abort.abort();
    this.#request = undefined;
  }

  #show(history: LoadedHistory | undefined): boolean {
    const { data, recent, tools } = this.#options;
    const own = recent(this.lane.channel);
    let isChanged = this.shown !== history;
    this.shown = history;
    for (const line of data.lines.filter((each) => tools.isOfLane(each, this.lane))) {
      const series = history?.layerOf(line, own).series ?? line.raw;
      isChanged ||= line.series !== series;
      line.series = series;
      if (this.#isVoid) continue;
      const loaded = [this.#live, this.#held].filter((each) => each !== undefined);
      if (line.layers.length === loaded.length && !isChanged) continue;
      line.layers = loaded.map((each) => each.layerOf(line, own));
    }
    return isChanged;
  }

  #requestView(view: HistoryView): void {
    if (this.isNone || this.#isAsked(view)) return;
    const waitMs = this.#retryAt - this.#options.now();
    if (waitMs > 0) return this.#checkIn(waitMs);
    this.#end();
    const abort = new AbortController();
    this.#request = { view, abort };
    const asked = questionFor(view, this.lane);
    const isFirst = this.shown === undefined;
    const start = (): void => void this.#load(view, { ...asked, abort });
    if (isFirst || this.#isVoid) start();
    else setTimeout(() => this.#request?.abort === abort && start(), STILL_MS);
  }

  /** Returns whether a request for approximately this view is running. */
  #isAsked({ fromT, toT, held, widthPx }: HistoryView): boolean {
    const asked = this.#request?.view;
    if (!asked || asked.held !== held) return false;
    const spanMs = toT - fromT;
    const isNear = held
      ? Math.abs(asked.fromT - fromT) + Math.abs(asked.toT - toT) < spanMs * 0.1
      : Math.abs(asked.toT - asked.fromT - spanMs) < spanMs * 0.01;
    return isNear && widthPx <= asked.widthPx * 1.6;
  }

  async #load(
    view: HistoryView,
    { options, abort, ...asked }: ReturnType<typeof questionFor> & { abort: AbortController },
  ): Promise<void> {
    const { ask, onDue } = this.#options;
    try {
      const answer = await ask(this.lane, { ...options, signal: abort.signal });
      if (this.#request?.abort !== abort) return;
      this.#request = undefined;
      this.#take(answer, view, asked);
    } catch (error) {
      if (this.#request?.abort !== abort) return;
      this.#request = undefined;
      this.#failed(error as ClientError);
    }
    onDue();
  }

  #take(
    answer: HistoryAnswer,
    view: HistoryView,
    asked: { points: number; isOpen: boolean },
  ): void {
    const { data, recent, takes } = this.#options;
    const own = recent(this.lane.channel);
    const isOld = this.lane.offsetMs === 0 && versionOf(answer.cursor) < own.after;
    if (isOld && this.#oldAnswers++ < MOST_OLD) {
      this.#retryAt = this.#options.now() + SHARED_MS;
      return;
    }
    this.#oldAnswers = 0;
    this.#failures = 0;
    if (asked.isOpen) noteBeginning(answer, own);
    const loaded = new LoadedHistory(this.lane, answer, asked, this.#options.tools);
    const hasLines = loaded.fill(data, own, takes);
    if (!hasLines && answer.since === undefined) this.isNone = true;
    if (this.#isVoid) this.#live = this.#held = undefined;
    this.#isVoid = false;
    if (view.held) this.#held = loaded;
    else this.#live = loaded;
    own.trim();
  }

  #failed({ status = 0, code, retryAfterMs = 0 }: ClientError): void {
    const { now, random } = this.#options;
    // The server has no history, or refuses the request for a reason that does not change.
    this.isNone = status === 404 || code === 'bad-request' || code === 'url-too-long';
    const mostMs = Math.min(CAP_MS, BASE_MS * 2 ** this.#failures++);
    this.#retryAt = now() + Math.max(retryAfterMs, (0.5 + random() / 2) * mostMs);
  }

  #checkIn(ms: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#options.onDue();
    }, ms);
  }
}

const isSame = (a: Lane, b: Lane): boolean => a.channel === b.channel && a.offsetMs === b.offsetMs;
