import type { PropertyDeclarations } from 'lit';
import { ReactiveElement } from 'lit';

/**
 * A range of values of an `<lp-metric-chart>`, filled behind the lines: a comfort zone, a target. It draws nothing itself; the
 * chart follows every change of it.
 */
export class LpBand extends ReactiveElement {
  static override properties: PropertyDeclarations = {
    from: { type: Number, reflect: true },
    to: { type: Number, reflect: true },
    label: { reflect: true },
    color: { reflect: true },
  };

  /** Lower end. Default: the lower end of the axis. */
  declare from: number | undefined;
  /** Upper end. Default: the upper end of the axis. */
  declare to: number | undefined;
  /** Text in the band. */
  declare label: string | undefined;
  /** `ok`, `warn`, `danger`, 1 to 8 for `--lp-series-1` to `-8`, or a CSS colour. Default `ok`. */
  declare color: string | undefined;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }
}

/** A band as specified by the page. */
export interface BandSpec {
  from: number;
  to: number;
  label: string;
  color: string;
}

/** Returns the `<lp-band>` children of a chart, read from their attributes: they need not be defined yet. */
export function bandsOf(children: Iterable<Element>): BandSpec[] {
  return [...children].filter((child) => child.localName === 'lp-band').map(bandOf);
}

function bandOf(child: Element): BandSpec {
  const number = (name: string, otherwise: number): number => {
    const text = child.getAttribute(name)?.trim();
    const value = text ? Number(text) : Number.NaN;
    return Number.isNaN(value) ? otherwise : value;
  };
  return {
    from: number('from', -Number.MAX_VALUE),
    to: number('to', Number.MAX_VALUE),
    label: child.getAttribute('label') ?? '',
    color: child.getAttribute('color') ?? 'ok',
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'lp-band': LpBand;
  }
}
