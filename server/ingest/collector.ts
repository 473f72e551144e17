import { type ItemError, ProtocolError } from '../../protocol/lp1.ts';
import type { Item } from '../stores/store.ts';

/** Description of a metric by its sender; fills the missing fields of the channel's meta. */
export interface About {
  /** `delta` values are added up over time; `counter` values only grow. */
  kind?: 'gauge' | 'counter' | 'delta' | 'histogram' | 'summary' | undefined;
  unit?: string | undefined;
  description?: string | undefined;
  /** Set for a histogram whose counts are those since its last entry. */
  temporality?: 'delta' | undefined;
}

/** An item that was read from a body, with the channel that it goes to. */
export interface InItem {
  channel: string;
  item: Item;
  /** Position in the body: a line number from 1, or an index from 0. */
  at: number;
  /** Description of the metric of a sample; undefined for an event. */
  about?: About | undefined;
  /** The sender's own id of the event, by which a repetition is recognised and ignored. */
  id?: string | undefined;
}

/** A part of a body that was refused. */
export interface BadPart {
  at: number;
  message: string;
  /** The text of the part, cut to 200 characters. */
  part?: string | undefined;
}

/** The series of a metric sample: the channel and key of its entries, and its labels as JSON text. */
export interface Series {
  channel: string;
  key: string | undefined;
  /** `,"labels":{…}`, or an empty text. */
  labels: string;
  about: About;
}

/** Error of one part of a body. The collector turns it into a `BadPart` with its position. */
export class BadSample extends Error {}

/** Options of `Collector`. */
export interface CollectorOptions {
  /** Segment of the path with which all channel names of the request begin. */
  prefix: string | undefined;
  /** The server's clock, ms since 1970. */
  now: number;
  /** Maximum of items and bad parts together in one body. */
  maxItems: number;
  /** Maximum of characters of one entry's JSON. */
  maxEntryLength: number;
}

const EARLIEST_MS = Date.UTC(2000, 0, 1);
const DAY_MS = 86_400_000;

/** Collects the items that a parser finds in a body, and the parts that it refuses. */
export class Collector {
  readonly items: InItem[] = [];
  readonly bad: BadPart[] = [];
  /** Descriptions of metrics that came without samples, by channel. They create no channel. */
  readonly abouts: Map<string, About> = new Map();
  readonly #keys = new Set<string>();
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
        `the time ${shownTime(t)} is not between the year 2000 and one day from now: check the unit (precision) of the times`,
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

  /** Records a bad part. @throws ProtocolError `too-large` beyond `maxItems` */
  refuse(part: BadPart): void {
    this.bad.push(part);
    this.#count();
  }

  /** Runs `add` and records a `BadSample` that it throws as a bad part. Returns whether it succeeded. */
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
      throw new BadSample(
        `the entry is longer than ${maxEntryLength} characters of JSON: send less in one entry`,
      );
    }
    this.items.push(item);
    const { k } = item.item;
    if (k !== undefined) this.#keys.add(k); // hashes the text now, in one of many steps; the writer takes all items in a single one
    this.#count();
  }

  #count(): void {
    const { maxItems } = this.options;
    if (this.items.length + this.bad.length <= maxItems) return;
    throw new ProtocolError(
      'too-large',
      `more than ${maxItems} items in one body: send at most ${maxItems} at a time`,
    );
  }
}

/** Options of `Collector.event`. `at`: position in the body, default 0. */
export interface EventOptions {
  channel: string;
  data: Record<string, unknown>;
  k?: string | undefined;
  t?: number | undefined;
  at?: number;
  id?: string | undefined;
}

/** Returns the channel of an event: `prefix.word`, or only the word where there is no prefix. */
export const eventChannel = (prefix: string | undefined, word: string): string =>
  prefix === undefined ? word : `${prefix}.${word}`;

/** Steps of a long computation, which can be paused at each `yield` and resumed later. */
export type Steps<T> = Generator<undefined, T>;

/** Runs steps to their end without a pause. */
export function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** Returns the error of a body of which nothing was stored, for formats that define no error response of their own. */
export function badBody(bad: BadPart[]): ProtocolError {
  const errors: ItemError[] = bad.map(({ at, message }) => ({ index: at, path: '', message }));
  const [first] = bad;
  return new ProtocolError('bad-request', `${first?.message ?? ''}; nothing was stored`, {
    errors,
  });
}

const shownTime = (t: number): string =>
  Math.abs(t) < 8.64e15 ? new Date(t).toISOString() : `${t} ms`;
