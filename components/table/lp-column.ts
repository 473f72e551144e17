import type { PropertyDeclarations } from 'lit';
import { ReactiveElement } from 'lit';

/**
 * `<lp-column channel="cpu" format="percent">` in an `lp-table`: one column, with its own channel. Columns of several channels
 * are joined by the key. It draws nothing itself; the table shows each change of it.
 */
export class LpColumn extends ReactiveElement {
  static override properties: PropertyDeclarations = {
    channel: { reflect: true },
    field: { reflect: true },
    labels: { reflect: true },
    label: { reflect: true },
    unit: { reflect: true },
    format: { reflect: true },
    digits: { type: Number, reflect: true },
    warn: { type: Number, reflect: true },
    danger: { type: Number, reflect: true },
    states: { reflect: true },
  };

  /** Channel of its values. Default: that of the table. */
  declare channel: string | undefined;
  /** Path in the payload. `key` is the name of the row, `time` the time of the channel's current entry. */
  declare field: string | undefined;
  /** Labels of its series: `core=0`. The rows are the series by their other labels. */
  declare labels: string | undefined;
  /** Heading. Default: the field, else the channel's label, then its name. */
  declare label: string | undefined;
  /** Unit of its values; with `format="currency"` the currency. Default: the channel's. */
  declare unit: string | undefined;
  /** How its values are shown: a `format` of the table, `state`, or `spark` (the course of the last values). */
  declare format: string | undefined;
  /** Fraction digits. */
  declare digits: number | undefined;
  /** Warning threshold. Default: the channel's `warn`. */
  declare warn: number | undefined;
  /** Critical threshold. Default: the channel's `danger`. */
  declare danger: number | undefined;
  /** What its states mean. Default: the channel's. */
  declare states: string | undefined;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lp-column': LpColumn;
  }
}
