import { type ItemError, ProtocolError } from '../../protocol/lp1.ts';
import type { Item } from '../stores/store.ts';

/** What an agent says of a metric; fills missing fields of the channel's meta. */
export interface About {
  /** `delta` values add up over time, `counter` values grow. */
  kind?: 'gauge' | 'counter' | 'delta' | 'histogram' | 'summary' | undefined;
  unit?: string | undefined;
  description?: string | undefined;
  /** Told with a histogram whose counts are those since its last entry. */
  temporality?: 'delta' | undefined;
}

/** An item on its way to a channel. */
export interface InItem {
  channel: string;
  item: Item;
  /** Its place in the body: a line number from 1, or an index from 0. */
  at: number;
  /** A metric sample; undefined for an event. */
  about?: About | undefined;
  /** The sender's own id of the event: it counts once. */
  id?: string | undefined;
}

/** A part of a body that cannot be taken. */
export interface BadPart {
  at: number;
  message: string;
  /** The part's own text, cut. */
  part?: string | undefined;
}

/** What a metric sample is of: the channel and key it goes to, and its labels as JSON text. */
export interface Series {
  channel: string;
  key: string | undefined;
  /** `,"labels":{…}`, or nothing. */
  labels: string;
  about: About;
}

/** Why a part is bad: becomes a `BadPart`, with its place. */
export class BadSample extends Error {}

/** Options of `Collector`. */
export interface CollectorOptions {
  /** Segment of the path that all channel names of the request begin with. */
  prefix: string | undefined;
  /** The server's clock, ms since 1970. */
  now: number;
  /** Items and bad parts that one body may hold. */
  maxItems: number;
  /** Characters of one entry's JSON. */
  maxEntryLength: number;
}

const EARLIEST_MS = Date.UTC(2000, 0, 1);
const DAY_MS = 86_400_000;

/** Collects what a parser finds in a body. */
export class Collector {
  readonly items: InItem[] = [];
  readonly bad: BadPart[] = [];
  /** Facts about metrics apart from samples, by channel: they create no channel. */
  readonly abouts: Map<string, About> = new Map();
  readonly options: CollectorOptions;

  constructor(options: CollectorOptions) {
    this.options = options;
  }

  /**
   * Adds a metric sample. `fields` is its JSON without braces, such as `"value":1`; without a `t` (ms) the server's clock is
   * used. @throws ProtocolError `too-large`, BadSample for an invalid time or size
   */
  sample(series: Series, fields: string, { t, at }: { t: number | undefined; at: number }): void {
    if (t !== undefined && !this.isTime(t)) {
      throw new BadSample(
        `the time ${shownTime(t)} is not between the year 2000 and a day ahead: precision?`,
      );
    }
    const { channel, key, labels, about } = series;
    const item: Item = { json: `{${fields}${labels}}` };
    if (t !== undefined) item.t = t;
    if (key !== undefined) item.k = key;
    this.#add({ channel, item, at, about });
  }

  /** Adds an event. A time that is missing or out of range becomes the time of receipt. */
  event({ channel, data, k, t, at = 0, id }: EventOptions): void {
    const item: Item = { json: JSON.stringify(data) };
    if (t !== undefined && this.isTime(t)) item.t = t;
    if (k !== undefined) item.k = k;
    this.#add({ channel, item, at, id });
  }

  /** True for a moment (ms) between the year 2000 and a day ahead. */
  isTime(t: number): boolean {
    return t >= EARLIEST_MS && t <= this.options.now + DAY_MS;
  }

  /** Notes a bad part. @throws ProtocolError `too-large` beyond `maxItems` */
  refuse(part: BadPart): void {
    this.bad.push(part);
    this.#count();
  }

  /** Runs `add` and notes its error for a bad part. Returns whether it succeeded. */
  try(at: number, add: () => void, part?: () => string): boolean {
    try {
      add();
      return true;
    } catch (error) {
      if (!(error instanceof BadSample)) throw error;
      this.refuse({ at, message: error.message, part: part?.() });
      return false;
    }
  }

  #add(item: InItem): void {
    const { maxEntryLength } = this.options;
    if (item.item.json.length > maxEntryLength) {
      throw new BadSample(`an entry has at most ${maxEntryLength} characters of JSON`);
    }
    this.items.push(item);
    this.#count();
  }

  #count(): void {
    const { maxItems } = this.options;
    if (this.items.length + this.bad.length <= maxItems) return;
    throw new ProtocolError('too-large', `more than ${maxItems} items in one body: send less`);
  }
}

/** An event, as `Collector.event` takes it. */
export interface EventOptions {
  channel: string;
  data: Record<string, unknown>;
  k?: string | undefined;
  t?: number | undefined;
  at?: number;
  id?: string | undefined;
}

/** The channel of an event: `prefix.word`, or the word alone. */
export const eventChannel = (prefix: string | undefined, word: string): string =>
  prefix === undefined ? word : `${prefix}.${word}`;

/** Steps of a long computation: it may be left, and gone on with, at each `yield`. */
export type Steps<T> = Generator<undefined, T>;

/** Runs steps to their end without a pause. */
export function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** The refusal of a body of which nothing is kept, for formats without a form of their own. */
export function badBody(bad: BadPart[]): ProtocolError {
  const errors: ItemError[] = bad.map(({ at, message }) => ({ index: at, path: '', message }));
  const [first] = bad;
  return new ProtocolError('bad-request', `${first?.message ?? ''}; nothing was stored`, {
    errors,
  });
}

const shownTime = (t: number): string =>
  Math.abs(t) < 8.64e15 ? new Date(t).toISOString() : `${t} ms`;
