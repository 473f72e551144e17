import type { PropertyDeclarations } from 'lit';
import type { Meta } from '../../protocol/lp1.ts';
import type { Formatter } from './format-options.ts';
import { formatParts } from './format.ts';
import type { Format, FormatOptions, Formatted } from './format-options.ts';

/** How an element writes its values, as its attributes say; what is absent is left to the channel's meta and the value. */
export interface FormatAttributes {
  /** How values are written. Default: `number` for numbers, `text` for all else. `percent` takes ratios: 0.42 is 42 %. */
  format: Format | undefined;
  /** An `Intl.NumberFormat` unit id, else a suffix. Default: the channel's unit. */
  unit: string | undefined;
  /** ISO 4217, for `format="currency"`. Default `EUR`. */
  currency: string | undefined;
  /** Fraction digits. Default: what the number needs, at most 2, but at least two significant digits below 1. */
  digits: number | undefined;
  /** `compact`: 1.2M. Default `standard`. */
  notation: FormatOptions['notation'];
  /** Stands before the value. */
  prefix: string | null;
  /** Stands after the value. */
  suffix: string | undefined;
}

/** The attributes of `FormatAttributes`, for `static properties`. */
export const formatProperties: PropertyDeclarations = {
  format: {},
  unit: {},
  currency: {},
  digits: { type: Number },
  notation: {},
  prefix: {}, // takes the place of the platform's read-only Element.prefix, which means XML's
  suffix: {},
};

/** What a value is written with, beside the attributes. */
export interface FormatContext {
  language: string;
  timeZone: string | undefined;
  nowMs: number;
  meta: Meta;
  /** The newest payload: it may bring Smashing's `prefix` and `suffix`. */
  payload?: unknown;
}

/** The options of one element's values: attribute, else payload, else meta. */
export function formatOptions(host: FormatAttributes, context: FormatContext): FormatOptions {
  const { language, timeZone, nowMs, meta, payload } = context;
  const { prefix, suffix } = (payload ?? {}) as { prefix?: unknown; suffix?: unknown };
  return {
    format: host.format ?? undefined,
    unit: host.unit ?? text(meta.unit),
    currency: host.currency ?? undefined,
    digits: host.digits ?? undefined,
    notation: host.notation ?? undefined,
    prefix: host.prefix ?? text(prefix),
    suffix: host.suffix ?? text(suffix),
    language,
    timeZone,
    nowMs,
  };
}

/** A value in parts, by the page's own `formatter` where there is one. Throws what that throws. */
export function written(
  value: unknown,
  options: FormatOptions,
  formatter: Formatter | undefined,
): Formatted {
  if (!formatter) return formatParts(value, options);
  const own = String(formatter(value, options));
  return { text: own, parts: [{ kind: 'value', text: own }], missing: false };
}

const text = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined;
