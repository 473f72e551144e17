import type { PropertyDeclarations } from 'lit';
import { ReactiveElement } from 'lit';

/**
 * `<lp-row channel="disk.root" label="/">` in an `lp-list` or `lp-tracker`: one row, with its own channel. It draws nothing itself;
 * the element around it shows each change of it.
 */
export class LpRow extends ReactiveElement {
  static override properties: PropertyDeclarations = {
    channel: { reflect: true },
    field: { reflect: true },
    key: { reflect: true },
    labels: { reflect: true },
    label: { reflect: true },
    link: { reflect: true },
    unit: { reflect: true },
    format: { reflect: true },
    digits: { type: Number, reflect: true },
    warn: { type: Number, reflect: true },
    danger: { type: Number, reflect: true },
    states: { reflect: true },
  };

  /** Channel of its values. Default: that of the element around it. */
  declare channel: string | undefined;
  /** Path in the payload. */
  declare field: string | undefined;
  /** Exact key of its series, where the channel has several. */
  declare key: string | undefined;
  /** Labels of its series: `room=kitchen`. */
  declare labels: string | undefined;
  /** Its name. Default: the channel's label, then its name. */
  declare label: string | undefined;
  /** URL that its name links to. Default: the payload's `href` or `link`. */
  declare link: string | undefined;
  /** Unit of its values. Default: the channel's. */
  declare unit: string | undefined;
  /** How its values are formatted: as `format` of the element around it. */
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
    'lp-row': LpRow;
  }
}
