import type { PropertyDeclarations } from 'lit';
import type { Json, Meta } from '../../protocol/lp1.ts';
import type { Update } from '../client/index.ts';
import { csvOf } from '../data/csv.ts';
import { LpDataEvent } from '../data/events.ts';
import type { DataEntry, Step } from '../data/held.ts';
import { Held } from '../data/held.ts';
import { valueAt } from '../data/payload.ts';
import { LpLiveElement } from './lp-live-element.ts';

/**
 * A widget's data and their status, without pixels: lp-element.ts adds the card, inline elements their own.
 *
 * @fires {LpDataEvent} lp-data - data came; cancelable: a page that prevents it draws the data itself
 */
export abstract class LpDataElement extends LpLiveElement {
  static override properties: PropertyDeclarations = {
    data: { attribute: false, noAccessor: true },
  };
  /** Entries kept for `history`. */
  static historyEntries = 500;

  #held: Held = this.#emptyHanded();
  #shown: DataEntry | undefined;
  /** What the last `lp-data` told. */
  #told: unknown;
  #news = false;

  /** The newest payload, after `transform`. Set it to use the element without a server. */
  get data(): unknown {
    const shown = this.#shown;
    return shown && this.attempt('read', () => this.#transformed(shown));
  }

  set data(payload: unknown) {
    this.take(this.updateOf(payload), false);
  }

  /** What is kept of the channel, oldest first. */
  get history(): readonly DataEntry[] {
    return this.#held.history;
  }

  /** Of the newest entry. */
  get version(): number | undefined {
    return this.#held.newest?.v;
  }

  /** The history as CSV. */
  toCSV(): string {
    return csvOf(this.history);
  }

  /** Replace what you hold. */
  protected applyReset(_entries: DataEntry[]): void {}
  /** Add to what you hold. */
  protected applyEntries(_entries: DataEntry[]): void {}
  /** `this.meta` changed. */
  protected applyMeta(_meta: Meta): void {}

  /** Whether what came is shown by an update; false where it is drawn in another way. What else asks for one gets it. */
  protected wantsUpdate(): boolean {
    return true;
  }

  /** What `.data = payload` means. */
  protected updateOf(payload: unknown): Update {
    if (payload === undefined || payload === null)
      return { channel: '', reset: 'cleared', entries: [], cursor: '' };
    // What a page sets is shown as it is, JSON or not.
    const entry = { v: (this.version ?? 0) + 1, t: Date.now(), d: payload as Json };
    return { channel: '', entries: [entry], cursor: '' };
  }

  /** The newest value. */
  protected get value(): unknown {
    return this.#shown && this.read(this.#shown);
  }

  /** An entry's value, through `transform` and `field`; undefined, and the status `error`, where `transform` throws. */
  protected read(entry: DataEntry): unknown {
    return this.attempt('read', () => valueAt(this.#transformed(entry), this.field));
  }

  protected get meta(): Meta {
    return this.#held.meta;
  }

  protected get name(): string {
    return this.label ?? this.meta.label ?? this.channel;
  }

  /** A value is held. */
  protected get held(): boolean {
    return this.#held.newest !== undefined;
  }

  /** Something came from outside since the last update. */
  protected get news(): boolean {
    return this.#news;
  }

  protected override get holding(): Held {
    return this.#held;
  }

  protected override take(update: Update, outside: boolean): void {
    const step = this.#held.take(update, this.serverNow);
    this.#news ||= outside;
    if (step.meta) this.attempt('apply', () => this.applyMeta(this.meta));
    if (step.kind !== 'none' && (!outside || this.#tell(step)))
      this.attempt('apply', () => this.#apply(step));
    this.settle(outside);
    if (this.wantsUpdate()) this.requestUpdate();
    else this.#news = false;
  }

  protected override forget(): void {
    super.forget();
    this.#held = this.#emptyHanded();
    this.#shown = undefined;
    this.#told = undefined;
    this.attempt('apply', () => this.applyReset([]));
    this.attempt('apply', () => this.applyMeta({}));
    this.requestUpdate();
  }

  protected override performUpdate(): void {
    super.performUpdate();
    this.#news = false;
  }

  #emptyHanded(): Held {
    return new Held((this.constructor as typeof LpDataElement).historyEntries);
  }

  #transformed({ d }: DataEntry): unknown {
    return this.transform ? this.transform(d) : d;
  }

  #apply({ kind, entries }: Step): void {
    this.#shown = this.#held.newest;
    if (kind === 'reset') this.applyReset(entries);
    else this.applyEntries(entries);
  }

  /** False where the page prevents it, to draw the data itself. */
  #tell({ kind, entries }: Step): boolean {
    const newest = entries.at(-1);
    if (!newest) return true;
    const { channel, version, updatedAt } = this;
    const data = this.attempt('read', () => this.#transformed(newest));
    const initial = kind === 'reset';
    const previous = this.#told;
    this.#told = data;
    return this.dispatchEvent(
      new LpDataEvent({ channel, data, previous, version, updatedAt, initial, entries }),
    );
  }
}
