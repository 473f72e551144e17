import type { ReactiveController } from 'lit';
import type { RowChannels, RowData } from './row-channels.ts';
import type { RowSpec } from './row-spec.ts';
import { rowSpecs } from './row-spec.ts';
import { eventually, lazyImport } from '../shared/lazy-import.ts';
import type { LiveHost } from '../source/live-controller.ts';

const loadChannels = lazyImport('RowChannels', () => import('./row-channels.ts'));

/**
 * The `<lp-row>` or `<lp-column>` children of an element, each with a channel of its own. The code that follows the channels is
 * loaded by the first element that has some.
 */
export class RowChildren implements ReactiveController {
  /** The attributes of the children, in document order; none if there are no such children. */
  specs: readonly RowSpec[] = [];
  #host: LiveHost & HTMLElement;
  #tag: 'lp-row' | 'lp-column';
  #tail: () => number | undefined;
  #channels: RowChannels | undefined;
  #observer: MutationObserver | undefined;

  constructor(
    host: LiveHost & HTMLElement,
    tag: 'lp-row' | 'lp-column',
    tail: () => number | undefined,
  ) {
    this.#host = host;
    this.#tag = tag;
    this.#tail = tail;
    host.addController(this);
  }

  hostConnected(): void {
    this.#look();
    this.#observer ??= new MutationObserver(() => this.#look());
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

  #look(): void {
    const specs = rowSpecs(this.#host.children, this.#tag);
    if (JSON.stringify(specs) === JSON.stringify(this.specs)) return;
    this.specs = specs;
    if (this.#channels) this.#follow();
    else void eventually(loadChannels).then(({ RowChannels }) => this.#begin(RowChannels));
    this.#host.requestUpdate();
  }

  #begin(Channels: typeof RowChannels): void {
    this.#channels ??= new Channels(this.#host, this.#tail);
    this.#follow();
  }

  #follow(): void {
    this.#channels?.follow(this.specs);
    this.#host.requestUpdate();
  }
}
