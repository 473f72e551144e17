import type { Meta } from '../../protocol/lp1.ts';
import type { Update } from '../client/index.ts';
import { noteAhead } from './clocks-ahead.ts';
import { DataNews } from './data-news.ts';
import { severalSeries, unreadable } from '../data/data-error.ts';
import type { DataEntry, Step } from '../data/held.ts';
import { Held } from '../data/held.ts';
import type { Level } from '../data/levels.ts';
import type { KeyChoice } from '../data/keys.ts';
import { keyFilter, parseLabels, seriesNames } from '../data/keys.ts';
import { isGap } from '../data/number.ts';
import { shapeOf, valueAt } from '../data/payload.ts';
import type { States } from '../data/states.ts';
import { statesOf } from '../data/states.ts';
import { isOwnValue, valueMeta } from '../data/value-meta.ts';
import { parseDurationMs } from '../shared/duration.ts';

/** The element that shows the data. */
export interface ChannelDataHost extends EventTarget {
  channel: string;
  label: string | undefined;
  field: string | undefined;
  key: string | undefined;
  labels: string | undefined;
  dropAfter: string | undefined;
  formatter: unknown;
  states?: string | undefined;
  transform: ((payload: unknown) => unknown) | undefined;
}

/** A step as an element applies it. `outside` is false when the page set `.data`. */
export interface ElementStep extends Step {
  outside: boolean;
  /** Keys that were dropped because they had no entries for `drop-after`. */
  gone?: readonly string[];
}

/** The data that a class of elements holds of its channel. */
export interface HoldsOptions {
  /** Entries kept per key for `history`; 0 = none. */
  entries: number;
  /** True if the element shows one value: of several series it shows none, and asks for a choice. */
  single: boolean;
  /**
   * Returns why the element cannot show a value, with the cure; undefined if it can. The card then shows "Cannot read …".
   * Not called for a missing value (see `isGap`). Default: every value can be shown.
   */
  refuses?: (value: unknown, host: ShownValueHost) => string | undefined;
}

/** What decides, besides the value, whether an element can show it. */
export interface ShownValueHost {
  /** States that the page or the meta names. */
  states: States | undefined;
  /** True if the page writes the value itself. */
  hasFormatter: boolean;
}

/** Options of `ChannelData`. */
export interface ChannelDataOptions {
  holds: HoldsOptions;
  /** Runs code that may throw because of a payload; see `ElementStatus.attempt`. */
  attempt: <T>(stage: 'choose' | 'read' | 'apply', work: () => T) => T | undefined;
  serverNow: () => number;
  /** Applies a step to what is drawn. Returns false if no update of the element is needed. */
  apply: (step: ElementStep) => boolean;
  /** Called after a step; `draws`: an update is needed. */
  onTaken: (outside: boolean, draws: boolean) => void;
}

/** Receives the steps of a channel, to show a figure of its past. */
export interface PastObserver {
  /** Returns a figure of a time span to show in place of the current value; undefined to show the current value. */
  figure: () => { value: unknown } | undefined;
  /** Called with each step of the channel. */
  take: (step: ElementStep) => void;
}

/** Receives the steps of a channel, to determine levels. */
export interface StepObserver {
  /** Called after a step was applied to the element. */
  onDelivered: (step: ElementStep) => void;
  /** Returns the level of a step's newest data, for `lp-data`; undefined if it is known only after drawing. */
  levelOf: (step: Step) => Level | undefined;
}

/**
 * The data that an element holds of its channel: reads values from entries and fires `lp-data` before they are shown.
 */
export class ChannelData extends Held {
  /** True if data have arrived from the server since the last update of the element. */
  isNews = false;
  levels: StepObserver | undefined;
  past: PastObserver | undefined;
  #host: ChannelDataHost;
  #options: ChannelDataOptions;
  #shown: DataEntry | undefined;
  #choice = '';
  readonly #news: DataNews;

  constructor(host: ChannelDataHost, options: ChannelDataOptions) {
    super(options.holds.entries);
    this.#host = host;
    this.#options = options;
    this.#news = new DataNews(host, this);
  }

  /** The current payload, after the page's `transform`; undefined if one of several series has to be chosen. */
  get payload(): unknown {
    const shown = this.#shown;
    if (!shown || this.isAmbiguous) return undefined;
    return this.payloadOf(shown);
  }

  /** Returns the payload of an entry after the page's `transform`; undefined, and the status `error`, where that throws. */
  payloadOf(entry: DataEntry): unknown {
    return this.#options.attempt('read', () => transformed(this.#host, entry));
  }

  /**
   * The current value: that of the payload, at `field`; if the newest payload lacks the field, that of the latest one
   * that has it. Undefined, with the status `error`, where one of several series has to be chosen, or nothing can be
   * read.
   */
  get value(): unknown {
    const shown = this.#shown;
    if (!shown) return undefined;
    if (!this.#options.holds.single) return this.read(shown);
    const figure = this.isAmbiguous ? undefined : this.past?.figure();
    if (figure) return figure.value;
    return this.#options.attempt('choose', () => this.#single(shown));
  }

  /** Checks that a series is chosen where there are several: for elements that show the payload, not its value. */
  requireOne(): void {
    this.#options.attempt('choose', () => {
      if (this.isAmbiguous) throw severalSeries(this.series.keys);
    });
  }

  /**
   * Entries of the one series that a single-value element shows, in the order of time; none if one has to be chosen.
   */
  get course(): readonly DataEntry[] {
    return this.isAmbiguous ? [] : this.history;
  }

  /** Meta of the value at the element's `field`: unit and bounds of another field are not its own. */
  get valueMeta(): Meta {
    return valueMeta(this.meta, this.#host.field);
  }

  /**
   * Name of the element for people: its label, else the channel's, else the channel's name; with that of a chosen
   * series.
   */
  get name(): string {
    const { label, channel } = this.#host;
    const chosen = this.chosen;
    const name = this.meta.label ?? channel;
    return label ?? (chosen ? `${name} · ${chosen}` : name);
  }

  /** Name of the series that `key` and `labels` choose; undefined if they choose none. */
  get chosen(): string | undefined {
    const { key, labels } = this.#host;
    if (labels) return valuesOf(labels);
    return key ? seriesNames([key]).get(key) : undefined;
  }

  /** An entry's value, through `transform` and `field`; undefined, and the status `error`, where `transform` throws. */
  read(entry: DataEntry): unknown {
    return this.#options.attempt('read', () => this.#valueOf(entry));
  }

  /**
   * Applies the current `key` and `labels`. Returns true if the held data belong to another choice: the channel has
   * to be requested again.
   */
  choose(): boolean {
    const { key, labels } = this.#host;
    const choice = JSON.stringify([key, labels]);
    if (choice === this.#choice) return false;
    const isAnother = this.#choice !== '';
    this.#choice = choice;
    this.filter = filterOf({ key, labels });
    return isAnother && this.answered;
  }

  /**
   * Adds an update, fires `lp-data`, and applies the step to the element. `outside` is false when the page set `.data`.
   */
  receive(update: Update, outside: boolean): void {
    this.choose();
    const step = this.take(update, this.#options.serverNow());
    noteAhead(this.#host.channel, this.ahead.lead);
    this.#deliver(step, outside);
  }

  /** Called once a second: applies entries whose time has come, and drops keys without entries for `drop-after`. */
  tick(): void {
    const { serverNow, attempt, apply, onTaken } = this.#options;
    const nowMs = serverNow();
    const step = this.advance(nowMs);
    if (step) this.#deliver(step, true);
    const gone = this.series.dropSilent(dropAfterMs(this.#host.dropAfter, this.meta.ttl), nowMs);
    if (gone.length === 0) return;
    const left: ElementStep = { kind: 'none', entries: [], gone, outside: true };
    attempt('apply', () => apply(left));
    this.levels?.onDelivered(left);
    onTaken(true, true);
  }

  #deliver(step: Step, outside: boolean): void {
    const { attempt, apply, onTaken } = this.#options;
    this.isNews ||= outside;
    const isShown = step.kind !== 'none' && (!outside || this.#news.fire(step));
    if (isShown) this.#shown = this.newest;
    const shown: ElementStep = { ...step, ...(!isShown && NOTHING), outside };
    const applies = isShown || step.meta !== undefined;
    const draws = !applies || attempt('apply', () => apply(shown)) !== false;
    onTaken(outside, draws);
    this.past?.take({ ...step, outside });
    if (isShown) this.levels?.onDelivered(shown);
    if (!draws) this.isNews = false;
  }

  /** Drops all data, as the channel has changed. */
  override forget(): void {
    super.forget();
    this.#shown = undefined;
    this.#news.forget();
    const { attempt, apply, onTaken } = this.#options;
    attempt('apply', () => apply({ kind: 'reset', entries: [], meta: {}, outside: false }));
    onTaken(false, true);
  }

  /** Whether there are several series, and the element shows one: one has to be chosen. */
  get isAmbiguous(): boolean {
    return this.#options.holds.single && this.series.size > 1;
  }

  #single(shown: DataEntry): unknown {
    if (this.isAmbiguous) throw severalSeries(this.series.keys);
    const value = this.#valueOf(shown);
    if (value !== undefined) {
      checkShown(value, this.#options.holds, {
        states: statesOf(this.#host.states, this.valueMeta.states),
        hasFormatter: Boolean(this.#host.formatter),
      });
      return value;
    }
    const payload = transformed(this.#host, shown);
    if (payload === undefined || payload === null || isEmpty(payload)) return undefined;
    for (const entry of this.history.slice(-LOOKED_BACK).reverse()) {
      const earlier = this.#valueOf(entry);
      if (earlier !== undefined) return earlier;
    }
    throw unreadable(shapeOf(payload), cureFor(this.#host.field));
  }

  #valueOf(entry: DataEntry): unknown {
    return valueAt(transformed(this.#host, entry), this.#host.field ?? undefined);
  }
}

/**
 * Returns an entry's value, and what may state its level: a payload's own `status` does not apply to another field of it, nor
 * to what the page's `transform` returns.
 */
export function statedIn(
  entry: DataEntry,
  held: ChannelData,
  { field, transform }: Pick<ChannelDataHost, 'field' | 'transform'>,
): { payload: unknown; value: unknown } {
  const value = held.read(entry);
  return { payload: isOwnValue(field) && !transform ? entry.d : value, value };
}

const transformed = ({ transform }: ChannelDataHost, { d }: DataEntry): unknown =>
  transform ? transform(d) : d;

/** @throws DataError where the element cannot show a value */
function checkShown(value: unknown, { refuses }: HoldsOptions, host: ShownValueHost): void {
  const cure = refuses && !isGap(value) ? refuses(value, host) : undefined;
  if (cure !== undefined) throw unreadable(shapeOf(value), cure);
}

/** Whether a payload is an empty object or list, which has no value. */
const isEmpty = (payload: unknown): boolean =>
  typeof payload === 'object' && payload !== null && Object.keys(payload).length === 0;

/** Number of earlier payloads in which a field is searched that the newest one lacks. */
const LOOKED_BACK = 50;

const cureFor = (field: string | undefined): string =>
  field
    ? `it has no field "${field}"`
    : 'it has no value, current or text; name a field by field="…"';

/** `room=kitchen, floor=1` becomes `kitchen · 1`. */
function valuesOf(labels: string): string {
  try {
    return parseLabels(labels)
      .map(([, value]) => value)
      .join(' · ');
  } catch {
    return labels;
  }
}

const toldFilters = new Set<string>();

/** Returns the filter of a choice. Labels that cannot be parsed choose no series, with one message on the console. */
function filterOf(choice: KeyChoice): Held['filter'] {
  try {
    return keyFilter(choice);
  } catch (error) {
    const message = (error as Error).message;
    if (!toldFilters.has(message)) console.error(`lp-kit: ${message}`);
    toldFilters.add(message);
    return () => false;
  }
}

/**
 * Returns the time in ms after which a key is dropped: `drop-after`; default ten times the channel's `ttl` (seconds),
 * without one never.
 */
export function dropAfterMs(attribute: string | undefined, ttl: unknown): number {
  const usual = typeof ttl === 'number' && ttl > 0 ? ttl * 10_000 : Number.POSITIVE_INFINITY;
  return parseDurationMs(attribute) ?? usual;
}

const NOTHING = { kind: 'none', entries: [] } satisfies Partial<Step>;
