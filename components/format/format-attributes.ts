import type { PropertyDeclaration, PropertyDeclarations } from 'lit';
import type { Meta } from '../../protocol/lp1.ts';
import type { Formatter } from './format-options.ts';
import { formatParts } from './format.ts';
import type { Format, FormatOptions, Formatted } from './format-options.ts';
import { FORMATS } from './format-options.ts';

/** How an element writes its values, from its attributes; absent ones come from the channel's meta and the value. */
export interface FormatAttributes {
  /**
   * How values are written. Default: `number` for numbers, `text` for all else. `percent` takes ratios: 0.42 is 42 %.
   * `date`, `time` and `relative` take ms since 1970, or seconds where the unit is `second`.
   */
  format: Format | undefined;
  /** An `Intl.NumberFormat` unit id, else a suffix. Default: the payload's, then the channel's unit; of a `field`, its own in the channel's meta. */
  unit: string | undefined;
  /** ISO 4217, for `format="currency"`. Default: the unit, where it is such a code, else `EUR`. */
  currency: string | undefined;
  /**
   * Fraction digits. Default: the channel's `decimals`, else as many as the number needs, at most 2, but at least two
   * significant digits below 1.
   */
  digits: number | undefined;
  /** `compact`: 1.2M. Default `standard`. */
  notation: FormatOptions['notation'];
  /** Stands before the value. */
  prefix: string | null;
  /** Stands after the value. */
  suffix: string | undefined;
}

/**
 * Declares a property that takes one of these words; elements read `cure` when they check their attributes. The same as `oneOf`
 * of components/shared, which this folder may not import.
 */
const words = (known: readonly string[]): PropertyDeclaration =>
  ({
    cure: (text: string) => (known.includes(text) ? undefined : `write ${known.join(', ')}`),
  }) as PropertyDeclaration;

/** The attributes of `FormatAttributes`, for `static properties`. */
export const formatProperties: PropertyDeclarations = {
  format: words(FORMATS),
  unit: {},
  currency: {},
  digits: { type: Number },
  notation: words(['standard', 'compact']),
  prefix: {}, // replaces the platform's read-only Element.prefix, the namespace prefix of XML
  suffix: {},
};

/** What a value is written with, beside the attributes. */
export interface FormatContext {
  language: string;
  timeZone: string | undefined;
  nowMs: number;
  /** Of the value: see `valueMeta`. */
  meta: Meta;
  /** The newest payload: it may contain its `unit`, and Smashing's `prefix` and `suffix`. */
  payload?: unknown;
}

/** Returns the options of one element's values: attribute, else payload, else meta. `field`: of the values, if any. */
export function formatOptions(
  host: FormatAttributes & { field?: string | null | undefined },
  context: FormatContext,
): FormatOptions {
  const { language, timeZone, nowMs, meta, payload } = context;
  const { prefix, suffix } = (payload ?? {}) as { prefix?: unknown; suffix?: unknown };
  const { unit } = (payload ?? {}) as { unit?: unknown };
  return {
    format: host.format ?? undefined,
    unit: host.unit ?? (host.field ? undefined : text(unit)) ?? text(meta.unit),
    currency: host.currency ?? undefined,
    digits: numeric(host.digits) ?? numeric(meta.decimals),
    notation: host.notation ?? undefined,
    prefix: host.prefix ?? text(prefix),
    suffix: host.suffix ?? text(suffix),
    language,
    timeZone,
    nowMs,
  };
}

/** Returns a value in parts, by the page's own `formatter` where there is one. Throws what that throws. */
export function written(
  value: unknown,
  options: FormatOptions,
  formatter: Formatter | undefined,
): Formatted {
  if (!formatter) return formatParts(value, options);
  const own = String(formatter(value, options));
  return { text: own, parts: [{ kind: 'value', text: own }], missing: false };
}

const numeric = (value: unknown): number | undefined =>
  typeof value === 'number' && !Number.isNaN(value) ? value : undefined;

const text = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined;
