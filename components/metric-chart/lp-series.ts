import type { PropertyDeclarations } from 'lit';
import { ReactiveElement } from 'lit';
import { oneOf } from '../shared/attribute-check.ts';
import { checkAttributes } from '../shared/check-attributes.ts';
import { parseDurationMs } from '../shared/duration.ts';
import type { LineSpec } from './samples/auto-fields.ts';

/**
 * One line of an `<lp-metric-chart>`. It draws nothing itself; the chart follows every change of it.
 *
 * @attr {boolean} hidden - the line is hidden at first; the legend shows it
 */
export class LpSeries extends ReactiveElement {
  static override properties: PropertyDeclarations = {
    channel: { reflect: true },
    field: { reflect: true },
    key: { reflect: true },
    label: { reflect: true },
    color: { reflect: true },
    unit: { reflect: true },
    axis: oneOf(['left', 'right'], { reflect: true }),
    dash: { reflect: true },
    rate: { type: Boolean, reflect: true },
    offset: { reflect: true },
  };

  /** Channel of its samples. Default: the chart's. */
  declare channel: string | undefined;
  /** Path in the payload. */
  declare field: string | undefined;
  /** Only entries of this key. */
  declare key: string | undefined;
  /** Its name. Default: its field and key, else the chart's name. */
  declare label: string | undefined;
  /** 1 to 8 for `--lp-series-1` to `-8`, or a CSS colour. Default: the next of the eight; muted for the only one with `offset`. */
  declare color: string | undefined;
  /** Unit of its values. Default: the chart's. */
  declare unit: string | undefined;
  /** Side of its value axis, in charts of type `line` and `area`. Default `left`. */
  declare axis: 'left' | 'right' | undefined;
  /** Lengths of dash and gap in pixels: `6 3`. */
  declare dash: string | undefined;
  /** The field is a counter: its growth per second is shown. */
  declare rate: boolean;
  /**
   * Shows the samples of this long ago for comparison: `1d` those of the day before, `7d` those of last week. They come from the
   * channel's history.
   */
  declare offset: string | undefined;

  constructor() {
    super();
    this.rate = false;
  }

  protected override willUpdate(): void {
    checkAttributes(this);
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }
}

/** Returns the lines of the `<lp-series>` children of a chart, read from their attributes, so they need not be defined yet. */
export function specsOf(children: Iterable<Element>): LineSpec[] {
  return [...children].filter((child) => child.localName === 'lp-series').map(specOf);
}

function specOf(child: Element): LineSpec {
  const offsetMs = parseDurationMs(child.getAttribute('offset')) ?? 0;
  const text = (name: string): string | undefined => child.getAttribute(name) ?? undefined;
  return {
    channel: text('channel'),
    field: text('field') ?? '',
    key: text('key'),
    label: text('label'),
    color: text('color'),
    unit: text('unit'),
    axis: text('axis') === 'right' ? 'right' : 'left',
    dash: parseDash(text('dash')),
    hidden: child.hasAttribute('hidden'),
    rate: child.hasAttribute('rate'),
    ...(offsetMs > 0 && Number.isFinite(offsetMs) && { offsetMs }),
  };
}

/** Parses lengths such as `6 3`; undefined for none or unreadable ones. */
function parseDash(text: string | undefined): number[] | undefined {
  const lengths = text
    ?.trim()
    .split(/[\s,]+/)
    .map(Number);
  return lengths?.length && lengths.every((n) => n > 0) ? lengths : undefined;
}

declare global {
  interface HTMLElementTagNameMap {
    'lp-series': LpSeries;
  }
}
