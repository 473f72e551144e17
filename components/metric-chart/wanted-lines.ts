import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { isServer } from 'lit';
import { type BandSpec, bandsOf } from './lp-band.ts';
import { specsOf } from './lp-series.ts';
import type { LineSpec } from './samples/auto-fields.ts';

/** What names the lines of a chart. */
export interface WantedLinesHost extends ReactiveControllerHost, HTMLElement {
  series: readonly LineSpec[] | undefined;
  fields: string | undefined;
  field: string | undefined;
  rate: boolean;
}

/** The lines that a page wants, by property, by `<lp-series>` children, or by attribute. Updates the chart when they change. */
export class WantedLines implements ReactiveController {
  readonly #host: WantedLinesHost;
  #children: MutationObserver | undefined;

  constructor(host: WantedLinesHost) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    this.#children ??= new MutationObserver(() => this.#host.requestUpdate());
    this.#children.observe(this.#host, { childList: true, subtree: true, attributes: true });
  }

  hostDisconnected(): void {
    this.#children?.disconnect();
  }

  /** The bands behind the lines. */
  get bands(): readonly BandSpec[] {
    return isServer ? [] : bandsOf(this.#host.children);
  }

  /** The lines wanted, in order; undefined = all that come. */
  get specs(): readonly LineSpec[] | undefined {
    const { series, children, fields, field, rate } = this.#host;
    if (series) return series;
    const named = isServer ? [] : specsOf(children);
    if (named.length > 0) return named.map((spec) => ({ ...spec, rate: spec.rate || rate }));
    const paths = (fields ?? field ?? '').split(/[\s,]+/).filter(Boolean);
    return paths.length > 0 ? paths.map((path) => ({ field: path, rate })) : undefined;
  }
}
