import type { ReactiveController } from 'lit';
import type { RowChannels, RowData } from './row-channels.ts';
import type { RowSpec } from './row-spec.ts';
import { rowSpecs } from './row-spec.ts';
import { eventually, lazyImport } from '../shared/lazy-import.ts';
import type { LiveHost } from '../source/live-controller.ts';

const loadChannels = lazyImport('RowChannels', () => import('./row-channels.ts'));

/** An element with such children. */
type RowHost = LiveHost & HTMLElement & { channel: string };

/**
 * The `<lp-row>` or `<lp-column>` children of an element, each with a channel of its own. The code that follows the channels is
 * loaded by the first element that has some.
 */
export class RowChildren implements ReactiveController {
  /** The attributes of the children, in document order; none if there are no such children. */
  specs: readonly RowSpec[] = [];
  #host: RowHost;
  #tag: 'lp-row' | 'lp-column';
  #tail: () => number | undefined;
  #channels: RowChannels | undefined;
  #observer: MutationObserver | undefined;
  #lentChannel = '';

  constructor(host: RowHost, tag: 'lp-row' | 'lp-column', tail: () => number | undefined) {
    this.#host = host;
    this.#tag = tag;
    this.#tail = tail;
    host.addController(this);
  }

  hostConnected(): void {
    this.#update();
    this.#observer ??= new MutationObserver(() => this.#update());
    this.#observer.observe(this.#host, { childList: true, attributes: true, subtree: true });
  }

  hostDisconnected(): void {
    this.#observer?.disconnect();
  }

  /** The data of each child, in document order; none before the code is loaded. */
  get data(): RowData[] {
    return this.specs.flatMap((spec) => this.#channels?.dataOf(spec) ?? []);
  }

  get channels(): RowChannels | undefined {
    return this.#channels;
  }

  #update(): void {
    const specs = rowSpecs(this.#host.children, this.#tag);
    if (JSON.stringify(specs) === JSON.stringify(this.specs)) return;
    this.specs = specs;
    this.#lendChannel();
    if (this.#channels) this.#follow();
    else void eventually(loadChannels).then(({ RowChannels }) => this.#begin(RowChannels));
    this.#host.requestUpdate();
  }

  /**
   * Gives an element without a channel of its own, whose card shows the status of its channel, one of the children's: the first,
   * and another one only if the first has no data or old ones and the other has better.
   */
  #lendChannel(): void {
    const { channel } = this.#host;
    if (channel && channel !== this.#lentChannel) return;
    const names = [...new Set(this.specs.flatMap((spec) => spec.channel || []))];
    const worth = (name: string): number => this.#channels?.worthOf(name) ?? -1;
    const kept = names.includes(this.#lentChannel) ? this.#lentChannel : (names[0] ?? '');
    const best = names.reduce((a, b) => (worth(b) > worth(a) ? b : a), kept);
    const isAnswered = worth(kept) >= 0;
    this.#lentChannel = isAnswered ? best : kept;
    if (this.#host.channel !== this.#lentChannel) this.#host.channel = this.#lentChannel;
  }

  #begin(Channels: typeof RowChannels): void {
    this.#channels ??= new Channels(this.#host, {
      tail: this.#tail,
      onChange: () => this.#lendChannel(),
    });
    this.#follow();
  }

  #follow(): void {
    this.#channels?.follow(this.specs);
    this.#host.requestUpdate();
  }
}
