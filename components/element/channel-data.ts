import type { Update } from '../client/index.ts';
import { LpDataEvent } from '../data/events.ts';
import type { DataEntry, Step } from '../data/held.ts';
import { Held } from '../data/held.ts';
import { valueAt } from '../data/payload.ts';

/** The element that shows the data. */
export interface ChannelDataHost extends EventTarget {
  channel: string;
  label: string | undefined;
  field: string | undefined;
  transform: ((payload: unknown) => unknown) | undefined;
}

/** A step as an element applies it. `outside` is false when the page set `.data`. */
export interface ElementStep extends Step {
  outside: boolean;
}

export interface ChannelDataOptions {
  /** Entries kept in `history`. */
  historyEntries: number;
  /** Runs what may throw because of a payload; see `ElementStatus.attempt`. */
  attempt: <T>(stage: 'read' | 'apply', work: () => T) => T | undefined;
  serverNow: () => number;
  /** Takes a step over into what is drawn. False where the element needs no update to show it. */
  apply: (step: ElementStep) => boolean;
  /** A step was taken; `draws`: an update is needed. */
  onTaken: (outside: boolean, draws: boolean) => void;
}

/** What an element holds of its channel and shows of it: reads values from entries and fires `lp-data` before they are shown. */
export class ChannelData extends Held {
  /** Something came from outside since the last update of the element. */
  isNews = false;
  #host: ChannelDataHost;
  #options: ChannelDataOptions;
  #shown: DataEntry | undefined;
  /** What the last `lp-data` told. */
  #told: unknown;

  constructor(host: ChannelDataHost, options: ChannelDataOptions) {
    super(options.historyEntries);
    this.#host = host;
    this.#options = options;
  }

  /** The newest payload that is shown, after the page's `transform`. */
  get payload(): unknown {
    const shown = this.#shown;
    return shown && this.#options.attempt('read', () => this.#transformed(shown));
  }

  /** The newest value that is shown: the payload's, at `field`. */
  get value(): unknown {
    return this.#shown && this.read(this.#shown);
  }

  /** Name of the element for people: its label, else the channel's, else the channel's name. */
  get name(): string {
    return this.#host.label ?? this.meta.label ?? this.#host.channel;
  }

  /** An entry's value, through `transform` and `field`; undefined, and the status `error`, where `transform` throws. */
  read(entry: DataEntry): unknown {
    return this.#options.attempt('read', () =>
      valueAt(this.#transformed(entry), this.#host.field ?? undefined),
    );
  }

  /** Takes an update in, fires `lp-data`, and hands the step to the element. `outside` is false when the page set `.data`. */
  receive(update: Update, outside: boolean): void {
    const { attempt, apply, serverNow, onTaken } = this.#options;
    this.isNews ||= outside;
    const step = this.take(update, serverNow());
    const isShown = step.kind !== 'none' && (!outside || this.#tell(step));
    if (isShown) this.#shown = this.newest;
    const shown: ElementStep = { ...step, ...(!isShown && NOTHING), outside };
    const applies = isShown || step.meta !== undefined;
    const draws = !applies || attempt('apply', () => apply(shown)) !== false;
    onTaken(outside, draws);
    if (!draws) this.isNews = false;
  }

  /** Drops all: the channel is another one. */
  override forget(): void {
    super.forget();
    this.#shown = undefined;
    this.#told = undefined;
    const { attempt, apply, onTaken } = this.#options;
    attempt('apply', () => apply({ kind: 'reset', entries: [], meta: {}, outside: false }));
    onTaken(false, true);
  }

  #transformed({ d }: DataEntry): unknown {
    return this.#host.transform ? this.#host.transform(d) : d;
  }

  /** False where the page prevents it, to draw the data itself. */
  #tell({ kind, entries }: Step): boolean {
    const newest = entries.at(-1);
    if (!newest) return true;
    const data = this.#options.attempt('read', () => this.#transformed(newest));
    const previous = this.#told;
    this.#told = data;
    return this.#host.dispatchEvent(
      new LpDataEvent({
        channel: this.#host.channel,
        data,
        previous,
        version: this.newest?.v,
        updatedAt: this.updatedAt,
        initial: kind === 'reset',
        entries,
      }),
    );
  }
}

const NOTHING = { kind: 'none', entries: [] } satisfies Partial<Step>;
