import type { ResetReason, Update } from '../client/index.ts';
import { AheadEntries } from '../data/ahead.ts';
import type { DataEntry } from '../data/held.ts';
import { type States, statesOf } from '../data/states.ts';
import type { ElementStep } from '../element/channel-data.ts';
import { parseDurationMs } from '../shared/duration.ts';
import { type ChartContext, hasClock } from './chart-context.ts';
import { ChartPast } from './chart-past.ts';
import { addMarks, type EventMark } from './drawing/annotations.ts';
import type { LineSpec } from './samples/auto-fields.ts';
import { ChartData, type OnValue, smashingPoints } from './samples/chart-data.ts';
import type { LineValue } from './samples/line-levels.ts';
import type { ViewedSpan } from './view/viewed-span.ts';
import { LiveController, type LiveHost } from '../source/live-controller.ts';

/** A key is dropped after this multiple of the channel's `ttl` without a sample, unless `drop-after` says otherwise. */
const DROP_TTLS = 10;

/** Options of `ChartSamples`. */
export interface ChartSamplesOptions {
  /** Time in ms before which samples are no longer needed. */
  keepFrom: () => number;
  viewed: ViewedSpan;
  /** Width of the plot in CSS pixels. */
  widthPx: () => number;
  /** Called when samples changed. `lines`: a line was added or removed; `marks`: so was a mark. */
  onTaken: (change: { lines: boolean; marks: boolean }) => void;
  /** Called with the values of new data if there are limits. `isHistory`: they belong to a history and are not new. */
  onValues: (values: readonly LineValue[], isHistory: boolean) => void;
}

/**
 * The samples and marks of a chart, taken from its own channel and from those of its series and annotations, and the two
 * times that its right edge follows.
 */
export class ChartSamples {
  readonly data: ChartData = new ChartData();
  /** Entries of the annotations' channel. */
  marks: EventMark[] = [];
  readonly #context: ChartContext;
  readonly #options: ChartSamplesOptions;
  readonly #side: SideChannels;
  /** The part of the chart before its samples. */
  readonly past: ChartPast;
  /** Entries of side channels that are ahead of time, by channel. Those of the element's own channel are held back elsewhere. */
  readonly #ahead = new Map<string, AheadEntries>();
  #markStates: States | undefined;
  #annotations: string | undefined;
  /** Channels of the lines that are wanted, by channel, field, key and rate. */
  #wanted: ReadonlyMap<string, string> = new Map();

  constructor(context: ChartContext, options: ChartSamplesOptions) {
    this.#context = context;
    this.#options = options;
    const { viewed, widthPx, onTaken } = options;
    this.past = new ChartPast(context, {
      data: this.data,
      viewed,
      widthPx,
      onChange: () => onTaken({ lines: true, marks: true }),
    });
    this.#side = new SideChannels(context.host, (channel, update) =>
      this.#takeSide(channel, update),
    );
  }

  /** Time in ms of the right edge: the server's current time, or for data set by the page, the newest sample. */
  get edge(): number {
    const { newestTime } = this.data;
    const isPages = !hasClock(this.#context) && Number.isFinite(newestTime);
    return isPages ? newestTime : this.#context.live.serverNow();
  }

  /** Time in ms up to which it is known that no newer sample exists. */
  get knownUntil(): number {
    if (!hasClock(this.#context)) return this.data.newestTime;
    return this.#context.live.serverNow() - (this.#context.live.lostMs ?? 0);
  }

  /** Sets the lines wanted, as `ChartData.setSpecs` does, and follows their channels and that of the annotations. */
  want(specs: readonly LineSpec[] | undefined, maxLines: number): void {
    const { host } = this.#context;
    const own = (spec: LineSpec): LineSpec =>
      spec.channel === host.channel ? { ...spec, channel: undefined } : spec;
    const all = specs?.map(own);
    this.data.showAtMost(maxLines);
    const wanted = all ?? [{ field: '*', rate: host.rate }];
    this.past.hasRates = wanted.some(({ rate }) => rate);
    const added = this.#addedTo(wanted);
    this.data.setSpecs(all, host.rate);
    if (this.#annotations !== host.annotations) this.marks = [];
    this.#annotations = host.annotations;
    const channels = [...(all ?? []).map(({ channel }) => channel), host.annotations];
    this.#side.follow(channels.flatMap((channel) => channel || []));
    for (const channel of added) {
      if (channel !== '') this.#side.renew(channel);
      else if (host.channel !== '') this.#context.live.renew();
      else if (this.data.unread !== undefined) this.#readAgain();
    }
  }

  /** Reads the data that the page set once more, because the lines that are wanted now may find numbers in them. */
  #readAgain(): void {
    const { history } = this.#context.held;
    if (history.length > 0) this.apply({ kind: 'reset', entries: [...history], outside: false });
  }

  /** Returns the channels of lines that were not wanted before, which have to be requested again: their samples have passed. */
  #addedTo(specs: readonly LineSpec[]): Set<string> {
    const wanted = new Map(
      specs.map(({ channel = '', field, key, rate = false }) => [
        JSON.stringify([channel, field, key, rate]),
        channel,
      ]),
    );
    const added = [...wanted].filter(([line]) => !this.#wanted.has(line));
    this.#wanted = wanted;
    // Without any, the first ones are on their way.
    const hasSamples = Number.isFinite(this.data.newestTime) || this.data.unread !== undefined;
    return new Set(hasSamples ? added.map(([, channel]) => channel) : []);
  }

  /** Applies a step of the element's own channel. */
  apply({ kind, entries, outside, reset }: ElementStep): void {
    if (kind === 'none') return;
    const fresh = this.#admit('', entries, kind === 'reset' ? (reset ?? 'unknown') : undefined);
    const { transform } = this.#context.host;
    const { values, note } = this.#levelValues();
    let lines = false;
    for (const entry of fresh) {
      const d = transform ? transform(entry.d) : entry.d;
      const points = smashingPoints(d as DataEntry['d']);
      if (points) this.data.clear('');
      lines = this.data.take('', points ?? [{ ...entry, d }], note) || lines;
    }
    this.#changed({ lines, marks: false });
    this.#options.onValues(values, kind === 'reset' || !outside);
  }

  /** Advances the time: adds entries that were ahead, and drops keys without entries. Call it once a second. */
  tick(): void {
    this.past.look();
    if (!hasClock(this.#context)) return;
    const now = this.#context.live.serverNow();
    const { values, note } = this.#levelValues();
    let lines = this.data.dropSilent(this.#dropAfterMs(), now);
    for (const [channel, ahead] of this.#ahead) {
      if (ahead.dueAt !== undefined) lines = this.data.take(channel, ahead.due(now), note) || lines;
    }
    if (lines) this.past.look();
    this.#options.onTaken({ lines, marks: false });
    if (values.length > 0) this.#options.onValues(values, false);
  }

  #dropAfterMs(): number {
    const { host, held } = this.#context;
    const { ttl } = held.meta;
    const usual = typeof ttl === 'number' && ttl > 0 ? ttl * 1_000 * DROP_TTLS : Infinity;
    return parseDurationMs(host.dropAfter) ?? usual;
  }

  #takeSide(channel: string, { reset, entries, meta }: Update): void {
    const data = entries.filter((entry): entry is DataEntry => entry.d !== undefined);
    const marks = channel === this.#annotations;
    if (marks) {
      if (meta) this.#markStates = statesOf(undefined, meta['states']);
      this.marks = addMarks(reset ? [] : this.marks, data, this.#markStates);
    }
    let ahead = this.#ahead.get(channel);
    if (!ahead) this.#ahead.set(channel, (ahead = new AheadEntries()));
    if (reset) ahead.clear();
    const due = ahead.admit(data, this.#context.live.serverNow());
    const fresh = this.#admit(channel, due, reset);
    const { values, note } = this.#levelValues();
    this.#changed({ lines: this.data.take(channel, fresh, note), marks });
    this.#options.onValues(values, reset !== undefined);
  }

  /** Clears a channel's samples if a reset replaces them. Returns the entries to add. */
  #admit(
    channel: string,
    entries: readonly DataEntry[],
    reset: ResetReason | undefined,
  ): readonly DataEntry[] {
    const { past } = this;
    const fresh = reset ? past.continuation(channel, entries, reset) : entries;
    if (fresh) {
      past.add(channel, fresh);
      return fresh;
    }
    this.data.clear(channel);
    past.reset(channel, entries);
    return entries;
  }

  #changed(change: { lines: boolean; marks: boolean }): void {
    const fromT = this.#options.keepFrom();
    if (Number.isFinite(fromT)) this.past.evict(fromT);
    if (change.lines) this.past.look();
    this.#options.onTaken(change);
  }

  /** Returns a list of values, and the function that adds to it; undefined if no value can have a level. */
  #levelValues(): { values: LineValue[]; note: OnValue | undefined } {
    const values: LineValue[] = [];
    const { warn, danger } = this.#context.limits();
    const isWanted = warn !== undefined || danger !== undefined;
    const note: OnValue = (line, t, value) => void values.push({ line, t, value });
    return { values, note: isWanted ? note : undefined };
  }
}

/** The channels that a chart subscribes to beside its own: those of its series and its annotations. */
class SideChannels {
  #host: LiveHost;
  #onUpdate: (channel: string, update: Update) => void;
  #channels: readonly string[] = [];
  #controllers: LiveController[] = [];

  constructor(host: LiveHost, onUpdate: (channel: string, update: Update) => void) {
    this.#host = host;
    this.#onUpdate = onUpdate;
  }

  /** Subscribes to these channels and no others, with the host's next update. */
  follow(channels: Iterable<string>): void {
    this.#channels = [...new Set(channels)].sort();
    while (this.#controllers.length < this.#channels.length) this.#add(this.#controllers.length);
  }

  /** Requests the history of one of them again. */
  renew(channel: string): void {
    this.#controllers[this.#channels.indexOf(channel)]?.renew();
  }

  #add(n: number): void {
    const channel = (): string => this.#channels[n] ?? '';
    const onUpdate = (update: Update): void => this.#onUpdate(channel(), update);
    this.#controllers.push(new LiveController(this.#host, { channel, onUpdate }));
  }
}
