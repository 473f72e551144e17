import type { LimitAttributes } from '../element/limits.ts';

/** What an `<lp-row>` or `<lp-column>` child says, read from its attributes. */
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
