import type { Meta } from '../../protocol/lp1.ts';
import type { Update } from '../client/index.ts';
import type { DataEntry } from '../data/held.ts';
import { Held } from '../data/held.ts';
import { keyFilter } from '../data/keys.ts';
import { valueMeta } from '../data/value-meta.ts';
import { staleAfterMs } from '../data/data-status.ts';
import { dropAfterMs } from '../element/channel-data.ts';
import { ClockController } from '../element/clock-controller.ts';
import { LiveController, type LiveHost } from '../source/live-controller.ts';
import type { RowSpec } from './row-spec.ts';

/** Number of entries kept per key: enough for its sparkline, and for its states of a day. */
const ENTRIES = 5000;

/** The values of a row. */
export interface RowData {
  spec: RowSpec;
  /** In the order of time; empty until data arrive. */
  entries: readonly DataEntry[];
  /** The meta that describes the row's value: that of its `field`, or that of the channel. */
  meta: Meta;
}

/** Options of `RowChannels`. */
export interface RowChannelsOptions {
  /** Number of entries per key to request of each channel; undefined = all. */
  tail: () => number | undefined;
  /** Called with new data and once a second: data may have become old. */
  onChange: () => void;
}

/**
 * The channels of `<lp-row>` and `<lp-column>` children: one subscription for each channel, beside that of the element itself.
 * Loaded when the first element of a page has such children.
 */
export class RowChannels {
  #host: LiveHost;
  #options: RowChannelsOptions;
  #channels: readonly string[] = [];
  #live: LiveController[] = [];
  #held = new Map<string, Held>();

  constructor(host: LiveHost, options: RowChannelsOptions) {
    this.#host = host;
    this.#options = options;
    new ClockController(host, () => this.#tick());
  }

  /** Follows the channels of these rows, and no others. */
  follow(specs: readonly RowSpec[]): void {
    const channels = new Set(specs.flatMap((spec) => this.#channelOf(spec) || []));
    this.#channels = [...channels].sort();
    for (const channel of this.#held.keys()) if (!channels.has(channel)) this.#held.delete(channel);
    while (this.#live.length < this.#channels.length) this.#add(this.#live.length);
  }

  /** The data of one row. */
  dataOf(spec: RowSpec): RowData {
    const held = this.heldOf(spec);
    const meta = valueMeta(held?.meta ?? {}, spec.field);
    return { spec, meta, entries: held ? entriesOf(held, spec) : [] };
  }

  /** Returns the held data of a row's channel. */
  heldOf(spec: RowSpec): Held | undefined {
    return this.#held.get(this.#channelOf(spec));
  }

  /**
   * Drops the keys without entries for `dropAfter` (default: ten times their channel's `ttl`), while other keys of the channel
   * have some. Returns whether there were any.
   */
  drop(dropAfter: string | undefined): boolean {
    const dropped = [...this.#held.values()].map(({ series, meta }) =>
      series.dropSilent(dropAfterMs(dropAfter, meta.ttl), this.#serverNow()),
    );
    return dropped.some((keys) => keys.length > 0);
  }

  /** Returns how useful a channel is for the status of the whole element: 2 current data, 1 old ones, 0 none; undefined: no response yet. */
  worthOf(channel: string): 0 | 1 | 2 | undefined {
    const { updatedAt, meta, answered } = this.#held.get(channel) ?? {};
    if (updatedAt === undefined) return answered ? 0 : undefined;
    return this.#serverNow() - updatedAt <= staleAfterMs(undefined, meta?.ttl) ? 2 : 1;
  }

  #channelOf({ channel }: RowSpec): string {
    return channel || this.#host.channel || '';
  }

  #add(n: number): void {
    const channel = (): string => this.#channels[n] ?? '';
    this.#live.push(
      new LiveController(this.#host, {
        channel,
        tail: this.#options.tail,
        onUpdate: (update) => this.#take(channel(), update),
        onChannel: () => this.#host.requestUpdate(),
      }),
    );
  }

  #take(channel: string, update: Update): void {
    let held = this.#held.get(channel);
    if (!held) this.#held.set(channel, (held = new Held(ENTRIES)));
    held.take(update, this.#serverNow());
    this.#options.onChange();
    this.#host.requestUpdate();
  }

  /** Applies entries whose time has come. */
  #tick(): void {
    if (this.#host.paused) return;
    this.#options.onChange();
    for (const held of this.#held.values())
      if (held.advance(this.#serverNow())) this.#host.requestUpdate();
  }

  #serverNow(): number {
    return this.#live[0]?.serverNow() ?? Date.now();
  }
}

function entriesOf(held: Held, { key, labels }: RowSpec): readonly DataEntry[] {
  const passes = filterOf(key, labels);
  const { series } = held;
  if (!passes) return series.keys.length === 1 ? series.of(series.keys[0] ?? '') : series.all;
  return series.keys.flatMap((each) => {
    const [first] = series.of(each);
    return first && passes(first) ? series.of(each) : [];
  });
}

/** Returns the filter of a row; labels that cannot be parsed match nothing. */
function filterOf(
  key: string | undefined,
  labels: string | undefined,
): ((entry: DataEntry) => boolean) | undefined {
  try {
    return keyFilter({ key, labels });
  } catch {
    return () => false;
  }
}
