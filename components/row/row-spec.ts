import type { Meta } from '../../protocol/lp1.ts';
import type { Limits } from '../data/levels.ts';
import { type LimitAttributes, limitsOf } from '../element/limits.ts';

/** The attributes of an `<lp-row>` or `<lp-column>` child. */
export interface RowSpec extends LimitAttributes {
  /** Channel of its values; undefined = that of the element around it. */
  channel: string | undefined;
  /** Path in the payload. */
  field: string | undefined;
  key: string | undefined;
  labels: string | undefined;
  label: string | undefined;
  /** Address of the row; not yet checked. */
  link: string | undefined;
  unit: string | undefined;
  format: string | undefined;
  digits: number | undefined;
}

/**
 * Returns the limits of a row: its own attributes, else those of the element around it, else those of `meta`, the meta of the
 * row's value. The meta of the element's own channel does not apply to a row of another channel.
 */
export const limitsOfRow = (spec: RowSpec, around: LimitAttributes, meta: Meta): Limits =>
  limitsOf(
    {
      warn: spec.warn ?? around.warn,
      danger: spec.danger ?? around.danger,
      states: spec.states ?? around.states,
    },
    meta,
  );

/** Returns the rows that the children of an element name; the children need not be defined yet. */
export function rowSpecs(children: Iterable<Element>, tag: 'lp-row' | 'lp-column'): RowSpec[] {
  return [...children].filter((child) => child.localName === tag).map(specOf);
}

function specOf(child: Element): RowSpec {
  const text = (name: string): string | undefined => child.getAttribute(name) ?? undefined;
  const number = (name: string): number | undefined => {
    const given = text(name)?.trim();
    const value = given ? Number(given) : Number.NaN;
    return Number.isNaN(value) ? undefined : value;
  };
  return {
    channel: text('channel'),
    field: text('field'),
    key: text('key'),
    labels: text('labels'),
    label: text('label'),
    link: text('link'),
    unit: text('unit'),
    format: text('format'),
    digits: number('digits'),
    warn: number('warn'),
    danger: number('danger'),
    states: text('states'),
  };
}
