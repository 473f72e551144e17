import { LpDataEvent } from '../data/events.ts';
import type { DataEntry, Step } from '../data/held.ts';
import type { Level } from '../data/levels.ts';

/** The data that an event reports. */
export interface NewsSource {
  readonly newest: DataEntry | undefined;
  readonly updatedAt: number | undefined;
  readonly levels: { levelOf: (step: Step) => Level | undefined } | undefined;
  /** Returns the payload of an entry after the page's `transform`. */
  payloadOf(entry: DataEntry): unknown;
}

/** Fires `lp-data` for the steps of a channel, and reports each entry once. */
export class DataNews {
  readonly #host: EventTarget & { readonly channel: string };
  readonly #data: NewsSource;
  /** Payload of the last event. */
  #previous: unknown;
  /** Newest entry of the last event, and whether the element draws it: false if the page prevented the event. */
  #last: { entry: DataEntry; isShown: boolean } | undefined;

  constructor(host: EventTarget & { readonly channel: string }, data: NewsSource) {
    this.#host = host;
    this.#data = data;
  }

  /** Forgets all events, for another channel. */
  forget(): void {
    this.#previous = undefined;
    this.#last = undefined;
  }

  /** Fires the event of a step, if there is one. Returns false if the page prevents it, to draw the data itself. */
  fire(step: Step): boolean {
    const { newest, updatedAt, levels } = this.#data;
    const repeated = this.#isRepeated(step) ? this.#last : undefined;
    const entries = repeated ? step.entries.filter(({ v }) => v > repeated.entry.v) : step.entries;
    if (repeated && entries.length === 0) return repeated.isShown;
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
        initial: step.kind === 'reset' && !repeated,
        level: levels?.levelOf(step),
        entries,
      }),
    );
    this.#last = { entry: entries.reduce((a, b) => (b.v > a.v ? b : a)), isShown };
    return isShown;
  }

  /**
   * Whether the step is a history that contains the last reported entry: the server sends it again when the element requests
   * more of it, or when another element subscribes. Then only newer entries are reported.
   */
  #isRepeated({ reset, entries }: Step): boolean {
    const { entry } = this.#last ?? {};
    if (reset !== 'initial' || !entry) return false;
    return entries.some(({ v, t, k }) => v === entry.v && t === entry.t && k === entry.k);
  }
}
