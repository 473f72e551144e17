import { LpDataEvent } from '../data/events.ts';
import type { DataEntry, Step } from '../data/held.ts';
import type { Level } from '../data/levels.ts';

/** What an event tells of the data that an element holds. */
export interface NewsSource {
  readonly newest: DataEntry | undefined;
  readonly updatedAt: number | undefined;
  readonly levels: { levelOf: (step: Step) => Level | undefined } | undefined;
  /** Returns the payload of an entry after the page's `transform`. */
  payloadOf(entry: DataEntry): unknown;
}

/** Fires `lp-data` for the steps of a channel: each entry once. */
export class DataNews {
  readonly #host: EventTarget & { readonly channel: string };
  readonly #data: NewsSource;
  /** Payload of the last event. */
  #previous: unknown;
  /** The newest entry that an event held, and whether the page left that to the element to draw. */
  #last: { entry: DataEntry; isShown: boolean } | undefined;

  constructor(host: EventTarget & { readonly channel: string }, data: NewsSource) {
    this.#host = host;
    this.#data = data;
  }

  /** Starts anew, for another channel. */
  forget(): void {
    this.#previous = undefined;
    this.#last = undefined;
  }

  /** Fires the event of a step. Returns false where the page prevents it, to draw the data itself. */
  tell(step: Step): boolean {
    const { newest, updatedAt, levels } = this.#data;
    const last = this.#last;
    const isRepeated = this.#isRepeated(step);
    const entries = isRepeated
      ? step.entries.filter(({ v }) => v > (last?.entry.v ?? 0))
      : step.entries;
    if (isRepeated && entries.length === 0) return last?.isShown ?? true;
    if (!newest || entries.length === 0) return true;
    const data = this.#data.payloadOf(newest);
    const previous = this.#previous;
    this.#previous = data;
    const isShown = this.#host.dispatchEvent(
      new LpDataEvent({
        channel: this.#host.channel,
        data,
        previous,
        version: newest.v,
        updatedAt,
        initial: step.kind === 'reset' && !isRepeated,
        level: levels?.levelOf(step),
        entries,
      }),
    );
    this.#last = { entry: entries.reduce((a, b) => (b.v > a.v ? b : a)), isShown };
    return isShown;
  }

  /**
   * Whether a channel was sent again with what an event held already: the element asked for more of it, or another element
   * subscribed. Only what is new is told then.
   */
  #isRepeated({ reset, entries }: Step): boolean {
    const { entry } = this.#last ?? {};
    if (reset !== 'initial' || !entry) return false;
    return entries.some(({ v, t, k }) => v === entry.v && t === entry.t && k === entry.k);
  }
}
